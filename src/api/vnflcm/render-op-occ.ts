/**
 * An operation occurrence as VnfLcmOpOcc (SOL003 clause 5.5.2.13). `resourceChanges` is what the journal says was done
 * and not undone, not what was planned.
 */
import type { Static } from 'typebox';
import { changeType, subjectOf, type ChangeType } from '../../lifecycle/changes.js';
import { effectsOnLink, effectsOnVnfc, effectsSoFar } from '../../lifecycle/effects.js';
import type {
  Change,
  InstanceChange,
  InternalLink,
  JournalEntry,
  LcmOpOcc,
  LcmPlan,
  Vnfc,
  VnfcCp,
  VnfcVolume,
} from '../../lifecycle/model.js';
import type { OpOccHead } from '../../store/operations.js';
import type { Uris } from '../http/uris.js';
import type { vnfLcmOpOcc } from './op-occ-schemas.js';
import { computeResource, networkResource, storageResource } from './render-instance.js';

export type OpOccBody = Static<typeof vnfLcmOpOcc>;

export function renderOpOcc(occ: LcmOpOcc, journal: readonly JournalEntry[], uris: Uris): OpOccBody {
  const { plan, operationParams } = occ;
  const resourceChanges = plan && changesOf(plan, journal);
  const warnings = warningsOf(journal);
  const changedInfo = plan?.modifies && changedInfoOf(plan.modifies);
  return {
    ...renderOpOccHead({ ...occ, ...(plan && { rollbackSupported: plan.rollbackSupported }) }, uris),
    operationParams,
    ...(resourceChanges && { resourceChanges }),
    ...(warnings.length > 0 && { warnings }),
    ...(changedInfo && { changedInfo }),
  };
}

/** What is there after the change: an attribute that was removed has no value to show. */
function changedInfoOf(change: InstanceChange): Readonly<Record<string, unknown>> | undefined {
  const shown = Object.entries(change).filter(([, value]) => value !== null);
  return shown.length === 0 ? undefined : Object.fromEntries(shown);
}

/** What lists show of it. */
export function renderOpOccHead(occ: OpOccHead, uris: Uris): OpOccBody {
  const { error, cancelMode } = occ;
  return {
    id: occ.id,
    operationState: occ.operationState,
    stateEnteredTime: new Date(occ.stateEnteredTimeMs).toISOString(),
    startTime: new Date(occ.startTimeMs).toISOString(),
    vnfInstanceId: occ.vnfInstanceId,
    operation: occ.operation,
    isAutomaticInvocation: occ.isAutomaticInvocation,
    isCancelPending: occ.isCancelPending,
    ...(occ.isCancelPending && cancelMode && { cancelMode }),
    ...(error && { error }),
    _links: linksOf(occ, uris),
  };
}

/** What steps that are done said should be told. */
function warningsOf(journal: readonly JournalEntry[]): string[] {
  const outputs = journal.filter(({ phase }) => phase === 'done').map(({ output }) => output);
  return [...new Set(outputs.flatMap((output) => warningIn(output) ?? []))];
}

const warningIn = (output: unknown): string | undefined =>
  typeof output === 'object' && output !== null && 'warning' in output && typeof output.warning === 'string'
    ? output.warning
    : undefined;

/** What the state machine allows now. */
function linksOf(occ: OpOccHead, uris: Uris): OpOccBody['_links'] {
  const href = uris.opOcc(occ.id);
  const task = (name: string) => ({ [name]: { href: `${href}/${name}` } });
  const always = { self: { href }, vnfInstance: { href: uris.instance(occ.vnfInstanceId) } };
  switch (occ.operationState) {
    case 'STARTING':
    case 'PROCESSING':
    case 'ROLLING_BACK':
      return { ...always, ...task('cancel') };
    case 'FAILED_TEMP':
      return { ...always, ...task('retry'), ...(occ.rollbackSupported && task('rollback')), ...task('fail') };
    case 'COMPLETED':
    case 'FAILED':
    case 'ROLLED_BACK':
      return always;
  }
}

function changesOf(plan: LcmPlan, journal: readonly JournalEntry[]): OpOccBody['resourceChanges'] {
  const effects = effectsSoFar(plan, journal);
  const vnfcs = plan.vnfcs.filter((change) => effectsOnVnfc(effects, subjectOf(change).id).length > 0);
  const links = plan.links.filter((change) => effectsOnLink(effects, subjectOf(change)).length > 0);
  if (vnfcs.length === 0 && links.length === 0) return undefined;
  const storages = vnfcs.flatMap(storageChanges);
  return {
    affectedVnfcs: vnfcs.map(affectedVnfc),
    ...(links.length > 0 && { affectedVirtualLinks: links.map(affectedLink) }),
    ...(storages.length > 0 && { affectedVirtualStorages: storages }),
  };
}

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
  const cpIds = [...without(cps[0], cps[1], idOf), ...without(cps[1], cps[0], idOf)].map(idOf);
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
