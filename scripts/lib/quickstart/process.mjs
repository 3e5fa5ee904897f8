/**
 * Processes by pid and start time, so that a number that was given to somebody else meanwhile is never signalled.
 */
import { readFileSync } from 'node:fs';
import { sleep } from '../time.mjs';

/** Clock ticks since boot at which the process began; undefined when there is none. */
function startedAt(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

export const identify = (pid) => ({ pid, startedAt: startedAt(pid) });

export const isAlive = (who) => who?.startedAt !== undefined && startedAt(who.pid) === who.startedAt;

/** Asks politely, then does not. True when there was something to end. */
export async function end(who, graceMs = 15_000) {
  if (!isAlive(who)) return false;
  process.kill(who.pid, 'SIGTERM');
  for (const limit = Date.now() + graceMs; isAlive(who) && Date.now() < limit;) await sleep(50);
  if (isAlive(who)) process.kill(who.pid, 'SIGKILL');
  while (isAlive(who)) await sleep(20);
  return true;
}
