/**
 * How many lines the audit log spends on requests that were refused for their token: whoever has none can send any number
 * of them, and must not fill the disk. A token bucket: a burst, then so many a second.
 */
const burst = 100;
const perSecond = 10;

export class RefusalBudget {
  #left = burst;
  #atMs: number;
  #unwritten = 0;

  /** `elapsedMs`: a clock that never jumps. */
  constructor(private readonly elapsedMs: () => number) {
    this.#atMs = elapsedMs();
  }

  /** How many went unwritten before this one, which is to be written; undefined: it is not to be. */
  take(): number | undefined {
    const sinceStartMs = this.elapsedMs();
    this.#left = Math.min(burst, this.#left + ((sinceStartMs - this.#atMs) / 1000) * perSecond);
    this.#atMs = sinceStartMs;
    if (this.#left < 1) {
      this.#unwritten += 1;
      return undefined;
    }
    this.#left -= 1;
    const before = this.#unwritten;
    this.#unwritten = 0;
    return before;
  }
}
