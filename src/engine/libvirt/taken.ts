/**
 * What is taken on a host by others than Berth's VNFCs, as far as libvirt tells: domains that Berth did not make, networks
 * that hand out functions, and the host's own bridges, bonds and VLANs.
 */
import { domainUse, isOwn, type DomainUse, type Own } from '../../libvirt-xml/domain-use.js';
import type { CellCapabilities } from '../../libvirt-xml/read-capabilities.js';
import { readDomain } from '../../libvirt-xml/read-domain.js';
import { type HostInterface, readInterface } from '../../libvirt-xml/read-interface.js';
import { readNetwork } from '../../libvirt-xml/read-network.js';
import type { NodeDevice } from '../../libvirt-xml/read-node-device.js';
import type { PciFunction } from '../../inventory/model.js';
import { defined } from '../../shared/defined.js';
import type { HostDescription } from './calls/host.js';

/** Reasons are clauses that go on from the name of what is used: `is part of bridge br0`. */
export interface HostUses {
  /** PCI address -> who holds it: `domain win11 holds it`. */
  readonly functions: ReadonlyMap<string, string>;
  /** PCI address -> the running domain of this Berth's that has it. */
  readonly guests: ReadonlyMap<string, NonNullable<PciFunction['guest']>>;
  /** Network device -> what it is part of. */
  readonly devices: ReadonlyMap<string, string>;
  /** Running domains that are not Berth's. */
  readonly foreign: readonly DomainUse[];
}

export function hostUses(description: HostDescription, nodeDevices: readonly NodeDevice[], own: Own = {}): HostUses {
  const active = description.activeDomains.map((xml) => domainUse(xml, own));
  const inactive = description.inactiveDomains.map((xml) => domainUse(xml, own));
  const networks = description.networks.filter((one) => one.active).map(({ xml }) => readNetwork(xml));
  const functions = new Map<string, string>();
  const devices = new Map<string, string>();
  const note = (into: Map<string, string>, keys: readonly string[], why: string) => {
    for (const key of keys) if (!into.has(key)) into.set(key, why);
  };
  for (const one of active.filter(isForeign)) note(functions, one.functions, `${nameOf(one)} holds it`);
  for (const one of inactive.filter(isForeign)) note(functions, one.functions, `${nameOf(one)} is configured with it`);
  for (const { name, functions: handed } of networks) note(functions, handed, `network ${name} hands it out`);
  const interfaces = description.interfaces.map(({ mac, xml }) => ({ ...readInterface(xml), mac }));
  for (const { name, type, members } of interfaces.flatMap(({ uses }) => uses)) {
    note(devices, members, `is part of ${type} ${name}`);
  }
  for (const one of networks) note(devices, one.devices, `is used by network ${one.name}`);
  for (const one of active) note(devices, one.devices, `has macvtap devices of domain ${one.name}`);
  for (const { device, why } of sharedMacs(interfaces, nodeDevices)) note(devices, [device], why);
  const foreign = active.filter(isForeign);
  return { functions, guests: guestsOf(active.filter((one) => !isForeign(one))), devices, foreign };
}

const guestsOf = (own: readonly DomainUse[]): HostUses['guests'] =>
  new Map(
    own.flatMap(({ name, functions, guestMacs }) =>
      functions.map((address) => [address, { domain: name, ...defined({ mac: guestMacs.get(address) }) }] as const),
    ),
  );

/**
 * What is made of a device has its MAC address. libvirt tells no member of a bond where the kernel names them `lower_*`,
 * and neither teams nor ports of Open vSwitch.
 */
function sharedMacs(
  interfaces: readonly (HostInterface & { readonly mac: string })[],
  nodeDevices: readonly NodeDevice[],
): readonly { readonly device: string; readonly why: string }[] {
  const pci = new Set(nodeDevices.flatMap((one) => (one.kind === 'pci' ? one.name : [])));
  const onPci = new Set(nodeDevices.flatMap((one) => (one.kind === 'net' && pci.has(one.parent) ? one.interface : [])));
  const made = new Map(
    interfaces.filter(({ name, mac }) => !onPci.has(name) && !noMac.test(mac)).map((one) => [one.mac, one]),
  );
  return interfaces.flatMap(({ name, mac }) => {
    const of = onPci.has(name) ? made.get(mac) : undefined;
    if (of === undefined) return [];
    return [{ device: name, why: `has the MAC address of ${of.type} ${of.name}, so it may be part of it` }];
  });
}

const noMac = /^[0:]*$/;

/** UUIDs of domains that do not bear the mark of the installation. */
export const unmarked = (
  { activeDomains, inactiveDomains }: HostDescription,
  installation: string,
): readonly string[] =>
  [...activeDomains, ...inactiveDomains]
    .map(readDomain)
    .filter((reading) => !isOwn(reading, { installation }))
    .map(({ uuid }) => uuid);

const isForeign = ({ whose }: DomainUse): boolean => whose !== 'own';
const nameOf = ({ name, whose }: DomainUse): string => `domain ${name}, which is ${whose},`;

/** CPU -> who is pinned to it. A pin to every CPU of the host is none. */
export function takenCpus({ foreign }: HostUses, cells: readonly CellCapabilities[]): ReadonlyMap<number, string> {
  const all = cells.flatMap(({ cpus }) => cpus.map(({ id }) => id));
  const taken = new Map<number, string>();
  for (const one of foreign) {
    for (const pin of one.pins) {
      const cpus = new Set(pin);
      if (all.every((cpu) => cpus.has(cpu))) continue;
      for (const cpu of pin) if (!taken.has(cpu)) taken.set(cpu, `${nameOf(one)} is pinned to it`);
    }
  }
  return taken;
}

/** Cell -> MiB of plain memory that foreign domains may fill there: spread over the cells that it may come from. */
export function foreignMemory({ foreign }: HostUses, cells: readonly CellCapabilities[]): ReadonlyMap<number, number> {
  const taken = new Map<number, number>();
  for (const { hostCells, memoryMiB } of foreign.flatMap(({ memory }) => memory)) {
    const bound = cells.filter(({ id }) => hostCells.includes(id));
    const over = bound.length > 0 ? bound : cells;
    const total = over.reduce((sum, { memoryKiB }) => sum + memoryKiB, 0);
    for (const { id, memoryKiB } of over) {
      const share = total === 0 ? 0 : Math.ceil((memoryMiB * memoryKiB) / total);
      if (share > 0) taken.set(id, (taken.get(id) ?? 0) + share);
    }
  }
  return taken;
}
