import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { JsonRefused, readJson } from '../../../src/api/http/read-json.js';
import { Tried } from '../../builders/tried.js';

const bounds = { depth: 8, members: 50, values: 500, keyChars: 20, stringChars: 2000 };
const wide = { depth: 1000, members: 1e6, values: 1e6, keyChars: 1e6, stringChars: 1e6 };

function refusalOf(text: string): { pointer: string; message: string } {
  try {
    readJson(text, bounds);
  } catch (error) {
    if (error instanceof JsonRefused) return { pointer: error.pointer, message: error.message };
    throw error;
  }
  throw new Error(`${text.slice(0, 100)} was taken`);
}

const verdict = (read: () => unknown): unknown => {
  try {
    return { value: read() };
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof JsonRefused) return 'refused';
    throw error;
  }
};

describe('what JSON.parse takes is taken', () => {
  test('and comes out the same', () => {
    const storable = fc.jsonValue({ stringUnit: 'binary' }).filter((value) => {
      const text = JSON.stringify(value);
      return !text.includes('\\u0000') && !text.includes('__proto__') && !text.includes('prototype');
    });
    fc.assert(
      fc.property(storable, fc.constantFrom(undefined, 2, '\t'), (value, space) => {
        const text = JSON.stringify(value, undefined, space);
        expect(readJson(text, wide)).toEqual(JSON.parse(text));
      }),
    );
  });

  test('and nothing else is', () => {
    const pieces = [
      '{',
      '}',
      '[',
      ']',
      ':',
      ',',
      '"',
      '"a"',
      '"b"',
      '\\',
      'u00e9',
      '1',
      '-',
      '01',
      '.5',
      'e',
      'true',
      'nul',
      ' ',
      '\n',
      '\u00a0',
      '\ufeff',
    ];
    /** Pieces in any order, or a text that is JSON with one of them put in, or one put for another. */
    const random = fc.array(fc.constantFrom(...pieces), { maxLength: 8 });
    const good = fc.constantFrom('{"a":1,"b":[true,{}]}', '["a",-1,{"b":"\\u00e9"}]', '{"a":{"a":1},"b":0.5}', ' "a" ');
    const nearly = fc
      .record({ text: good, at: fc.nat(20), cut: fc.nat(1), piece: fc.constantFrom('', ...pieces) })
      .map(({ text, at, cut, piece }) => [text.slice(0, at), piece, text.slice(at + cut)]);
    const [taken, refused] = [new Tried('a text that is JSON'), new Tried('a text that is not')];
    fc.assert(
      fc.property(fc.oneof(random, nearly), (parts) => {
        const text = parts.join('');
        const parsed = verdict(() => JSON.parse(text) as unknown);
        refused.is(!taken.is(parsed !== 'refused' && !refusesTwice(parsed, text)));
        const wanted = refusesTwice(parsed, text) ? 'refused' : parsed;
        expect([text, verdict(() => readJson(text, wide))]).toEqual([text, wanted]);
      }),
      { numRuns: 3000 },
    );
    taken.expectShare(1 / 25);
    refused.expectShare(1 / 4);
  });
});

/** JSON.parse takes the last of two members of a name. */
const refusesTwice = (parsed: unknown, text: string): boolean =>
  parsed !== 'refused' &&
  verdict(() => readJson(text, wide)) === 'refused' &&
  /is given twice/.test(refusalOf(text).message);

const nested = (depth: number, open: string, close: string): string => open.repeat(depth) + '1' + close.repeat(depth);

test.each([
  ['lists', nested(100_000, '[', ']'), '/0/0/0/0/0/0/0/0'],
  ['objects', nested(5000, '{"a":', '}'), '/a/a/a/a/a/a/a/a'],
  ['lists that never end', '['.repeat(1_000_000), '/0/0/0/0/0/0/0/0'],
])('%s nested beyond the bound are refused with the place', (_, text, pointer) => {
  expect(refusalOf(text)).toEqual({ pointer, message: 'is nested more than 8 levels deep' });
});

test.each([
  ['a list', `{"a":[${'{},'.repeat(340_000)}{}]}`, '/a', 'has more than 50 members'],
  [
    'an object',
    `{"a/b":{${Array.from({ length: 51 }, (_, i) => `"k${i}":1`).join(',')}}}`,
    '/a~1b',
    'has more than 50 members',
  ],
  ['a string', `{"a":"${'k'.repeat(900_000)}"}`, '/a', 'is a string of more than 2000 characters'],
  ['a name', `{"a":{"${'k'.repeat(21)}":1}}`, '/a', 'has a member whose name is longer than 20 characters'],
  [
    'all of it',
    `[${Array.from({ length: 40 }, () => `[${'1,'.repeat(39)}1]`).join(',')}]`,
    '/12',
    'is where the body passes 500 values',
  ],
])('%s that is too large is refused with the place', (_, text, pointer, message) => {
  expect(refusalOf(text)).toEqual({ pointer, message });
});

test.each([
  ['half of a surrogate pair', '{"a":{"b":["x","\\ud800"]}}', '/a/b/1'],
  ['the other half', '{"a":"\\udc00\\ud800"}', '/a'],
  ['U+0000', '{"a":"x\\u0000"}', '/a'],
  ['half of a pair in a name', '{"a":{"\\ud800":1}}', '/a'],
  ['a number beyond all numbers', '{"a":[1,1e400]}', '/a/1'],
  ['a member twice', '{"a":{"b":1,"c":2,"b":3}}', '/a/b'],
  ['a member twice, once in escapes', '{"ab":1,"\\u0061b":3}', '/ab'],
  ['__proto__', '{"a":{"__proto__":{"admin":true}}}', '/a/__proto__'],
  ['__proto__ in escapes', '{"\\u005f_proto__":1}', '/__proto__'],
  ['constructor.prototype', '{"constructor":{"prototype":{}}}', '/constructor/prototype'],
])('%s is refused with the place', (_, text, pointer) => {
  expect(refusalOf(text).pointer).toBe(pointer);
});

test.each([
  ['{"vnfdId":', 'is no JSON at line 1, column 11: a value is expected, not the end of the body'],
  ['{"a":1,\n "b" 2}', 'is no JSON at line 2, column 6: ":" is expected, not 2'],
  ['{"a":1} x', 'is no JSON at line 1, column 9: the end is expected, not x'],
  ['\ufeff{}', 'is no JSON at line 1, column 1: a value is expected, not U+FEFF'],
  ['"a\u0001"', 'is no JSON at line 1, column 3: the end of a string is expected, not U+0001'],
])('%j is refused with line and column', (text, message) => {
  expect(refusalOf(text).message).toBe(message);
});
