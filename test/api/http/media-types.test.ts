import { expect, test } from '@jest/globals';
import { negotiate } from '../../../src/api/http/media-types.js';

test.each([
  [undefined, 'text/plain'],
  ['', 'text/plain'],
  ['*/*', 'text/plain'],
  ['application/zip', 'application/zip'],
  ['application/*', 'application/zip'],
  ['text/plain;q=0.5, application/zip', 'application/zip'],
  ['application/zip;q=0.1, */*;q=0.5', 'text/plain'],
  ['Application/ZIP', 'application/zip'],
  ['text/plain;q=0', undefined],
  ['text/html', undefined],
  ['*/*, text/plain;q=0, application/zip;q=0', undefined],
])('of text and zip, Accept %p takes %p', (accept, type) => {
  expect(negotiate(accept, ['text/plain', 'application/zip'])).toBe(type);
});
