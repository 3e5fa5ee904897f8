/**
 * A refusal on its way out: carries the Problem from where it was found to the filter that answers it.
 */
import { cut } from '../../shared/cut.js';
import type { Outcome } from '../../shared/outcome.js';
import { problem, type Problem } from '../../shared/problem.js';
import type { ProblemCode } from '../../shared/problem-types.js';

export class ProblemError extends Error {
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;

  constructor(found: Problem, headers: Readonly<Record<string, string>> = {}) {
    super(found.detail);
    this.name = 'ProblemError';
    this.problem = found;
    this.headers = headers;
  }
}

export const refusal = (code: ProblemCode, detail: string, headers?: Readonly<Record<string, string>>): ProblemError =>
  new ProblemError(problem(code, detail), headers);

/** The value of an outcome, or its problem as the answer. */
export function expectOk<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw new ProblemError(outcome.problem);
}

/** What was looked up, or 404. `what` is the resource in words, e.g. `VNF instance`; `why` it may be gone, a sentence. */
export function found<T>(value: T | undefined, what: string, id: string, why?: string): T {
  if (value !== undefined) return value;
  throw refusal('not-found', [`There is no ${what} ${cut(id)}.`, ...(why === undefined ? [] : [why])].join(' '));
}
