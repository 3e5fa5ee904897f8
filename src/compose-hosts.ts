/**
 * Hosts that come at run time: their settings are read as the configuration is, and each becomes an engine of the fleet.
 */
import type { FleetConfig, HostConfig, SimulatedHostConfig } from './config/config.js';
import { ConfigError } from './config/config.js';
import { templateParts, usualZone } from './config/fleet-file.js';
import type { TemplateText } from './config/fleet-schema.js';
import { hostOf, hypervisorOf, namesProgram, staysDown } from './config/host.js';
import { checkHost, checkSimulatedHost } from './config/settings.js';
import type { Engine } from './engine/engine.js';
import type { EngineRegistry } from './engine/engines.js';
import { usualPool } from './engine/libvirt/libvirt-engine.js';
import type { SimulatedFleet } from './engine/simulated/simulated-fleet.js';
import type { HostUse } from './inventory/host-change.js';
import { defaultReservation } from './inventory/reservation.js';
import { hostId, type HostId } from './shared/ids.js';
import { ok, refuse } from './shared/outcome.js';
import { problem } from './shared/problem.js';
import { shownUri } from './shared/shown-uri.js';
import type { HostEntry } from './store/host-directory.js';
import type { PolicyOf } from './store/kysely/claims/capacity-guard.js';
import type { ConfiguredSettings, HostAdmission, ReadHost } from './workflow/hosts/admission.js';
import type { HostSettings } from './workflow/hosts/host-state.js';

/** Throws ConfigError. */
type ReadEntry = (entry: HostEntry) => ReadHost;

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

export const admissionOf = (engines: EngineRegistry, policies: HostPolicies, read: ReadEntry): HostAdmission => ({
  read: (entry) => {
    try {
      return ok(read(entry));
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      return refuse(problem('malformed-request', `The host is not valid: ${error.lines.join('; ')}.`));
    }
  },
  admit: ({ settings, makeEngine }) => {
    engines.add(makeEngine());
    policies.set(settings);
  },
  adjust: ({ settings }) => {
    policies.set(settings);
  },
  readmit: async ({ settings, makeEngine }) => {
    const stopped = engines.remove(settings.id);
    engines.add(makeEngine());
    policies.set(settings);
    await stopped;
  },
  dismiss: async (id) => {
    policies.delete(id);
    await engines.remove(id);
  },
});

/** Whoever may add hosts must not thereby run what he likes as the user that Berth is. */
const programRefused =
  'uri has "command", a program that would run on the machine of Berth; only the configuration may name one';

/** Hosts over libvirt. `engineOf`: how their engines are made. */
export const libvirtEntries =
  ({ bringBack }: Pick<FleetConfig, 'bringBack'>, engineOf: (host: HostConfig) => Engine): ReadEntry =>
  (entry) => {
    const text = checkHost(entry);
    if (namesProgram(text.uri)) throw new ConfigError([programRefused]);
    const host = hostOf({ ...text, bringBack: text.bringBack ?? bringBack ?? true });
    const hypervisor = hypervisorOf(host.uri);
    const { zone: _zone, reserved: _reserved, sharedCpuRatio: _ratio, bringBack: _back, ...made } = host;
    return {
      settings: host,
      entry: { ...text },
      shown: { ...text, uri: shownUri(text.uri) },
      ...(hypervisor !== undefined && { hypervisor }),
      use: useOf(host),
      engineKey: JSON.stringify(made),
      makeEngine: () => engineOf(host),
    };
  };

function useOf({ uri, pool = usualPool, told }: HostConfig): HostUse {
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
      ...(source !== undefined && { source }),
      ...(hypervisor !== undefined && { hypervisor }),
      shown: { ...settings, ...told, uri: shownUri(host.uri) },
    };
  });

/** Simulated hosts: of a template, or like a host that is there. */
export function simulatedEntries(
  { bringBack }: Pick<FleetConfig, 'bringBack'>,
  engines: Pick<SimulatedFleet, 'make'>,
  configured: readonly SimulatedHostConfig[],
): ReadEntry {
  const texts = new Map<string, TemplateText>(configured.flatMap(({ id, text }) => (text ? [[id, text]] : [])));
  return (entry) => {
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
    ...(source !== undefined && { source }),
    shown: settings,
  }));
