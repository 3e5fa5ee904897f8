import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { keyIn, keyOfMoment, markerOf, momentIn, UnknownMarker } from '../../../src/api/sol013/paging.js';
import { defaultBounds, scanPage, type ScanBounds } from '../../../src/api/sol013/scan.js';
import { Tried } from '../../builders/tried.js';
import { systemClock } from '../../../src/system.js';

const bounds = (change: Partial<ScanBounds>): ScanBounds => ({ ...defaultBounds, resources: 100, ...change });

interface Read {
  readonly pages: readonly (readonly unknown[])[];
  /** Rows that were read, page by page. */
  readonly rows: readonly number[];
}

/** Follows the markers from the first page to the last; `meanwhile` changes the collection after every page. */
async function readAll(
  items: () => readonly string[],
  within: ScanBounds,
  passes?: (item: string) => boolean,
  meanwhile: () => void = () => undefined,
): Promise<Read> {
  const pages: (readonly unknown[])[] = [];
  const rows: number[] = [];
  for (let after: string | undefined; ;) {
    let read = 0;
    const page = await scanPage<string>(
      {
        keyOf: (item) => item,
        read: async (from, limit) => {
          const some = items()
            .filter((item) => from === undefined || item > from)
            .slice(0, limit);
          read += some.length;
          return some;
        },
        ...(passes && { passes: async (item: string) => passes(item) }),
        costOfPassing: 1,
        show: async (item) => ({ item }),
      },
      after,
      within,
      systemClock,
    );
    pages.push(page.resources.map((each) => (each as { readonly item: string }).item));
    rows.push(read);
    if (page.next === undefined) return { pages, rows };
    after = page.next;
    meanwhile();
  }
}

const sorted = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 4 })).map((strings) => strings.toSorted());
const anyBounds = fc
  .record({
    resources: fc.integer({ min: 1, max: 7 }),
    cost: fc.integer({ min: 1, max: 9 }),
    batch: fc.integer({ min: 1, max: 5 }),
    bytes: fc.integer({ min: 1, max: 60 }),
  })
  .map(bounds);

describe('pages', () => {
  test('together are what passes the filter, in order, within whatever bounds', async () => {
    const [several, filtered] = [new Tried('several pages'), new Tried('a filter that some pass')];
    await fc.assert(
      fc.asyncProperty(sorted, anyBounds, fc.func(fc.boolean()), async (items, within, passes) => {
        const { pages } = await readAll(() => items, within, passes);
        const wanted = items.filter((item) => passes(item));
        several.is(pages.length > 1);
        filtered.is(wanted.length > 0 && wanted.length < items.length);
        expect(pages.flat()).toEqual(wanted);
        expect(pages.every((page) => page.length <= within.resources)).toBe(true);
      }),
    );
    several.expectShare(1 / 4);
    filtered.expectShare(1 / 6);
  });

  test('are as full as they may be, and the last has no marker', async () => {
    const tried = new Tried('a full page');
    await fc.assert(
      fc.asyncProperty(sorted, fc.integer({ min: 1, max: 7 }), async (items, resources) => {
        const { pages } = await readAll(() => items, bounds({ resources }));
        tried.is(pages.length > 1);
        expect(pages.slice(0, -1).every((page) => page.length === resources)).toBe(true);
        expect(pages).toHaveLength(Math.max(1, Math.ceil(items.length / resources)));
      }),
    );
    tried.expectShare(1 / 6);
  });

  const many = Array.from({ length: 5000 }, (_, at) => String(at).padStart(5, '0'));

  test('read only the rows that they show, and one to see whether there are more', async () => {
    const { rows } = await readAll(() => many, bounds({ resources: 100 }));
    expect(Math.max(...rows)).toBeLessThanOrEqual(101);
  });

  test('that a filter leaves empty end when it has cost enough, and lead on', async () => {
    const { pages, rows } = await readAll(
      () => many.slice(0, 4990),
      bounds({ cost: 1000 }),
      (item) => item === '04989',
    );
    expect(pages).toEqual([[], [], [], [], ['04989']]);
    expect(Math.max(...rows)).toBeLessThanOrEqual(1000);
  });

  test('end before they are too large, and hold one resource however large it is', async () => {
    const wide = ['a', 'b', 'c'].map((letter) => letter.repeat(50));
    const { pages } = await readAll(() => wide, bounds({ bytes: 20 }));
    expect(pages).toEqual(wide.map((each) => [each]));
  });

  test('skip nothing and repeat nothing that stays, when what was shown last is gone meanwhile', async () => {
    let items: readonly string[] = ['a', 'b', 'c', 'd'];
    const { pages } = await readAll(
      () => items,
      bounds({ resources: 2 }),
      undefined,
      () => {
        items = ['a', 'c', 'd'];
      },
    );
    expect(pages).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
  });

  test('do not end where the database leaves out a row that cannot be read', async () => {
    const rows = ['a', 'b', 'c', 'd', 'e', 'f'];
    const shown: unknown[] = [];
    for (let after: string | undefined; ;) {
      const page = await scanPage<string>(
        {
          keyOf: (item) => item,
          read: async (from = '', limit) =>
            rows
              .filter((item) => item > from)
              .slice(0, limit)
              .filter((item) => item !== 'b'),
          costOfPassing: 1,
          show: async (item) => item,
        },
        after,
        bounds({ resources: 2 }),
        systemClock,
      );
      shown.push(...page.resources);
      if (page.next === undefined) break;
      after = page.next;
    }
    expect(shown).toEqual(['a', 'c', 'd', 'e', 'f']);
  });

  test('give others their turn while they are made', async () => {
    let turns = 0;
    const ticking = setInterval(() => (turns += 1), 1);
    const burn = (): boolean => {
      const until = performance.now() + 0.2;
      while (performance.now() < until);
      return false;
    };
    await readAll(() => many.slice(0, 1000), bounds({}), burn);
    clearInterval(ticking);
    expect(turns).toBeGreaterThan(5);
  });
});

describe('markers', () => {
  test('give back their key', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (key) => expect(keyIn(markerOf(key))).toBe(key)));
  });

  test.each(['', 'x', 'YWZ0ZXI', Buffer.from('before:a').toString('base64url'), markerOf('a\0b')])(
    'are refused when Berth did not give them: %p',
    (marker) => {
      expect(() => keyIn(marker)).toThrow(UnknownMarker);
    },
  );

  test('of moments sort as the moments, and are refused when they hold none', () => {
    expect(momentIn(keyOfMoment(1234, 'a/b'))).toEqual({ ms: 1234, id: 'a/b' });
    expect(keyOfMoment(999, 'z') < keyOfMoment(1000, 'a')).toBe(true);
    for (const key of ['', 'a', '12/a', '00000000000000x1/a']) expect(() => momentIn(key)).toThrow(UnknownMarker);
  });
});
