/** Metrics of background tasks: what a replica does beside requests. */
import type { MetricSpec } from './spec.js';

const labels = ['task'] as const;

export const taskMetrics = {
  taskRuns: {
    type: 'counter',
    name: 'berth_background_task_runs_total',
    help: 'Runs of a background task that have ended, by result: done or failed.',
    labels: ['task', 'result'],
  },
  taskUnderWay: {
    type: 'gauge',
    name: 'berth_background_task_under_way',
    help: 'Runs of a background task, or pieces of work that it began, that are under way.',
    labels,
  },
  taskLastDuration: {
    type: 'gauge',
    name: 'berth_background_task_last_duration_seconds',
    help: 'How long the last run of a background task took; no sample before its first has ended.',
    labels,
  },
  taskIdleSince: {
    type: 'gauge',
    name: 'berth_background_task_idle_since_timestamp_seconds',
    help: 'When the last run that ended began, Unix time; before the first, when Berth started or got the duty. Only of tasks that have a period.',
    labels,
  },
  taskPeriod: {
    type: 'gauge',
    name: 'berth_background_task_period_seconds',
    help: 'From the begin of one run to the begin of the next; no sample for tasks that run only when they are asked for.',
    labels,
  },
  taskFailing: {
    type: 'gauge',
    name: 'berth_background_task_failing',
    help: '1 while the last run of a background task has failed; it is tried again.',
    labels,
  },
  taskOverdue: {
    type: 'gauge',
    name: 'berth_background_task_overdue',
    help: '1 while a run of a background task takes longer than it may.',
    labels,
  },
  taskOnDuty: {
    type: 'gauge',
    name: 'berth_background_task_on_duty',
    help: '1 on the replica that does a background task, 0 on those that leave it to another.',
    labels,
  },
} as const satisfies Record<string, MetricSpec>;
