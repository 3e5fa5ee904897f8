import { describe, expect, it } from '@jest/globals';
import type { LcmOpOcc, OperationState } from '../../src/lifecycle/model.js';
import { opOccId, vnfInstanceId } from '../../src/shared/ids.js';
import { problem } from '../../src/shared/problem.js';
import { loggingObserver } from '../../src/workflow/logging-observer.js';
import { deafObserver } from '../../src/workflow/observer.js';

const occ = (operationState: OperationState, error?: ReturnType<typeof problem>): LcmOpOcc => ({
  id: opOccId('occ-1'),
  vnfInstanceId: vnfInstanceId('vnf-1'),
  operation: 'SCALE',
  operationState,
  startTimeMs: 0,
  stateEnteredTimeMs: 0,
  isAutomaticInvocation: false,
  operationParams: { secret: 'x' },
  isCancelPending: false,
  revision: 1,
  ...(error === undefined ? {} : { error }),
});

describe('the log of operations', () => {
  it('has one line per state, a warning with the problem when it is parked, and never the request’s parameters', () => {
    const lines: unknown[] = [];
    const line = (level: string) => (fields: object, message: string) => lines.push({ level, ...fields, message });
    const told: OperationState[] = [];
    const observer = loggingObserver(
      { info: line('info'), warn: line('warn'), error: line('error') },
      { ...deafObserver, operationEntered: ({ operationState }) => told.push(operationState) },
    );
    const error = problem('step-failed', 'Step x failed.');
    observer.operationEntered(occ('STARTING'));
    observer.operationEntered(occ('FAILED_TEMP', error), { state: 'PROCESSING', ms: 5 });
    const same = {
      opOccId: 'occ-1',
      vnfInstanceId: 'vnf-1',
      operation: 'SCALE',
      message: 'the operation changed state',
    };
    expect(lines).toEqual([
      { ...same, level: 'info', operationState: 'STARTING' },
      { ...same, level: 'warn', operationState: 'FAILED_TEMP', error },
    ]);
    expect(told).toEqual(['STARTING', 'FAILED_TEMP']);
  });
});
