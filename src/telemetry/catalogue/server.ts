/** Metrics of the server itself: its disk, its log, its HTTP, what it tells others. */
import { callSeconds, type MetricSpec } from './spec.js';

export const serverMetrics = {
  buildInfo: { type: 'gauge', name: 'berth_build_info', help: 'Always 1; the version of Berth.', labels: ['version'] },
  dataSize: {
    type: 'gauge',
    name: 'berth_data_directory_size_bytes',
    help: 'Size of the file system that the data directory is on; no sample where it does not say.',
    labels: ['folder'],
  },
  dataFree: {
    type: 'gauge',
    name: 'berth_data_directory_free_bytes',
    help: 'Bytes of that file system that Berth may still write.',
    labels: ['folder'],
  },
  dataReserve: {
    type: 'gauge',
    name: 'berth_data_directory_reserve_bytes',
    help: 'What packages leave free of it for the database (`reserveMiB`).',
    labels: ['folder'],
  },
  dataBelowReserve: {
    type: 'gauge',
    name: 'berth_data_directory_below_reserve',
    help: '1 while less is free than the reserve: packages are refused, the database goes on.',
    labels: ['folder'],
  },
  notifications: {
    type: 'counter',
    name: 'berth_notifications_total',
    help: 'Notifications by outcome: delivered, failed (one attempt; retried later) or dropped (not retried).',
    labels: ['outcome'],
  },
  notificationsPending: {
    type: 'gauge',
    name: 'berth_notifications_pending',
    help: 'Notifications that wait to be delivered, of all subscriptions.',
    labels: [],
  },
  notificationsOldest: {
    type: 'gauge',
    name: 'berth_notifications_oldest_timestamp_seconds',
    help: 'When what the oldest waiting notification tells happened, Unix time; 0 when none waits.',
    labels: [],
  },
  auditEntries: {
    type: 'gauge',
    name: 'berth_audit_entries',
    help: 'What no VNF instance and no package owns, by host (empty: the data directory), kind and whose it is: this, another or an unknown installation.',
    labels: ['host', 'kind', 'whose'],
  },
  unreadableRows: {
    type: 'gauge',
    name: 'berth_store_unreadable_rows',
    help: 'Rows of the database that cannot be read and are left out of lists; the log names each.',
    labels: ['table'],
  },
  logDropped: {
    type: 'counter',
    name: 'berth_log_lines_dropped_total',
    help: 'Log lines that were dropped because what reads the log did not keep up; a line says so once it does.',
    labels: [],
  },
  auditLost: {
    type: 'counter',
    name: 'berth_audit_log_lines_lost_total',
    help: 'Lines of the audit log that were never written, as the file could not be; the log says why. Absent without `auditLog`.',
    labels: [],
  },
  tlsExpires: {
    type: 'gauge',
    name: 'berth_tls_expires_timestamp_seconds',
    help: 'When the certificate of the listener expires, Unix time; absent without TLS.',
    labels: [],
  },
  tlsRefused: {
    type: 'gauge',
    name: 'berth_tls_files_refused',
    help: '1 while certificate and key in the files cannot be used and the former ones stay in force; the log says why. Absent without TLS.',
    labels: [],
  },
  httpRequests: {
    type: 'counter',
    name: 'berth_http_requests_total',
    help: 'Answered HTTP requests.',
    labels: ['method', 'route', 'status'],
  },
  httpDuration: {
    type: 'histogram',
    name: 'berth_http_request_seconds',
    help: 'Time from the head of a request to the end of its answer.',
    labels: ['method', 'route'],
    buckets: callSeconds,
  },
} as const satisfies Record<string, MetricSpec>;
