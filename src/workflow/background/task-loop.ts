/**
 * One periodic task: a run at start, one when woken, and one after each period, for work that nothing on this replica
 * announced. Failures back off. The log says once when they begin and once when they end, since the log is often on the
 * disk that is full.
 */
import { overEarly } from '../../shared/clock.js';
import { causeOf } from '../step-problem.js';
import type { TaskState } from './background-view.js';
import type { PeriodicWork, Task, TaskBackOff } from './background.js';
import { GroupWork } from './group-work.js';
import { Runs, type RunPorts } from './runs.js';

/** Long enough to avoid a thousand attempts in an outage, short enough to resume soon after it. */
const usualLongestMs = 10_000;
const usualFirstMs = 1_000;

interface Rest {
  readonly over: AbortController;
  readonly isWakeable: boolean;
}

export class TaskLoop implements Task {
  readonly #runs: Runs;
  readonly #beside: GroupWork;
  #running: Promise<void> | undefined;
  #isStopping = false;
  #isWoken = false;
  #isOnDuty: boolean;
  #rest: Rest | undefined;
  /** By the steady clock. */
  #dueMs: number | undefined;
  /** When this replica took it up. */
  #takenUpMs: number;

  constructor(
    private readonly ports: RunPorts,
    readonly work: PeriodicWork,
  ) {
    this.#runs = new Runs(ports, work);
    this.#beside = new GroupWork(ports, work);
    this.#isOnDuty = work.isDuty !== true;
    this.#takenUpMs = ports.clock.now();
  }

  get stopping(): AbortSignal {
    return this.#beside.stopping;
  }

  get isOverdue(): boolean {
    return this.#runs.isOverdue;
  }

  wake(): void {
    this.#isWoken = true;
    if (this.#rest?.isWakeable === true) this.#rest.over.abort(overEarly);
  }

  beside(about: object, piece: () => Promise<void>): Promise<void> {
    return this.#beside.beside(about, piece);
  }

  /** Records whether this replica has the duty. */
  setDuty(isOnDuty: boolean): void {
    if (isOnDuty === this.#isOnDuty) return;
    this.#isOnDuty = isOnDuty;
    if (isOnDuty) this.#takenUpMs = this.ports.clock.now();
    else this.#runs.abort();
    this.wake();
  }

  start(): void {
    if (this.#running !== undefined) return;
    this.#takenUpMs = this.ports.clock.now();
    this.#running = this.#go();
  }

  /** Resolves when the run under way and the pieces that it started have ended. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    const pieces = this.#beside.stop();
    this.#runs.abort();
    this.#rest?.over.abort();
    await this.#running;
    await pieces;
    await this.#beside.stop();
  }

  state(): TaskState {
    const { name, does, everyMs, isDuty = false } = this.work;
    const { underWay, ...own } = this.#runs.state();
    const beside = this.#beside.state();
    return {
      ...{ name, does, everyMs, isDuty, isOnDuty: this.#isOnDuty },
      ...own,
      underWay: underWay + beside.underWay,
      ...(this.#isOnDuty && { idleSinceMs: Math.max(own.last?.beganMs ?? 0, this.#takenUpMs) }),
      ...(this.#dueMs !== undefined && { nextInMs: Math.max(0, this.#dueMs - this.ports.clock.elapsedMs()) }),
    };
  }

  async #go(): Promise<void> {
    if (this.work.isFirstLater) await this.#pause(this.work.everyMs, true);
    while (!this.#isStopping) {
      if (this.#isOnDuty) await this.#turn();
      else await this.#untilDuty();
    }
  }

  async #untilDuty(): Promise<void> {
    this.#isWoken = false;
    while (!this.#isOnDuty && !this.#isStopping) await this.#pause(undefined, true);
  }

  async #turn(): Promise<void> {
    const { clock } = this.ports;
    this.#isWoken = false;
    const fromMs = clock.elapsedMs();
    if (await this.#run()) {
      await this.#pause(Math.max(0, fromMs + this.work.everyMs - clock.elapsedMs()), true);
      return;
    }
    // A wake suggests that the cause is gone: it shortens the backoff, but never to zero.
    const { firstMs, longestMs } = this.#backOff();
    const restMs = Math.min(firstMs * 2 ** (this.#runs.failuresInRow - 1), longestMs);
    await this.#pause(Math.min(firstMs, restMs), false);
    await this.#pause(restMs - firstMs, true);
  }

  #backOff(): TaskBackOff {
    const { everyMs, backOff } = this.work;
    return backOff ?? { firstMs: Math.min(everyMs, usualFirstMs), longestMs: Math.max(everyMs, usualLongestMs) };
  }

  /** Whether it succeeded. An aborted run is no failure. */
  async #run(): Promise<boolean> {
    const { does, name } = this.work;
    const { log } = this.ports;
    const failuresBefore = this.#runs.failuresInRow;
    const end = await this.#runs.do({}, (over) => this.work.run(over));
    if (end.isDone && failuresBefore > 0) log.info({ task: name }, `${does} works again`);
    if (!end.isDone && failuresBefore === 0)
      log.error({ task: name, cause: causeOf(end.error) }, `${does} failed; it is tried again until it works`);
    return end.isDone;
  }

  async #pause(ms: number | undefined, isWakeable: boolean): Promise<void> {
    if (this.#isStopping || (isWakeable && this.#isWoken) || (ms !== undefined && ms < 0)) return;
    const rest = { over: new AbortController(), isWakeable };
    this.#rest = rest;
    if (ms === undefined) await aborted(rest.over.signal);
    else {
      this.#dueMs = this.ports.clock.elapsedMs() + ms;
      await this.ports.clock.sleep(ms, rest.over.signal);
    }
    this.#dueMs = undefined;
    this.#rest = undefined;
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
