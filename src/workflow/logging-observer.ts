/**
 * One log line per state change of an operation, whatever caused it.
 */
import type { LcmOpOcc } from '../lifecycle/model.js';
import { defined } from '../shared/defined.js';
import type { Log } from '../shared/log.js';
import type { OperationObserver } from './observer.js';

/** Passes calls on to `next`. FAILED_TEMP and FAILED are warnings, with their problem. */
export const loggingObserver = (log: Log, next: OperationObserver): OperationObserver => ({
  operationEntered: (occ, left) => {
    next.operationEntered(occ, left);
    const level = occ.operationState === 'FAILED_TEMP' || occ.operationState === 'FAILED' ? 'warn' : 'info';
    log[level](fieldsOf(occ), 'the operation changed state');
  },
  stepFinished: (kind, result, ms) => {
    next.stepFinished(kind, result, ms);
  },
});

const fieldsOf = (occ: LcmOpOcc): Readonly<Record<string, unknown>> => ({
  opOccId: occ.id,
  vnfInstanceId: occ.vnfInstanceId,
  operation: occ.operation,
  operationState: occ.operationState,
  ...defined({ error: occ.error }),
});
