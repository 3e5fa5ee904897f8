/**
 * Base images on hosts are a cache of the packages: images that this installation uploaded for a package that it has
 * deleted since are removed. Images of another installation, of an unknown one, or of a package that the database never
 * knew stay, and the audit reports them.
 */
import type { Engines } from '../../../engine/engines.js';
import type { Engine } from '../../../engine/engine.js';
import { installationInNames, readBaseImageName } from '../../../lifecycle/naming.js';
import type { HostId, InstallationId } from '../../../shared/ids.js';
import type { Log } from '../../../shared/log.js';
import type { Ownership } from '../../../store/ownership.js';
import type { Background, KeyedTask } from '../../background/background.js';

export interface SweepPorts {
  readonly engines: Engines;
  readonly store: Pick<Ownership, 'imageStanding'>;
  readonly log: Log;
  readonly installation: () => InstallationId;
  readonly background: Background;
}

/** Longer than any call to a host. */
const sweepLimitMs = 600_000;

export class BaseImageSweep {
  readonly #hosts: KeyedTask<HostId>;

  constructor(
    private readonly ports: SweepPorts,
    private readonly poolsOf: (id: HostId) => readonly string[],
  ) {
    this.#hosts = ports.background.keyed({
      name: 'base-images',
      does: 'removing base images that no package holds any more',
      about: (hostId) => ({ hostId }),
      limitMs: sweepLimitMs,
      run: (id) => this.sweep(ports.engines.of(id)),
    });
  }

  /** A host out of reach is swept when it is back. */
  async host(id: HostId): Promise<void> {
    await this.#hosts.ask(id);
  }

  async all(): Promise<void> {
    const connected = this.ports.engines.all().filter((engine) => engine.isConnected());
    await Promise.all(connected.map(({ hostId }) => this.host(hostId)));
  }

  private async sweep(engine: Engine): Promise<void> {
    const { store, log, installation } = this.ports;
    const { hostId } = engine;
    const mine = installationInNames(installation());
    for (const pool of this.poolsOf(hostId)) {
      const bases = (await engine.listVolumes(pool)).flatMap(({ name }) => {
        const read = readBaseImageName(name);
        return read?.installation === mine ? [{ name, sha256: read.sha256 }] : [];
      });
      const standing = await store.imageStanding(bases.map(({ sha256 }) => sha256));
      for (const { name } of bases.filter(({ sha256 }) => standing.get(sha256) === 'ended')) {
        await engine.removeVolume({ pool, name });
        log.info({ hostId, pool, volume: name }, 'removed a base image that no package holds any more');
      }
    }
  }
}
