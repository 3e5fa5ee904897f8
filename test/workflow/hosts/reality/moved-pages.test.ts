/**
 * Pages of VNFCs that were moved are told by free pages alone: what is said is so, whatever others on the host do, and what
 * is moved is said at the second reading.
 */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { vnfcId, type VnfcId } from '../../../../src/shared/ids.js';
import {
  judgePages,
  movedOf,
  type PagesReading,
  type PagesSeen,
} from '../../../../src/workflow/hosts/reality/moved-pages.js';
import { Tried } from '../../../builders/tried.js';

const size = 2048;
const [a, b, c] = ['a', 'b', 'c'].map((id) => vnfcId(id)) as [VnfcId, VnfcId, VnfcId];

interface Held {
  readonly planned: number;
  readonly lies: number;
  readonly pages: number;
}

/** A host as it is: what its VNFCs were planned on, where their pages lie, and what others use. */
class Pools {
  readonly held = new Map<VnfcId, Held>();
  readonly others: number[];
  readonly totals: number[];

  constructor(...others: readonly number[]) {
    this.others = [...others];
    this.totals = others.map(() => 1000);
  }

  run(id: VnfcId, cell: number, pages: number): this {
    this.held.set(id, { planned: cell, lies: cell, pages });
    return this;
  }

  move(id: VnfcId, cell: number): this {
    this.held.set(id, { ...this.held.get(id)!, lies: cell });
    return this;
  }

  used(cell: number): number {
    const own = [...this.held.values()].filter(({ lies }) => lies === cell);
    return own.reduce((sum, { pages }) => sum + pages, this.others[cell] ?? 0);
  }

  readonly moved = (): readonly VnfcId[] =>
    [...this.held].filter(([, { planned, lies }]) => planned !== lies).map(([id]) => id);

  reading(): PagesReading {
    return {
      pools: this.totals.map((total, cell) => ({ cell, pageSizeKiB: size, total, free: total - this.used(cell) })),
      holders: new Map(
        [...this.held].map(([id, { planned, pages }]) => [id, [{ cell: planned, pageSizeKiB: size, pages }]]),
      ),
    };
  }
}

const allSaidIn = (seen: PagesSeen) => seen.get(size)?.moved ?? [];
const saidIn = (seen: PagesSeen) => allSaidIn(seen)[0];
/** The last of as many readings of the host as it is. */
function read(pools: Pools, seen: PagesSeen = new Map(), times = 1): PagesSeen {
  const next = judgePages(seen, pools.reading());
  return times === 1 ? next : read(pools, next, times - 1);
}

test('what lies where it was planned is found so at the first reading', () => {
  const seen = read(new Pools(0, 0).run(a, 0, 32));
  expect(movedOf(seen, a, [{ cell: 0, pageSizeKiB: size, pages: 32 }])).toEqual([]);
  expect(movedOf(new Map(), a, [{ cell: 0, pageSizeKiB: size, pages: 32 }])).toBeUndefined();
});

test('pages that somebody moves are told at the second reading, and their return at the first', () => {
  const pools = new Pools(0, 0).run(a, 0, 32).run(b, 0, 64);
  const before = read(pools);
  const once = read(pools.move(a, 1), before);
  expect(saidIn(once)).toBeUndefined();
  const said = read(pools, once);
  expect(saidIn(said)).toEqual({
    ...{ pageSizeKiB: size, pages: 32, from: 0, to: [1], vnfcIds: [a], isExact: true },
  });
  expect(movedOf(said, a, [{ cell: 0, pageSizeKiB: size, pages: 32 }])).toHaveLength(1);
  expect(movedOf(said, b, [{ cell: 0, pageSizeKiB: size, pages: 64 }])).toEqual([]);
  expect(saidIn(read(pools.move(a, 0), said))).toBeUndefined();
});

test('VNFCs of one size are all named', () => {
  const pools = new Pools(0, 0).run(a, 0, 32).run(b, 0, 32).run(c, 1, 32);
  const before = read(pools);
  expect(saidIn(read(pools.move(b, 1), before, 2))).toMatchObject({ vnfcIds: [a, b], isExact: true });
});

test('what was moved before the first reading is told by what is missing', () => {
  const pools = new Pools(0, 7).run(a, 0, 32).move(a, 1);
  expect(saidIn(read(pools, new Map(), 2))).toMatchObject({ pages: 32, from: 0, to: [1], vnfcIds: [a] });
});

test('others hide nothing that moves while it is watched, and what they take or give back is nothing moved', () => {
  const pools = new Pools(500, 500).run(a, 0, 32);
  const before = read(pools);
  pools.others[1] = 300;
  const steady = read(pools, before);
  expect(saidIn(steady)).toBeUndefined();
  const said = read(pools.move(a, 1), steady, 2);
  expect(saidIn(said)).toMatchObject({ pages: 32, vnfcIds: [a] });
  pools.others[0] = 700;
  expect(saidIn(read(pools, said))).toMatchObject({ pages: 32, vnfcIds: [a] });
});

test('a pool that changes, and a VNFC bound to no cell, say nothing', () => {
  const pools = new Pools(0, 0).run(a, 0, 32);
  const before = read(pools);
  const once = read(pools.move(a, 1), before);
  pools.totals[0] = 900;
  expect(saidIn(read(pools, once))).toBeUndefined();
  const unbound = pools.reading();
  const holders = new Map([...unbound.holders, [b, [{ pageSizeKiB: size, pages: 1 }]] as const]);
  expect(judgePages(once, { ...unbound, holders }).get(size)).toBeUndefined();
});

test('fewer pages in one cell and no more in another are nothing moved', () => {
  const pools = new Pools(0, 0).run(a, 0, 32).reading();
  const reading = { ...pools, pools: pools.pools.map((pool) => ({ ...pool, free: pool.total })) };
  const seen = judgePages(judgePages(new Map(), reading), reading);
  expect(saidIn(seen)).toBeUndefined();
  expect(movedOf(seen, a, [{ cell: 0, pageSizeKiB: size, pages: 32 }])).toBeUndefined();
});

const cells = 3;
const cell = fc.nat(cells - 1);
const vnfcs = [a, b, c];
/** Each between two readings. Others change one cell at a time: no reading tells them from VNFCs if they move exactly as many. */
const change = fc.oneof(
  fc.record({
    kind: fc.constant('run' as const),
    id: fc.constantFrom(...vnfcs),
    cell,
    pages: fc.integer({ min: 1, max: 6 }),
  }),
  fc.record({ kind: fc.constant('end' as const), id: fc.constantFrom(...vnfcs) }),
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('move' as const), id: fc.constantFrom(...vnfcs), cell }) },
  fc.record({ kind: fc.constant('others' as const), cell, pages: fc.nat(12) }),
  fc.record({ kind: fc.constant('pool' as const), cell, total: fc.integer({ min: 400, max: 1000 }) }),
  { weight: 3, arbitrary: fc.constant({ kind: 'nothing' as const }) },
);
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function apply(pools: Pools, now: Change): void {
  if (now.kind === 'run' && !pools.held.has(now.id)) pools.run(now.id, now.cell, now.pages);
  if (now.kind === 'end') pools.held.delete(now.id);
  if (now.kind === 'move' && pools.held.has(now.id)) pools.move(now.id, now.cell);
  if (now.kind === 'others') pools.others[now.cell] = now.pages;
  if (now.kind === 'pool') pools.totals[now.cell] = now.total;
}

const history = fc.array(change, { minLength: 4, maxLength: 30 });
const inUse = () => new Pools(...Array.from({ length: cells }, () => 6));

test('while nothing is moved nothing is said, whatever changes at each reading', () => {
  const tried = new Tried('a host on which nothing is moved any more');
  fc.assert(
    fc.property(history, (changes) => {
      const pools = inUse();
      let seen: PagesSeen = new Map();
      let wasMoved = false;
      let isBack = false;
      for (const now of changes) {
        apply(pools, now);
        seen = judgePages(seen, pools.reading());
        const isMoved = pools.moved().length > 0;
        isBack ||= wasMoved && !isMoved;
        wasMoved ||= isMoved;
        // What a reading could not show, since the pools changed, the next one does.
        expect(isMoved || now.kind === 'pool' ? [] : allSaidIn(seen)).toEqual([]);
      }
      tried.is(isBack);
    }),
    { numRuns: 1_000 },
  );
  tried.expectShare(0.018);
});

test('of the VNFCs that are named one was moved, where each change is read twice', () => {
  const tried = new Tried('pages that are said to be moved');
  fc.assert(
    fc.property(history, (changes) => {
      const pools = inUse();
      let seen: PagesSeen = new Map();
      let said = 0;
      for (const now of changes) {
        apply(pools, now);
        seen = read(pools, seen, 2);
        for (const { pages, vnfcIds } of allSaidIn(seen)) {
          said += 1;
          // Of one size, which one of two was moved may not be told.
          const alike = pools.moved().filter((id) => pools.held.get(id)?.pages === pages || vnfcIds.includes(id));
          expect(alike).not.toEqual([]);
        }
      }
      tried.is(said > 0);
    }),
    { numRuns: 300 },
  );
  tried.expectShare(0.07);
});

test('one that is moved while nothing else changes is said at the second reading, whatever others use', () => {
  const tried = new Tried('a move that others would hide');
  const vnfc = fc.record({ cell, pages: fc.integer({ min: 1, max: 60 }) });
  fc.assert(
    fc.property(
      fc.array(fc.nat(300), { minLength: cells, maxLength: cells }),
      vnfc,
      vnfc,
      cell,
      (others, one, two, to) => {
        const pools = new Pools(...others).run(a, one.cell, one.pages).run(b, two.cell, two.pages);
        const before = read(pools);
        const isHidden = (others[one.cell] ?? 0) >= one.pages;
        const isAlike = one.pages === two.pages;
        const seen = read(pools.move(a, to), before, 2);
        const vnfcIds = one.cell === two.cell && isAlike ? [a, b] : [a];
        // The other one may have been moved before, and come back now.
        const isSilent = to === one.cell || (isHidden && isAlike && two.cell === to);
        expect(allSaidIn(seen)).toMatchObject(
          isSilent ? [] : [{ pages: one.pages, from: one.cell, to: [to], vnfcIds }],
        );
        expect(saidIn(read(pools.move(a, one.cell), seen))).toBeUndefined();
        tried.is(isHidden && !isSilent);
      },
    ),
    { numRuns: 300 },
  );
  tried.expectShare(0.15);
});
