/**
 * Counts the cases of a property that tried what it is about, so that one whose cases are all vacuous does not pass.
 */
export class Tried {
  #all = 0;
  #real = 0;

  /** `what` each case may try, for the message. */
  constructor(private readonly what = 'something') {}

  /** Passes on whether the case tries anything. */
  is(isReal: boolean): boolean {
    this.#all += 1;
    if (isReal) this.#real += 1;
    return isReal;
  }

  /** Throws when fewer than this share of all cases tried something. */
  expectShare(least: number): void {
    if (this.#all > 0 && this.#real >= least * this.#all) return;
    throw new Error(
      `${String(this.#real)} of ${String(this.#all)} cases tried ${this.what}; at least ${String(least)} of them should`,
    );
  }
}
