/**
 * The clock of a simulated host: tells wall time, so that what was started in one process has an age in the next, but runs
 * steadily within a process, as the clock that a guest boots by does.
 */
import type { Clock } from '../../shared/clock.js';

export interface HostClock {
  /** Unix epoch, ms, as this process began with it. */
  timeMs(): number;
  sleep(ms: number): Promise<void>;
}

export function hostClock(clock: Clock): HostClock {
  const began = { wallMs: clock.now(), steadyMs: clock.elapsedMs() };
  return {
    timeMs: () => began.wallMs + clock.elapsedMs() - began.steadyMs,
    sleep: (ms) => clock.sleep(ms),
  };
}
