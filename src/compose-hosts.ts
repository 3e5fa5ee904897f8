/**
 * Hosts that come at run time: their settings are read as the configuration is, and each becomes an engine of the fleet.
 */
import type { FleetConfig, HostConfig, SimulatedHostConfig } from './config/config.js';
import { ConfigError } from './config/config.js';
import { templateParts, usualZone } from './config/fleet-file.js';
import type { TemplateText } from './config/fleet-schema.js';
import { refusalsOfGiven } from './config/given-uri.js';
import { hostOf, staysDown } from './config/host.js';
import { plainTcpRefusal } from './config/plain-tcp.js';
import { checkHost, checkSimulatedHost, rightSettings } from './config/settings.js';
import type { Engine } from './engine/engine.js';
import type { EngineRegistry } from './engine/engines.js';
import { usualPool } from './engine/libvirt/libvirt-engine.js';
import type { SimulatedFleet } from './engine/simulated/simulated-fleet.js';
import type { HostUse } from './inventory/host-change.js';
import { hypervisorOf, readUri } from './inventory/hypervisor-uri.js';
import { defaultReservation } from './inventory/reservation.js';
import { defined } from './shared/defined.js';
import { hostId, type HostId } from './shared/ids.js';
import { ok, refuse, type Outcome } from './shared/outcome.js';
import { problem } from './shared/problem.js';
import { shownUri } from './shared/shown-uri.js';
import type { HostEntry } from './store/host-directory.js';
import type { PolicyOf } from './store/kysely/claims/capacity-guard.js';
import type { ConfiguredSettings, HostAdmission, ReadHost } from './workflow/hosts/admission.js';
import type { HostSettings } from './workflow/hosts/host-state.js';

/** How the settings of one kind of hosts are read. */
interface EntryReader extends Pick<HostAdmission, 'held'> {
  /** Throws ConfigError. */
  read(entry: HostEntry): ReadHost;
  /** Why settings may not come by API, a sentence for each. What the host had before may stay. */
  refusals(entry: HostEntry, before?: HostEntry): readonly string[];
}

/** The guard of the store decides by the same reservation as placement: that of the hosts that there are now. */
export class HostPolicies {
  private readonly byId = new Map<HostId, HostSettings>();

  constructor(hosts: readonly HostSettings[]) {
    for (const host of hosts) this.set(host);
  }

  set(host: HostSettings): void {
    this.byId.set(host.id, host);
  }

  delete(id: HostId): void {
    this.byId.delete(id);
  }

  readonly of: PolicyOf = ({ id, facts }) => {
    const host = this.byId.get(id);
    if (host === undefined || facts === undefined) return undefined;
    return { reserved: host.reserved ?? defaultReservation(facts), sharedCpuRatio: host.sharedCpuRatio };
  };
}

export const admissionOf = (engines: EngineRegistry, policies: HostPolicies, reader: EntryReader): HostAdmission => ({
  read: (entry) => outcomeOf(() => reader.read(entry)),
  receive: (entry, before) =>
    outcomeOf(() => {
      const read = reader.read(entry);
      const refused = reader.refusals(read.entry, before);
      if (refused.length > 0) throw new ConfigError(refused);
      return read;
    }),
  held: (entry) => reader.held(entry),
  admit: ({ settings, makeEngine }) => {
    engines.add(makeEngine());
    policies.set(settings);
  },
  adjust: ({ settings }) => {
    policies.set(settings);
  },
  readmit: async ({ settings, makeEngine }) => {
    // Made first: without another one it keeps the one that it has.
    const engine = makeEngine();
    const stopped = engines.remove(settings.id);
    engines.add(engine);
    policies.set(settings);
    await stopped;
  },
  dismiss: async (id) => {
    policies.delete(id);
    await engines.remove(id);
  },
});

function outcomeOf(read: () => ReadHost): Outcome<ReadHost> {
  try {
    return ok(read());
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return refuse(problem('malformed-request', `The host is not valid: ${error.lines.join('; ')}.`));
  }
}

const unreadable =
  'uri cannot be read: it is not of the form qemu+tls://host/system, or what its percent signs stand for is no UTF-8 text or has a control character; correct it';

/** Hosts over libvirt. `engineOf`: how their engines are made. */
export const libvirtEntries = (
  { bringBack, hostFiles, plainTcp = [] }: Pick<FleetConfig, 'bringBack' | 'hostFiles' | 'plainTcp'>,
  engineOf: (host: HostConfig) => Engine,
): EntryReader => ({
  read: (entry) => {
    const text = checkHost(entry);
    const parts = readUri(text.uri);
    if (parts === undefined) throw new ConfigError([unreadable]);
    if (parts.parameters.some(([name]) => name === 'command'))
      throw new ConfigError(['uri has "command", a program that would run on Berth\'s machine; leave it out']);
    const bare = plainTcpRefusal(text.uri, plainTcp);
    if (bare !== undefined) throw new ConfigError([bare]);
    const host = hostOf({ ...text, bringBack: text.bringBack ?? bringBack ?? true });
    const hypervisor = hypervisorOf(host.uri);
    const { zone: _zone, reserved: _reserved, sharedCpuRatio: _ratio, bringBack: _back, ...made } = host;
    return {
      settings: host,
      entry: { ...text },
      shown: { ...text, uri: shownUri(text.uri) },
      ...defined({ hypervisor }),
      use: useOf(host),
      engineKey: JSON.stringify(made),
      makeEngine: () => engineOf(host),
    };
  },
  refusals: ({ uri }, before) =>
    typeof uri === 'string' && uri !== before?.['uri'] ? refusalsOfGiven(uri, hostFiles) : [],
  held: heldOf,
});

/** A hypervisor and a pool that cannot be read are taken to stay. */
function heldOf(entry: HostEntry): Partial<HostUse> {
  const { uri, pool, ...told } = rightSettings(entry);
  const { hypervisor, ownPool, ...use } = useOf({ uri: uri ?? '', ...(pool && { pool }), told });
  return {
    ...use,
    ...(uri !== undefined && hypervisor !== undefined && { hypervisor }),
    ...((pool ?? entry['pool']) === pool && ownPool && { ownPool }),
  };
}

function useOf({ uri, pool = usualPool, told }: Pick<HostConfig, 'uri' | 'pool' | 'told'>): HostUse {
  const cards = Object.entries(told.physicalNetworks ?? {}).flatMap(([network, own]) =>
    own.map((card) => [card, network] as const),
  );
  return {
    hypervisor: hypervisorOf(uri) ?? uri,
    ownPool: pool,
    pools: told.pools ?? [],
    cards: new Map(cards),
    withheld: told.withheldFunctions ?? [],
  };
}

/** Hosts of the configuration, with what is told of them. */
export const configuredHosts = (
  { origin, source }: FleetConfig,
  hosts: readonly HostConfig[],
): readonly ConfiguredSettings[] =>
  hosts.map((host) => {
    const { told, ...settings } = host;
    const hypervisor = hypervisorOf(host.uri);
    return {
      ...host,
      ...(origin && { origin }),
      ...defined({ source, hypervisor }),
      shown: { ...settings, ...told, uri: shownUri(host.uri) },
    };
  });

/** Simulated hosts: of a template, or like a host that is there. */
export function simulatedEntries(
  { bringBack }: Pick<FleetConfig, 'bringBack'>,
  engines: Pick<SimulatedFleet, 'make'>,
  configured: readonly SimulatedHostConfig[],
): EntryReader {
  const texts = new Map<string, TemplateText>(configured.flatMap(({ id, text }) => (text ? [[id, text]] : [])));
  const read = (entry: HostEntry): ReadHost => {
    const { id, zone = usualZone, like, template, ...own } = checkSimulatedHost(entry);
    const parts = templateParts(template ?? templateLike(texts, like));
    const back = staysDown(own.bringBack ?? bringBack ?? true);
    const settings = { id: hostId(id), zone, sharedCpuRatio: parts.sharedCpuRatio, ...back };
    const kept = { id, zone, template: parts.text, ...own };
    return {
      settings: { ...settings, ...(parts.reserved && { reserved: parts.reserved }) },
      ...{ entry: kept, shown: kept },
      use: { pools: [], cards: new Map(), withheld: [], make: JSON.stringify(parts.template) },
      engineKey: JSON.stringify(parts.template),
      makeEngine: () => {
        texts.set(id, parts.text);
        return engines.make({ ...parts.template, id: hostId(id) });
      },
    };
  };
  // Their template may be what cannot be used; there is nothing else that it could be compared with.
  return { read, refusals: () => [], held: () => ({}) };
}

function templateLike(texts: ReadonlyMap<string, TemplateText>, like: string | undefined): TemplateText {
  if (like === undefined)
    throw new ConfigError(['a simulated host needs "like", a host that is there, or "template", as in a fleet file']);
  const text = texts.get(like);
  if (text === undefined) throw new ConfigError([`like is "${like}", and there is no such simulated host`]);
  return text;
}

export const configuredSimulated = (
  { origin, source }: FleetConfig,
  hosts: readonly SimulatedHostConfig[],
): readonly ConfiguredSettings[] =>
  hosts.map(({ template: _template, text: _text, ...settings }) => ({
    ...settings,
    ...(origin && { origin }),
    ...defined({ source }),
    shown: settings,
  }));
