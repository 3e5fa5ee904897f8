/**
 * Choosing a storage pool: all volumes of a VNFC lie in one, with the base images that they stand on. An image that lies
 * there already, or that another VNFC brings, takes nothing more.
 */
import type { FreeRoom } from '../../inventory/free.js';
import { imageKey, isOneRoom, missingMiB, readImageKey } from '../../inventory/storage.js';
import type { RoomDemand } from '../question/ask.js';

type DiskDemand = Pick<RoomDemand, 'diskMiB' | 'baseImages'>;

/** What the images of a demand take of the pool at `at`, MiB. */
export function imagesMiB({ host, images }: FreeRoom, at: number, { baseImages = [] }: DiskDemand): number {
  const pool = host.facts.pools[at];
  if (pool === undefined) return 0;
  const missing = baseImages.filter(({ sha256 }) => !images.has(imageKey(sha256, pool.name)));
  return missing.reduce((sum, { sha256, sizeMiB }) => sum + missingMiB(pool, sha256, sizeMiB), 0);
}

const needsMiB = (free: FreeRoom, at: number, demand: DiskDemand): number =>
  demand.diskMiB + imagesMiB(free, at, demand);

/** Positions of pools that take new volumes. */
export const usedPools = ({ host }: FreeRoom): readonly number[] =>
  host.facts.pools.flatMap(({ unusedBecause }, at) => (unusedBecause === undefined ? [at] : []));

/** Pools with room, in the order of the host; one of those that are alike stands for all. Without disk any will do. */
export function poolsFor(free: FreeRoom, demand: DiskDemand): readonly string[] {
  const { pools } = free.host.facts;
  const used = usedPools(free);
  const nameOf = (at: number | undefined) => pools[at ?? -1]?.name ?? '';
  if (demand.diskMiB <= 0 && (demand.baseImages ?? []).length === 0) return [nameOf(used[0])];
  const fitting = used.filter((at) => (free.poolsMiB[at] ?? 0) >= needsMiB(free, at, demand));
  if (fitting.length < 2) return fitting.map(nameOf);
  const kinds = fitting.map((at) => alikeKey(free, at));
  return fitting.filter((_, nth) => kinds.indexOf(kinds[nth] ?? '') === nth).map(nameOf);
}

function alikeKey({ host, images, poolsMiB }: FreeRoom, at: number): string {
  const pool = host.facts.pools[at];
  const claimed = [...images.keys()].map(readImageKey).filter((one) => one.pool === pool?.name);
  return JSON.stringify([poolsMiB[at], pool?.images, pool?.storage?.name, claimed.map(({ sha256 }) => sha256).sort()]);
}

/** The pool that lacks least, as far as there is any: what it would have to have, and has. */
export function nearestPool(
  free: FreeRoom,
  demand: DiskDemand,
): { readonly needsMiB: number; readonly imagesMiB: number; readonly hasMiB: number } | undefined {
  const pools = usedPools(free).map((at) => ({
    needsMiB: needsMiB(free, at, demand),
    imagesMiB: imagesMiB(free, at, demand),
    hasMiB: Math.max(0, free.poolsMiB[at] ?? 0),
  }));
  return pools.toSorted((a, b) => a.needsMiB - a.hasMiB - (b.needsMiB - b.hasMiB))[0];
}

/** How many alike VNFCs find room one after the other: those of one room bring their images into one of its pools. */
export function poolTimes(free: FreeRoom, demand: DiskDemand): number {
  const { pools } = free.host.facts;
  const counts = usedPools(free).map((at) => ({
    pool: pools[at],
    fits: Math.max(0, Math.floor(((free.poolsMiB[at] ?? 0) - imagesMiB(free, at, demand)) / demand.diskMiB)),
  }));
  return counts.reduce((sum, { pool, fits }, nth) => {
    const isOf = (other: (typeof counts)[number]) =>
      pool !== undefined && other.pool !== undefined && isOneRoom(pool, other.pool);
    const isBest = counts.every((other, at) => !isOf(other) || other.fits < fits || (other.fits === fits && at >= nth));
    return isBest ? sum + fits : sum;
  }, 0);
}
