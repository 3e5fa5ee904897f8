/** Metrics of what Berth stands on: its database, and the calls to hypervisors with their child processes. */
import type { MetricSpec } from './spec.js';

const verbSeconds = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 60] as const;

export const internalMetrics = {
  storeUp: {
    type: 'gauge',
    name: 'berth_store_up',
    help: '1 while the database answers; while it does not, what is read from it has no samples.',
    labels: [],
  },
  storeCall: {
    type: 'histogram',
    name: 'berth_store_seconds',
    help: 'How long operations of the store took, by result: done, trouble (the database is full, damaged or does not answer) or failed.',
    labels: ['operation', 'result'],
    buckets: verbSeconds,
  },
  storeSize: {
    type: 'gauge',
    name: 'berth_store_size_bytes',
    help: 'Size of the database, sqlite (file and write-ahead log) or postgresql; no sample while it does not tell.',
    labels: ['database'],
  },

  engineCall: {
    type: 'histogram',
    name: 'berth_engine_call_seconds',
    help: 'How long calls to hypervisors took, by verb and result: done, not_found, conflict, busy, rejected, unavailable, timeout, or fault (of Berth’s own).',
    labels: ['verb', 'result'],
    buckets: verbSeconds,
  },
  engineProcessRestarts: {
    type: 'counter',
    name: 'berth_engine_process_restarts_total',
    help: 'How often the child process that speaks to the host was restarted since Berth started.',
    labels: ['host'],
  },
  engineProcesses: {
    type: 'gauge',
    name: 'berth_engine_processes_up',
    help: 'Hosts that a child process speaks to now; simulated hosts need none.',
    labels: [],
  },
  enginePoolHosts: {
    type: 'gauge',
    name: 'berth_engine_pool_hosts',
    help: 'Hosts that share the processes of a pool; pools are numbered from 1, and a number is used again. The first 100.',
    labels: ['pool'],
  },
  enginePoolProcesses: {
    type: 'gauge',
    name: 'berth_engine_pool_processes',
    help: 'Child processes of a pool by role: calls, events, or both (the test driver of libvirt). The first 100 pools.',
    labels: ['pool', 'role'],
  },
  engineProcessesBroken: {
    type: 'counter',
    name: 'berth_engine_processes_broken_total',
    help: 'Child processes that ended by themselves, or were ended because a host did not answer, by role.',
    labels: ['role'],
  },
  hostEventsMissed: {
    type: 'counter',
    name: 'berth_host_events_missed_total',
    help: 'Events of hosts that a part of Berth did not keep up with; it then looks at the host instead.',
    labels: ['subscriber'],
  },
} as const satisfies Record<string, MetricSpec>;
