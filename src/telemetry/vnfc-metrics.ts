/**
 * VNFCs as metrics: the hypervisor's counters under the names that the VNF model knows them by. Domains that are not
 * Berth's are left out.
 */
import type { BlockStats, DomainStats, InterfaceStats, VcpuStats } from '../engine/engine.js';
import type { VnfInstance, Vnfc } from '../lifecycle/model.js';
import { isWanted } from '../lifecycle/vnf-state.js';
import type { VnfcId } from '../shared/ids.js';
import { answers, type FleetView, type HostStats } from '../workflow/fleet-view.js';
import { catalogue } from './catalogue.js';
import type { Instruments } from './instruments.js';

export interface VnfcLabels {
  readonly host: string;
  readonly vnf_instance_id: string;
  readonly vnfc_id: string;
  readonly vdu: string;
}

export interface KnownVnfc {
  readonly labels: VnfcLabels;
  readonly vnfc: Vnfc;
}

interface Measured extends KnownVnfc {
  readonly stats: DomainStats;
}

export function knownVnfcs(instances: readonly VnfInstance[]): ReadonlyMap<VnfcId, KnownVnfc> {
  const all = instances.flatMap((instance) =>
    (instance.instantiated?.vnfcs ?? []).map((vnfc) => ({ labels: labelsOf(instance, vnfc), vnfc })),
  );
  return new Map(all.map((known) => [known.vnfc.id, known]));
}

const labelsOf = (instance: VnfInstance, vnfc: Vnfc): VnfcLabels => ({
  host: vnfc.hostId,
  vnf_instance_id: instance.id,
  vnfc_id: vnfc.id,
  vdu: vnfc.vduId,
});

export function showVnfcs(to: Instruments, known: ReadonlyMap<VnfcId, KnownVnfc>, fleet: FleetView): void {
  showStates(to, [...known.values()], fleet);
  const measured = fleet.stats().flatMap(({ stats }: HostStats) =>
    stats.flatMap((each) => {
      const vnfc = known.get(each.uuid);
      return vnfc === undefined ? [] : [{ ...vnfc, stats: each }];
    }),
  );
  showCompute(to, measured);
  showDisks(to, measured);
  showInterfaces(to, measured);
}

/** Of a host out of reach nothing is known, and a value would be a guess. */
function showStates(to: Instruments, known: readonly KnownVnfc[], fleet: FleetView): void {
  const seen = known
    .filter(({ vnfc }) => fleet.isSeen(vnfc.hostId))
    .map(({ labels, vnfc }) => ({ labels, view: fleet.domain(vnfc.id) }));
  to.replace(
    catalogue.vnfcWaiting,
    known.filter(({ vnfc }) => fleet.waitsFor(vnfc.id) !== undefined).map(({ labels }) => ({ labels, value: 1 })),
  );
  to.replace(
    catalogue.vnfcDifferences,
    known.map(({ labels, vnfc }) => ({ labels, value: fleet.drift(vnfc.id).length })),
  );
  to.replace(
    catalogue.vnfcWanted,
    known.map(({ labels, vnfc }) => ({ labels, value: isWanted(vnfc) ? 1 : 0 })),
  );
  const flags = (on: (view: (typeof seen)[number]['view']) => boolean | undefined) =>
    seen.flatMap(({ labels, view }) => {
      const value = on(view);
      return value === undefined ? [] : [{ labels, value: value ? 1 : 0 }];
    });
  to.replace(
    catalogue.vnfcUp,
    flags((view) => (view?.state === 'unknown' ? undefined : view?.state === 'running')),
  );
  to.replace(catalogue.vnfcAnswers, flags(answers));
  to.replace(
    catalogue.vnfcAgent,
    flags((view) => view?.agentConnected),
  );
  to.replace(
    catalogue.vnfcHealthy,
    flags((view) => view?.guestStatus?.healthy),
  );
}

/** No sample of what the hypervisor does not tell: a counter that shows 0 meanwhile would look like one begun anew. */
const told = <Labels>(labels: Labels, value: number | undefined): readonly { labels: Labels; value: number }[] =>
  value === undefined ? [] : [{ labels, value }];

function showCompute(to: Instruments, measured: readonly Measured[]): void {
  const one = (value: (stats: DomainStats) => number | undefined) =>
    measured.flatMap(({ labels, stats }) => told(labels, value(stats)));
  to.replace(
    catalogue.vnfcCpu,
    one((stats) => stats.cpuTimeSeconds),
  );
  to.replace(
    catalogue.vnfcMemory,
    one((stats) => stats.memoryBytes),
  );
  to.replace(
    catalogue.vnfcResident,
    one((stats) => stats.memoryRssBytes),
  );
  const all = measured.flatMap(({ labels, stats }) =>
    stats.vcpus.map((vcpu) => ({ labels: { ...labels, vcpu: String(vcpu.index) }, vcpu })),
  );
  const vcpus = (value: (vcpu: VcpuStats) => number | undefined) =>
    all.flatMap(({ labels: own, vcpu }) => told(own, value(vcpu)));
  to.replace(
    catalogue.vnfcVcpu,
    vcpus(({ timeSeconds }) => timeSeconds),
  );
  to.replace(
    catalogue.vnfcVcpuWait,
    vcpus(({ waitSeconds }) => waitSeconds),
  );
  to.replace(
    catalogue.vnfcVcpuDelay,
    vcpus(({ delaySeconds }) => delaySeconds),
  );
}

function showDisks(to: Instruments, measured: readonly Measured[]): void {
  const all = measured.flatMap(({ labels, stats }) =>
    stats.blocks.map((block) => ({ labels: { ...labels, device: block.target }, block })),
  );
  const each = (value: (block: BlockStats) => number | undefined) =>
    all.flatMap(({ labels, block }) => told(labels, value(block)));
  const shown = [
    [catalogue.diskReadBytes, (block: BlockStats) => block.readBytes],
    [catalogue.diskReads, (block: BlockStats) => block.readRequests],
    [catalogue.diskWrittenBytes, (block: BlockStats) => block.writeBytes],
    [catalogue.diskWrites, (block: BlockStats) => block.writeRequests],
    [catalogue.diskCapacity, (block: BlockStats) => block.capacityBytes],
    [catalogue.diskAllocation, (block: BlockStats) => block.allocationBytes],
  ] as const;
  for (const [spec, value] of shown) to.replace(spec, each(value));
}

function showInterfaces(to: Instruments, measured: readonly Measured[]): void {
  const all = measured.flatMap(({ labels, vnfc, stats }) =>
    stats.interfaces.map((card, at) => ({ labels: { ...labels, ...cardLabels(vnfc, card, at) }, card })),
  );
  const each = (value: (card: InterfaceStats) => number | undefined) =>
    all.flatMap(({ labels, card }) => told(labels, value(card)));
  const shown = [
    [catalogue.receivedBytes, (card: InterfaceStats) => card.rxBytes],
    [catalogue.receivedPackets, (card: InterfaceStats) => card.rxPackets],
    [catalogue.receiveErrors, (card: InterfaceStats) => card.rxErrors],
    [catalogue.receiveDrops, (card: InterfaceStats) => card.rxDropped],
    [catalogue.sentBytes, (card: InterfaceStats) => card.txBytes],
    [catalogue.sentPackets, (card: InterfaceStats) => card.txPackets],
    [catalogue.sendErrors, (card: InterfaceStats) => card.txErrors],
    [catalogue.sendDrops, (card: InterfaceStats) => card.txDropped],
  ] as const;
  for (const [spec, value] of shown) to.replace(spec, each(value));
}

/** By MAC; where the hypervisor tells none, cards with a host network stand in the order of the CPs. */
function cardLabels(vnfc: Vnfc, card: InterfaceStats, at: number): { readonly cpd: string; readonly mac: string } {
  const inOrder = vnfc.cps.filter((cp) => cp.network !== undefined).toSorted((a, b) => a.order - b.order);
  const cp = card.mac === undefined ? inOrder[at] : vnfc.cps.find((each) => each.mac === card.mac);
  return { cpd: cp?.cpdId ?? '', mac: cp?.mac ?? card.mac ?? card.device };
}
