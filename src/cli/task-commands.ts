/**
 * `berth task`: what Berth does beside requests.
 */
import type { Command } from 'commander';
import { contextOf, type Surroundings } from './context.js';
import { table } from './text.js';

interface Task {
  readonly name: string;
  readonly does: string;
  readonly everyMs?: number;
  readonly isDuty: boolean;
  readonly isOnDuty: boolean;
  readonly underWay: number;
  readonly isOverdue: boolean;
  readonly runs: number;
  readonly failures: number;
  readonly failuresInRow: number;
  readonly lastRun?: { readonly began: string; readonly tookMs: number };
  readonly nextInMs?: number;
  readonly lastError?: { readonly at: string; readonly text: string };
}

export function addTaskCommands(program: Command, surroundings: Surroundings): void {
  program
    .command('task')
    .description('background tasks of the replica that answers')
    .command('list')
    .description('each task: how it does, its last run, its next, and what went wrong last')
    .action(async (_options, command: Command) => {
      const { client, show } = contextOf(command, surroundings);
      const all = await client.list('/nfvi/v1/background-tasks');
      show(all, taskTable(all as unknown as Task[]));
    });
}

const taskTable = (all: readonly Task[]): string =>
  table(
    ['TASK', 'STATE', 'EVERY', 'RUNS', 'FAILED', 'LAST BEGAN', 'TOOK', 'NEXT IN', 'LAST ERROR'],
    all.map((task) => [
      ...[task.name, stateOf(task), seconds(task.everyMs), task.runs, task.failures, task.lastRun?.began],
      ...[seconds(task.lastRun?.tookMs), seconds(task.nextInMs), task.lastError?.text],
    ]),
  );

function stateOf({ isOverdue, failuresInRow, isOnDuty, underWay }: Task): string {
  if (isOverdue) return 'overdue';
  if (failuresInRow > 0) return 'failing';
  if (!isOnDuty) return 'elsewhere';
  return underWay > 0 ? 'runs' : 'rests';
}

const seconds = (ms: number | undefined): string | undefined =>
  ms === undefined ? undefined : `${String(Math.round(ms) / 1000)} s`;
