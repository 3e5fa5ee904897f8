/**
 * SQLite answers synchronously, so that a long series of reads never leaves the microtask queue: reading a thousand hosts
 * blocked the event loop for a second. A read waits for the next turn once the present one has taken long.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';

const longestMs = 10;

export class SharedTurns {
  #next: Promise<void> | undefined;
  #sinceMs = 0;

  readonly #elapsedMs: () => number;

  constructor(elapsedMs: () => number) {
    this.#elapsedMs = elapsedMs;
  }

  /** Resolves now, or in the next turn when this one has taken too long since its first call. */
  async shared(): Promise<void> {
    if (this.#next === undefined) {
      this.#sinceMs = this.#elapsedMs();
      this.#next = nextTurn().then(() => {
        this.#next = undefined;
      });
    }
    if (this.#elapsedMs() - this.#sinceMs >= longestMs) await this.#next;
  }
}
