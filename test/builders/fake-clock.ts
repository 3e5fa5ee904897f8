/**
 * A clock that stands still until a test moves it: what sleeps wakes in its order, and everything that follows from that
 * goes on before the next wakes.
 */
import type { Clock, Timer } from '../../src/shared/clock.js';

interface Sleeper {
  readonly atMs: number;
  readonly wake: () => void;
}

/** Of the epoch: no test is about a date. */
const firstMs = 1_000_000;

export class FakeClock implements Clock {
  #elapsedMs = 0;
  readonly #sleepers = new Set<Sleeper>();

  now = (): number => firstMs + this.#elapsedMs;
  elapsedMs = (): number => this.#elapsedMs;

  sleep = (ms: number, over?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const sleeper = { atMs: this.#elapsedMs + ms, wake: resolve };
      if (over?.aborted === true) return resolve();
      this.#sleepers.add(sleeper);
      over?.addEventListener('abort', () => {
        this.#sleepers.delete(sleeper);
        resolve();
      });
    });

  after = (ms: number, does: () => void): Timer => {
    const sleeper = { atMs: this.#elapsedMs + ms, wake: does };
    this.#sleepers.add(sleeper);
    const timer: Timer = { cancel: () => void this.#sleepers.delete(sleeper), unref: () => timer };
    return timer;
  };

  async advance(ms: number): Promise<void> {
    const untilMs = this.#elapsedMs + ms;
    await settled();
    for (;;) {
      const [next] = [...this.#sleepers].toSorted((one, other) => one.atMs - other.atMs);
      if (next === undefined || next.atMs > untilMs) break;
      this.#elapsedMs = next.atMs;
      this.#sleepers.delete(next);
      next.wake();
      await settled();
    }
    this.#elapsedMs = untilMs;
  }
}

/** What can go on without time has gone on; a database in this process answers within these turns. */
export async function settled(): Promise<void> {
  for (let turns = 0; turns < 5; turns += 1) await new Promise<void>((resolve) => void setImmediate(resolve));
}
