/**
 * Standard output that says so when it cannot be written: a list that a full disk has cut must not look like a whole one. A
 * reader that has gone (`| head`) has what it wanted.
 */
import type { Writable } from 'node:stream';
import { errorText } from '../shared/error-text.js';

export class Output {
  #isGone = false;
  #failed = false;

  /** `complain` is called once. */
  constructor(
    private readonly stream: Writable,
    private readonly complain: (sentence: string) => void,
  ) {
    stream.on('error', (error) => this.fail(error));
  }

  /** Whether something was lost that somebody waits for. */
  get hasFailed(): boolean {
    return this.#failed;
  }

  readonly line = (text: string): void => {
    if (!this.#isGone) this.stream.write(`${text}\n`);
  };

  private fail(error: Error & { readonly code?: string }): void {
    const isFirst = !this.#isGone;
    this.#isGone = true;
    if (!isFirst || error.code === 'EPIPE') return;
    this.#failed = true;
    this.complain(
      `Standard output cannot be written (${errorText(error)}): what was printed is not whole. Make room and ask again.`,
    );
  }
}
