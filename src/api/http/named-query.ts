/**
 * The query of a route that knows its parameters by name: a misspelt one is refused, not passed over.
 */
import { refusal } from './problem-error.js';

/** Gives the value of a parameter; undefined: it is not there. Throws ProblemError 400. */
export function namedQuery<Name extends string>(
  query: Readonly<Record<string, unknown>>,
  known: readonly Name[],
  besides: readonly string[] = [],
): (name: Name) => string | undefined {
  const all: readonly string[] = [...known, ...besides];
  const stranger = Object.keys(query).find((key) => !all.includes(key));
  if (stranger !== undefined) {
    throw refusal('malformed-request', `The query has ${stranger}, which is not known; known are ${all.join(', ')}.`);
  }
  return (name) => {
    const value = query[name];
    if (value === undefined || (typeof value === 'string' && value !== '')) return value;
    throw refusal('malformed-request', `${name} is given without a value, or more than once.`);
  };
}
