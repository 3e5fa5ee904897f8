import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isSameJson } from '../../src/shared/same-json.js';

it('two values are the same exactly when their JSON is, whatever the order of members', () => {
  expect(isSameJson({ a: 1, b: [{ c: 'x' }] }, { b: [{ c: 'x' }], a: 1, d: undefined })).toBe(true);
  expect(isSameJson([], {})).toBe(false);
  expect(isSameJson({ a: null }, {})).toBe(false);
  expect(isSameJson([1, 2], [1])).toBe(false);
  const positive = fc.jsonValue({ noUnicodeString: true }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);
  fc.assert(fc.property(positive, (value) => isSameJson(value, structuredClone(value))));
  fc.assert(
    fc.property(positive, positive, (a, b) => {
      if (isSameJson(a, b)) expect(a).toEqual(b);
    }),
  );
});
