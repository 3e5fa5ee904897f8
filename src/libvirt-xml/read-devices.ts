/**
 * Disks, network cards and host functions of a domain.
 */
import type { DiskReading, InterfaceReading } from './domain-reading.js';
import { writePciAddress } from './pci-address.js';
import { attribute, numberOf } from './read-values.js';
import { elements, find, textOf, type XmlElement } from './xml/element.js';
import { defined } from '../shared/defined.js';

export function readInterface(element: XmlElement): InterfaceReading {
  const source = find(element, 'source');
  return {
    type: element.attributes['type'] ?? '',
    mac: attribute(find(element, 'mac'), 'address') ?? '',
    queues: numberOf(find(element, 'driver'), 'queues') ?? 1,
    ...defined({
      model: attribute(find(element, 'model'), 'type'),
      network: attribute(source, 'network'),
      bridge: attribute(source, 'bridge'),
      device: element.attributes['type'] === 'direct' ? attribute(source, 'dev') : undefined,
      targetDevice: attribute(find(element, 'target'), 'dev'),
      hostFunction: addressOf(source),
      vlan: numberOf(find(element, 'vlan', 'tag'), 'id'),
      mtu: numberOf(find(element, 'mtu'), 'size'),
      isDown: attribute(find(element, 'link'), 'state') === 'down' ? (true as const) : undefined,
      guestAddress: addressOf(element),
    }),
  };
}

export const readDisk = (element: XmlElement): DiskReading => ({
  target: attribute(find(element, 'target'), 'dev') ?? '',
  bus: attribute(find(element, 'target'), 'bus') ?? '',
  device: element.attributes['device'] ?? 'disk',
  readOnly: find(element, 'readonly') !== undefined,
  ...defined({
    path: attribute(find(element, 'source'), 'file'),
    format: attribute(find(element, 'driver'), 'type'),
    serial: textOf(find(element, 'serial')) || undefined,
    bootOrder: numberOf(find(element, 'boot'), 'order'),
  }),
});

/** As network cards and as plain PCI devices. */
export const hostFunctionsOf = (devices: XmlElement | undefined): readonly string[] =>
  [...elements(devices, 'interface'), ...elements(devices, 'hostdev')]
    .map(hostFunctionOf)
    .filter((address) => address !== undefined);

/** Of a network card or a plain PCI device. */
export const hostFunctionOf = (element: XmlElement): string | undefined => addressOf(find(element, 'source'));

const addressOf = (element: XmlElement | undefined): string | undefined => pciAddressIn(find(element, 'address'));

/** Of an `address` element; undefined for addresses that are not PCI ones. */
export function pciAddressIn(address: XmlElement | undefined): string | undefined {
  const { domain, bus, slot, function: fn } = address?.attributes ?? {};
  if (bus === undefined || slot === undefined || fn === undefined) return undefined;
  return writePciAddress({ domain: Number(domain ?? 0), bus: Number(bus), slot: Number(slot), function: Number(fn) });
}
