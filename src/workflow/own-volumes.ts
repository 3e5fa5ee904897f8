/**
 * What Berth's own volumes take of a pool is counted by their claims, at the size they may grow to. Their present
 * allocation is added back to what the pool has free, or it would be counted twice.
 */
import type { Engine } from '../engine/engine.js';
import type { HostFacts, StoragePool } from '../inventory/model.js';
import { isVnfcVolume } from '../lifecycle/naming.js';
import { MiB } from '../shared/units.js';

/** The facts with `availableMiB` as inventory/model.ts means it. */
export async function withoutOwnVolumes(engine: Engine, facts: HostFacts): Promise<HostFacts> {
  return { ...facts, pools: await Promise.all(facts.pools.map((pool) => leftByOthers(engine, pool))) };
}

async function leftByOthers(engine: Engine, pool: StoragePool): Promise<StoragePool> {
  const volumes = await engine.listVolumes(pool.name);
  const own = volumes.filter(({ name }) => isVnfcVolume(name)).reduce((sum, one) => sum + one.allocationBytes, 0);
  return { ...pool, availableMiB: Math.min(pool.capacityMiB, pool.availableMiB + Math.floor(own / MiB)) };
}
