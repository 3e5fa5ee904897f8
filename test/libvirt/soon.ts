/** Waiting for what is bound to come, and for a limited time only. */
import { setTimeout as sleep } from 'node:timers/promises';

/** Asks until there is an answer. The complaint says what did not come. */
export async function soon<T>(
  ask: () => T | undefined | Promise<T | undefined>,
  complaint: string,
  limitMs = 60_000,
  pauseMs = 50,
): Promise<T> {
  for (const limit = performance.now() + limitMs; ; await sleep(pauseMs)) {
    const found = await ask();
    if (found !== undefined) return found;
    if (performance.now() > limit) throw new Error(`${complaint}, within ${limitMs / 1000} s`);
  }
}
