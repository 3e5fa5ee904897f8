/** Networks as libvirt has them (formatnetwork). */
import type { HostNetwork } from '../inventory/model.js';
import { pciAddressIn } from './read-devices.js';
import { readXml } from './read-xml.js';
import { elements, find, textOf, type XmlElement } from './xml/element.js';
import { defined } from '../shared/defined.js';

export interface NetworkDescription {
  readonly name: string;
  readonly bridge?: string;
  /** `bridge`: the host's own bridge, or one with a way out; `physical`: devices of the host; `hostdev`: PCI functions. */
  readonly kind: HostNetwork['kind'];
  /** How many devices it gives to one guest each (mode `passthrough`). Absent: guests share, or the devices are not listed. */
  readonly onePerGuest?: number;
  /** The device that a `physical` network goes out by. */
  readonly device?: string;
  /** Every device of the host that it goes out by or hands out. */
  readonly devices: readonly string[];
  /** PCI addresses of the functions that it hands out (mode `hostdev`). */
  readonly functions: readonly string[];
  readonly mtu?: number;
}

export function readNetwork(xml: string): NetworkDescription {
  const root = readXml(xml);
  const bridge = find(root, 'bridge')?.attributes['name'];
  const forward = find(root, 'forward');
  const devices = elements(forward)
    .filter(({ name }) => name === 'interface' || name === 'pf')
    .flatMap(({ attributes }) => attributes['dev'] ?? []);
  const [device] = devices;
  const given = forward?.attributes['mode'] === 'passthrough' ? elements(forward, 'interface').length : 0;
  const mtu = find(root, 'mtu')?.attributes['size'];
  return {
    name: textOf(find(root, 'name')),
    kind: kindOf(root, forward),
    devices,
    functions: elements(forward, 'address').flatMap((address) => pciAddressIn(address) ?? []),
    ...defined({ bridge, device }),
    ...(given === 0 ? {} : { onePerGuest: given }),
    ...(mtu === undefined ? {} : { mtu: Number(mtu) }),
  };
}

function kindOf(root: XmlElement, forward: XmlElement | undefined): NetworkDescription['kind'] {
  if (find(root, 'virtualport')?.attributes['type'] === 'openvswitch') return 'ovs';
  if (forward === undefined) return 'isolated';
  if (forward.attributes['mode'] === 'hostdev') return 'hostdev';
  // Without a bridge these modes (bridge, private, vepa, passthrough) hand out devices.
  return find(root, 'bridge') === undefined ? 'physical' : 'bridge';
}
