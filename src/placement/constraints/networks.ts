/**
 * Networks that the vNICs join must reach the host, and be of a kind that gives such vNICs: macvtap needs a network on the
 * host's own device, vhost-user a userspace switch that the operator has told of.
 */
import type { KindView } from '../../inventory/host-kind.js';
import type { RoomDemand } from '../question/ask.js';
import { met, type KindConstraint } from './constraint.js';

export const networks: KindConstraint = {
  name: 'networks',
  refuse: ({ demand }, { facts }) => {
    const missing = demand.networks.filter((name) => !facts.networks.some((network) => network.name === name));
    if (missing.length > 0) return missingReasons(missing, demand);
    const handed = demand.networks.filter((name) => kindIn(facts, name) === 'hostdev');
    if (handed.length > 0) {
      return [
        `network ${handed.join(', ')} hands out PCI functions (forward mode hostdev); virtio and macvtap vNICs cannot join it`,
      ];
    }
    return demand.macvtapNetworks === undefined && demand.vhostUserNetworks === undefined
      ? met
      : wrongKind(demand, facts);
  },
};

function missingReasons(missing: readonly string[], { vlanNetworks = [] }: RoomDemand): readonly string[] {
  const plain = missing.filter((name) => !vlanNetworks.includes(name));
  const vlans = missing.filter((name) => vlanNetworks.includes(name));
  return [
    ...(plain.length === 0 ? [] : [`network ${plain.join(', ')} does not reach it`]),
    ...(vlans.length === 0
      ? []
      : [`has no VLAN device that is up for network ${vlans.join(', ')} (docs/provider-networks.md)`]),
  ];
}

const kindIn = ({ networks: all }: KindView['facts'], name: string) =>
  all.find((network) => network.name === name)?.kind;

function wrongKind(demand: RoomDemand, facts: KindView['facts']): readonly string[] {
  const kindOf = (name: string) => kindIn(facts, name) ?? 'unknown';
  return [
    ...(demand.macvtapNetworks ?? [])
      .filter((name) => kindOf(name) !== 'physical')
      .map((name) => `network ${name} is of kind ${kindOf(name)}; macvtap needs a network on a device of the host`),
    ...(demand.vhostUserNetworks ?? [])
      .filter((name) => facts.vhostUser?.[name] === undefined)
      .map((name) => `has no vhost-user switch on network ${name}`),
  ];
}
