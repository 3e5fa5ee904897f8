/**
 * What Berth's own volumes take of a pool is counted by their claims, at the size they may grow to. Their present
 * allocation is added back to what the pool has free, or it would be counted twice.
 */
import type { Engine, VolumeInfo } from '../engine/engine.js';
import type { Claim, HostFacts, StoragePool } from '../inventory/model.js';
import { isVnfcVolume } from '../lifecycle/naming.js';
import { MiB } from '../shared/units.js';

/**
 * The facts with `availableMiB` as inventory/model.ts means it. Volumes of VNFCs that claim nothing here, such as those of
 * another installation in the same pool, take their share as others do. `claimsOfHost` is asked only where there are volumes.
 */
export async function withoutOwnVolumes(
  engine: Engine,
  facts: HostFacts,
  claimsOfHost: () => Promise<readonly Claim[]>,
): Promise<HostFacts> {
  const volumes = await Promise.all(facts.pools.map(async (pool) => vnfcVolumes(await engine.listVolumes(pool.name))));
  if (volumes.every((found) => found.length === 0)) return facts;
  const claiming = [...new Set((await claimsOfHost()).map(({ vnfcId }) => `berth-${vnfcId}-`))];
  const isOwn = ({ name }: VolumeInfo) => claiming.some((start) => name.startsWith(start));
  return { ...facts, pools: facts.pools.map((pool, at) => leftByOthers(pool, (volumes[at] ?? []).filter(isOwn))) };
}

const vnfcVolumes = (all: readonly VolumeInfo[]): readonly VolumeInfo[] => all.filter(({ name }) => isVnfcVolume(name));

function leftByOthers(pool: StoragePool, own: readonly VolumeInfo[]): StoragePool {
  const bytes = own.reduce((sum, { allocationBytes }) => sum + allocationBytes, 0);
  return { ...pool, availableMiB: Math.min(pool.capacityMiB, pool.availableMiB + Math.floor(bytes / MiB)) };
}
