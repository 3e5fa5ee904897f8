/**
 * How long the steps of an operation have waited, by whoever carried it so far: for a guest to stop, for a host to answer,
 * for their own end. It is written down with the lease while it grows, so that whoever takes the operation over goes on
 * counting; time in which nobody carried the operation does not count.
 */
import type { SteadyClock } from '../shared/clock.js';
import type { Waited } from '../store/lease.js';

export interface StepWait {
  /** Runs on the clock of a wait of this step; `spentMs` is what was spent on it before, here or elsewhere. */
  during<T>(wait: string, effect: (spentMs: number) => Promise<T>): Promise<T>;
  /** The wait is over: the next one of this name begins at zero. */
  over(wait: string): void;
}

/** In no id of a step. */
const separator = '\n';

export class StepWaits {
  readonly #spent: Map<string, number>;
  readonly #begun = new Map<string, number>();
  #isChanged = false;

  constructor(
    private readonly clock: Pick<SteadyClock, 'elapsedMs'>,
    before: Waited,
  ) {
    this.#spent = new Map(Object.entries(before));
  }

  of(stepId: string): StepWait {
    const key = (wait: string): string => `${stepId}${separator}${wait}`;
    return {
      during: (wait, effect) => this.during(key(wait), effect),
      over: (wait) => {
        this.forget(key(wait));
      },
    };
  }

  /** The step has ended, or begins anew. */
  end(stepId: string): void {
    for (const key of [...this.#spent.keys(), ...this.#begun.keys()]) {
      if (key.startsWith(`${stepId}${separator}`)) this.forget(key);
    }
  }

  /** Undefined when nothing has changed since the last time: nothing waits. */
  toWrite(): Waited | undefined {
    if (!this.#isChanged && this.#begun.size === 0) return undefined;
    this.#isChanged = false;
    return this.sums();
  }

  /** All of it, at this moment. */
  sums(): Waited {
    const keys = new Set([...this.#spent.keys(), ...this.#begun.keys()]);
    return Object.fromEntries([...keys].map((key) => [key, this.spentOn(key)] as const));
  }

  private async during<T>(key: string, effect: (spentMs: number) => Promise<T>): Promise<T> {
    const spentMs = this.spentOn(key);
    this.#begun.set(key, this.clock.elapsedMs());
    try {
      return await effect(spentMs);
    } finally {
      if (this.#begun.has(key)) this.#spent.set(key, this.spentOn(key));
      this.#begun.delete(key);
      this.#isChanged = true;
    }
  }

  private spentOn(key: string): number {
    const begunMs = this.#begun.get(key);
    const nowSpentMs = begunMs === undefined ? 0 : this.clock.elapsedMs() - begunMs;
    return Math.round((this.#spent.get(key) ?? 0) + nowSpentMs);
  }

  private forget(key: string): void {
    this.#spent.delete(key);
    this.#begun.delete(key);
    this.#isChanged = true;
  }
}
