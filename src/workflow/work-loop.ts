/**
 * The loop of whoever takes work from the store: a round now, another when somebody says that there may be work, and one
 * every while in any case, for what nobody here announced.
 */
import type { Outage } from './outage.js';

export class WorkLoop {
  #running: Promise<void> | undefined;
  #isStopped = false;
  #wake: () => void = () => undefined;

  /** A round that fails is tried again at the next turn; `outage` says when that begins and ends. */
  constructor(
    private readonly round: () => Promise<void>,
    private readonly pollMs: number,
    private readonly outage: Outage,
  ) {}

  get isStopped(): boolean {
    return this.#isStopped;
  }

  start(): void {
    this.#running ??= this.run();
  }

  /** Resolves when the round under way has ended. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.wake();
    await this.#running;
  }

  /** There may be work. Heard during a round, too: another follows it at once. */
  wake(): void {
    this.#wake();
  }

  private async run(): Promise<void> {
    while (!this.#isStopped) {
      const pause = this.pause();
      await this.round().then(
        () => this.outage.ends(),
        (error: unknown) => this.outage.begins(error),
      );
      await pause;
    }
  }

  private pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.pollMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
