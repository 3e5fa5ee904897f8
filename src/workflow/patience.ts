/**
 * Waiting for a host that is out of reach or busy: the effect is an ensure, so asking again is safe.
 */
import { EngineError } from '../engine/engine.js';
import type { SteadyClock } from '../shared/clock.js';

interface Patience {
  readonly clock: SteadyClock;
  /** How long after the first failure attempts go on. */
  readonly patienceMs: number;
  /** By the clock; no attempt begins after it. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

const passing: ReadonlySet<string> = new Set(['Unavailable', 'Busy', 'Timeout']);
const firstPauseMs = 100;
const longestPauseMs = 2_000;

/** Repeats while the engine says Unavailable, Busy or Timeout; gives the last error up when patience ends. */
export async function runWithPatience<T>(
  effect: () => Promise<T>,
  { clock, patienceMs, deadlineMs, signal }: Patience,
): Promise<T> {
  let untilMs = deadlineMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    try {
      return await effect();
    } catch (error) {
      untilMs = Math.min(untilMs, clock.elapsedMs() + patienceMs);
      const again = error instanceof EngineError && passing.has(error.kind);
      if (!again || signal.aborted || clock.elapsedMs() + pauseMs > untilMs) throw error;
      await clock.sleep(pauseMs);
    }
  }
}
