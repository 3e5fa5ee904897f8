/**
 * Room of a storage pool, MiB, at the size that the guest sees. Pools of one file system have one room.
 */
import { roomOfPool, type FreeHost, type FreeRoom, type RoomPool } from '../free.js';
import { withTaken, type StorageUse } from '../storage.js';
import { fell, row, usual, type HostDraft, type HostResource } from './resource.js';

export const disk: HostResource = {
  ...usual,
  kind: 'disk',
  staysWithLeftovers: true,
  rows: ({ pool }, { diskMiB }) => (diskMiB > 0 ? [row(pool, diskMiB)] : []),
  apply: (draft, { key, amount }, sign) => {
    takeRoom(draft, key, -sign * amount);
  },
  refusal: ({ host }, { key }) => {
    const pool = host.facts.pools.find(({ name }) => name === key);
    if (pool === undefined) return `pool ${key} does not exist`;
    return pool.unusedBecause === undefined ? undefined : `pool ${key} takes no volumes: ${pool.unusedBecause}`;
  },
  overdrawn: (before, after) => {
    for (const [at, pool] of before.host.facts.pools.entries()) {
      const short = fell(before.poolsMiB[at] ?? 0, after.poolsMiB[at] ?? 0, 'MiB of disk');
      if (short !== undefined) return `pool ${pool.name}: ${short}`;
    }
    return undefined;
  },
  leftText,
  words: { name: 'disk', limit: 'disk', constraint: 'disk' },
};

export function takeRoom(draft: HostDraft, pool: string, takenMiB: number): void {
  const { pools } = draft.host.facts;
  const at = pools.findIndex(({ name }) => name === pool);
  draft.poolsMiB = withTaken(pools, draft.poolsMiB, at, takenMiB);
}

/** The picture when other hosts take this much of the storage that they share with it. */
export function withTakenElsewhere(free: FreeHost, use: StorageUse): FreeHost {
  const { pools } = free.host.facts;
  const poolsMiB = free.poolsMiB.map((left, at) => {
    const { storage } = pools[at] ?? {};
    return left - (storage?.acrossHosts === true ? (use.get(storage.name) ?? 0) : 0);
  });
  return { ...free, poolsMiB };
}

/** Room of the pools, and what else tells pools of hosts of one shape apart. */
function leftText({ host: { facts }, poolsMiB, images }: FreeRoom): string {
  if (images.size === 0 && facts.pools.every(isPlain)) return poolsMiB.join();
  return JSON.stringify([poolsMiB, facts.pools.map((pool) => roomOfPool.map((field) => pool[field]))]);
}

const isPlain = ({ storage, unusedBecause, images }: RoomPool): boolean =>
  storage === undefined && unusedBecause === undefined && images === undefined;
