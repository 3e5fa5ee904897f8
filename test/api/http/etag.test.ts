import { expect, test } from '@jest/globals';
import { etagOf, isHad, revisionOf } from '../../../src/api/http/etag.js';

test('without If-Match, or with *, nothing is insisted on', () => {
  expect(revisionOf(undefined, 3)).toBeUndefined();
  expect(revisionOf('*', 3)).toBeUndefined();
});

test('the current tag among those given is insisted on', () => {
  expect(revisionOf(etagOf(3), 3)).toBe(3);
  expect(revisionOf('"1", "3"', 3)).toBe(3);
});

test('the tag of a representation stands for its revision', () => {
  expect(revisionOf('"3-0123456789abcdef"', 3)).toBe(3);
  expect(() => revisionOf('"2-0123456789abcdef"', 3)).toThrow('has the ETag "3"');
});

test.each([
  ['"3-a"', true],
  ['W/"3-a"', true],
  ['"1-b", "3-a"', true],
  ['*', true],
  ['"3-b"', false],
  ['"3"', false],
  ['', false],
  [undefined, false],
])('If-None-Match %p has "3-a": %p', (header, had) => {
  expect(isHad(header, '"3-a"')).toBe(had);
});

test.each(['"2"', '3', 'W/"3"', '', '"3-"', '"3-x"', '"33"'])('If-Match %p does not fit revision 3', (header) => {
  expect(() => revisionOf(header, 3)).toThrow('has the ETag "3"');
});
