/**
 * The real clock and real chance, behind the ports that core code takes.
 */
import { randomUUID } from 'node:crypto';
import type { Clock, IdSource, Timer } from './shared/clock.js';

/** Nothing is thrown at the end of a pause: most are ended early, several for each operation. */
function pause(ms: number, over?: AbortSignal): Promise<void> {
  if (over?.aborted === true) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      over?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    over?.addEventListener('abort', end, { once: true });
  });
}

function after(ms: number, does: () => void): Timer {
  const timeout = setTimeout(does, ms);
  const timer: Timer = {
    cancel: () => {
      clearTimeout(timeout);
    },
    unref: () => {
      timeout.unref();
      return timer;
    },
  };
  return timer;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsedMs: () => performance.now(),
  sleep: pause,
  after,
};
export const randomIds: IdSource = { uuid: () => randomUUID() };
