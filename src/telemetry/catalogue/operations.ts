/** Metrics of operation occurrences and their steps. */
import { callSeconds, type MetricSpec } from './spec.js';

const perOperation = ['operation_id', 'operation', 'state', 'vnf_instance_id'] as const;

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
  operationsOpen: {
    type: 'gauge',
    name: 'berth_operations_open',
    help: 'Operation occurrences that have not ended, FAILED_TEMP included, as the database has them.',
    labels: ['operation', 'state'],
  },
  operationOpenSince: {
    type: 'gauge',
    name: 'berth_operation_open_since_timestamp_seconds',
    help: 'When an operation that has not ended entered its state, Unix time: stuck since. The 50 that are longest in theirs.',
    labels: perOperation,
  },
  operationProgress: {
    type: 'gauge',
    name: 'berth_operation_progress_timestamp_seconds',
    help: 'When the last step of these operations began or ended, Unix time; no sample before the first.',
    labels: perOperation,
  },
  operationsDriven: {
    type: 'gauge',
    name: 'berth_operations_driven',
    help: 'Operations that this process carries forward now.',
    labels: [],
  },
  operationsWaiting: {
    type: 'gauge',
    name: 'berth_operations_waiting',
    help: 'Operations in STARTING, PROCESSING or ROLLING_BACK that no process holds: they wait for one.',
    labels: [],
  },
  leasesLost: {
    type: 'counter',
    name: 'berth_leases_lost_total',
    help: 'Operations that this process carried and another took over, as it had not renewed its lease in time.',
    labels: [],
  },

  operationsRemoved: {
    type: 'counter',
    name: 'berth_operations_removed_total',
    help: 'Operations that had ended long ago and were removed (`keepOperations`, `keepOperationDays`).',
    labels: [],
  },
} as const satisfies Record<string, MetricSpec>;
