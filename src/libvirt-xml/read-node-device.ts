/**
 * Node devices (formatnode): PCI functions with their cell, IOMMU group and SR-IOV kinship, and the network devices
 * that hang on them.
 */
import { writePciAddress } from './pci-address.js';
import { readXml } from './read-xml.js';
import { elements, find, textOf, type XmlElement } from './xml/element.js';
import { defined } from '../shared/defined.js';

export type NodeDevice = PciDevice | NetDevice | { readonly kind: 'other' };

export interface PciDevice {
  readonly kind: 'pci';
  /** libvirt's name, e.g. `pci_0000_06_10_1`: the parent of what hangs on it. */
  readonly name: string;
  readonly address: string;
  /** Six hexadecimal digits: `020000` is an Ethernet controller. */
  readonly classCode: string;
  readonly vendorId: string;
  readonly deviceId: string;
  readonly driver?: string;
  readonly cell?: number;
  readonly iommuGroup?: number;
  /** Address of its physical function: then it is a virtual one. */
  readonly physicalFunction?: string;
  /** How many virtual functions it can have; 0 when it cannot. */
  readonly maxVirtualFunctions: number;
  /** Addresses of those that it has, in the order of their numbers. */
  readonly virtualFunctions: readonly string[];
  /** Serial number of its card (vital product data), where the card and libvirt tell it. */
  readonly serial?: string;
}

export interface NetDevice {
  readonly kind: 'net';
  readonly interface: string;
  /** libvirt's name of the device below it. */
  readonly parent: string;
  readonly mac?: string;
  /** Whether its link is up (`operstate`); absent where libvirt does not say. */
  readonly isUp?: boolean;
  /** It was set up, whatever its link: only of a device that was not, or has no carrier, the kernel says `down`. */
  readonly isSetUp?: boolean;
  /** Mbit/s; absent while the link is down, or where its driver does not say. */
  readonly linkMbps?: number;
}

export function readNodeDevice(xml: string): NodeDevice {
  const root = readXml(xml);
  const capability = find(root, 'capability');
  switch (capability?.attributes['type']) {
    case 'pci':
      return readPci(root, capability);
    case 'net':
      return readNet(root, capability);
    default:
      return { kind: 'other' };
  }
}

function readNet(root: XmlElement, net: XmlElement): NetDevice {
  const mac = textOf(find(net, 'address'));
  const names = { interface: textOf(find(net, 'interface')), parent: textOf(find(root, 'parent')) };
  const { speed, state } = find(net, 'link')?.attributes ?? {};
  const linkMbps = state === 'up' ? speedOf(speed) : undefined;
  return {
    kind: 'net',
    ...names,
    ...(mac === '' ? {} : { mac }),
    ...(state === undefined || state === 'unknown' ? {} : { isUp: state === 'up' }),
    ...(state === undefined ? {} : { isSetUp: state !== 'down' }),
    ...defined({ linkMbps }),
  };
}

/** The kernel says -1 for an unknown speed (SPEED_UNKNOWN), which libvirt reads as an unsigned number of 32 bits. */
const unknownSpeeds = 0x7fff_ffff;

function speedOf(text: string | undefined): number | undefined {
  const mbps = Number(text);
  return Number.isSafeInteger(mbps) && mbps > 0 && mbps < unknownSpeeds ? mbps : undefined;
}

function readPci(root: XmlElement, pci: XmlElement): PciDevice {
  const driver = textOf(find(root, 'driver', 'name'));
  const cell = find(pci, 'numa')?.attributes['node'];
  const group = find(pci, 'iommuGroup')?.attributes['number'];
  const physical = find(subCapability(pci, 'phys_function'), 'address');
  const virtual = subCapability(pci, 'virt_functions');
  const serial = serialIn(subCapability(pci, 'vpd'));
  return {
    kind: 'pci',
    name: textOf(find(root, 'name')),
    address: writePciAddress({
      domain: numberIn(pci, 'domain'),
      bus: numberIn(pci, 'bus'),
      slot: numberIn(pci, 'slot'),
      function: numberIn(pci, 'function'),
    }),
    classCode: textOf(find(pci, 'class')).replace(/^0x/, ''),
    vendorId: idIn(pci, 'vendor'),
    deviceId: idIn(pci, 'product'),
    maxVirtualFunctions: Number(virtual?.attributes['maxCount'] ?? 0),
    virtualFunctions: elements(virtual, 'address').map(addressOf),
    ...(driver === '' ? {} : { driver }),
    ...(cell === undefined ? {} : { cell: Number(cell) }),
    ...(group === undefined ? {} : { iommuGroup: Number(group) }),
    ...(physical === undefined ? {} : { physicalFunction: addressOf(physical) }),
    ...defined({ serial }),
  };
}

const serialIn = (vpd: XmlElement | undefined): string | undefined =>
  elements(vpd, 'fields')
    .map((fields) => textOf(find(fields, 'serial_number')).trim())
    .find((serial) => serial !== '');

const subCapability = (pci: XmlElement, type: string): XmlElement | undefined =>
  elements(pci, 'capability').find(({ attributes }) => attributes['type'] === type);

const addressOf = ({ attributes }: XmlElement): string =>
  writePciAddress({
    domain: Number(attributes['domain']),
    bus: Number(attributes['bus']),
    slot: Number(attributes['slot']),
    function: Number(attributes['function']),
  });

const numberIn = (parent: XmlElement, name: string): number => Number(textOf(find(parent, name)));

const idIn = (parent: XmlElement, name: string): string =>
  (find(parent, name)?.attributes['id'] ?? '').replace(/^0x/, '');
