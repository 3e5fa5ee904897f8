/**
 * Refusals that several verbs share, in one wording.
 */
import { refuse, type Outcome } from '../../../shared/outcome.js';
import { problem } from '../../../shared/problem.js';

export const notFound = (what: string, id: string): Outcome<never> =>
  refuse(problem('not-found', `There is no ${what} ${id}; read the collection for those that exist.`));

export const wrongState = (detail: string): Outcome<never> => refuse(problem('wrong-state', detail));

export const unprocessable = (detail: string): Outcome<never> => refuse(problem('unprocessable', detail));

/** A refusal when the caller's revision (its ETag) is not the present one. */
export function stale(
  what: string,
  id: string,
  revision: number,
  wanted: number | undefined,
): Outcome<never> | undefined {
  if (wanted === undefined || wanted === revision) return undefined;
  const found = `${what} ${id} is at revision ${String(revision)}, the request is based on ${String(wanted)}`;
  return refuse(problem('precondition-failed', `The ${found}; read it again and repeat with its new ETag.`));
}
