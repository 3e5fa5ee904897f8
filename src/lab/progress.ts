/** Progress output of a command: each step with its duration. */
import type { SteadyClock } from '../shared/clock.js';

export class Progress {
  readonly #clock: SteadyClock;
  readonly #out: (text: string) => void;
  readonly #fromMs: number;

  constructor(clock: SteadyClock, out: (text: string) => void) {
    this.#clock = clock;
    this.#out = out;
    this.#fromMs = clock.elapsedMs();
  }

  tell(text: string): void {
    this.#out(text);
  }

  elapsed(): string {
    return seconds(this.#clock.elapsedMs() - this.#fromMs);
  }

  async step<T>(title: string, work: () => Promise<T>): Promise<T> {
    const from = this.#clock.elapsedMs();
    this.#out(`${title} …`);
    const value = await work();
    this.#out(`${title}: ${seconds(this.#clock.elapsedMs() - from)}`);
    return value;
  }
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
