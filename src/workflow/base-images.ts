/**
 * Base images on hosts are a cache that belongs to the packages: what no package holds any more goes.
 */
import type { Engines } from '../engine/engines.js';
import type { Engine } from '../engine/engine.js';
import { baseImageSha256, isBaseImage } from '../lifecycle/naming.js';
import type { Log } from '../shared/log.js';
import type { Store } from '../store/store.js';
import { causeOf } from './step-problem.js';

/** Sweeps one host; a host out of reach is swept when it is back. */
export async function sweepHost(engine: Engine, pools: readonly string[], store: Store, log: Log): Promise<void> {
  try {
    for (const pool of pools) {
      const bases = (await engine.listVolumes(pool)).filter(({ name }) => isBaseImage(name));
      // Most hosts of a large fleet hold none, and there is nothing to ask the store.
      const keep = bases.length === 0 ? new Set<string>() : await imagesInUse(store);
      const unused = bases.filter(({ name }) => !keep.has(baseImageSha256(name)));
      for (const { name } of unused) {
        await engine.removeVolume({ pool, name });
        log.info({ hostId: engine.hostId, pool, volume: name }, 'removed a base image that no package holds');
      }
    }
  } catch (error) {
    log.warn({ hostId: engine.hostId, cause: causeOf(error) }, 'sweeping base images failed; it is tried again later');
  }
}

export async function sweepAll(
  engines: Engines,
  poolsOf: (engine: Engine) => readonly string[],
  store: Store,
  log: Log,
): Promise<void> {
  const connected = engines.all().filter((engine) => engine.isConnected());
  await Promise.all(connected.map((engine) => sweepHost(engine, poolsOf(engine), store, log)));
}

/** SHA-256 of every image that an onboarded package holds. */
async function imagesInUse(store: Store): Promise<ReadonlySet<string>> {
  const records = await store.packages();
  return new Set(records.flatMap((record) => record.contents?.softwareImages.map((image) => image.sha256) ?? []));
}
