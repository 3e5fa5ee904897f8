/** Placement: what is refused and by which constraint, what is stranded, how much more fits, how long it takes. */
import { howManyFit, whatEndsIt } from './parts/capacity.ts';
import { cellColumn, hostColumn } from './parts/columns.ts';
import { framed } from './parts/frame.ts';
import { anyIsBad, anyIsNoted, below, calm } from './parts/levels.ts';
import { fact, happenedInAll, orNoneOf, ownPerSecond, sum, timedEach, withinInAll } from './parts/metrics.ts';
import { graph, stat } from './parts/panels.ts';
import { table } from './parts/table.ts';

const decisions = [
  graph({
    title: 'Decisions',
    description:
      'Placements by operation and outcome: placed, refused, or lost to another that took the same first, and placed again.',
    unit: 'short',
    levels: calm,
    width: 8,
    style: 'bars',
    leadsTo: { uid: 'berth-operations', choose: {} },
    queries: [
      { expr: happenedInAll('berth_placements_total', ['operation', 'outcome']), legend: '{{operation}} {{outcome}}' },
    ],
  }),
  graph({
    title: 'Refusals by constraint',
    description:
      'What refused the last hosts that were left. cpus: dedicated CPUs; pages: hugepages of one cell; functions: VFs of a network. The operation’s own error says it for each host: berth op show OPERATION',
    unit: 'short',
    levels: anyIsBad,
    width: 8,
    style: 'bars',
    queries: [{ expr: happenedInAll('berth_placement_refusals_total', ['constraint']), legend: '{{constraint}}' }],
  }),
  graph({
    title: 'Lost races',
    description:
      'Plans that found what they had chosen taken by another process. A few are well; many mean too many at once.',
    unit: 'ops',
    levels: below(0.1, 1),
    width: 8,
    queries: [
      {
        expr: orNoneOf(
          'operation',
          'none',
          ownPerSecond('berth_placements_total', ['operation'], { outcome: 'lost_race' }),
        ),
        legend: '{{operation}}',
      },
    ],
  }),
];

const room = [howManyFit(9), whatEndsIt(15)];

const perStranded = ['host', 'cell', 'resource'] as const;

const stranded = [
  table({
    title: 'What is stranded',
    description:
      'Free CPUs and memory of a cell that are of no use, as the resource named is used up there. Click a host for what holds it.',
    unit: 'none',
    width: 12,
    height: 9,
    labels: [hostColumn, cellColumn, { label: 'resource', title: 'For want of' }],
    numbers: [
      { title: 'CPUs', levels: anyIsNoted, expr: fact('berth_host_stranded_cpus', perStranded) },
      {
        title: 'Memory',
        unit: 'bytes',
        levels: anyIsNoted,
        expr: fact('berth_host_stranded_memory_bytes', perStranded),
      },
    ],
    sortBy: ['CPUs', true],
  }),
  graph({
    title: 'Stranded CPUs of the fleet',
    slow: true,
    description: 'Free CPUs that are of no use, by what their cells have no more of.',
    unit: 'short',
    levels: anyIsNoted,
    width: 6,
    height: 9,
    style: 'stack',
    queries: [
      { expr: sum(['resource'], fact('berth_host_stranded_cpus', perStranded)), legend: 'without {{resource}}' },
    ],
  }),
  graph({
    title: 'Stranded memory of the fleet',
    slow: true,
    description: 'Free memory that is of no use, likewise.',
    unit: 'bytes',
    levels: anyIsNoted,
    width: 6,
    height: 9,
    style: 'stack',
    queries: [
      {
        expr: sum(['resource'], fact('berth_host_stranded_memory_bytes', perStranded)),
        legend: 'without {{resource}}',
      },
    ],
  }),
];

const time = [
  stat({
    title: 'Time of the search',
    description:
      'How long the search for hosts, cells and cores took: half, and all but one of a hundred, in all of the time that is shown.',
    unit: 's',
    levels: below(1, 5),
    width: 5,
    height: 8,
    show: 'both',
    queries: [
      { expr: withinInAll(0.5, 'berth_placement_seconds', []), legend: 'half' },
      { expr: withinInAll(0.99, 'berth_placement_seconds', []), legend: '99 of 100' },
    ],
  }),
  stat({
    title: 'Time of the commit',
    description: 'How long it took to write a plan with its claims, lost races included, likewise.',
    unit: 's',
    levels: below(0.5, 2),
    width: 5,
    height: 8,
    show: 'both',
    queries: [
      { expr: withinInAll(0.5, 'berth_placement_commit_seconds', []), legend: 'half' },
      { expr: withinInAll(0.99, 'berth_placement_commit_seconds', []), legend: '99 of 100' },
    ],
  }),
  graph({
    title: 'Searches and commits',
    description: 'How many there were. A search without a commit was refused, or asked for only.',
    unit: 'short',
    levels: calm,
    width: 8,
    style: 'bars',
    queries: [
      { expr: timedEach('berth_placement_seconds'), legend: 'searches' },
      { expr: timedEach('berth_placement_commit_seconds'), legend: 'commits' },
    ],
  }),
  stat({
    title: 'Counted',
    description: 'How long ago it was counted how many more fit. It is counted again by itself.',
    unit: 's',
    levels: below(300, 3600),
    width: 3,
    height: 8,
    queries: [{ expr: `time() - ${fact('berth_vnfd_capacity_timestamp_seconds', [])}`, legend: 'ago' }],
  }),
  stat({
    title: 'Counting took',
    description: 'How long it took to count it.',
    unit: 's',
    levels: below(5, 30),
    width: 3,
    height: 8,
    queries: [{ expr: fact('berth_vnfd_capacity_seconds', []), legend: 'took' }],
  }),
];

export const placement = framed({
  uid: 'berth-placement',
  description: 'Placement: what is refused and by which constraint, what is stranded, and how much more fits.',
  rows: [
    { title: 'Decisions', panels: decisions },
    { title: 'Room', panels: room },
    { title: 'Stranded', panels: stranded },
    { title: 'Time', panels: time },
  ],
});
