import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import { isSameJson } from '../../src/shared/same-json.js';
import { Tried } from '../builders/tried.js';

it('two values are the same exactly when their JSON is, whatever the order of members', () => {
  expect(isSameJson({ a: 1, b: [{ c: 'x' }] }, { b: [{ c: 'x' }], a: 1, d: undefined })).toBe(true);
  expect(isSameJson([], {})).toBe(false);
  expect(isSameJson({ a: null }, {})).toBe(false);
  expect(isSameJson([1, 2], [1])).toBe(false);
  const any = fc.jsonValue({ noUnicodeString: true }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);
  fc.assert(fc.property(any, (value) => isSameJson(value, structuredClone(value))));
});

const textOf = ([name, value]: readonly [string, unknown]): string =>
  `${JSON.stringify(name)}:${JSON.stringify(value)}`;

/** Of few members and values, so that two are often the same; some members are named as what every object has. */
const { few } = fc.letrec((tie) => ({
  few: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    fc.constantFrom(null, 0, 'x', true),
    fc.array(tie('few'), { maxLength: 2 }),
    fc
      .uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'toString', '__proto__'), tie('few')), {
        maxLength: 2,
        selector: ([name]) => name,
      })
      .map((members) => JSON.parse(`{${members.map((member) => textOf(member)).join()}}`) as unknown),
  ),
}));

it('agrees with a comparison that looks into everything', () => {
  const [same, different] = [new Tried('two values that are the same'), new Tried('two values that are not')];
  fc.assert(
    fc.property(few, few, (a, b) => {
      const wanted = isDeepStrictEqual(a, b);
      different.is(!same.is(wanted));
      expect(isSameJson(a, b)).toBe(wanted);
      expect(isSameJson(b, a)).toBe(wanted);
    }),
    { numRuns: 1000 },
  );
  same.expectShare(1 / 100);
  different.expectShare(1 / 3);
});
