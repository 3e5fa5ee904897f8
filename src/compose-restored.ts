/**
 * The first start after `berth restore`: what the hosts have otherwise than the restored record goes to the log.
 */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from './shared/errno.js';
import { errorText } from './shared/error-text.js';
import type { Log } from './shared/log.js';
import type { Comparison } from './workflow/commands.js';

/** Written by a restore; removed once the differences were told. */
export const restoredFileIn = (directory: string): string => join(directory, 'restored.json');

/** Lines of the log at most; `berth differences` has them all. */
const mostLines = 500;

interface Seen {
  readonly fleet: { firstLook(): Promise<void> };
  readonly comparison: Comparison;
}

/** Resolves when they are told, and never rejects. */
export async function tellDifferences(directory: string, { fleet, comparison }: Seen, log: Log): Promise<void> {
  try {
    await fleet.firstLook();
    await tell(directory, comparison, log);
  } catch (error) {
    log.error({ cause: errorText(error) }, 'the hosts could not be compared with the restored backup');
  }
}

async function tell(directory: string, comparison: Comparison, log: Log): Promise<void> {
  const note = await noteIn(directory);
  if (note === undefined) return;
  const { differences, notCompared } = await comparison.compare();
  const counts = { differences: differences.length, hostsNotCompared: notCompared.length };
  log.warn({ ...note, ...counts }, 'Berth was restored from a backup; `berth differences` names what differs now');
  for (const difference of differences.slice(0, mostLines)) log.warn({ ...difference }, 'a difference to the backup');
  for (const host of notCompared.slice(0, mostLines))
    log.warn({ ...host }, 'a host could not be compared with the backup');
  if (notCompared.length === 0) await rm(restoredFileIn(directory));
}

async function noteIn(directory: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    return { restored: JSON.parse(await readFile(restoredFileIn(directory), 'utf8')) as unknown };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
