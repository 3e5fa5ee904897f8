/** Berth itself: its processes, its store, its calls to hypervisors, its door, its disk. */
import { framed, instance } from './parts/frame.ts';
import { anyIsBad, anyIsNoted, below, calm, lossPerSecond } from './parts/levels.ts';
import {
  fact,
  happenedInAll,
  max,
  orNone,
  orNoneOf,
  ownPerSecond,
  series,
  sum,
  timed,
  timedInAll,
  within,
  withinInAll,
} from './parts/metrics.ts';
import { bars, graph, stat } from './parts/panels.ts';
import { table } from './parts/table.ts';
import { taskPanels } from './self-tasks.ts';

const chosen = { instance: '~$instance' } as const;

const processes = [
  stat({
    title: 'Versions',
    description: 'The version of each process. Replicas should have the same.',
    unit: 'none',
    levels: [['green', null]],
    width: 6,
    show: 'name',
    queries: [{ expr: series('berth_build_info', chosen), legend: '{{instance}}: {{version}}' }],
  }),
  stat({
    title: 'Up for',
    description: 'How long each process has run.',
    unit: 's',
    levels: [
      ['orange', null],
      ['green', 300],
    ],
    width: 6,
    show: 'both',
    queries: [{ expr: `time() - ${series('process_start_time_seconds', chosen)}`, legend: '{{instance}}' }],
  }),
  stat({
    title: 'Rows that cannot be read',
    description: 'Rows of the database that are damaged and left out of lists. The log names each.',
    unit: 'none',
    levels: anyIsBad,
    width: 4,
    queries: [{ expr: orNone(sum([], fact('berth_store_unreadable_rows', ['table'], chosen))), legend: 'rows' }],
  }),
  stat({
    title: 'Below the reserve',
    description:
      'Processes whose disk has less free than the reserve: packages are refused. Make room on the disk of the data directory.',
    unit: 'none',
    levels: anyIsBad,
    width: 4,
    queries: [{ expr: orNone(sum([], series('berth_data_directory_below_reserve', chosen))), legend: 'processes' }],
  }),
  stat({
    title: 'What nobody owns',
    description: 'Domains, volumes, networks and files that no VNF and no package owns. Run: berth audit',
    unit: 'none',
    levels: [
      ['green', null],
      ['yellow', 1],
    ],
    width: 4,
    queries: [
      { expr: orNone(sum([], fact('berth_audit_entries', ['host', 'kind', 'whose'], chosen))), legend: 'entries' },
    ],
  }),
];

const node = [
  graph({
    title: 'CPU',
    description: 'CPUs that each process keeps busy. Near 1, its event loop has no time left.',
    unit: 'percentunit',
    levels: below(0.7, 0.95),
    width: 8,
    queries: [{ expr: ownPerSecond('process_cpu_seconds_total', ['instance'], chosen), legend: '{{instance}}' }],
  }),
  graph({
    title: 'Event loop lag',
    description:
      'How late the event loop is: half of the time, and all but one of a hundred. Late means that everything waits.',
    unit: 's',
    levels: below(0.1, 1),
    width: 8,
    queries: [
      { expr: series('nodejs_eventloop_lag_p50_seconds', chosen), legend: '{{instance}} half' },
      { expr: series('nodejs_eventloop_lag_p99_seconds', chosen), legend: '{{instance}} 99 of 100' },
    ],
  }),
  graph({
    title: 'Memory',
    description: 'Memory of each process, and what of it its JavaScript uses.',
    unit: 'bytes',
    levels: calm,
    width: 8,
    queries: [
      { expr: series('process_resident_memory_bytes', chosen), legend: '{{instance}} resident' },
      { expr: series('nodejs_heap_size_used_bytes', chosen), legend: '{{instance}} heap' },
    ],
  }),
  graph({
    title: 'Open files',
    description: 'Open file descriptors as a part of how many there may be.',
    unit: 'percentunit',
    levels: below(0.7, 0.9),
    width: 12,
    max: 1,
    queries: [
      {
        expr: `${series('process_open_fds', chosen)} / on (job, instance) ${series('process_max_fds', chosen)}`,
        legend: '{{instance}}',
      },
    ],
  }),
  graph({
    title: 'Log lines that were dropped',
    description: 'Log lines that were dropped because what reads the log did not keep up.',
    unit: 'ops',
    levels: lossPerSecond,
    width: 12,
    queries: [{ expr: ownPerSecond('berth_log_lines_dropped_total', ['instance'], chosen), legend: '{{instance}}' }],
  }),
];

const store = [
  stat({
    title: 'Without their database',
    description:
      'Processes whose database does not answer: what is read from it is not shown, and operations wait. Start the database server, or make room on its disk.',
    unit: 'none',
    levels: anyIsBad,
    width: 4,
    height: 8,
    queries: [{ expr: orNone(`count(${series('berth_store_up', chosen)} == 0)`), legend: 'processes' }],
  }),
  graph({
    title: 'Time of the store',
    slow: true,
    description:
      'How long operations of the store took: half, and all but one of a hundred. By operation: the table below.',
    unit: 's',
    levels: below(0.1, 1),
    width: 8,
    queries: [
      { expr: within(0.5, 'berth_store_seconds', [], chosen), legend: 'half' },
      { expr: within(0.99, 'berth_store_seconds', [], chosen), legend: '99 of 100' },
    ],
  }),
  graph({
    title: 'Operations of the store',
    description: 'Operations of the store by result. trouble: the database is full, damaged or does not answer.',
    unit: 'ops',
    levels: calm,
    width: 6,
    queries: [{ expr: timed('berth_store_seconds', ['result'], chosen), legend: '{{result}}' }],
  }),
  graph({
    title: 'Size of the database',
    description: 'Size of the database, for SQLite with its write-ahead log.',
    unit: 'bytes',
    levels: calm,
    width: 6,
    queries: [{ expr: fact('berth_store_size_bytes', ['database'], chosen), legend: '{{database}}' }],
  }),
  table({
    title: 'Time of each operation of the store',
    description:
      'How often, and how long all but one of a hundred took, in all of the time that is shown, the slowest first.',
    unit: 's',
    width: 24,
    height: 9,
    labels: [{ label: 'operation', title: 'Operation' }],
    numbers: [
      { title: 'Times', unit: 'none', expr: timedInAll('berth_store_seconds', ['operation'], chosen) },
      {
        title: 'Most within',
        expr: withinInAll(0.99, 'berth_store_seconds', ['operation'], chosen),
        levels: below(0.1, 1),
      },
    ],
    sortBy: ['Most within', true],
  }),
];

const engines = [
  table({
    title: 'Time of calls to hypervisors',
    description:
      'How often, and how long all but one of a hundred took, by verb, in all of the time that is shown, the slowest first. All slow: a host is busy or its network is.',
    unit: 's',
    width: 9,
    height: 9,
    labels: [{ label: 'verb', title: 'Verb' }],
    numbers: [
      { title: 'Times', unit: 'none', expr: timedInAll('berth_engine_call_seconds', ['verb'], chosen) },
      {
        title: 'Most within',
        expr: withinInAll(0.99, 'berth_engine_call_seconds', ['verb'], chosen),
        levels: below(2.5, 10),
      },
    ],
    sortBy: ['Most within', true],
  }),
  table({
    title: 'Calls that did not go well',
    description:
      'Calls to hypervisors by result, those that were done left out, in all of the time that is shown. Empty is good.',
    unit: 'none',
    width: 8,
    height: 9,
    labels: [
      { label: 'verb', title: 'Verb' },
      { label: 'result', title: 'Result' },
    ],
    numbers: [
      {
        title: 'Times',
        levels: anyIsNoted,
        expr: timedInAll('berth_engine_call_seconds', ['verb', 'result'], { ...chosen, result: '!done' }),
      },
    ],
    sortBy: ['Times', true],
  }),
  graph({
    title: 'Child processes',
    description:
      'Hosts that a child process speaks to, those processes by role, how often one broke and a host lost its own, and events of hosts that a part of Berth missed. Simulated hosts need none.',
    unit: 'short',
    levels: calm,
    width: 7,
    height: 9,
    queries: [
      { expr: orNone(sum([], series('berth_engine_processes_up', chosen))), legend: 'hosts up' },
      { expr: orNone(max([], series('berth_engine_pool_hosts', chosen))), legend: 'most hosts in a pool' },
      {
        expr: orNoneOf('role', 'nothing', sum(['role'], series('berth_engine_pool_processes', chosen))),
        legend: 'processes for {{role}}',
      },
      {
        expr: orNoneOf('role', 'nothing', ownPerSecond('berth_engine_processes_broken_total', ['role'], chosen)),
        legend: 'broken per second {{role}}',
      },
      {
        expr: orNoneOf('host', 'of no host', ownPerSecond('berth_engine_process_restarts_total', ['host'], chosen)),
        legend: 'restarts per second {{host}}',
      },
      {
        expr: ownPerSecond('berth_host_events_missed_total', ['subscriber'], chosen),
        legend: 'events missed per second by {{subscriber}}',
      },
    ],
  }),
];

const perRoute = ['method', 'route'] as const;

const door = [
  graph({
    title: 'Requests by status',
    description: 'Answered HTTP requests by status.',
    unit: 'reqps',
    levels: calm,
    width: 8,
    height: 9,
    queries: [{ expr: ownPerSecond('berth_http_requests_total', ['status'], chosen), legend: '{{status}}' }],
  }),
  table({
    title: 'Time of requests',
    description:
      'How often, and how long all but one of a hundred took, by route, in all of the time that is shown, the slowest first.',
    unit: 's',
    width: 16,
    height: 9,
    labels: [
      { label: 'method', title: 'Method', width: 90 },
      { label: 'route', title: 'Route', width: 560 },
    ],
    numbers: [
      { title: 'Times', unit: 'none', expr: timedInAll('berth_http_request_seconds', perRoute, chosen) },
      {
        title: 'Most within',
        expr: withinInAll(0.99, 'berth_http_request_seconds', perRoute, chosen),
        levels: below(1, 5),
      },
    ],
    sortBy: ['Most within', true],
  }),
];

const packages = [
  bars({
    title: 'Packages by state',
    description: 'VNF packages by onboarding state. Why one is in ERROR: berth package show PACKAGE',
    unit: 'none',
    levels: calm,
    width: 6,
    queries: [{ expr: sum(['state'], fact('berth_packages', ['state'], chosen)), legend: '{{state}}' }],
  }),
  graph({
    title: 'Onboardings by outcome',
    description: 'Packages whose onboarding ended: onboarded, refused, broken (the upload did not arrive), or put off.',
    unit: 'short',
    levels: calm,
    width: 6,
    style: 'bars',
    queries: [{ expr: happenedInAll('berth_package_onboardings_total', ['outcome'], chosen), legend: '{{outcome}}' }],
  }),
  table({
    title: 'Time of onboarding',
    description: 'How long reading nine of ten packages took, by outcome, in all of the time that is shown.',
    unit: 's',
    width: 6,
    labels: [{ label: 'outcome', title: 'Outcome' }],
    numbers: [
      { title: 'Times', unit: 'none', expr: timedInAll('berth_package_onboarding_seconds', ['outcome'], chosen) },
      {
        title: 'Most within',
        expr: withinInAll(0.9, 'berth_package_onboarding_seconds', ['outcome'], chosen),
        levels: below(60, 300),
      },
    ],
  }),
  graph({
    title: 'Disk of the data directory',
    description:
      'What is free on the disk of the data directory, its size, and what packages leave free for the database.',
    unit: 'bytes',
    levels: calm,
    width: 6,
    queries: [
      { expr: series('berth_data_directory_free_bytes', chosen), legend: '{{instance}} free' },
      { expr: series('berth_data_directory_size_bytes', chosen), legend: '{{instance}} size' },
      { expr: series('berth_data_directory_reserve_bytes', chosen), legend: '{{instance}} reserve' },
    ],
  }),
];

export const self = framed({
  uid: 'berth-self',
  description: 'Berth itself: its processes, its database, its calls to hypervisors, its HTTP door and its disk.',
  variables: [instance()],
  rows: [
    { title: 'Now', panels: processes },
    { title: 'Its processes', panels: node },
    { title: 'Its database', panels: store },
    { title: 'Its hypervisors', panels: engines },
    { title: 'Its door', panels: door },
    { title: 'Packages and disk', panels: packages },
    { title: 'Beside requests', panels: taskPanels(chosen) },
  ],
});
