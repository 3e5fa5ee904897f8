/**
 * Work on a page of a large fleet is done in steps, so that whoever else has something to do need not wait for all of it.
 */
import { setImmediate } from 'node:timers/promises';
import type { SteadyClock } from '../shared/clock.js';

/** Yields between two steps. */
export type Steps = Iterable<undefined>;

/** Requests hardly notice it. */
const turnMs = 10;

export async function inTurns(steps: Steps, clock: Pick<SteadyClock, 'elapsedMs'>): Promise<void> {
  let from = clock.elapsedMs();
  const each = steps[Symbol.iterator]();
  while (each.next().done !== true) {
    if (clock.elapsedMs() - from < turnMs) continue;
    await setImmediate();
    from = clock.elapsedMs();
  }
}
