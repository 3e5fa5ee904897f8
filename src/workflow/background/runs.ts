/**
 * Runs of one task: those under way and the results of those that ended. A run is aborted when it takes too long and when
 * Berth stops.
 */
import { errorText } from '../../shared/error-text.js';
import { overEarly, type Clock } from '../../shared/clock.js';
import type { Log } from '../../shared/log.js';
import type { TaskState } from './background-view.js';
import type { Named } from './background.js';

export interface RunPorts {
  readonly clock: Clock;
  readonly log: Log;
}

interface Run {
  readonly about: object;
  readonly beganMs: number;
  readonly over: AbortController;
  isOverdue: boolean;
}

/** How a run ended. */
export type RunEnd = { readonly isDone: true } | { readonly isDone: false; readonly error: unknown };

/** Of an error in a state. */
const longestText = 500;

export class Runs {
  readonly #underWay = new Map<Run, Promise<void>>();
  #runs = 0;
  #failures = 0;
  #failuresInRow = 0;
  #last: TaskState['last'];
  #lastError: TaskState['lastError'];

  constructor(
    private readonly ports: RunPorts,
    private readonly named: Named & { readonly limitMs?: number },
  ) {}

  /** Never rejects. */
  async do(about: object, work: (over: AbortSignal) => Promise<void>): Promise<RunEnd> {
    const run: Run = { about, beganMs: this.ports.clock.now(), over: new AbortController(), isOverdue: false };
    const end = this.#carry(run, work);
    this.#underWay.set(
      run,
      end.then(() => undefined),
    );
    const ended = await end;
    this.#underWay.delete(run);
    return ended;
  }

  /** All that is under way has ended. */
  async drained(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay.values());
  }

  abort(): void {
    for (const { over } of this.#underWay.keys()) over.abort();
  }

  get isOverdue(): boolean {
    return [...this.#underWay.keys()].some(({ isOverdue }) => isOverdue);
  }

  get failuresInRow(): number {
    return this.#failuresInRow;
  }

  state(): Omit<TaskState, 'name' | 'does' | 'isDuty' | 'isOnDuty'> {
    const [oldest] = this.#underWay.keys();
    return {
      underWay: this.#underWay.size,
      ...(oldest && { sinceMs: oldest.beganMs }),
      ...{ isOverdue: this.isOverdue, runs: this.#runs, failures: this.#failures, failuresInRow: this.#failuresInRow },
      ...(this.#last && { last: this.#last }),
      ...(this.#lastError && { lastError: this.#lastError }),
    };
  }

  async #carry(run: Run, work: (over: AbortSignal) => Promise<void>): Promise<RunEnd> {
    const { clock } = this.ports;
    const fromMs = clock.elapsedMs();
    const ended = new AbortController();
    void this.#limit(run, ended.signal);
    try {
      await work(run.over.signal);
      this.#failuresInRow = 0;
      return { isDone: true };
    } catch (error) {
      this.#failed(error);
      return { isDone: false, error };
    } finally {
      ended.abort(overEarly);
      this.#runs += 1;
      this.#last = { beganMs: run.beganMs, tookMs: clock.elapsedMs() - fromMs };
    }
  }

  #failed(error: unknown): void {
    this.#failures += 1;
    this.#failuresInRow += 1;
    this.#lastError = { atMs: this.ports.clock.now(), text: errorText(error).slice(0, longestText) };
  }

  async #limit(run: Run, ended: AbortSignal): Promise<void> {
    const { limitMs, does, name } = this.named;
    if (limitMs === undefined) return;
    await this.ports.clock.sleep(limitMs, ended);
    if (ended.aborted) return;
    run.isOverdue = true;
    run.over.abort();
    const fields = { ...run.about, task: name, limitMs };
    this.ports.log.error(
      fields,
      `${does} has not ended in the time it may take; no other run of it begins before it ends`,
    );
  }
}
