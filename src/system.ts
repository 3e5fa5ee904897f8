/**
 * The real clock and real chance, behind the ports that core code takes.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock, IdSource } from './shared/clock.js';

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsedMs: () => performance.now(),
  sleep: (ms) => sleep(ms),
};
export const randomIds: IdSource = { uuid: () => randomUUID() };
