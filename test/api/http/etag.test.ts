import { expect, test } from '@jest/globals';
import { etagOf, revisionOf } from '../../../src/api/http/etag.js';

test('without If-Match, or with *, nothing is insisted on', () => {
  expect(revisionOf(undefined, 3)).toBeUndefined();
  expect(revisionOf('*', 3)).toBeUndefined();
});

test('the current tag among those given is insisted on', () => {
  expect(revisionOf(etagOf(3), 3)).toBe(3);
  expect(revisionOf('"1", "3"', 3)).toBe(3);
});

test.each(['"2"', '3', 'W/"3"', ''])('If-Match %p does not fit revision 3', (header) => {
  expect(() => revisionOf(header, 3)).toThrow('has the ETag "3"');
});
