/** How background tasks do, as metrics. */
import type { TaskState } from '../workflow/background/background-view.js';
import { catalogue } from './catalogue.js';
import type { Instruments } from './instruments.js';

export function showTasks(to: Instruments, tasks: readonly TaskState[]): void {
  const each = (value: (of: TaskState) => number | undefined) =>
    tasks.flatMap((of) => {
      const found = value(of);
      return found === undefined ? [] : [{ labels: { task: of.name }, value: found }];
    });
  const gauges = [
    [catalogue.taskUnderWay, each(({ underWay }) => underWay)],
    [catalogue.taskLastDuration, each(({ last }) => last && last.tookMs / 1000)],
    [catalogue.taskIdleSince, each(({ idleSinceMs }) => idleSinceMs && idleSinceMs / 1000)],
    [catalogue.taskPeriod, each(({ everyMs }) => everyMs && everyMs / 1000)],
    [catalogue.taskFailing, each(({ failuresInRow }) => (failuresInRow > 0 ? 1 : 0))],
    [catalogue.taskOverdue, each(({ isOverdue }) => (isOverdue ? 1 : 0))],
    [catalogue.taskOnDuty, each(({ isOnDuty }) => (isOnDuty ? 1 : 0))],
  ] as const;
  for (const [metric, samples] of gauges) to.replace(metric, samples);
  to.replace(
    catalogue.taskRuns,
    tasks.flatMap(({ name: task, runs, failures }) => [
      { labels: { task, result: 'done' }, value: runs - failures },
      { labels: { task, result: 'failed' }, value: failures },
    ]),
  );
}
