/**
 * The query of a route that asks for its parameters by name.
 */
import { refusal } from './problem-error.js';

/** Gives the value of a parameter; undefined: it is not there. Throws ProblemError 400. */
export function namedQuery<Name extends string>(
  query: Readonly<Record<string, unknown>>,
): (name: Name) => string | undefined {
  return (name) => {
    const value = query[name];
    if (value === undefined || (typeof value === 'string' && value !== '')) return value;
    throw refusal('malformed-request', `${name} is given without a value, or more than once.`);
  };
}
