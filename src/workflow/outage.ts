/**
 * Work that is looked for again and again, and a log that says once when that begins to fail and once when it works
 * again: the log often lies on the disk that is full.
 */
import type { Log } from '../shared/log.js';
import { causeOf } from './step-problem.js';

export class Outage {
  private failing = false;

  constructor(
    private readonly log: Log,
    private readonly what: string,
  ) {}

  begins(error: unknown): void {
    if (!this.failing)
      this.log.error({ cause: causeOf(error) }, `${this.what} failed; it is tried again until it works`);
    this.failing = true;
  }

  ends(): void {
    if (this.failing) this.log.info({}, `${this.what} works again`);
    this.failing = false;
  }
}
