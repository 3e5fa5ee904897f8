/**
 * Networks of a simulated host: those it came with, less those that were removed, and those that Berth made.
 */
import type { HostNetwork } from '../../inventory/model.js';
import type { NetworkSpec } from '../engine.js';
import type { SimulatedHost, SimulatedNetwork } from './host-state.js';
import { rejected, Refusal } from './refusal.js';

export const hostNetworks = ({ spec, state }: SimulatedHost): readonly HostNetwork[] => [
  ...spec.networks.filter((network) => !state.removedNetworks.has(network.name)),
  ...[...state.networks.values()].map((network): HostNetwork => ({ ...network, kind: 'isolated' })),
];

export const findNetwork = (host: SimulatedHost, name: string): HostNetwork | undefined =>
  hostNetworks(host).find((network) => network.name === name);

export const isBridge = (host: SimulatedHost, bridge: string): boolean =>
  hostNetworks(host).some((network) => network.bridge === bridge);

export const isVlanDevice = (host: SimulatedHost, device: string): boolean =>
  hostNetworks(host).some((network) => network.vlan?.device === device);

export function ensureNetwork(host: SimulatedHost, spec: NetworkSpec): void {
  const found = findNetwork(host, spec.name);
  if (found) return refuseOtherBridge(found, spec);
  refuseNames(host, spec);
  const { name, bridge, mtu } = spec;
  const made: SimulatedNetwork = { name, bridge, ...(mtu !== undefined && { mtu }) };
  host.state.networks.set(name, made);
}

export function listNetworks(host: SimulatedHost) {
  return hostNetworks(host).map(({ name, bridge }) => ({
    name,
    ...(bridge !== undefined && { bridge }),
    active: true,
  }));
}

/** Its bridge goes at once, as on a real host: running domains keep their cards and hear nothing more. */
export function removeNetwork({ spec, state }: SimulatedHost, name: string): void {
  state.networks.delete(name);
  if (spec.networks.some((network) => network.name === name)) state.removedNetworks.add(name);
}

function refuseOtherBridge(found: HostNetwork, spec: NetworkSpec): void {
  if (found.bridge === spec.bridge) return;
  const text = `Network ${spec.name} is there with bridge ${found.bridge ?? '(none)'}, not ${spec.bridge}`;
  throw new Refusal('Conflict', 'networkExists', text);
}

function refuseNames(host: SimulatedHost, { name, bridge }: NetworkSpec): void {
  if (name === '' || name.includes('/')) throw rejected('xml', `the network name '${name}' is empty or holds a slash`);
  if (!/^[^\s/]{1,15}$/.test(bridge))
    throw rejected('xml', `the bridge name '${bridge}' is not one of 1 to 15 characters`);
  if (isBridge(host, bridge)) throw rejected('internal', `bridge name '${bridge}' already in use.`);
}
