/**
 * VLANs of physical networks that virtio ports can join: VLAN devices of the host over its cards, alone or in a bridge.
 * libvirt makes neither on a host without an agent, so the operator does, and what is there is found.
 */
import type { HostNetwork, PciFunction } from '../../inventory/model.js';
import { vlanName } from '../../inventory/vlan-name.js';
import type { HostInterface, InterfaceUse } from '../../libvirt-xml/read-interface.js';

/** One for each VLAN, in the order of names; in a bridge rather than alone. */
export function vlanNetworks(
  interfaces: readonly HostInterface[],
  functions: readonly PciFunction[],
): readonly HostNetwork[] {
  const uses = interfaces.flatMap((one) => one.uses);
  const down = new Set(interfaces.filter(({ isDown }) => isDown).map(({ name }) => name));
  const found = uses
    .filter(({ name, type }) => type === 'vlan' && !down.has(name))
    .flatMap((device) => networkOn(device, uses, functions))
    .toSorted((a, b) => order(a).localeCompare(order(b), 'en'));
  const byName = new Map(found.toReversed().map((one) => [one.name, one]));
  return [...byName.values()].toSorted((a, b) => a.name.localeCompare(b.name, 'en'));
}

const order = ({ bridge, vlan }: HostNetwork): string => `${bridge === undefined ? '2' : '1'} ${vlan?.device ?? ''}`;

function networkOn(
  { name: device, vlan: id, members }: InterfaceUse,
  uses: readonly InterfaceUse[],
  functions: readonly PciFunction[],
): readonly HostNetwork[] {
  const physical = new Set(members.flatMap((member) => physicalNetworksOf(member, uses, functions, new Set([device]))));
  const [physicalNetwork, ...more] = physical;
  if (id === undefined || physicalNetwork === undefined || more.length > 0) return [];
  const holder = uses.find(({ type, members: parts }) => type !== 'vlan' && parts.includes(device));
  // A bond of VLAN devices takes their frames, and is no network itself.
  if (holder?.type === 'bond') return [];
  const name = vlanName(physicalNetwork, id);
  const vlan = { physicalNetwork, id, device };
  return [
    holder === undefined ? { name, kind: 'physical', vlan } : { name, kind: 'bridge', bridge: holder.name, vlan },
  ];
}

/** Through bridges and bonds down to the cards; a VLAN in a VLAN is another network. */
function physicalNetworksOf(
  device: string,
  uses: readonly InterfaceUse[],
  functions: readonly PciFunction[],
  seen: Set<string>,
): readonly string[] {
  if (seen.has(device)) return [];
  seen.add(device);
  const card = functions.find(({ kind, netdev }) => kind === 'pf' && netdev === device);
  if (card !== undefined) return card.physicalNetwork === undefined ? [] : [card.physicalNetwork];
  const own = uses.find(({ name, type }) => name === device && type !== 'vlan');
  return (own?.members ?? []).flatMap((member) => physicalNetworksOf(member, uses, functions, seen));
}
