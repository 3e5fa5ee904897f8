/** What has come and nobody has taken yet, and those who wait for it. */
import { setTimeout as sleep } from 'node:timers/promises';

/** More than a scenario looks at; the oldest goes. */
const mostKept = 4096;

export class Inbox<T> {
  #kept: T[] = [];
  #waiting = new Set<() => void>();

  put(item: T): void {
    this.#kept.push(item);
    if (this.#kept.length > mostKept) this.#kept.shift();
    for (const wake of [...this.#waiting]) wake();
  }

  /** The first item that `fits`, taken out; undefined when none has come within that time. */
  async take(fits: (item: T) => boolean, withinMs: number): Promise<T | undefined> {
    const until = performance.now() + withinMs;
    for (;;) {
      const index = this.#kept.findIndex(fits);
      if (index >= 0) return this.#kept.splice(index, 1)[0];
      const left = until - performance.now();
      if (left <= 0) return undefined;
      await this.#change(left);
    }
  }

  async #change(withinMs: number): Promise<void> {
    const over = new AbortController();
    const come = new Promise<void>((resolve) => {
      const wake = () => {
        this.#waiting.delete(wake);
        resolve();
      };
      this.#waiting.add(wake);
      over.signal.addEventListener('abort', wake);
    });
    // Its end is that of the race: no timer is left behind.
    const timer = sleep(withinMs, undefined, { signal: over.signal }).catch(() => undefined);
    await Promise.race([come, timer]);
    over.abort();
  }
}
