/** Operations: which are stuck and since when, which failed, what undoes them, where their time goes. */
import { idWidth, vnfColumn, vnfIdColumn } from './parts/columns.ts';
import { framed } from './parts/frame.ts';
import { anyIsBad, anyIsNoted, below, calm } from './parts/levels.ts';
import {
  fact,
  grownInAll,
  happenedInAll,
  named,
  orNone,
  ownPerSecond,
  series,
  sum,
  timedInAll,
  withinInAll,
} from './parts/metrics.ts';
import { graph, sentences, stat } from './parts/panels.ts';
import { table } from './parts/table.ts';

const perOperation = ['operation_id', 'operation', 'state', 'vnf_instance_id'] as const;
const since = fact('berth_operation_open_since_timestamp_seconds', perOperation);
const progress = fact('berth_operation_progress_timestamp_seconds', perOperation);

const now = [
  stat({
    title: 'To decide on',
    description: 'Operations in FAILED_TEMP. They hold what they have until somebody decides.',
    unit: 'none',
    levels: anyIsBad,
    width: 4,
    queries: [
      {
        expr: orNone(sum([], fact('berth_operations_open', ['operation', 'state'], { state: 'FAILED_TEMP' }))),
        legend: 'to decide on',
      },
    ],
  }),
  stat({
    title: 'Under way',
    description: 'Operations that move: STARTING, PROCESSING or ROLLING_BACK.',
    unit: 'none',
    levels: calm,
    width: 4,
    queries: [
      {
        expr: orNone(sum([], fact('berth_operations_open', ['operation', 'state'], { state: '!FAILED_TEMP' }))),
        legend: 'under way',
      },
    ],
  }),
  stat({
    title: 'Driven',
    description: 'Operations that processes of Berth carry forward now.',
    unit: 'none',
    levels: calm,
    width: 4,
    queries: [{ expr: orNone(sum([], series('berth_operations_driven'))), legend: 'driven' }],
  }),
  stat({
    title: 'Waiting for a process',
    description:
      'Operations that should move and that no process holds. If it stays so, Berth’s processes are down or busy.',
    unit: 'none',
    levels: anyIsNoted,
    width: 4,
    queries: [{ expr: orNone(sum([], fact('berth_operations_waiting', []))), legend: 'waiting' }],
  }),
  stat({
    title: 'Longest in its state',
    description: 'How long the operation that moved least recently has been in its state.',
    unit: 's',
    levels: below(300, 900),
    width: 4,
    queries: [
      { expr: orNone(`max(time() - ${series('berth_operation_open_since_timestamp_seconds')})`), legend: 'oldest' },
    ],
  }),
  stat({
    title: 'Leases lost',
    description:
      'Operations that one process took over from another that had stopped renewing its lease, in the time that is shown.',
    unit: 'none',
    levels: anyIsNoted,
    width: 4,
    queries: [{ expr: orNone(grownInAll('berth_leases_lost_total', [])), legend: 'lost' }],
  }),
];

const stuck = [
  table({
    title: 'Open operations',
    description:
      'The operations that have been longest in their state. Last step: how long ago a step began or ended; long means stuck. Take the operation’s id to the commands beside.',
    unit: 's',
    width: 16,
    height: 11,
    labels: [
      { label: 'operation', title: 'Operation' },
      { label: 'state', title: 'State' },
      vnfColumn,
      { label: 'operation_id', title: 'Operation id', width: idWidth },
      vnfIdColumn,
    ],
    numbers: [
      { title: 'In state for', expr: `time() - (${since})`, levels: below(300, 900) },
      { title: 'Last step ago', expr: `time() - (${progress})`, levels: below(300, 900) },
      { title: 'Known', expr: named(`(${since}) * 0`), hidden: true },
    ],
    sortBy: ['In state for', true],
  }),
  sentences({
    title: 'Which command undoes it',
    description: 'What can be done about an operation, by its state.',
    width: 8,
    height: 11,
    content: [
      'Why it stands: `berth op show OPERATION`',
      '',
      'It failed (FAILED_TEMP):',
      '',
      '- `berth op rollback OPERATION` undoes what was done',
      '- `berth op retry OPERATION` goes on at the step that failed',
      '- `berth op fail OPERATION` gives it up; what is real stays',
      '',
      'It moves (STARTING, PROCESSING): `berth op cancel OPERATION` stops it at the next safe point, then decide as above.',
      '',
      'It ended: scale out is undone by `berth vnf scale VNF in --aspect ASPECT`, stop by `berth vnf operate VNF start`, instantiate by `berth vnf terminate VNF`.',
    ].join('\n'),
  }),
];

const through = [
  graph({
    title: 'Operations that ended',
    description: 'Operations by how they ended.',
    unit: 'short',
    levels: calm,
    width: 12,
    style: 'bars',
    queries: [
      {
        expr: happenedInAll('berth_operations_total', ['operation', 'state'], {
          state: '~COMPLETED|FAILED|ROLLED_BACK',
        }),
        legend: '{{operation}} {{state}}',
      },
    ],
  }),
  graph({
    title: 'Operations that failed',
    description: 'Operations that came to FAILED_TEMP, were given up or rolled back.',
    unit: 'short',
    levels: anyIsBad,
    width: 12,
    style: 'bars',
    queries: [
      {
        expr: happenedInAll('berth_operations_total', ['operation', 'state'], {
          state: '~FAILED_TEMP|FAILED|ROLLED_BACK',
        }),
        legend: '{{operation}} {{state}}',
      },
    ],
  }),
  graph({
    title: 'Open operations by state',
    description: 'Operations that have not ended, by kind and state.',
    unit: 'short',
    levels: calm,
    width: 24,
    style: 'stack',
    empty: 'none in this time',
    queries: [
      {
        expr: `${sum(['operation', 'state'], fact('berth_operations_open', ['operation', 'state']))} > 0`,
        legend: '{{operation}} {{state}}',
      },
    ],
  }),
];

const perState = ['operation', 'state'] as const;
const perStep = ['kind', 'result'] as const;

const time = [
  table({
    title: 'Time in each state',
    description:
      'How long nine of ten operations were in a state before they left it, in all of the time that is shown. STARTING is the plan, PROCESSING the work.',
    unit: 's',
    width: 9,
    height: 9,
    labels: [
      { label: 'operation', title: 'Operation' },
      { label: 'state', title: 'State' },
    ],
    numbers: [
      { title: 'Times', unit: 'none', expr: timedInAll('berth_operation_state_seconds', perState) },
      {
        title: 'Most within',
        expr: withinInAll(0.9, 'berth_operation_state_seconds', perState),
        levels: below(60, 300),
      },
    ],
    sortBy: ['Most within', true],
  }),
  table({
    title: 'Time of each kind of step',
    description: 'How long nine of ten steps took, by kind and result, in all of the time that is shown.',
    unit: 's',
    width: 8,
    height: 9,
    labels: [
      { label: 'kind', title: 'Step' },
      { label: 'result', title: 'Result' },
    ],
    numbers: [
      { title: 'Times', unit: 'none', expr: timedInAll('berth_step_seconds', perStep) },
      { title: 'Most within', expr: withinInAll(0.9, 'berth_step_seconds', perStep), levels: below(30, 120) },
    ],
    sortBy: ['Most within', true],
  }),
  table({
    title: 'Steps that did not go well',
    description:
      'Steps that failed, were undone, or whose undo failed, in all of the time that is shown. Empty is good. Why: berth op show OPERATION',
    unit: 'none',
    width: 7,
    height: 9,
    labels: [
      { label: 'kind', title: 'Step' },
      { label: 'result', title: 'Result' },
    ],
    numbers: [
      { title: 'Times', levels: anyIsBad, expr: timedInAll('berth_step_seconds', perStep, { result: '!done' }) },
    ],
    sortBy: ['Times', true],
  }),
];

const rest = [
  graph({
    title: 'Notifications',
    description: 'Notifications to subscribers by outcome: delivered, failed (tried again) or dropped for good.',
    unit: 'ops',
    levels: calm,
    width: 6,
    queries: [{ expr: ownPerSecond('berth_notifications_total', ['outcome']), legend: '{{outcome}}' }],
  }),
  graph({
    title: 'Notifications that wait',
    description: 'Notifications that wait to be delivered.',
    unit: 'short',
    levels: below(100, 1000),
    width: 6,
    queries: [{ expr: fact('berth_notifications_pending', []), legend: 'waiting' }],
  }),
  graph({
    title: 'Age of the oldest notification',
    description:
      'How long ago the oldest thing happened that a subscriber was not told of yet; nought while none waits.',
    unit: 's',
    levels: below(300, 3600),
    width: 6,
    queries: [
      {
        expr: `(time() - (${fact('berth_notifications_oldest_timestamp_seconds', [])} > 0)) or ${fact('berth_notifications_oldest_timestamp_seconds', [])}`,
        legend: 'oldest',
      },
    ],
  }),
  graph({
    title: 'Old operations that were removed',
    description:
      'Operations that ended long ago and were removed, as the configuration says (keepOperations, keepOperationDays).',
    unit: 'ops',
    levels: calm,
    width: 6,
    queries: [{ expr: ownPerSecond('berth_operations_removed_total', []), legend: 'removed' }],
  }),
];

export const operations = framed({
  uid: 'berth-operations',
  description: 'Operations: which are stuck and since when, which failed, and which command undoes them.',
  rows: [
    { title: 'Now', panels: now },
    { title: 'What is stuck, and which command undoes it', panels: stuck },
    { title: 'What changed', panels: through },
    { title: 'Where their time goes', panels: time },
    { title: 'Who is told of it', panels: rest },
  ],
});
