/** How background tasks do, as metrics. */
import { expect, test } from '@jest/globals';
import { Instruments } from '../../src/telemetry/instruments.js';
import { showTasks } from '../../src/telemetry/task-metrics.js';
import type { TaskState } from '../../src/workflow/background/background-view.js';
import { lines, textOf } from './page-world.js';
import { systemClock } from '../../src/system.js';

const task = (change: Partial<TaskState>): TaskState => ({
  ...{ name: 'sweep', does: 'sweeping', isDuty: false, isOnDuty: true, underWay: 0, isOverdue: false },
  ...{ runs: 0, failures: 0, failuresInRow: 0 },
  ...change,
});

/** Names without their beginning, and values. */
async function shown(...tasks: readonly TaskState[]): Promise<readonly string[]> {
  const instruments = new Instruments(systemClock);
  showTasks(instruments, tasks);
  const page = await textOf(instruments.page());
  return page
    .split('\n')
    .filter((line) => line.startsWith('berth_background_task_'))
    .map((line) => line.replace('berth_background_task_', ''))
    .toSorted();
}

test('a task that fails, with its period and its last run', async () => {
  const last = { beganMs: 5_000, tookMs: 1_500 };
  const failing = task({ everyMs: 10_000, runs: 7, failures: 3, failuresInRow: 2, last, idleSinceMs: 5_000 });
  expect(await shown(failing)).toEqual([
    'failing{task="sweep"} 1',
    'idle_since_timestamp_seconds{task="sweep"} 5',
    'last_duration_seconds{task="sweep"} 1.5',
    'on_duty{task="sweep"} 1',
    'overdue{task="sweep"} 0',
    'period_seconds{task="sweep"} 10',
    'runs_total{task="sweep",result="done"} 4',
    'runs_total{task="sweep",result="failed"} 3',
    'under_way{task="sweep"} 0',
  ]);
});

test('a task that hangs, and one that another replica does: what is not known has no sample', async () => {
  const page = await shown(
    task({ name: 'hangs', underWay: 1, isOverdue: true }),
    task({ isDuty: true, isOnDuty: false }),
  );
  expect(page).toContain('overdue{task="hangs"} 1');
  expect(page).toContain('on_duty{task="sweep"} 0');
  expect(lines(page.join('\n'), 'period_seconds')).toEqual([]);
  expect(lines(page.join('\n'), 'idle_since_timestamp_seconds')).toEqual([]);
});
