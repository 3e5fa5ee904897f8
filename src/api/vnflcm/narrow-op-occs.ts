/**
 * What a filter on operation occurrences lets the database leave out.
 */
import { lcmOperations } from '../../lifecycle/model.js';
import type { OpOccWhere } from '../../store/operations.js';
import type { Narrowing } from '../sol013/narrowing.js';
import { defined } from '../../shared/defined.js';

const states = ['STARTING', 'PROCESSING', 'COMPLETED', 'FAILED_TEMP', 'FAILED', 'ROLLING_BACK', 'ROLLED_BACK'] as const;

export function opOccWhere(narrowing: Narrowing, idName = 'id'): OpOccWhere {
  const given = {
    ids: narrowing.allowed(idName),
    instanceIds: narrowing.allowed('vnfInstanceId'),
    states: narrowing.among('operationState', states),
    operations: narrowing.among('operation', lcmOperations),
  };
  const { fromMs, untilMs } = narrowing.span('startTime');
  return {
    ...Object.fromEntries(Object.entries(given).filter(([, values]) => values !== undefined)),
    ...defined({ startFromMs: fromMs, startUntilMs: untilMs }),
  };
}
