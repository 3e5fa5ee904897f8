/**
 * Retries while a host is unreachable or busy: effects are idempotent, so a retry is safe.
 */
import { EngineError } from '../engine/engine.js';
import type { SteadyClock } from '../shared/clock.js';
import type { StepWait } from './step-waits.js';

interface Patience {
  readonly clock: SteadyClock;
  /** How long after the first failure attempts go on. */
  readonly patienceMs: number;
  /** By the clock; no attempt begins after it. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
  readonly wait: Pick<StepWait, 'during'>;
}

const passing: ReadonlySet<string> = new Set(['Unavailable', 'Busy', 'Timeout']);
const firstPauseMs = 100;
const longestPauseMs = 2_000;

/** Repeats while the engine says Unavailable, Busy or Timeout; gives the last error up when patience ends. */
export async function runWithPatience<T>(effect: () => Promise<T>, patience: Patience): Promise<T> {
  try {
    return await effect();
  } catch (error) {
    return patience.wait.during('patience', (spentMs) => again(effect, error, patience, spentMs));
  }
}

/** Patience goes on from what was spent before: a takeover does not renew it. */
async function again<T>(
  effect: () => Promise<T>,
  first: unknown,
  { clock, patienceMs, deadlineMs, signal }: Patience,
  spentMs: number,
): Promise<T> {
  const untilMs = Math.min(deadlineMs, clock.elapsedMs() + patienceMs - spentMs);
  let error = first;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    const isPassing = error instanceof EngineError && passing.has(error.kind);
    if (!isPassing || signal.aborted || clock.elapsedMs() + pauseMs > untilMs) throw error;
    await clock.sleep(pauseMs);
    try {
      return await effect();
    } catch (next) {
      error = next;
    }
  }
}
