/** Whose lease has lapsed, watched by a clock of one's own. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { occupiedPage, type Occupied } from '../../../src/store/lease.js';
import { LeaseWatch, type Lapsed } from '../../../src/workflow/background/lease-watch.js';
import { Tried } from '../../builders/tried.js';

const times = { leaseMs: 15_000, goneMs: 3_000 };
const none = new Set<string>();

const row = (change: Partial<Occupied> = {}): Occupied => ({
  id: 'a',
  token: 1,
  beat: 0,
  isTakerGone: false,
  ...change,
});

/** A watch over rows and a clock that the test moves. */
function watching(rows: Occupied[]) {
  const world = { rows, elapsedMs: 0 };
  const occupied = async (_work: string, after: string): Promise<readonly Occupied[]> =>
    world.rows
      .filter(({ id }) => id > after)
      .toSorted((one, other) => (one.id < other.id ? -1 : 1))
      .slice(0, occupiedPage);
  const watch = new LeaseWatch({ occupied }, 'operations', { elapsedMs: () => world.elapsedMs }, times);
  let found: readonly Lapsed[] = [];
  const after = async (ms: number, inHand: ReadonlySet<string> = none): Promise<readonly string[]> => {
    world.elapsedMs += ms;
    found = await watch.lapsed(inHand);
    return found.map(({ id }) => id);
  };
  /** Looks once a second for so long; what was found at the last look. */
  const during = async (seconds: number): Promise<readonly string[]> => {
    let found: readonly string[] = [];
    for (let look = 0; look < seconds; look += 1) found = await after(1_000);
    return found;
  };
  const unmovedMs = (): readonly number[] => found.map((one) => one.unmovedMs);
  return { world, after, during, unmovedMs };
}

describe('a lease', () => {
  it('lapses when its row stood still for the time of a lease', async () => {
    const { after, during } = watching([row()]);
    await after(0);
    expect(await during(14)).toEqual([]);
    expect(await during(1)).toEqual(['a']);
  });

  it('begins again with every renewal and every take', async () => {
    const { world, after, during } = watching([row()]);
    await after(0);
    for (const moved of [row({ beat: 1 }), row({ token: 2 }), row({ token: 2, beat: 1 })]) {
      expect(await during(14)).toEqual([]);
      world.rows = [moved];
      expect(await during(1)).toEqual([]);
    }
    expect(await during(15)).toEqual(['a']);
  });

  it('does not lapse while nobody looks: after a pause of the watcher its holder has time to renew', async () => {
    const { world, after, during } = watching([row()]);
    await after(0);
    expect(await after(3_600_000)).toEqual([]);
    world.rows = [row({ beat: 1 })];
    expect(await during(14)).toEqual([]);
  });

  it('lapses sooner when the database knows that its process has ended', async () => {
    const { after, during } = watching([row({ isTakerGone: true })]);
    await after(0);
    expect(await during(2)).toEqual([]);
    expect(await during(1)).toEqual(['a']);
  });

  it('tells for how long it was not renewed, before and after its process ended', async () => {
    const { world, during, unmovedMs } = watching([row({ beat: 7 })]);
    await during(3);
    world.rows = [row({ beat: 7, isTakerGone: true })];
    await during(4);
    expect(unmovedMs()).toEqual([6_000]);
  });

  it('that the watcher holds itself is never told to it', async () => {
    const { after } = watching([row(), row({ id: 'b' })]);
    for (let look = 0; look < 20; look += 1) await after(1_000, new Set(['a']));
    expect(await after(0, new Set(['a']))).toEqual(['b']);
  });
});

describe('what was put off', () => {
  it('rests as long as it was told, and shortly when whoever told it has ended', async () => {
    const { after, during } = watching([row({ restMs: 60_000 }), row({ id: 'b', restMs: 60_000, isTakerGone: true })]);
    await after(0);
    expect(await during(3)).toEqual(['b']);
    expect(await during(56)).toEqual(['b']);
    expect(await during(1)).toEqual(['a', 'b']);
  });
});

describe('many rows', () => {
  it('are watched page by page, and forgotten when they are gone', async () => {
    const rows = Array.from({ length: 2 * occupiedPage + 1 }, (_, n) => row({ id: String(n).padStart(5, '0') }));
    const { world, after } = watching(rows);
    const found = new Set<string>();
    for (let look = 0; look < 60; look += 1) for (const id of await after(1_000)) found.add(id);
    expect(found.size).toBe(3 * 64 - 63);
    world.rows = [];
    for (let look = 0; look < 3; look += 1) await after(1_000);
    world.rows = rows;
    expect(await after(1_000)).toEqual([]);
  });

  it('lapse if and only if they stood still while they were watched, whatever pauses there are', async () => {
    const step = fc.record({ ms: fc.integer({ min: 0, max: 40_000 }), beats: fc.boolean() });
    const tried = new Tried('a lease that lapses, or that no longer does');
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { world, after } = watching([row()]);
        await after(0);
        let stillMs = 0;
        const lapsed = new Set<boolean>();
        for (const { ms, beats } of steps) {
          const [before] = world.rows as [Occupied];
          if (beats) world.rows = [row({ beat: before.beat + 1 })];
          stillMs = beats ? 0 : stillMs + Math.min(ms, 5_000);
          lapsed.add(stillMs >= 15_000);
          expect(await after(ms)).toEqual(stillMs >= 15_000 ? ['a'] : []);
        }
        tried.is(lapsed.size === 2);
      }),
    );
    tried.expectShare(1 / 50);
  });
});
