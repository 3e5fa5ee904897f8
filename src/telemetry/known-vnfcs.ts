/**
 * VNFCs with the labels of their series. Each has the same objects in every page as long as nothing of its VNF changes.
 */
import type { InterfaceStats } from '../engine/engine.js';
import type { VnfInstance, Vnfc, VnfcCp } from '../lifecycle/model.js';
import type { VnfcId } from '../shared/ids.js';
import { Kept } from './kept.js';

export interface VnfcLabels {
  readonly host: string;
  readonly vnf_instance_id: string;
  readonly vnfc_id: string;
  readonly vdu: string;
}

type With<Name extends string> = VnfcLabels & Readonly<Record<Name, string>>;

interface Card {
  readonly device: string;
  readonly mac: string | undefined;
  readonly labels: With<'cpd' | 'mac'>;
}

export class KnownVnfc {
  readonly labels: VnfcLabels;
  private readonly cells = new Kept<number, With<'cell'>>();
  private readonly vcpus = new Kept<number, With<'vcpu'>>();
  private readonly parts = new Kept<string, With<'what'>>();
  private readonly disks = new Kept<string, With<'device'>>();
  private readonly functions = new Kept<string, With<'cpd' | 'mac'>>();
  private readonly cards: Card[] = [];

  constructor(
    vnfInstanceId: string,
    readonly vnfc: Vnfc,
  ) {
    this.labels = { host: vnfc.hostId, vnf_instance_id: vnfInstanceId, vnfc_id: vnfc.id, vdu: vnfc.vduId };
  }

  ofCell(cell: number): With<'cell'> {
    return this.cells.get(cell, () => ({ ...this.labels, cell: String(cell) }));
  }

  ofVcpu(vcpu: number): With<'vcpu'> {
    return this.vcpus.get(vcpu, () => ({ ...this.labels, vcpu: String(vcpu) }));
  }

  ofPart(what: string): With<'what'> {
    return this.parts.get(what, () => ({ ...this.labels, what }));
  }

  ofDisk(device: string): With<'device'> {
    return this.disks.get(device, () => ({ ...this.labels, device }));
  }

  /** Of a connection point on a PCI function. */
  ofFunction({ cpdId, mac }: VnfcCp): With<'cpd' | 'mac'> {
    return this.functions.get(mac, () => ({ ...this.labels, cpd: cpdId, mac }));
  }

  /** `at`: its position among the cards. */
  ofCard({ device, mac }: InterfaceStats, at: number): With<'cpd' | 'mac'> {
    const known = this.cards[at];
    if (known?.device === device && known.mac === mac) return known.labels;
    const labels = { ...this.labels, ...this.cardLabels(device, mac, at) };
    this.cards[at] = { device, mac, labels };
    return labels;
  }

  /** By MAC; where the hypervisor tells none, cards with a host network stand in the order of the CPs. */
  private cardLabels(
    device: string,
    mac: string | undefined,
    at: number,
  ): { readonly cpd: string; readonly mac: string } {
    const { cps } = this.vnfc;
    const inOrder = cps.filter((cp) => cp.network !== undefined).toSorted((a, b) => a.order - b.order);
    const cp = mac === undefined ? inOrder[at] : cps.find((each) => each.mac === mac);
    return { cpd: cp?.cpdId ?? '', mac: cp?.mac ?? mac ?? device };
  }
}

const known = new WeakMap<VnfInstance, readonly KnownVnfc[]>();

function vnfcsOf(instance: VnfInstance): readonly KnownVnfc[] {
  const before = known.get(instance);
  if (before !== undefined) return before;
  const made = (instance.instantiated?.vnfcs ?? []).map((vnfc) => new KnownVnfc(instance.id, vnfc));
  known.set(instance, made);
  return made;
}

export const knownVnfcs = (instances: readonly VnfInstance[]): ReadonlyMap<VnfcId, KnownVnfc> =>
  new Map(instances.flatMap((instance) => vnfcsOf(instance).map((each) => [each.vnfc.id, each] as const)));
