/**
 * Storage that hosts of a fleet share: what each host's VNFCs claim of it is missing on all others. Worked out once for each
 * fleet, and only where there is such storage; the leaves themselves know of their own claims alone.
 */
import type { FreeHost } from './free.js';
import { withTakenElsewhere } from './resources/disk.js';
import type { Leaf } from './fill-tree.js';
import type { HostId } from '../shared/ids.js';
import { roomsMiB, sharedUse, sharesStorage, type StorageUse } from './storage.js';

export interface SharedStorages {
  /** Of all hosts together. */
  readonly total: StorageUse;
  readonly byHost: ReadonlyMap<HostId, StorageUse>;
}

export function sharedStorages(leaves: Iterable<Leaf>): SharedStorages {
  const total = new Map<string, number>();
  const byHost = new Map<HostId, StorageUse>();
  for (const { free } of leaves) {
    if (!sharesStorage(free.host)) continue;
    const use = sharedUse(free.host, roomsMiB(free.host.facts.pools), free.poolsMiB);
    byHost.set(free.host.id, use);
    for (const [name, mib] of use) total.set(name, (total.get(name) ?? 0) + mib);
  }
  return { total, byHost };
}

/** The last picture of a host with what others take: asked again for the same, it is the same object. */
const pictures = new WeakMap<FreeHost, { readonly key: string; readonly free: FreeHost }>();

export function withOthers(free: FreeHost, { total, byHost }: SharedStorages): FreeHost {
  const own = byHost.get(free.host.id);
  if (own === undefined) return free;
  const elsewhere = new Map([...total].map(([name, mib]) => [name, mib - (own.get(name) ?? 0)]));
  const key = JSON.stringify([...elsewhere]);
  const known = pictures.get(free);
  if (known?.key === key) return known.free;
  const seen = withTakenElsewhere(free, elsewhere);
  pictures.set(free, { key, free: seen });
  return seen;
}
