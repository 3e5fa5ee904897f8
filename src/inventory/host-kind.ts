/**
 * Kinds of hosts: alike in everything that claims do not change and that a constraint judges once for all of them. The
 * lists below are both what such a constraint can read and what tells kinds apart.
 */
import type { Host, HostFacts, HostNetwork, Hypervisor } from './model.js';

type Plain = string | number | boolean | readonly string[] | Readonly<Record<string, string>> | undefined;

/**
 * Facts that are one value and may be the same on many hosts. Of others the fields that matter are named, as of networks:
 * with a time or a name of the host in it every host would be of a kind of its own, and decisions slow.
 */
type PlainFact = Exclude<
  { [K in keyof HostFacts]-?: HostFacts[K] extends Plain ? K : never }[keyof HostFacts],
  'hostname' | 'uuid'
>;

const ofHost = ['zone', 'adminState', 'reachable', 'sharedCpuRatio'] as const satisfies readonly (keyof Host)[];
const ofFacts = [
  'architecture',
  'cpuModel',
  'cpuFeatures',
  'machines',
  'capabilities',
  'vhostUser',
  'mostVcpus',
] as const satisfies readonly PlainFact[];
const ofHypervisor = ['name', 'version'] as const satisfies readonly (keyof Hypervisor)[];
const ofNetwork = ['name', 'kind'] as const satisfies readonly (keyof HostNetwork)[];

/** What hosts of one kind have in common. */
export type KindView = Pick<Host, (typeof ofHost)[number]> & {
  readonly facts: Pick<HostFacts, (typeof ofFacts)[number]> & {
    readonly hypervisor: Pick<Hypervisor, (typeof ofHypervisor)[number]>;
    readonly networks: readonly Pick<HostNetwork, (typeof ofNetwork)[number]>[];
  };
};

/** The same text for hosts of one kind. */
export const kindText = (host: KindView): string =>
  JSON.stringify([
    ofHost.map((field) => host[field]),
    ofFacts.map((field) => host.facts[field]),
    ofHypervisor.map((field) => host.facts.hypervisor[field]),
    host.facts.networks.map((network) => ofNetwork.map((field) => network[field])),
  ]);
