/**
 * Operations that have not ended, as the database has them: true after a restart, and the same from every replica.
 */
import type { OpenOperation, OpenOperations } from '../store/figures.js';
import { catalogue } from './catalogue.js';
import type { Instruments } from './instruments.js';
import { openStates, operations } from './vocabulary.js';

/** Operations with series of their own: those that are longest in their state. */
export const mostOperations = 50;

export function showOperations(to: Instruments, open: OpenOperations): void {
  to.replace(
    catalogue.operationsOpen,
    operations.flatMap((operation) =>
      openStates.map((state) => ({ labels: { operation, state }, value: countOf(open, operation, state) })),
    ),
  );
  to.replace(catalogue.operationsWaiting, [{ labels: {}, value: open.waiting }]);
  const longest = open.longest.slice(0, mostOperations);
  to.replace(
    catalogue.operationOpenSince,
    longest.map((each) => ({ labels: labelsOf(each), value: each.stateEnteredTimeMs / 1000 })),
  );
  to.replace(
    catalogue.operationProgress,
    longest.flatMap((each) =>
      each.journalMs === undefined ? [] : [{ labels: labelsOf(each), value: each.journalMs / 1000 }],
    ),
  );
}

const countOf = ({ counts }: OpenOperations, operation: string, state: string): number =>
  counts.find((each) => each.operation === operation && each.state === state)?.count ?? 0;

const labelsOf = ({ id, operation, state, vnfInstanceId }: OpenOperation) => ({
  operation_id: id,
  operation,
  state,
  vnf_instance_id: vnfInstanceId,
});
