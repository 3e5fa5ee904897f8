/**
 * Entity tags (SOL013 clause 4.2.3, RFC 9110 clause 8.8.3): the revision of a resource, quoted.
 */
import { cut } from '../../shared/cut.js';
import { refusal } from './problem-error.js';

export const etagOf = (revision: number): string => `"${revision}"`;

/**
 * The revision that If-Match insists on; undefined when it does not. Of several tags the current one counts, so that
 * the store checks again in its own transaction.
 */
export function revisionOf(ifMatch: string | undefined, current: number): number | undefined {
  if (ifMatch === undefined || ifMatch.trim() === '*') return undefined;
  const tags = ifMatch.split(',').map((tag) => tag.trim());
  if (tags.includes(etagOf(current))) return current;
  throw refusal(
    'precondition-failed',
    `If-Match is ${cut(ifMatch)}, but the resource has the ETag ${etagOf(current)}.`,
  );
}
