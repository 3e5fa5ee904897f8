/**
 * Hugepages of VNFCs that lie in another cell than planned, told by the free pages of the host alone, since libvirt does not
 * tell where the memory of a guest is. libvirt has QEMU allocate all pages of a guest before it runs, so of each size a cell
 * has as many in use as were planned for the VNFCs that run there, and those of others. It is said when two readings agree.
 */
import type { VnfcId } from '../../../shared/ids.js';
import { isSameJson } from '../../../shared/same-json.js';
import type { MovedPages } from '../fleet-view.js';

export interface PlannedPages {
  /** Host cell; absent: they may come from any. */
  readonly cell?: number;
  readonly pageSizeKiB: number;
  readonly pages: number;
}

export interface PagesReading {
  readonly pools: readonly {
    readonly cell: number;
    readonly pageSizeKiB: number;
    readonly total: number;
    readonly free: number;
  }[];
  /** VNFCs that run, with what was planned of each. */
  readonly holders: ReadonlyMap<VnfcId, readonly PlannedPages[]>;
}

/** By host cell. */
type Counts = ReadonlyMap<number, number>;

interface SizeSeen {
  readonly totals: Counts;
  readonly holders: readonly VnfcId[];
  /** In use by others than the holders, if what was moved exactly were where it was planned; absent: not known. */
  readonly others?: Counts;
  /** Seen once. */
  readonly suspected?: MovedPages;
  readonly moved: readonly MovedPages[];
}

/** What the readings of a host have shown, by page size (KiB). */
export type PagesSeen = ReadonlyMap<number, SizeSeen>;

interface SizeReading {
  readonly pageSizeKiB: number;
  readonly totals: Counts;
  readonly holders: readonly VnfcId[];
  readonly planned: ReadonlyMap<VnfcId, Counts>;
  readonly others: Counts;
}

export function judgePages(before: PagesSeen, reading: PagesReading): PagesSeen {
  const sizes = [...new Set(reading.pools.map(({ pageSizeKiB }) => pageSizeKiB))];
  return new Map(
    sizes.flatMap((size) => {
      const now = ofSize(reading, size);
      return now === undefined ? [] : [[size, judgeSize(before.get(size), now)] as const];
    }),
  );
}

/** Of a VNFC with these pages: what was moved, if it may be its own; undefined: nothing can be said. */
export function movedOf(
  seen: PagesSeen,
  id: VnfcId,
  planned: readonly PlannedPages[],
): readonly MovedPages[] | undefined {
  const sizes = [...new Set(planned.map(({ pageSizeKiB }) => pageSizeKiB))].map((size) => seen.get(size));
  const own = sizes.flatMap((each) => each?.moved.filter(({ vnfcIds }) => vnfcIds.includes(id)) ?? []);
  return own.length > 0 || sizes.every((each) => each?.others !== undefined) ? own : undefined;
}

/** Undefined: nobody has pages of this size, or those of somebody may lie in any cell. */
function ofSize({ pools, holders }: PagesReading, pageSizeKiB: number): SizeReading | undefined {
  const here = pools.filter((pool) => pool.pageSizeKiB === pageSizeKiB);
  const planned = new Map<VnfcId, Counts>();
  for (const [id, all] of holders) {
    const own = all.filter((each) => each.pageSizeKiB === pageSizeKiB);
    if (own.some(({ cell }) => cell === undefined)) return undefined;
    if (own.length > 0) planned.set(id, sums(own.map(({ cell = 0, pages }) => [cell, pages])));
  }
  if (planned.size === 0) return undefined;
  const held = sums([...planned.values()].flatMap((counts) => [...counts]));
  return {
    pageSizeKiB,
    totals: new Map(here.map(({ cell, total }) => [cell, total])),
    holders: [...planned.keys()].toSorted(),
    planned,
    others: new Map(here.map(({ cell, total, free }) => [cell, total - free - (held.get(cell) ?? 0)])),
  };
}

function judgeSize(before: SizeSeen | undefined, now: SizeReading): SizeSeen {
  const { totals, holders } = now;
  // Somebody changes the pool: the next reading shows all of it.
  if (before !== undefined && !isSame(before.totals, totals)) return { ...withoutSuspicion(before), totals };
  // One that ended may have been the one that was moved: of the others, what is missing says so.
  const isGone = before?.holders.some((id) => !now.planned.has(id)) ?? false;
  const moved = isGone ? [] : (before?.moved ?? []).filter(({ isExact }) => isExact);
  const known = before?.others !== undefined && isSameJson(before.holders, holders) ? before.others : undefined;
  const others = asPlanned(now.others, moved);
  const judged = known === undefined ? { others, moved } : changed({ ...before, moved }, known, others, now);
  const isPossible = [...judged.others.values()].every((count) => count >= 0);
  return { totals, holders, ...(isPossible ? judged : lacking(before, now)) };
}

function withoutSuspicion({ suspected: _dropped, ...rest }: SizeSeen): SizeSeen {
  return rest;
}

/** What others would use if all that was moved were where it was planned. */
const asPlanned = (others: Counts, moved: readonly MovedPages[]): Counts =>
  sums([
    ...others,
    ...moved.flatMap(({ from, to: [to = from], pages }) => [[from, pages] as const, [to, -pages] as const]),
  ]);

interface Judged extends Pick<SizeSeen, 'suspected' | 'moved'> {
  readonly others: Counts;
}

/** `others`: those of the reading before, and of this one. */
function changed(
  before: Pick<SizeSeen, 'suspected' | 'moved'>,
  others: Counts,
  othersNow: Counts,
  now: SizeReading,
): Judged {
  const { moved } = before;
  const changes = [...othersNow]
    .map(([cell, count]) => ({ cell, change: count - (others.get(cell) ?? 0) }))
    .filter(({ change }) => change !== 0)
    .toSorted((a, b) => a.change - b.change);
  const [less, more] = changes;
  if (less === undefined || more === undefined) return { others: othersNow, moved };
  const isSwap = changes.length === 2 && less.change + more.change === 0;
  const swap = { pages: more.change, from: less.cell, to: [more.cell] };
  const back = moved.find((one) => one.pages === swap.pages && one.to[0] === swap.from && one.from === more.cell);
  if (isSwap && back !== undefined) return { others, moved: moved.filter((one) => one !== back) };
  const vnfcIds = isSwap ? whoMoved(swap, moved, now) : [];
  // Nothing tells what of it was moved: all is taken for the doing of others.
  if (vnfcIds.length === 0) return { others: now.others, moved: [] };
  const found: MovedPages = { pageSizeKiB: now.pageSizeKiB, ...swap, vnfcIds, isExact: true };
  return isSameJson(before.suspected, found)
    ? { others, moved: [...moved, found] }
    : { others, moved, suspected: found };
}

/** VNFCs that have exactly so many pages there. None, if one that was moved before may have been moved on or come back. */
function whoMoved(
  { pages, from, to: [to = from] }: Pick<MovedPages, 'pages' | 'from' | 'to'>,
  moved: readonly MovedPages[],
  { planned, others }: SizeReading,
): readonly VnfcId[] {
  const those = (cell: number) => holdersIn(planned, cell, (count) => count === pages);
  const may = those(from);
  if (moved.some((one) => one.pages === pages && (one.to[0] === from || one.vnfcIds.some((id) => may.includes(id)))))
    return [];
  return (others.get(from) ?? 0) >= 0 && those(to).length > 0 ? [] : may;
}

/** Of what is missing the next reading says more than those before. */
function lacking(before: SizeSeen | undefined, now: SizeReading): Pick<SizeSeen, 'suspected' | 'moved'> {
  const found = missing(now);
  if (found === undefined) return { moved: [] };
  const isAgreed =
    isSameJson(before?.suspected, found) || before?.moved.some(({ from }) => from === found.from) === true;
  return isAgreed ? { moved: [found] } : { moved: [], suspected: found };
}

/** A cell has fewer pages in use than its VNFCs must have, and other cells have as many more. */
function missing({ others, planned, pageSizeKiB }: SizeReading): MovedPages | undefined {
  const [least] = [...others].toSorted(([, a], [, b]) => a - b);
  if (least === undefined || least[1] >= 0) return undefined;
  const [from, count] = least;
  const pages = -count;
  const more = [...others].filter(([, each]) => each > 0);
  if (more.reduce((sum, [, each]) => sum + each, 0) < pages) return undefined;
  // Others may use pages of the cell and hide a part of what is missing, and it may be of several.
  const vnfcIds = holdersIn(planned, from, (each) => each > 0);
  return { pageSizeKiB, pages, from, to: more.map(([cell]) => cell), vnfcIds, isExact: false };
}

const holdersIn = (
  planned: SizeReading['planned'],
  cell: number,
  isOne: (count: number) => boolean,
): readonly VnfcId[] =>
  [...planned]
    .filter(([, counts]) => isOne(counts.get(cell) ?? 0))
    .map(([id]) => id)
    .toSorted();

function sums(counts: readonly (readonly [number, number])[]): Counts {
  const all = new Map<number, number>();
  for (const [cell, count] of counts) all.set(cell, (all.get(cell) ?? 0) + count);
  return all;
}

const isSame = (a: Counts, b: Counts): boolean =>
  a.size === b.size && [...a].every(([cell, count]) => b.get(cell) === count);
