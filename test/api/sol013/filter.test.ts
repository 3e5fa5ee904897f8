import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FilterSyntaxError, parseFilter } from '../../../src/api/sol013/filter-grammar.js';
import { compileFilter, FilterTypeError } from '../../../src/api/sol013/filter-match.js';
import type { ResourceSchema } from '../../../src/api/sol013/attribute-types.js';
import { Tried } from '../../builders/tried.js';

describe('the text of a filter', () => {
  test('is terms of operator, attribute path and values', () => {
    expect(parseFilter('(eq,onboardingState,ONBOARDED);(in,softwareImages/name,a,b)')).toEqual([
      { op: 'eq', path: ['onboardingState'], values: ['ONBOARDED'] },
      { op: 'in', path: ['softwareImages', 'name'], values: ['a', 'b'] },
    ]);
  });

  test('quotes values that hold signs, a quote doubled', () => {
    expect(parseFilter("(eq,name,'a,b;(c)''s')")).toEqual([{ op: 'eq', path: ['name'], values: ["a,b;(c)'s"] }]);
    expect(parseFilter("(eq,name,'')")).toMatchObject([{ values: [''] }]);
  });

  test('escapes signs in attribute names, and tells @key from a name that looks like it', () => {
    expect(parseFilter('(eq,metadata/a~1b~ac~0~bkey,x)')).toMatchObject([{ path: ['metadata', 'a/b,c~@key'] }]);
    expect(parseFilter('(eq,metadata/@key,x)')).toMatchObject([{ path: ['metadata', '@key'] }]);
  });

  test.each([
    ['', '"(" is expected'],
    ['eq,a,b', '"(" is expected'],
    ['(eq,a,b', '")" is expected'],
    ['(eq,a)', '"," is expected'],
    ['(eq,a,)', 'a value is missing'],
    ['(is,a,b)', '"is" is not an operator'],
    ['(eq,a,b,c)', 'eq takes one value, not 2'],
    ['(eq,a//b,c)', 'has an empty part'],
    ['(eq,a@b,c)', 'is not escaped'],
    ['(eq,a~2,c)', 'is not escaped'],
    ["(eq,a,'b)", 'the quote does not end'],
    ["(eq,a,b'c)", '")" is expected'],
    ['(eq,a,b)(eq,c,d)', '";" is expected'],
    ['(eq,a,b);', '"(" is expected'],
  ])('that is %p is refused with the place', (text, complaint) => {
    expect(() => parseFilter(text)).toThrow(FilterSyntaxError);
    expect(() => parseFilter(text)).toThrow(complaint);
    expect(() => parseFilter(text)).toThrow(/^at character \d+: /);
  });

  test('is either parsed or refused, whatever it is', () => {
    const sign = fc.constantFrom('(', ')', ',', ';', "'", '/', '~', '@', 'eq', 'in', 'a', '1', '~1');
    const name = fc.constantFrom('a', 'a/b', 'a~1b');
    const value = fc.constantFrom('1', "'x;y'", "''", "'it''s'", 'a b');
    const term = fc.oneof(
      fc.tuple(fc.constantFrom('eq', 'gte', 'cont'), name, value).map((parts) => `(${parts.join()})`),
      fc.tuple(fc.constantFrom('in', 'nin'), name, value, value).map((parts) => `(${parts.join()})`),
    );
    const terms = fc.array(term, { minLength: 1, maxLength: 3 }).map((all) => [all.join(';')]);
    const bent = fc
      .tuple(terms, fc.nat(20), sign)
      .map(([[text = ''], at, put]) => [text.slice(0, at), put, text.slice(at)]);
    const [parsed, refused] = [new Tried('a filter'), new Tried('what is no filter')];
    fc.assert(
      fc.property(fc.oneof(fc.array(sign), terms, bent), (parts) => {
        const terms = termsOf(parts.join(''));
        refused.is(!parsed.is(terms !== undefined));
        expect(terms).not.toEqual([]);
      }),
      { numRuns: 300 },
    );
    parsed.expectShare(1 / 10);
    refused.expectShare(1 / 5);
  });

  test('round-trips any values', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), (values) => {
        const quoted = values.map((value) => `'${value.replaceAll("'", "''")}'`);
        expect(parseFilter(`(in,a,${quoted.join(',')})`)).toEqual([{ op: 'in', path: ['a'], values }]);
      }),
    );
  });
});

/** Undefined when it is refused, as what is no filter must be. */
function termsOf(text: string): ReturnType<typeof parseFilter> | undefined {
  try {
    return parseFilter(text);
  } catch (error) {
    if (error instanceof FilterSyntaxError) return undefined;
    throw error;
  }
}

const schema: ResourceSchema = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    size: { type: 'integer' },
    ready: { type: 'boolean' },
    at: { type: 'string', format: 'date-time' },
    metadata: { type: 'object', additionalProperties: true },
    images: {
      type: 'array',
      items: { type: 'object', properties: { name: { type: 'string' }, size: { type: 'integer' } } },
    },
    tags: { type: 'array', items: { type: 'string' } },
  },
};

const resource = {
  name: 'edge-router',
  size: 7,
  ready: true,
  at: '2026-11-22T10:00:00Z',
  metadata: { site: 'lab', rack: 4, deep: { flag: true } },
  images: [
    { name: 'a', size: 1 },
    { name: 'b', size: 20 },
  ],
  tags: ['red', 'green'],
};

describe('a filter on a resource', () => {
  test.each([
    ['(eq,name,edge-router)', true],
    ['(eq,name,Edge-Router)', false],
    ['(neq,name,x)', true],
    ['(cont,name,router,firewall)', true],
    ['(ncont,name,firewall)', true],
    ['(ncont,name,firewall,router)', false],
    ['(in,name,x,edge-router)', true],
    ['(nin,name,x,edge-router)', false],
    ['(gt,size,6);(lt,size,8)', true],
    ['(gte,size,7);(lte,size,7)', true],
    ['(gt,size,10)', false],
    ['(eq,ready,true)', true],
    ['(eq,ready,false)', false],
    ['(eq,name,edge-router);(eq,size,8)', false],
  ])('%s is %p', (filter, holds) => {
    expect(compileFilter(filter, schema).test(resource)).toBe(holds);
  });

  test('compares numbers by value, not as text', () => {
    expect(compileFilter('(gt,images/size,3)', schema).test(resource)).toBe(true);
    expect(compileFilter('(eq,size,07)', schema).test(resource)).toBe(true);
  });

  test('compares times as instants', () => {
    expect(compileFilter('(eq,at,2026-11-22T11:00:00+01:00)', schema).test(resource)).toBe(true);
    expect(compileFilter('(gt,at,2026-11-22T10:00:00.001Z)', schema).test(resource)).toBe(false);
  });

  test('holds when some element of an array satisfies it, negations included', () => {
    expect(compileFilter('(eq,images/name,b)', schema).test(resource)).toBe(true);
    expect(compileFilter('(neq,images/name,b)', schema).test(resource)).toBe(true);
    expect(compileFilter('(eq,tags,green)', schema).test(resource)).toBe(true);
  });

  test('never holds for an attribute that is absent', () => {
    expect(compileFilter('(neq,name,x)', schema).test({})).toBe(false);
    expect(compileFilter('(eq,metadata/none,x)', schema).test(resource)).toBe(false);
  });

  test('reaches into maps by key and tests keys', () => {
    expect(compileFilter('(eq,metadata/site,lab)', schema).test(resource)).toBe(true);
    expect(compileFilter('(gt,metadata/rack,3)', schema).test(resource)).toBe(true);
    expect(compileFilter('(eq,metadata/deep/flag,true)', schema).test(resource)).toBe(true);
    expect(compileFilter('(eq,metadata/@key,site)', schema).test(resource)).toBe(true);
    expect(compileFilter('(eq,metadata/@key,none)', schema).test(resource)).toBe(false);
  });

  test.each([
    ['(eq,nothing,1)', 'there is no attribute nothing'],
    ['(eq,name/inside,1)', 'there is no attribute name/inside'],
    ['(eq,constructor,1)', 'there is no attribute constructor'],
    ['(eq,name/@key,1)', 'there is no attribute name/@key'],
    ['(eq,images,1)', 'images is a structure'],
    ['(gt,size,big)', 'size is a number, "big" is not'],
    ['(eq,ready,yes)', 'ready is a boolean, "yes" is not'],
    ['(lt,at,yesterday)', 'at is a date-time, "yesterday" is not'],
    ['(gt,ready,true)', 'gt does not apply to ready, which is a boolean'],
    ['(cont,size,1)', 'cont does not apply to size, which is a number'],
  ])('%s is refused', (filter, complaint) => {
    expect(() => compileFilter(filter, schema)).toThrow(FilterTypeError);
    expect(() => compileFilter(filter, schema)).toThrow(complaint);
  });
});
