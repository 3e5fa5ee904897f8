/**
 * What may be wrong with the database itself, as an error that carries its Problem. The store throws it from every verb;
 * whoever catches it decides by `kind` whether to wait.
 */
import type { Problem } from '../shared/problem.js';

/**
 * `full`: no room to write, nothing was written. `unavailable`: the database does not answer, or its disk fails.
 * `damaged`: what it holds cannot be read.
 */
export type TroubleKind = 'full' | 'unavailable' | 'damaged';

export class StoreTrouble extends Error {
  readonly kind: TroubleKind;
  readonly problem: Problem;

  constructor(kind: TroubleKind, problem: Problem, options?: ErrorOptions) {
    super(problem.detail, options);
    this.name = 'StoreTrouble';
    this.kind = kind;
    this.problem = problem;
  }
}

/** Trouble that ends without any change of what is stored: work waits for it. */
export const isPassing = (error: unknown): error is StoreTrouble =>
  error instanceof StoreTrouble && error.kind !== 'damaged';
