/** What Berth does beside requests: panels of the dashboard of Berth itself. */
import { anyIsBad, calm } from './parts/levels.ts';
import { max, ownPerSecond, series } from './parts/metrics.ts';
import { type AnyPanel, graph } from './parts/panels.ts';
import { table } from './parts/table.ts';

const perTask = ['instance', 'task'] as const;

export const taskPanels = (chosen: { readonly instance: '~$instance' }): readonly AnyPanel[] => [
  table({
    title: 'Background tasks',
    description:
      'What each process does beside requests. Began: how long ago the last run did. Failing: the last run failed. Overdue: a run hangs. What went wrong: berth task list',
    unit: 's',
    width: 16,
    height: 12,
    labels: [
      { label: 'instance', title: 'Instance', width: 150 },
      { label: 'task', title: 'Task', width: 180 },
    ],
    numbers: [
      { title: 'Every', expr: max(perTask, series('berth_background_task_period_seconds', chosen)) },
      { title: 'Took', expr: max(perTask, series('berth_background_task_last_duration_seconds', chosen)) },
      {
        title: 'Began',
        expr: `time() - ${max(perTask, series('berth_background_task_idle_since_timestamp_seconds', chosen))}`,
      },
      {
        title: 'On duty',
        unit: 'none',
        expr: max(perTask, series('berth_background_task_on_duty', chosen)),
      },
      {
        title: 'Under way',
        unit: 'none',
        expr: max(perTask, series('berth_background_task_under_way', chosen)),
      },
      {
        title: 'Failing',
        unit: 'none',
        levels: anyIsBad,
        expr: max(perTask, series('berth_background_task_failing', chosen)),
      },
      {
        title: 'Overdue',
        unit: 'none',
        levels: anyIsBad,
        expr: max(perTask, series('berth_background_task_overdue', chosen)),
      },
    ],
    sortBy: ['Failing', true],
  }),
  graph({
    title: 'Runs of background tasks that failed',
    description: 'Runs that failed in a second, by task. They are tried again, ever more seldom.',
    unit: 'ops',
    levels: calm,
    width: 8,
    height: 12,
    queries: [
      {
        expr: ownPerSecond('berth_background_task_runs_total', ['task'], { ...chosen, result: 'failed' }),
        legend: '{{task}}',
      },
    ],
  }),
];
