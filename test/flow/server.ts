/**
 * The whole server on a free loopback port: the real store, workflow and door, on simulated hosts that the test can move.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino, type Logger } from 'pino';
import { compose } from '../../src/compose.js';
import { composeSimulated, type ComposedFleet } from '../../src/compose-fleet.js';
import type { BerthConfig, FleetConfig, SignatureConfig } from '../../src/config/config.js';
import { createSimulatedFleet, type SimulatedFleet } from '../../src/engine/simulated/simulated-fleet.js';
import { simulatedHosts } from '../builders/simulated-hosts.js';
import { systemClock } from '../../src/system.js';
import { clientOf, token, type Client } from '../api/door.js';

export interface Server extends Client {
  readonly fleet: SimulatedFleet;
  /** Warnings and errors, unless BERTH_TEST_LOG sends them to the terminal. */
  readonly log: readonly string[];
  /** Data directory. */
  readonly dir: string;
  /** What SIGHUP asks for. */
  readonly lookAgain: () => Promise<void>;
  /** Stops and starts again on the same data; hosts go on meanwhile. */
  readonly restart: () => Promise<Server>;
  readonly stop: () => Promise<void>;
}

export interface World {
  /** Data directory of the test's own; left when Berth stops. */
  readonly dir?: string;
  readonly hosts?: number;
  /** Hosts that another server had before. */
  readonly fleet?: SimulatedFleet;
  /** Hosts, the last ones, that do not answer when Berth starts. */
  readonly away?: number;
  readonly pageSize?: number;
  /** The router of most tests is not signed. */
  readonly signatures?: SignatureConfig;
  /** Origins on loopback that subscribers may have their callbacks at. */
  readonly callbacks?: readonly string[];
  /** Origins that packages are fetched from. */
  readonly uploadAllowed?: readonly string[];
  /** Settings that no other of these names. */
  readonly settings?: Partial<BerthConfig>;
  /** Hosts as a configuration names them, which keep their state in the data directory, instead of those above. */
  readonly configured?: FleetConfig;
  /** PostgreSQL instead of a file. */
  readonly store?: string;
}

export async function startServer(world: World = {}): Promise<Server> {
  const { hosts = 1, away = 0 } = world;
  const dir = world.dir ?? mkdtempSync(join(tmpdir(), 'berth-flow-'));
  const fleet = world.fleet ?? createSimulatedFleet({ hosts: simulatedHosts(hosts), clock: systemClock });
  fleet
    .all()
    .slice(hosts - away)
    .forEach((host) => host.control.disconnect());
  return startOn(dir, fleet, world);
}

async function startOn(dir: string, fleet: SimulatedFleet, world: World): Promise<Server> {
  const { pageSize = 100, signatures = { policy: 'warn' }, uploadAllowed = [], store, callbacks = [] } = world;
  const config: BerthConfig = {
    dataDir: dir,
    ...(store !== undefined && { store }),
    listen: { host: '127.0.0.1', port: 0 },
    openMetrics: false,
    logLevel: 'silent',
    pageSize,
    strategy: 'pack',
    signatures,
    retention: { operations: 100_000, days: 90 },
    hostsPerProcess: 10,
    uploads: { packageGiB: 1, reserveMiB: 256, allowed: uploadAllowed, onlyAllowed: false, fetchSeconds: 60 },
    callbacks: { allowed: callbacks, onlyAllowed: false },
    fleet: world.configured ?? { kind: 'simulated', hosts: [] },
    ...world.settings,
  };
  const lines: string[] = [];
  const level = process.env['BERTH_TEST_LOG'];
  const log: Logger =
    level === undefined ? pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) }) : pino({ level });
  const berth = await compose(config, token, log, world.configured ? undefined : composed(dir, fleet));
  const client = clientOf(await berth.start());
  // The client of the tests knows no certificates.
  if (config.tls === undefined) await ready(client);
  return {
    ...client,
    fleet,
    log: lines,
    dir,
    lookAgain: () => berth.lookAgain(),
    restart: async () => {
      await berth.stop();
      return startOn(dir, fleet, world);
    },
    stop: async () => {
      await berth.stop();
      if (world.dir === undefined) rmSync(dir, { recursive: true });
    },
  };
}

/** With the very admission of hosts that come at run time; those of the configuration are not guarded by the store. */
const composed = (stateDir: string, fleet: SimulatedFleet): ComposedFleet => ({
  ...composeSimulated({ kind: 'simulated', hosts: [] }, fleet, [], stateDir),
  hosts: fleet.all().map(({ hostId }) => ({ id: hostId, zone: 'lab', sharedCpuRatio: 4 })),
  policyOf: () => undefined,
});

async function ready({ ask }: Client): Promise<void> {
  await until(
    async () => (await ask('/readyz')).ok,
    (is) => is,
    'Berth is not ready',
  );
}

/** Reads again until `done` holds; not forever, but long enough on a machine with much else to do. */
export async function until<T>(
  read: () => Promise<T>,
  done: (value: T) => boolean,
  complaint: string,
  limitMs = 60_000,
): Promise<T> {
  const limit = Date.now() + limitMs;
  for (;;) {
    const value = await read();
    if (done(value)) return value;
    if (Date.now() > limit) throw new Error(`${complaint}: ${JSON.stringify(value)}`);
    await systemClock.sleep(5);
  }
}
