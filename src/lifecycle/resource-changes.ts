/**
 * What an operation did, as SOL003 tells it (clause 5.5.2.13 `resourceChanges`, clause 5.5.2.17): what the journal says was
 * done and not undone, not what was planned. And the resources of which it speaks, as Berth names them.
 */
import { changeType, subjectOf, type ChangeType } from './changes.js';
import { effectsOnLink, effectsOnVnfc, effectsSoFar, type Seen } from './effects.js';
import { isSameJson } from '../shared/same-json.js';
import type { InternalLink } from './internal-link.js';
import type { Change, InstanceChange, JournalEntry, LcmPlan, Vnfc, VnfcCp, VnfcVolume } from './model.js';

export const computeResource = (vnfc: Vnfc) => ({
  vimConnectionId: vnfc.hostId,
  resourceId: vnfc.id,
  vimLevelResourceType: 'libvirt.domain',
});

export const networkResource = (link: InternalLink) => ({
  vimConnectionId: link.hostId,
  resourceId: link.network,
  vimLevelResourceType: 'libvirt.network',
});

export const storageResource = (vnfc: Vnfc, volume: VnfcVolume) => ({
  vimConnectionId: vnfc.hostId,
  resourceId: `${vnfc.pool}/${volume.name}`,
  vimLevelResourceType: 'libvirt.volume',
});

export interface ResourceChanges {
  affectedVnfcs: ReturnType<typeof affectedVnfc>[];
  affectedVirtualLinks?: ReturnType<typeof affectedLink>[];
  affectedVirtualStorages?: ReturnType<typeof storageChange>[];
}

/** What is there after the change: an attribute that was removed has no value to show. */
export function changedInfo(change: InstanceChange): Readonly<Record<string, unknown>> | undefined {
  const shown = Object.entries(change).filter(([, value]) => value !== null);
  return shown.length === 0 ? undefined : Object.fromEntries(shown);
}

/** Undefined: nothing was changed yet. */
export function resourceChanges(plan: LcmPlan, journal: readonly JournalEntry[]): ResourceChanges | undefined {
  const effects = effectsSoFar(plan, journal);
  const vnfcs = plan.vnfcs.filter((change) => isTouched(effects, subjectOf(change)));
  const links = plan.links.filter((change) => effectsOnLink(effects, subjectOf(change)).length > 0);
  if (vnfcs.length === 0 && links.length === 0) return undefined;
  const storages = vnfcs.flatMap(storageChanges);
  return {
    affectedVnfcs: vnfcs.map(affectedVnfc),
    ...(links.length > 0 && { affectedVirtualLinks: links.map(affectedLink) }),
    ...(storages.length > 0 && { affectedVirtualStorages: storages }),
  };
}

const isTouched = (effects: readonly Seen[], { id }: Vnfc): boolean =>
  effectsOnVnfc(effects, id).length > 0 || effects.some(({ effect }) => effect.on === 'cp' && effect.vnfcId === id);

const storagesOf = (vnfc: Vnfc | undefined): readonly VnfcVolume[] =>
  (vnfc?.volumes ?? []).filter((volume) => volume.storageDescId !== undefined);

/** What one has and the other has not, by key. */
const without = <T>(these: readonly T[], those: readonly T[], keyOf: (thing: T) => string): readonly T[] => {
  const keys = new Set(those.map(keyOf));
  return these.filter((thing) => !keys.has(keyOf(thing)));
};

const nameOf = ({ name }: VnfcVolume): string => name;
const idOf = ({ id }: VnfcCp): string => id;

function affectedVnfc(change: Change<Vnfc>) {
  const vnfc = subjectOf(change);
  const [before, after] = [change.before, change.after].map(storagesOf) as [
    readonly VnfcVolume[],
    readonly VnfcVolume[],
  ];
  const added = without(after, before, nameOf).map(nameOf);
  const removed = without(before, after, nameOf).map(nameOf);
  const cps = [change.before?.cps ?? [], change.after?.cps ?? []] as const;
  const changed = cps[1].filter((cp) => cps[0].some((one) => one.id === cp.id && !isSameJson(one, cp)));
  const cpIds = [...without(cps[0], cps[1], idOf), ...without(cps[1], cps[0], idOf), ...changed].map(idOf);
  return {
    id: vnfc.id,
    vduId: vnfc.vduId,
    changeType: changeType(change),
    computeResource: computeResource(vnfc),
    metadata: { hostname: vnfc.hostname, domainName: vnfc.domainName, placement: vnfc.placement },
    ...((cpIds.length > 0 || changeType(change) !== 'MODIFIED') && { affectedVnfcCpIds: cpIds }),
    ...(added.length > 0 && { addedStorageResourceIds: added }),
    ...(removed.length > 0 && { removedStorageResourceIds: removed }),
  };
}

const affectedLink = (change: Change<InternalLink>) => {
  const link = subjectOf(change);
  return {
    id: link.id,
    vnfVirtualLinkDescId: link.virtualLinkDescId,
    changeType: changeType(change),
    networkResource: networkResource(link),
  };
};

function storageChanges({ before, after }: Change<Vnfc>) {
  const of = (vnfc: Vnfc | undefined, other: Vnfc | undefined, type: ChangeType) =>
    vnfc === undefined
      ? []
      : without(storagesOf(vnfc), storagesOf(other), nameOf).map((volume) => storageChange(vnfc, volume, type));
  return [...of(after, before, 'ADDED'), ...of(before, after, 'REMOVED')];
}

const storageChange = (vnfc: Vnfc, volume: VnfcVolume, type: ChangeType) => ({
  id: volume.name,
  virtualStorageDescId: volume.storageDescId ?? '',
  changeType: type,
  storageResource: storageResource(vnfc, volume),
});
