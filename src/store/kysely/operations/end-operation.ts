/**
 * How an operation ends or is parked: its state, the instance and the claims change in one transaction.
 */
import { ok, type Outcome } from '../../../shared/outcome.js';
import type { Problem } from '../../../shared/problem.js';
import { withoutGuestContent } from '../../../lifecycle/ended-plan.js';
import { isTerminal, type LcmOpOcc } from '../../../lifecycle/model.js';
import type { OperationEnd } from '../../operations.js';
import type { Tx } from '../schema.js';
import { nameOwners, releaseUnnamed } from '../claims/allocations.js';
import { tellOfState } from '../instances/instance-events.js';
import { changeInstance } from '../instances/instances.js';
import { readHeld } from './leases.js';
import { freed } from '../rows/free-lease.js';
import { write } from '../rows/json.js';
import { lockOperation, moved, updateOperation, wrongOperationState } from './operations.js';
import { notFound } from '../rows/refusals.js';

export async function endOperation(tx: Tx, end: OperationEnd): Promise<LcmOpOcc> {
  return apply(tx, await readHeld(tx, end.opOccId, end.token), end);
}

export async function failOperation(tx: Tx, end: Omit<OperationEnd, 'token' | 'state'>): Promise<Outcome<LcmOpOcc>> {
  const occ = await lockOperation(tx, end.opOccId);
  if (!occ) return notFound('operation occurrence', end.opOccId);
  if (occ.operationState !== 'FAILED_TEMP') return wrongOperationState(occ, ['FAILED_TEMP']);
  return ok(await apply(tx, occ, { ...end, state: 'FAILED' }));
}

async function apply(tx: Tx, occ: LcmOpOcc, end: Omit<OperationEnd, 'token'>): Promise<LcmOpOcc> {
  const next = withReasons(moved(occ, end.state, end.nowMs), end);
  // Free, and its steps begin again when it goes on.
  await updateOperation(tx, occ, next, { ...freed, waited: null, ...planForReaders(next) });
  await changeInstance(tx, occ.vnfInstanceId, end.instance);
  await nameOwners(tx, occ.vnfInstanceId, end.instance?.instantiated);
  if (isTerminal(next.operationState)) await releaseUnnamed(tx, occ.vnfInstanceId, end.instance?.instantiated);
  await tellOfState(tx, next);
  return next;
}

/** Once it has ended, nobody runs a step of it any more. */
function planForReaders({ operationState, plan }: LcmOpOcc): { readonly plan?: string } {
  if (plan === undefined || !isTerminal(operationState)) return {};
  const clean = withoutGuestContent(plan);
  return clean === plan ? {} : { plan: write(clean) };
}

/** What went wrong earlier stays readable unless all went well in the end. */
function withReasons(occ: LcmOpOcc, end: Omit<OperationEnd, 'token'>): LcmOpOcc {
  const { error: earlier, ...rest } = occ;
  const error: Problem | undefined = end.error ?? (end.state === 'COMPLETED' ? undefined : earlier);
  return {
    ...rest,
    ...(error && { error }),
    ...(end.explanation !== undefined && { explanation: end.explanation }),
  };
}
