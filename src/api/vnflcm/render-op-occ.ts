/**
 * An operation occurrence as VnfLcmOpOcc (SOL003 clause 5.5.2.13). `resourceChanges` is what the journal says was done
 * and not undone, not what was planned.
 */
import type { Static } from 'typebox';
import type { JournalEntry, LcmOpOcc } from '../../lifecycle/model.js';
import { changedInfo, resourceChanges } from '../../lifecycle/resource-changes.js';
import type { OpOccHead } from '../../store/operations.js';
import type { Uris } from '../http/uris.js';
import { renderExtVirtualLink } from './render-cp.js';
import type { vnfLcmOpOcc } from './op-occ-schemas.js';

export type OpOccBody = Static<typeof vnfLcmOpOcc>;

export function renderOpOcc(occ: LcmOpOcc, journal: readonly JournalEntry[], uris: Uris): OpOccBody {
  const { plan, operationParams } = occ;
  const changes = plan && resourceChanges(plan, journal);
  const warnings = warningsOf(journal);
  const links = occ.operationState === 'COMPLETED' ? plan?.reconnects?.map(renderExtVirtualLink) : undefined;
  const info = plan?.modifies && changedInfo(plan.modifies);
  return {
    ...renderOpOccHead({ ...occ, ...(plan && { rollbackSupported: plan.rollbackSupported }) }, uris),
    operationParams,
    ...(changes && { resourceChanges: changes }),
    ...(warnings.length > 0 && { warnings }),
    ...(info && { changedInfo: info }),
    ...(links && { changedExtConnectivity: links }),
  };
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
