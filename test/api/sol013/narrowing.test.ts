import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ResourceSchema } from '../../../src/api/sol013/attribute-types.js';
import { compileFilter } from '../../../src/api/sol013/filter-match.js';
import { Narrowing } from '../../../src/api/sol013/narrowing.js';
import { Tried } from '../../builders/tried.js';

const schema: ResourceSchema = {
  type: 'object',
  properties: {
    id: { type: 'string' },
    state: { type: 'string' },
    at: { type: 'string', format: 'date-time' },
    metadata: { type: 'object', additionalProperties: true },
  },
};

const states = ['NEW', 'RUNNING', 'DONE'] as const;
const ids = ['a', 'b', 'aa', "it's", 'x\0y'] as const;
const moment = fc.integer({ min: 0, max: 5 });
const textOf = (ms: number): string => new Date(ms).toISOString();

const resource = fc.record({ id: fc.constantFrom(...ids), state: fc.constantFrom(...states), ms: moment });

const quoted = (value: string): string => `'${value.replaceAll("'", "''")}'`;
const single = fc.constantFrom('eq', 'neq', 'gt', 'gte', 'lt', 'lte');
const several = fc.constantFrom('in', 'nin');
const textual = fc.constantFrom('cont', 'ncont', 'in', 'nin');

const termOn = (name: string, values: fc.Arbitrary<string>, ops: typeof several | typeof textual) =>
  fc.oneof(
    fc.tuple(single, values).map(([op, value]) => `(${op},${name},${quoted(value)})`),
    fc
      .tuple(ops, fc.array(values, { minLength: 1, maxLength: 3 }))
      .map(([op, list]) => `(${op},${name},${list.map(quoted).join(',')})`),
  );

const filter = fc
  .array(
    fc.oneof(
      termOn('id', fc.constantFrom(...ids), textual),
      termOn('state', fc.constantFrom(...states, 'D', 'UNKNOWN'), textual),
      termOn('at', moment.map(textOf), several),
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((terms) => terms.join(';'));

/** As a store narrows. */
function isRead(
  of: Narrowing,
  { id, state, ms }: { readonly id: string; readonly state: string; readonly ms: number },
) {
  const { fromMs = -Infinity, untilMs = Infinity } = of.span('at');
  const stateOf = of.among('state', states) as readonly string[] | undefined;
  const isAmong = (value: string, list: readonly string[] | undefined) => list === undefined || list.includes(value);
  return isAmong(id, of.allowed('id')) && isAmong(state, stateOf) && ms >= fromMs && ms <= untilMs;
}

test('whatever passes a filter is read, whatever the filter is', () => {
  const [passed, leftOut] = [new Tried('to read what passes'), new Tried('to leave something out')];
  fc.assert(
    fc.property(filter, fc.array(resource, { minLength: 10 }), (text, resources) => {
      const compiled = compileFilter(text, schema);
      const narrowing = new Narrowing(compiled.terms, schema);
      for (const each of resources) {
        const passes = compiled.test({ ...each, at: textOf(each.ms) });
        if (passed.is(passes)) expect(isRead(narrowing, each)).toBe(true);
        leftOut.is(!isRead(narrowing, each));
      }
    }),
    { numRuns: 500 },
  );
  passed.expectShare(1 / 12);
  leftOut.expectShare(1 / 6);
});

const narrowed = (text: string) => {
  const { terms } = compileFilter(text, schema);
  return new Narrowing(terms, schema);
};

test('terms on one attribute narrow together, to nothing when they contradict one another', () => {
  expect(narrowed('(in,id,a,b);(in,id,b,c)').allowed('id')).toEqual(['b']);
  expect(narrowed('(eq,id,a);(eq,id,b)').allowed('id')).toEqual([]);
  expect(narrowed('(neq,state,DONE);(ncont,state,RUN)').among('state', states)).toEqual(['NEW']);
});

test('what lies inside a map narrows nothing', () => {
  expect(narrowed('(eq,metadata/id,a)').allowed('id')).toBeUndefined();
});
