/**
 * Concurrent pieces of work: those that a task starts without waiting, and those that a request starts.
 */
import type { TaskState } from './background-view.js';
import type { Group, Named } from './background.js';
import { Runs, type RunPorts } from './runs.js';
import { causeOf } from '../step-problem.js';

export class GroupWork implements Group {
  readonly #stopping = new AbortController();
  readonly #runs: Runs;

  constructor(
    private readonly ports: RunPorts,
    private readonly named: Named,
  ) {
    this.#runs = new Runs(ports, named);
  }

  get stopping(): AbortSignal {
    return this.#stopping.signal;
  }

  async beside(about: object, piece: () => Promise<void>): Promise<void> {
    const end = await this.#runs.do(about, piece);
    if (end.isDone) return;
    const { name, does } = this.named;
    this.ports.log.error({ ...about, task: name, cause: causeOf(end.error) }, `${does} failed`);
  }

  start(): void {
    // Pieces begin when they are asked for.
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('Berth is stopping'));
    await this.#runs.drained();
  }

  state(): TaskState {
    const { name, does } = this.named;
    return { name, does, isDuty: false, isOnDuty: true, ...this.#runs.state() };
  }
}
