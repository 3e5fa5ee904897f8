/**
 * Work on a page of a large fleet is done in steps, so that whoever else has something to do need not wait for all of it.
 */
import { setImmediate } from 'node:timers/promises';

/** Yields between two steps. */
export type Steps = Iterable<undefined>;

/** Requests hardly notice it. */
const turnMs = 10;

export async function inTurns(steps: Steps): Promise<void> {
  let from = performance.now();
  const each = steps[Symbol.iterator]();
  while (each.next().done !== true) {
    if (performance.now() - from < turnMs) continue;
    await setImmediate();
    from = performance.now();
  }
}
