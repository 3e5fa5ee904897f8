/**
 * Operation occurrences (SOL003 VnfLcmOpOcc): their rows, how one begins and how it is asked to change its state.
 */
import { ok, type Outcome } from '../../../shared/outcome.js';
import type { OpOccId, VnfInstanceId } from '../../../shared/ids.js';
import { isTerminal, type LcmOpOcc, type LcmPlan, type OperationState } from '../../../lifecycle/model.js';
import type { OperationRecords } from '../../operations.js';
import type { Db, OperationRow } from '../schema.js';
import { tellOfState } from '../instances/instance-events.js';
import { planOfToday } from './earlier-builds.js';
import { freed } from '../rows/free-lease.js';
import { read, write, writeOptional } from '../rows/json.js';
import { lockRows } from '../rows/locks.js';
import { notFound, wrongState } from '../rows/refusals.js';

export async function readOperation(db: Db, id: OpOccId): Promise<LcmOpOcc | undefined> {
  const row = await selectOperations(db).where('id', '=', id).executeTakeFirst();
  return row && operationOf(row);
}

/** The columns of which an occurrence consists. */
export const operationColumns = ['document', 'plan', 'params', 'explanation'] as const;

export const selectOperations = (db: Db) => db.selectFrom('operations').select(operationColumns);

export const operationOf = ({
  document,
  plan,
  params,
  explanation,
}: Pick<OperationRow, (typeof operationColumns)[number]>): LcmOpOcc => ({
  ...read<LcmOpOcc>(document),
  ...(params !== null && { operationParams: read<LcmOpOcc['operationParams']>(params) }),
  ...(plan !== null && { plan: planOfToday(read<LcmPlan>(plan)) }),
  ...(explanation !== null && { explanation: read(explanation) }),
});

export async function insertOperation(tx: Db, occ: LcmOpOcc): Promise<void> {
  await tx
    .insertInto('operations')
    .values({
      id: occ.id,
      instance_id: occ.vnfInstanceId,
      operation: occ.operation,
      start_time_ms: occ.startTimeMs,
      params: write(occ.operationParams),
      ...planColumns(occ.plan),
      ...changingColumns(occ),
    })
    .execute();
}

export const planColumns = (plan: LcmPlan | undefined) => ({
  plan: writeOptional(plan),
  rollback_supported: plan === undefined ? null : Number(plan.rollbackSupported),
});

function changingColumns({ plan: _plan, operationParams: _params, explanation, ...document }: LcmOpOcc) {
  return {
    state: document.operationState,
    state_entered_ms: document.stateEnteredTimeMs,
    explanation: writeOptional(explanation ?? undefined),
    document: write(document),
  };
}

/** Everything but the plan, which changes once only (`commit-plan.ts`), and what was asked for. */
export async function updateOperation(tx: Db, occ: LcmOpOcc): Promise<void> {
  await tx.updateTable('operations').set(changingColumns(occ)).where('id', '=', occ.id).execute();
}

/** The occurrence in another state. A state that is entered again has no cancellation pending (SOL003 clause 5.5.2.13). */
export function moved(occ: LcmOpOcc, to: OperationState, nowMs: number): LcmOpOcc {
  const { cancelMode: _done, ...rest } = occ;
  return {
    ...rest,
    operationState: to,
    stateEnteredTimeMs: nowMs,
    isCancelPending: false,
    revision: occ.revision + 1,
  };
}

/** A refusal that names the operation under way on the instance, FAILED_TEMP included. */
export async function underWay(tx: Db, id: VnfInstanceId): Promise<Outcome<never> | undefined> {
  const rows = await selectOperations(tx)
    .where('instance_id', '=', id)
    .where('state', 'not in', ['COMPLETED', 'FAILED', 'ROLLED_BACK'])
    .execute();
  const [occ] = rows.map(operationOf);
  if (!occ) return undefined;
  const found = `Operation ${occ.id} (${occ.operation}) on VNF instance ${id} is ${occ.operationState}`;
  const ways = occ.plan?.rollbackSupported === true ? 'retry it, roll it back or fail it' : 'retry it or fail it';
  const next = occ.operationState === 'FAILED_TEMP' ? `${ways} first` : 'wait for its end';
  return wrongState(`${found}; ${next}.`);
}

export async function requestState(
  tx: Db,
  request: Parameters<OperationRecords['requestState']>[0],
): Promise<Outcome<LcmOpOcc>> {
  await lockRows(tx, 'operations', [request.opOccId]);
  const occ = await readOperation(tx, request.opOccId);
  if (!occ) return notFound('operation occurrence', request.opOccId);
  if (!request.from.includes(occ.operationState)) return wrongOperationState(occ, request.from);
  const next = { ...moved(occ, request.to, request.nowMs), ...(request.error && { error: request.error }) };
  await updateOperation(tx, next);
  if (isTerminal(request.to)) await clearLease(tx, occ.id);
  await tellOfState(tx, next);
  return ok(next);
}

export async function requestCancel(tx: Db, id: OpOccId, mode: 'GRACEFUL' | 'FORCEFUL'): Promise<Outcome<LcmOpOcc>> {
  await lockRows(tx, 'operations', [id]);
  const occ = await readOperation(tx, id);
  if (!occ) return notFound('operation occurrence', id);
  if (!active.includes(occ.operationState)) return wrongOperationState(occ, active);
  const next: LcmOpOcc = { ...occ, isCancelPending: true, cancelMode: mode, revision: occ.revision + 1 };
  await updateOperation(tx, next);
  return ok(next);
}

/** States in which somebody works, or should, on the operation. */
export const active: readonly OperationState[] = ['STARTING', 'PROCESSING', 'ROLLING_BACK'];

export const wrongOperationState = (occ: LcmOpOcc, wanted: readonly OperationState[]): Outcome<never> =>
  wrongState(`Operation ${occ.id} is ${occ.operationState}; this needs it to be ${wanted.join(' or ')}.`);

export async function clearLease(tx: Db, id: OpOccId): Promise<void> {
  await tx.updateTable('operations').set(freed).where('id', '=', id).execute();
}

/** Its steps begin again when it goes on. */
export async function forgetWaits(tx: Db, id: OpOccId): Promise<void> {
  await tx.updateTable('operations').set({ waited: null }).where('id', '=', id).execute();
}
