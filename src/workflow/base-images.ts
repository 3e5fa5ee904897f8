/**
 * Base images on hosts are a cache that belongs to the packages: what no package holds any more goes.
 */
import type { Engines } from '../engine/engines.js';
import type { Engine } from '../engine/engine.js';
import { baseImageSha256, isBaseImage } from '../lifecycle/naming.js';
import type { Log } from '../shared/log.js';
import type { Store } from '../store/store.js';
import { imagesInUse } from './package-commands.js';
import { causeOf } from './step-problem.js';

/** Sweeps one host; a host out of reach is swept when it is back. */
export async function sweepHost(engine: Engine, pools: readonly string[], store: Store, log: Log): Promise<void> {
  try {
    for (const pool of pools) {
      const volumes = await engine.listVolumes(pool);
      const keep = await imagesInUse(store);
      const unused = volumes.filter(({ name }) => isBaseImage(name) && !keep.has(baseImageSha256(name)));
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
