/**
 * An operation occurrence as VnfLcmOpOcc (SOL003 clause 5.5.2.13). `resourceChanges` is what the journal says was done
 * and not undone, not what was planned.
 */
import type { Static } from 'typebox';
import { stepStates, type StepStates } from '../../lifecycle/journal.js';
import { vnfcOfStep } from '../../lifecycle/steps.js';
import type {
  InstanceChange,
  InternalLink,
  JournalEntry,
  LcmOpOcc,
  LcmPlan,
  Step,
  Vnfc,
  VnfcVolume,
} from '../../lifecycle/model.js';
import type { OpOccHead } from '../../store/operations.js';
import type { Uris } from '../http/uris.js';
import type { vnfLcmOpOcc } from './op-occ-schemas.js';
import { computeResource, networkResource, storageResource } from './render-instance.js';

export type OpOccBody = Static<typeof vnfLcmOpOcc>;
type ChangeType = 'ADDED' | 'REMOVED' | 'MODIFIED';

export function renderOpOcc(occ: LcmOpOcc, journal: readonly JournalEntry[], uris: Uris): OpOccBody {
  const { plan, operationParams } = occ;
  const resourceChanges = plan && changesOf(plan, stepStates(journal));
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

function changesOf(plan: LcmPlan, states: StepStates): OpOccBody['resourceChanges'] {
  const touched = plan.steps.filter((step) => isTouched(states, step));
  const vnfcIds = new Set<string | undefined>(touched.map((step) => vnfcOfStep(step.id)));
  const lanes = new Set(touched.map((step) => step.lane));
  const vnfcs = vnfcChanges(plan).filter(({ vnfc }) => vnfcIds.has(vnfc.id));
  const links = linkChanges(plan).filter(({ link }) => lanes.has(`host/${link.hostId}/network/${link.network}`));
  if (vnfcs.length === 0 && links.length === 0) return undefined;
  const storages = vnfcs.flatMap(storageChanges);
  return {
    affectedVnfcs: vnfcs.map(affectedVnfc),
    ...(links.length > 0 && { affectedVirtualLinks: links.map(affectedLink) }),
    ...(storages.length > 0 && { affectedVirtualStorages: storages }),
  };
}

function isTouched(states: StepStates, step: Step): boolean {
  const state = states.get(step.id);
  return state !== undefined && state !== 'undone';
}

interface VnfcChange {
  readonly vnfc: Vnfc;
  readonly changeType: ChangeType;
}

function vnfcChanges(plan: LcmPlan): readonly VnfcChange[] {
  const planned = new Set([...plan.adds, ...plan.removes].map((vnfc) => vnfc.id));
  const stay = (plan.after?.vnfcs ?? []).filter((vnfc) => !planned.has(vnfc.id));
  return [
    ...plan.adds.map((vnfc) => ({ vnfc, changeType: 'ADDED' as const })),
    ...plan.removes.map((vnfc) => ({ vnfc, changeType: 'REMOVED' as const })),
    ...stay.map((vnfc) => ({ vnfc, changeType: 'MODIFIED' as const })),
  ];
}

interface LinkChange {
  readonly link: InternalLink;
  readonly changeType: ChangeType;
}

const linkChanges = (plan: LcmPlan): readonly LinkChange[] => [
  ...plan.addsLinks.map((link) => ({ link, changeType: 'ADDED' as const })),
  ...plan.removesLinks.map((link) => ({ link, changeType: 'REMOVED' as const })),
];

const hasDescriptor = (volume: VnfcVolume): boolean => volume.storageDescId !== undefined;

function affectedVnfc({ vnfc, changeType }: VnfcChange) {
  const storages = vnfc.volumes.filter(hasDescriptor).map((volume) => volume.name);
  return {
    id: vnfc.id,
    vduId: vnfc.vduId,
    changeType,
    computeResource: computeResource(vnfc),
    metadata: { hostname: vnfc.hostname, domainName: vnfc.domainName, placement: vnfc.placement },
    ...(changeType !== 'MODIFIED' && { affectedVnfcCpIds: vnfc.cps.map((cp) => cp.id) }),
    ...(changeType === 'ADDED' && storages.length > 0 && { addedStorageResourceIds: storages }),
    ...(changeType === 'REMOVED' && storages.length > 0 && { removedStorageResourceIds: storages }),
  };
}

const affectedLink = ({ link, changeType }: LinkChange) => ({
  id: link.id,
  vnfVirtualLinkDescId: link.virtualLinkDescId,
  changeType,
  networkResource: networkResource(link),
});

function storageChanges({ vnfc, changeType }: VnfcChange) {
  if (changeType === 'MODIFIED') return [];
  return vnfc.volumes.flatMap((volume) => {
    const virtualStorageDescId = volume.storageDescId;
    if (virtualStorageDescId === undefined) return [];
    return [{ id: volume.name, virtualStorageDescId, changeType, storageResource: storageResource(vnfc, volume) }];
  });
}
