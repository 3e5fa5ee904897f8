/**
 * Repeats an action while some work runs, such as renewing its lease.
 */
import { overEarly, type SteadyClock } from '../../shared/clock.js';

/** `act` handles its own errors; the first call comes after a pause, and calls do not overlap. */
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
