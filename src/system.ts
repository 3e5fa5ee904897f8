/**
 * The real clock and real chance, behind the ports that core code takes.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock, IdSource } from './shared/clock.js';

async function pause(ms: number, over?: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { ...(over && { signal: over }) });
  } catch (error) {
    if (over?.aborted !== true) throw error;
  }
}

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsedMs: () => performance.now(),
  sleep: pause,
};
export const randomIds: IdSource = { uuid: () => randomUUID() };
