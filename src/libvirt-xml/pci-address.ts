/**
 * PCI addresses: `0000:06:10.1` as Linux and Berth write them, four attributes as libvirt does.
 */
import { el, type AttributeValue, type XmlElement } from './xml/element.js';

export interface PciAddress {
  readonly domain: number;
  readonly bus: number;
  readonly slot: number;
  readonly function: number;
}

export function readPciAddress(text: string): PciAddress {
  const match = /^([0-9a-f]{4,8}):([0-9a-f]{2}):([01][0-9a-f])\.([0-7])$/i.exec(text);
  if (match === null) throw new RangeError(`"${text}" is not a PCI address; write it like 0000:06:10.1`);
  const [domain = 0, bus = 0, slot = 0, fn = 0] = match.slice(1).map((digits) => parseInt(digits, 16));
  return { domain, bus, slot, function: fn };
}

export const writePciAddress = (address: PciAddress): string =>
  `${hex(address.domain, 4)}:${hex(address.bus, 2)}:${hex(address.slot, 2)}.${String(address.function)}`;

/** libvirt's `<address>` element; `extra` adds `type` or `multifunction`. */
export const pciAddress = (address: PciAddress, extra: Readonly<Record<string, AttributeValue>>): XmlElement =>
  el('address', {
    ...extra,
    domain: `0x${hex(address.domain, 4)}`,
    bus: `0x${hex(address.bus, 2)}`,
    slot: `0x${hex(address.slot, 2)}`,
    function: `0x${hex(address.function, 1)}`,
  });

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
