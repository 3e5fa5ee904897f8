/**
 * Runs per key, mostly per host. Requests during a run are merged to one further run.
 */
import { causeOf } from '../step-problem.js';
import type { TaskState } from './background-view.js';
import type { KeyedTask, KeyedWork } from './background.js';
import { Runs, type RunPorts } from './runs.js';

interface Asked {
  /** Resolves with the end of the run. */
  readonly now: Promise<void>;
  hasBegun: boolean;
  /** Another run follows it. */
  next?: Promise<void>;
}

export class KeyedRuns<K extends string> implements KeyedTask<K> {
  readonly #asked = new Map<K, Asked>();
  readonly #runs: Runs;
  #isStopping = false;

  constructor(
    private readonly ports: RunPorts,
    private readonly work: KeyedWork<K>,
  ) {
    this.#runs = new Runs(ports, work);
  }

  async ask(key: K): Promise<void> {
    if (this.#isStopping) return;
    const asked = this.#asked.get(key);
    if (asked === undefined) return this.#begin(key);
    if (!asked.hasBegun) return asked.now;
    asked.next ??= asked.now.then(() => this.ask(key));
    return asked.next;
  }

  start(): void {
    // Runs begin when they are asked for.
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#runs.abort();
    await this.#runs.drained();
  }

  state(): TaskState {
    const { name, does } = this.work;
    return { name, does, isDuty: false, isOnDuty: true, ...this.#runs.state() };
  }

  #begin(key: K): Promise<void> {
    // Merges requests of one turn of the event loop.
    const now = Promise.resolve()
      .then(() => this.#run(key, asked))
      .finally(() => this.#asked.delete(key));
    const asked: Asked = { now, hasBegun: false };
    this.#asked.set(key, asked);
    return now;
  }

  async #run(key: K, asked: Asked): Promise<void> {
    if (this.#isStopping) return;
    asked.hasBegun = true;
    const about = this.work.about(key);
    const end = await this.#runs.do(about, () => this.work.run(key));
    if (end.isDone) return;
    const { name, does } = this.work;
    this.ports.log.warn({ ...about, task: name, cause: causeOf(end.error) }, `${does} failed; it is done again later`);
  }
}
