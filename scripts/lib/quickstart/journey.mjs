/**
 * The quickstart as its reader sees it: a title per step, evidence below as it comes, a mark and the time it took.
 */
import { seconds } from '../time.mjs';

export class StepFailed extends Error {
  constructor(title, cause) {
    super(`${title}: ${cause.message}`, { cause });
    this.name = 'StepFailed';
    this.output = cause.output;
  }
}

export class Journey {
  #from = performance.now();
  #failed = [];
  #interruption;
  #say;

  constructor(say = console.log) {
    this.#say = say;
  }

  get failed() {
    return this.#failed;
  }

  elapsed() {
    return seconds(performance.now() - this.#from);
  }

  /** No further step begins, except those of tearing down; one that is under way may fail. */
  interrupt(reason) {
    this.#interruption = reason;
    this.#say(`  ${reason}`);
  }

  /** Carries a step out; `work` gets a function that prints a line of evidence. Throws StepFailed. */
  async step(title, work) {
    if (this.#interruption !== undefined) throw new StepFailed(title, new Error(this.#interruption));
    return this.#carryOut(title, work, () => this.#interruption === undefined);
  }

  async #carryOut(title, work, counts) {
    const from = performance.now();
    this.#say(`▸ ${title}`);
    try {
      const value = await work((line) => this.#say(`    ${line}`));
      this.#say(`  ✓ ${seconds(performance.now() - from)}`);
      return value;
    } catch (error) {
      if (counts()) {
        this.#say(`  ✗ ${seconds(performance.now() - from)}  ${error.message}`);
        this.#failed.push(title);
      }
      throw new StepFailed(title, error);
    }
  }

  /** A step of tearing down: a failure is remembered, and the next step is tried all the same. */
  async attempt(title, work) {
    try {
      return await this.#carryOut(title, work, () => true);
    } catch (error) {
      if (error.output) this.#say(error.output.trim());
      return undefined;
    }
  }
}

/** Throws with `complaint` unless the fact holds. */
export function expect(holds, complaint) {
  if (!holds) throw new Error(complaint);
}
