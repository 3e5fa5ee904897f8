/**
 * What a filter says about attributes that the database can look up. It only narrows what is read: whatever is left out
 * fails a term for certain, and what is read is still held against the whole filter, which has the last word.
 */
import type { ResourceSchema } from './attribute-types.js';
import type { FilterTerm } from './filter-grammar.js';
import { compileTerm } from './filter-match.js';

export class Narrowing {
  constructor(
    private readonly terms: readonly FilterTerm[],
    private readonly schema: ResourceSchema,
  ) {}

  /** Values that pass every term on a top-level attribute; undefined: nothing can be said. */
  allowed(name: string): readonly string[] | undefined {
    const lists = this.on(name).flatMap(({ op, values }) =>
      // No record is looked up by a text that a database cannot hold.
      (op === 'eq' || op === 'in') && !values.some((value) => value.includes('\0'))
        ? [values as readonly string[]]
        : [],
    );
    return lists.length === 0 ? undefined : lists.reduce((all, list) => all.filter((value) => list.includes(value)));
  }

  /** Those of all the values there are that pass every term on a top-level attribute. */
  among<Word extends string>(name: string, words: readonly Word[]): readonly Word[] | undefined {
    const tests = this.on(name).map((term) => compileTerm(term, this.schema));
    return tests.length === 0 ? undefined : words.filter((word) => tests.every((test) => test({ [name]: word })));
  }

  /** Between which moments, in ms, a top-level date passes every term. */
  span(name: string): { readonly fromMs?: number; readonly untilMs?: number } {
    const bounds = this.on(name).map(boundsOf);
    const froms = bounds.flatMap(({ from }) => (from === undefined ? [] : [from]));
    const untils = bounds.flatMap(({ until }) => (until === undefined ? [] : [until]));
    return {
      ...(froms.length > 0 && { fromMs: Math.max(...froms) }),
      ...(untils.length > 0 && { untilMs: Math.min(...untils) }),
    };
  }

  private on(name: string): readonly FilterTerm[] {
    return this.terms.filter(({ path }) => path.length === 1 && path[0] === name);
  }
}

function boundsOf({ op, values }: FilterTerm): { readonly from?: number; readonly until?: number } {
  const moments = values.map((value) => Date.parse(value));
  const [first, last] = [Math.min(...moments), Math.max(...moments)];
  switch (op) {
    case 'eq':
    case 'in':
      return { from: first, until: last };
    case 'gt':
    case 'gte':
      return { from: first };
    case 'lt':
    case 'lte':
      return { until: last };
    case 'neq':
    case 'nin':
    case 'cont':
    case 'ncont':
      return {};
  }
}
