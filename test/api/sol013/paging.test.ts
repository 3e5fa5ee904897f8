import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { pageOf, UnknownMarker } from '../../../src/api/sol013/paging.js';

const same = (text: string) => text;

function readAll(items: readonly string[], size: number): string[] {
  const read: string[] = [];
  let marker: string | undefined;
  do {
    const page = pageOf(items, same, size, marker);
    read.push(...page.items);
    marker = page.next;
  } while (marker !== undefined);
  return read;
}

describe('pages', () => {
  test('together are the collection, whatever its size', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string()), fc.integer({ min: 1, max: 7 }), (strings, size) => {
        const items = strings.toSorted();
        expect(readAll(items, size)).toEqual(items);
      }),
    );
  });

  test('end without a marker when nothing is left', () => {
    expect(pageOf(['a', 'b'], same, 2, undefined)).toEqual({ items: ['a', 'b'] });
  });

  test('go on right where they stopped when what was shown last is gone meanwhile', () => {
    const { next } = pageOf(['a', 'b', 'c', 'd'], same, 2, undefined);
    expect(pageOf(['a', 'c', 'd'], same, 2, next).items).toEqual(['c', 'd']);
  });

  test.each(['', 'x', 'YWZ0ZXI', Buffer.from('before:a').toString('base64url')])(
    'refuse the marker %p, which Berth did not give',
    (marker) => {
      expect(() => pageOf(['a'], same, 1, marker)).toThrow(UnknownMarker);
    },
  );
});
