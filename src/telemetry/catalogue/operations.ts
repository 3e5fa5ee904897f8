/** Metrics of operation occurrences and their steps. */
import { callSeconds, type MetricSpec } from './spec.js';

export const operationMetrics = {
  operations: {
    type: 'counter',
    name: 'berth_operations_total',
    help: 'Operation occurrences that entered a state: STARTING counts those begun, COMPLETED those done.',
    labels: ['operation', 'state'],
  },
  operationState: {
    type: 'histogram',
    name: 'berth_operation_state_seconds',
    help: 'How long operation occurrences stayed in a state before they left it.',
    labels: ['operation', 'state'],
    buckets: callSeconds,
  },
  step: {
    type: 'histogram',
    name: 'berth_step_seconds',
    help: 'Duration of steps by kind and result: done, failed, undone or undo-failed.',
    labels: ['kind', 'result'],
    buckets: callSeconds,
  },
  operationsRemoved: {
    type: 'counter',
    name: 'berth_operations_removed_total',
    help: 'Operations that had ended long ago and were removed (`keepOperations`, `keepOperationDays`).',
    labels: [],
  },
} as const satisfies Record<string, MetricSpec>;
