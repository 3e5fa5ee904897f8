/**
 * SQLite answers at once, so that work on many hosts, which does nothing but read, goes from promise to promise and never
 * lets the event loop go on: a look at a thousand hosts held it for a second. Who reads waits for the next turn once the one
 * that runs has taken long.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';

const longestMs = 10;

export class SharedTurns {
  #next: Promise<void> | undefined;
  #sinceMs = 0;

  readonly #elapsedMs: () => number;

  constructor(elapsedMs: () => number = () => performance.now()) {
    this.#elapsedMs = elapsedMs;
  }

  /** Resolves now, or in the next turn when this one has taken too long since it first came here. */
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
