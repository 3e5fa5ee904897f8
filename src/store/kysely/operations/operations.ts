/**
 * Operation occurrences (SOL003 VnfLcmOpOcc): their rows, how one begins and how it is asked to change its state.
 */
import type { Insertable, Updateable } from 'kysely';
import { ok, type Outcome } from '../../../shared/outcome.js';
import type { OpOccId, VnfInstanceId } from '../../../shared/ids.js';
import { isTerminal, type LcmOpOcc, type LcmPlan, type OperationState } from '../../../lifecycle/model.js';
import type { OperationRecords } from '../../operations.js';
import type { Db, OperationColumns, OperationRow, Tx } from '../schema.js';
import { tellOfState } from '../instances/instance-events.js';
import { planOfToday } from './earlier-builds.js';
import { freed } from '../rows/free-lease.js';
import { read, write, writeOptional } from '../rows/json.js';
import { keptQuery } from '../rows/kept-query.js';
import { notFound, wrongState } from '../rows/refusals.js';

/** The columns of which an occurrence consists. */
const operationColumns = ['document', 'plan', 'params', 'explanation'] as const;

export const selectOperations = (db: Db) => db.selectFrom('operations').select(operationColumns);

const byId = keptQuery((db, { id }: { id: OpOccId }) => selectOperations(db).where('id', '=', id));
const toChange = keptQuery((db, { id }: { id: OpOccId }) => selectOperations(db).where('id', '=', id).forUpdate());
const insert = keptQuery((db, row: Insertable<OperationColumns>) => db.insertInto('operations').values(row));
const change = keptQuery((db, { id, set }: { id: OpOccId; set: OperationChange }) =>
  db.updateTable('operations').set(set).where('id', '=', id),
);

type OperationChange = Omit<Updateable<OperationColumns>, 'id'>;

export async function readOperation(db: Db, id: OpOccId): Promise<LcmOpOcc | undefined> {
  const row = await byId.first(db, { id });
  return row && operationOf(row);
}

/** Nobody else changes it until what is decided on it is committed. */
export async function lockOperation(tx: Db, id: OpOccId): Promise<LcmOpOcc | undefined> {
  const row = await toChange.first(tx, { id });
  return row && operationOf(row);
}

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
  const { plan, operationParams, explanation, ...document } = occ;
  await insert.change(tx, {
    id: occ.id,
    instance_id: occ.vnfInstanceId,
    operation: occ.operation,
    start_time_ms: occ.startTimeMs,
    state: occ.operationState,
    state_entered_ms: occ.stateEnteredTimeMs,
    document: write(document),
    params: write(operationParams),
    explanation: writeOptional(explanation ?? undefined),
    ...planColumns(plan),
  });
}

export const planColumns = (plan: LcmPlan | undefined) => ({
  plan: writeOptional(plan),
  rollback_supported: plan === undefined ? null : Number(plan.rollbackSupported),
});

/**
 * What is another than before, and what the caller says besides. Not the plan, which changes with its commit and with the
 * end of the operation only, and what was asked for, which never does: they are large.
 */
export async function updateOperation(
  tx: Db,
  before: LcmOpOcc,
  after: LcmOpOcc,
  besides: OperationChange = {},
): Promise<void> {
  const { plan: _plan, operationParams: _params, explanation, ...document } = after;
  const { operationState, stateEnteredTimeMs } = document;
  await change.change(tx, {
    id: before.id,
    set: {
      ...(operationState !== before.operationState && { state: operationState }),
      ...(stateEnteredTimeMs !== before.stateEnteredTimeMs && { state_entered_ms: stateEnteredTimeMs }),
      ...(explanation !== before.explanation && { explanation: writeOptional(explanation ?? undefined) }),
      document: write(document),
      ...besides,
    },
  });
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

/** The condition is that of the unique index, so that it is used. */
const notEnded = keptQuery((db, { id }: { id: VnfInstanceId }) =>
  selectOperations(db).where('instance_id', '=', id).where('state', 'not in', ['COMPLETED', 'FAILED', 'ROLLED_BACK']),
);

/** The operation on the instance that has not ended, FAILED_TEMP included. */
export async function readUnderWay(db: Db, id: VnfInstanceId): Promise<LcmOpOcc | undefined> {
  const row = await notEnded.first(db, { id });
  return row && operationOf(row);
}

/** A refusal that names the operation under way on the instance, FAILED_TEMP included. */
export async function underWay(tx: Db, id: VnfInstanceId): Promise<Outcome<never> | undefined> {
  const occ = await readUnderWay(tx, id);
  if (!occ) return undefined;
  const found = `Operation ${occ.id} (${occ.operation}) on VNF instance ${id} is ${occ.operationState}`;
  const ways = occ.plan?.rollbackSupported === true ? 'retry it, roll it back or fail it' : 'retry it or fail it';
  const next = occ.operationState === 'FAILED_TEMP' ? `${ways} first` : 'wait for its end';
  return wrongState(`${found}; ${next}.`);
}

export async function requestState(
  tx: Tx,
  request: Parameters<OperationRecords['requestState']>[0],
): Promise<Outcome<LcmOpOcc>> {
  const occ = await lockOperation(tx, request.opOccId);
  if (!occ) return notFound('operation occurrence', request.opOccId);
  if (!request.from.includes(occ.operationState)) return wrongOperationState(occ, request.from);
  const next = { ...moved(occ, request.to, request.nowMs), ...(request.error && { error: request.error }) };
  await updateOperation(tx, occ, next, isTerminal(request.to) ? freed : {});
  await tellOfState(tx, next);
  return ok(next);
}

export async function requestCancel(tx: Db, id: OpOccId, mode: 'GRACEFUL' | 'FORCEFUL'): Promise<Outcome<LcmOpOcc>> {
  const occ = await lockOperation(tx, id);
  if (!occ) return notFound('operation occurrence', id);
  if (!active.includes(occ.operationState)) return wrongOperationState(occ, active);
  const next: LcmOpOcc = { ...occ, isCancelPending: true, cancelMode: mode, revision: occ.revision + 1 };
  await updateOperation(tx, occ, next);
  return ok(next);
}

/** States in which somebody works, or should, on the operation. */
export const active: readonly OperationState[] = ['STARTING', 'PROCESSING', 'ROLLING_BACK'];

export const wrongOperationState = (occ: LcmOpOcc, wanted: readonly OperationState[]): Outcome<never> =>
  wrongState(`Operation ${occ.id} is ${occ.operationState}; this needs it to be ${wanted.join(' or ')}.`);

export async function clearLease(tx: Db, id: OpOccId): Promise<void> {
  await change.change(tx, { id, set: freed });
}
