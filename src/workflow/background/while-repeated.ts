/**
 * Something that has to be done again and again while something else goes on: a lease is renewed while its work is done.
 */
import { overEarly, type SteadyClock } from '../../shared/clock.js';

/** `act` handles its own errors; the first comes after a pause, and none begins before the one before it has ended. */
export async function whileRepeated<T>(
  clock: Pick<SteadyClock, 'sleep'>,
  everyMs: number,
  act: () => Promise<void>,
  work: () => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  void repeat(clock, everyMs, act, over.signal);
  try {
    return await work();
  } finally {
    over.abort(overEarly);
  }
}

async function repeat(
  clock: Pick<SteadyClock, 'sleep'>,
  everyMs: number,
  act: () => Promise<void>,
  over: AbortSignal,
): Promise<void> {
  await clock.sleep(everyMs, over);
  while (!over.aborted) {
    const pause = clock.sleep(everyMs, over);
    await act();
    await pause;
  }
}
