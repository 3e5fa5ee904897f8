/** The placement bench calls functions of src that no compiler holds to their names: a small run of it shows that it works. */
import { expect, test } from '@jest/globals';
import { pathToFileURL } from 'node:url';

interface Found {
  readonly rows: readonly (readonly string[])[];
  readonly figures: {
    readonly results: readonly { readonly hosts: number; readonly state: string; readonly p50Ms: number }[];
    readonly filledShare: Readonly<Record<'berth' | 'firstFit' | 'ceiling', number>>;
  };
}

interface PlacementBench {
  readonly bench: (
    say: (line: string) => void,
    wish: { sizes: readonly number[]; warmUp: number; measured: number },
  ) => Promise<Found>;
}

test('a small run decides on every kind of fleet, and fills hosts no further than they go', async () => {
  const { bench } = (await import(pathToFileURL('bench/placement.bench.mjs').href)) as PlacementBench;
  const { rows, figures } = await bench(() => undefined, { sizes: [10, 20], warmUp: 2, measured: 20 });
  expect(figures.results.map(({ hosts, state }) => `${hosts} ${state}`)).toEqual(
    [10, 20].flatMap((size) => ['empty', 'half full', 'fragmented'].map((state) => `${size} ${state}`)),
  );
  expect(figures.results.every(({ p50Ms }) => p50Ms > 0)).toBe(true);
  const { berth, firstFit, ceiling } = figures.filledShare;
  expect(berth).toBeGreaterThan(0);
  expect(berth).toBeLessThanOrEqual(ceiling);
  expect(firstFit).toBeLessThanOrEqual(ceiling);
  expect(rows.length).toBeGreaterThan(figures.results.length);
});
