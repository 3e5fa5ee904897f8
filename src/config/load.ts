/**
 * One configuration out of all sources.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { dataDirOf, type DataDirHints } from '../shared/data-dir.js';
import { defined } from '../shared/defined.js';
import { errorText } from '../shared/error-text.js';
import { ConfigError, type BerthConfig, type FleetConfig, type SignatureConfig } from './config.js';
import { doorOf } from './door.js';
import { readFleetFile, shippedFleet } from './fleet-file.js';
import { hostsOfGroups } from './fleet-hosts.js';
import { hostOf, staysDown } from './host.js';
import { plainTcpRefusal } from './plain-tcp.js';
import type { Settings } from './settings.js';
import { readEnvironment, readFileSettings, readFlags } from './sources.js';

export interface Surroundings {
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly user: Omit<DataDirHints, 'wished'>;
}

/** `help`: the reader asked how to call Berth. Throws ConfigError. */
export function loadConfig({ argv, environment, user }: Surroundings): BerthConfig | 'help' {
  const flags = readFlags(argv);
  if (flags.help) return 'help';
  const file = flags.config ?? environment['BERTH_CONFIG'];
  const fromFile = file === undefined || file === '' ? {} : readFileSettings(textOf(file), file);
  const settings = merged([fromFile, readEnvironment(environment), flags.settings]);
  const { token, store } = settings;
  return {
    dataDir: resolve(dataDirOf({ wished: settings.dataDir, ...user })),
    ...(flags.adoptDataDir && { adoptDataDir: true }),
    ...defined({ store }),
    ...doorOf(settings),
    ...(settings.auditLog !== undefined && { auditLog: resolve(settings.auditLog) }),
    ...defined({ token }),
    openMetrics: settings.openMetrics ?? false,
    logLevel: settings.logLevel ?? 'info',
    pageSize: settings.pageSize ?? 100,
    strategy: settings.strategy ?? 'pack',
    signatures: signaturesOf(settings),
    retention: { operations: settings.keepOperations ?? 100_000, days: settings.keepOperationDays ?? 90 },
    hostsPerProcess: settings.hostsPerProcess ?? 10,
    uploads: {
      packageGiB: settings.packageGiB ?? 32,
      reserveMiB: settings.reserveMiB ?? 256,
      allowed: settings.uploadAllowed ?? [],
      onlyAllowed: settings.uploadOnlyAllowed ?? false,
      fetchSeconds: settings.uploadSeconds ?? 6 * 3600,
    },
    callbacks: {
      allowed: settings.callbackAllowed ?? [],
      onlyAllowed: settings.callbackOnlyAllowed ?? false,
    },
    fleet: fleetOf(settings, file),
  };
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError([`the file ${file} cannot be read: ${errorText(error)}`]);
  }
}

/** The later wins, of `tls` each part for itself. */
function merged(sources: readonly Settings[]): Settings {
  const tls = Object.assign({}, ...sources.map((each) => each.tls)) as NonNullable<Settings['tls']>;
  const all = Object.assign({}, ...sources) as Settings;
  return Object.keys(tls).length === 0 ? all : { ...all, tls };
}

function signaturesOf({ signaturePolicy = 'require', trustStore, revocationLists }: Settings): SignatureConfig {
  return {
    policy: signaturePolicy,
    ...(trustStore !== undefined && { trustStore: resolve(trustStore) }),
    ...(revocationLists !== undefined && { revocationLists: resolve(revocationLists) }),
  };
}

function fleetOf(settings: Settings, file: string | undefined): FleetConfig {
  const { simulated, fleet, fleetFile, hosts, bringBack, hostFiles, plainTcp = [] } = settings;
  const isDescribed = fleet !== undefined || fleetFile !== undefined;
  if (simulated === true || (isDescribed && simulated !== false)) {
    const shipped = shippedFor(fleet);
    const groups = fleetFile === undefined ? shippedFleet(shipped) : readFleetFile(fleetFile);
    return {
      kind: 'simulated',
      origin: 'fleet-file',
      source: `the fleet file ${fleetFile ?? `fleets/${shipped}.yaml, which comes with Berth`}`,
      ...staysDown(bringBack),
      hosts: hostsOfGroups(groups, fleet).map((host) => ({ ...host, ...staysDown(bringBack) })),
    };
  }
  const all = (hosts ?? [{ id: 'local', uri: 'qemu:///system' }]).map((host) =>
    hostOf({ ...host, bringBack: host.bringBack ?? bringBack ?? true }),
  );
  const twice = all.find((host, at) => all.findIndex((other) => other.id === host.id) !== at);
  if (twice) throw new ConfigError([`hosts: the id "${twice.id}" is given twice, ids must differ`]);
  const bare = all.flatMap(({ uri }) => plainTcpRefusal(uri, plainTcp) ?? []);
  if (bare.length > 0) throw new ConfigError(bare.map((line) => `hosts: ${line}`));
  const source = hosts === undefined ? 'the default of a configuration without hosts' : `the file ${file ?? ''}`;
  return {
    ...{ kind: 'libvirt', hosts: all, origin: 'configuration', source },
    ...staysDown(bringBack),
    ...(hostFiles !== undefined && { hostFiles: resolve(hostFiles) }),
    ...(plainTcp.length > 0 && { plainTcp }),
  };
}

/** More hosts than this are taken to be a data centre, not a look on a laptop. */
const laptops = 8;

const shippedFor = (count = 0): 'laptops' | 'servers' => (count > laptops ? 'servers' : 'laptops');
