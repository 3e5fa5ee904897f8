/**
 * Base images on hosts are a cache that belongs to the packages: what this installation brought there for a package that
 * it has deleted since goes. An image of another installation, of nobody known, or of a package that the database has
 * never heard of stays: that is for the audit to name.
 */
import type { Engines } from '../engine/engines.js';
import type { Engine } from '../engine/engine.js';
import { installationInNames, readBaseImageName } from '../lifecycle/naming.js';
import type { InstallationId } from '../shared/ids.js';
import type { Log } from '../shared/log.js';
import type { Ownership } from '../store/ownership.js';
import { causeOf } from './step-problem.js';

export interface SweepPorts {
  readonly store: Pick<Ownership, 'imageStanding'>;
  readonly log: Log;
  readonly installation: () => InstallationId;
}

/** Sweeps one host; a host out of reach is swept when it is back. */
export async function sweepHost(
  engine: Engine,
  pools: readonly string[],
  { store, log, installation }: SweepPorts,
): Promise<void> {
  try {
    const mine = installationInNames(installation());
    for (const pool of pools) {
      const bases = (await engine.listVolumes(pool)).flatMap(({ name }) => {
        const read = readBaseImageName(name);
        return read?.installation === mine ? [{ name, sha256: read.sha256 }] : [];
      });
      const standing = await store.imageStanding(bases.map(({ sha256 }) => sha256));
      for (const { name } of bases.filter(({ sha256 }) => standing.get(sha256) === 'ended')) {
        await engine.removeVolume({ pool, name });
        log.info({ hostId: engine.hostId, pool, volume: name }, 'removed a base image that no package holds any more');
      }
    }
  } catch (error) {
    log.warn({ hostId: engine.hostId, cause: causeOf(error) }, 'sweeping base images failed; it is tried again later');
  }
}

export async function sweepAll(
  engines: Engines,
  poolsOf: (engine: Engine) => readonly string[],
  ports: SweepPorts,
): Promise<void> {
  const connected = engines.all().filter((engine) => engine.isConnected());
  await Promise.all(connected.map((engine) => sweepHost(engine, poolsOf(engine), ports)));
}
