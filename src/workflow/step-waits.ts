/**
 * How long the steps of an operation have waited so far, on any replica: for a guest to stop, for a host to answer, for
 * their own time limit. It is recorded with each renewal of the lease, so that a replica that takes the operation over
 * continues the count. Time in which no replica drove the operation counts only for waits that continue without it (a
 * guest that was asked to stop), as far as the replica that takes over has watched it pass.
 */
import type { SteadyClock } from '../shared/clock.js';
import type { Waited } from '../store/lease.js';

export interface StepWait {
  /** Runs on the clock of a wait of this step; `spentMs` is what was spent on it before, here or elsewhere. */
  during<T>(wait: string, effect: (spentMs: number) => Promise<T>): Promise<T>;
  /** The same for a wait that goes on while nobody carries the operation. */
  duringAlone<T>(wait: string, effect: (spentMs: number) => Promise<T>): Promise<T>;
  /** The wait is over: the next one of this name begins at zero. */
  over(wait: string): void;
}

export interface TakenOver {
  /** How long `before` was not renewed, as far as it was watched. */
  readonly unmovedMs: number;
  /** Records it now, so that other replicas can watch the wait from then on. */
  readonly note: () => void;
}

/** Never part of a step id. */
const separator = '\n';

export class StepWaits {
  readonly #spent: Map<string, number>;
  readonly #begun = new Map<string, number>();
  /** Waits of the previous holder that were not resumed yet. */
  readonly #inherited: Set<string>;
  #isChanged = false;

  constructor(
    private readonly clock: Pick<SteadyClock, 'elapsedMs'>,
    before: Waited,
    private readonly over: TakenOver = { unmovedMs: 0, note: () => undefined },
  ) {
    this.#spent = new Map(Object.entries(before));
    this.#inherited = new Set(this.#spent.keys());
  }

  of(stepId: string): StepWait {
    const key = (wait: string): string => `${stepId}${separator}${wait}`;
    return {
      during: (wait, effect) => this.during(key(wait), effect),
      duringAlone: (wait, effect) => this.duringAlone(key(wait), effect),
      over: (wait) => {
        this.forget(key(wait));
      },
    };
  }

  /** The step has ended, or begins again. */
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

  private duringAlone<T>(key: string, effect: (spentMs: number) => Promise<T>): Promise<T> {
    if (this.#inherited.delete(key)) this.#spent.set(key, (this.#spent.get(key) ?? 0) + this.over.unmovedMs);
    const end = this.during(key, effect);
    this.over.note();
    return end;
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
    this.#inherited.delete(key);
    this.#begun.delete(key);
    this.#isChanged = true;
  }
}
