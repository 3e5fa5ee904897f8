/**
 * Storage for the solver that tries everything: a list of what lies where, and sums over it.
 */
import type { Claim, Host, StoragePool } from '../../../src/inventory/model.js';
import type { VnfcDemand } from '../../../src/placement/model.js';

export interface Volume {
  readonly host: string;
  readonly pool: string;
  readonly mib: number;
  /** Of a base image. */
  readonly image?: string;
}

export const standingVolumes = (claims: readonly Claim[]): readonly Volume[] =>
  claims.flatMap(({ hostId: host, kind, key, amount: mib }) => {
    if (kind === 'disk') return [{ host, pool: key, mib }];
    const [image = '', pool = ''] = key.split(' ');
    return kind === 'image' ? [{ host, pool, mib, image }] : [];
  });

/** The file system below a pool. */
const below = (host: string, { name, storage }: StoragePool): string =>
  storage === undefined ? `${host}/${name}` : storage.acrossHosts ? storage.name : `${host}/${storage.name}`;

export function leftMiB(hosts: readonly Host[], volumes: readonly Volume[], host: Host, pool: StoragePool): number {
  const place = below(host.id, pool);
  const said = host.facts.pools.filter((one) => below(host.id, one) === place).map((one) => one.availableMiB);
  const counted = new Set<string>();
  let left = Math.min(...said);
  for (const { host: on, pool: name, mib, image } of volumes) {
    const target = hosts.find((one) => one.id === on)?.facts.pools.find((one) => one.name === name);
    if (target === undefined || below(on, target) !== place) continue;
    const key = `${on}/${name}/${image ?? ''}`;
    if (image !== undefined && counted.has(key)) continue;
    if (image !== undefined) counted.add(key);
    left -= image === undefined ? mib : Math.max(0, mib - (target.images?.[image] ?? 0));
  }
  return left;
}

/** What lies where after each way to lay the disks of a VNFC on a host. */
export function diskWays(
  hosts: readonly Host[],
  volumes: readonly Volume[],
  host: Host,
  { diskMiB, baseImages = [] }: VnfcDemand,
): readonly (readonly Volume[])[] {
  const pools = host.facts.pools.filter(({ unusedBecause }) => unusedBecause === undefined);
  return pools
    .map((pool) => {
      const at = { host: host.id, pool: pool.name };
      const images = baseImages.map(({ sha256, sizeMiB }) => ({ ...at, mib: sizeMiB, image: sha256 }));
      return { pool, after: [...volumes, { ...at, mib: diskMiB }, ...images] };
    })
    .filter(({ pool, after }) => leftMiB(hosts, after, host, pool) >= 0)
    .map(({ after }) => after);
}
