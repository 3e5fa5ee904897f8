/**
 * An operation before it is placed: which VNFCs come, go and stay. Ids are fixed here; hosts, cores and addresses are
 * not yet. Refusals are about the request; room is placement's matter.
 */
import type { Flavour, Vdu, Vnfd } from '../vnfd/model.js';
import type { PackageImage } from '../package/model.js';
import type { IdSource } from '../shared/clock.js';
import type { InstallationId, VnfcId } from '../shared/ids.js';
import { vnfcId } from '../shared/ids.js';
import type { Outcome } from '../shared/outcome.js';
import { ok, refuse } from '../shared/outcome.js';
import { problem } from '../shared/problem.js';
import type { ExtVirtualLink, InstantiatedVnf, VnfInstance, Vnfc } from './model.js';
import type { ScaleLevels, VduCounts } from './scaling.js';

/** What every plan is made from. */
export interface PlanContext {
  readonly instance: VnfInstance;
  readonly vnfd: Vnfd;
  readonly images: readonly PackageImage[];
  readonly ids: IdSource;
}

/** What gives new things on hosts their names and owner. */
export interface BindContext extends PlanContext {
  readonly installation: InstallationId;
}

export interface VnfcDraft {
  readonly id: VnfcId;
  readonly vdu: Vdu;
  readonly index: number;
}

export interface OperationDraft {
  readonly flavour: Flavour;
  readonly adds: readonly VnfcDraft[];
  readonly removes: readonly Vnfc[];
  readonly keeps: readonly Vnfc[];
  readonly extVirtualLinks: readonly ExtVirtualLink[];
  readonly scaleLevels: ScaleLevels;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly localizationLanguage?: string;
}

/** What the inputs of a flavour are filled from. */
export interface Filling {
  readonly flavour: Flavour;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly extVirtualLinks?: readonly ExtVirtualLink[];
}

/** Of an instance that was found to be instantiated before. */
export function instantiatedOf({ id, instantiated }: VnfInstance): InstantiatedVnf {
  if (instantiated === undefined) throw new Error(`instance ${id} is not instantiated`);
  return instantiated;
}

/** The flavour of an instantiated VNF. A flavour that the package no longer has is a fault, not a refusal. */
export function flavourOf(context: PlanContext, instantiated: InstantiatedVnf): Flavour {
  const flavour = context.vnfd.flavours.find((each) => each.id === instantiated.flavourId);
  if (flavour === undefined) {
    throw new Error(`VNFD ${context.vnfd.id} has no flavour ${instantiated.flavourId} any more`);
  }
  return flavour;
}

/**
 * What is to be added and removed so that every VDU has its count; lowest free ordinals in, highest out. What a failed
 * operation left goes, and its ordinal is not free before: names of domains and volumes are made of it.
 */
export function difference(
  context: PlanContext,
  flavour: Flavour,
  present: readonly Vnfc[],
  counts: VduCounts,
): Pick<OperationDraft, 'adds' | 'removes' | 'keeps'> {
  const adds: VnfcDraft[] = [];
  const removes: Vnfc[] = [];
  for (const vdu of flavour.vdus) {
    const wanted = counts[vdu.id] ?? 0;
    const here = present.filter((vnfc) => vnfc.vduId === vdu.id).sort((a, b) => a.index - b.index);
    const sound = here.filter(isSound);
    removes.push(...here.filter((vnfc) => !isSound(vnfc)), ...sound.slice(wanted));
    adds.push(...draftVnfcs(context, vdu, here, wanted - sound.length));
  }
  const leaving = new Set(removes.map((vnfc) => vnfc.id));
  return { adds, removes, keeps: present.filter((vnfc) => !leaving.has(vnfc.id)) };
}

/** One that merely does not run has its disks, and is no less there. */
export const isSound = (vnfc: Vnfc): boolean => vnfc.incomplete !== true;

function draftVnfcs(context: PlanContext, vdu: Vdu, here: readonly Vnfc[], count: number): readonly VnfcDraft[] {
  const used = new Set(here.map((vnfc) => vnfc.index));
  const drafts: VnfcDraft[] = [];
  for (let index = 0; drafts.length < count; index += 1) {
    if (!used.has(index)) drafts.push({ id: vnfcId(context.ids.uuid()), vdu, index });
  }
  return drafts;
}

/** Refuses counts outside `vdu_profile`. */
export function checkCounts(flavour: Flavour, counts: VduCounts): Outcome<void> {
  for (const vdu of flavour.vdus) {
    const count = counts[vdu.id] ?? 0;
    if (count < vdu.minInstances || count > vdu.maxInstances) {
      const bounds = `${String(vdu.minInstances)} to ${String(vdu.maxInstances)}`;
      return refuse(
        problem(
          'unprocessable',
          `VDU ${vdu.id} would have ${String(count)} instances; its vdu_profile allows ${bounds}. Choose another level.`,
        ),
      );
    }
  }
  return ok(undefined);
}
