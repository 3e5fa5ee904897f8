/**
 * Room of storage pools. Pools of one file system have one room, on one host and over hosts that all mount it. A base image
 * counts once in a pool, however many VNFCs stand on it, and only by what of it does not lie there yet.
 */
import type { Host, StoragePool } from './model.js';

/** Key of a claim on a base image. */
export const imageKey = (sha256: string, pool: string): string => `${sha256} ${pool}`;

/** Names of pools may hold spaces, digests do not. */
export function readImageKey(key: string): { readonly sha256: string; readonly pool: string } {
  const space = key.indexOf(' ');
  return { sha256: key.slice(0, space), pool: key.slice(space + 1) };
}

/** What of an image does not lie in the pool yet, MiB. */
export const missingMiB = ({ images }: Pick<StoragePool, 'images'>, sha256: string, sizeMiB: number): number =>
  Math.max(0, sizeMiB - (images?.[sha256] ?? 0));

type OnStorage = Pick<StoragePool, 'storage'>;

export const isOneRoom = (a: OnStorage, b: OnStorage): boolean =>
  a === b || (a.storage !== undefined && a.storage.name === b.storage?.name);

/** By pool. Pools of one room are looked at one after the other, and may say different numbers: the least counts. */
export const roomsMiB = (pools: readonly StoragePool[]): readonly number[] =>
  pools.map((pool) =>
    pool.storage === undefined
      ? pool.availableMiB
      : Math.min(...pools.filter((other) => isOneRoom(pool, other)).map((other) => other.availableMiB)),
  );

/** The rooms after this much more of one pool is taken. */
export const withTaken = (
  pools: readonly OnStorage[],
  rooms: readonly number[],
  at: number,
  takenMiB: number,
): readonly number[] => {
  const target = pools[at];
  if (target === undefined || takenMiB === 0) return rooms;
  return rooms.map((left, other) => (isOneRoom(target, pools[other] ?? target) ? left - takenMiB : left));
};

/** Storage that several hosts mount -> MiB. */
export type StorageUse = ReadonlyMap<string, number>;

export const sharesStorage = ({ facts: { pools } }: Pick<Host, 'facts'>): boolean =>
  pools.some(({ storage }) => storage?.acrossHosts === true);

/** What is taken of the storage that a host shares with others, from one picture of its rooms to a later one. */
export function sharedUse(
  { facts: { pools } }: Pick<Host, 'facts'>,
  before: readonly number[],
  after: readonly number[],
): StorageUse {
  const use = new Map<string, number>();
  for (const [at, { storage }] of pools.entries()) {
    const taken = (before[at] ?? 0) - (after[at] ?? 0);
    if (storage?.acrossHosts === true && taken !== 0) use.set(storage.name, taken);
  }
  return use;
}
