/** Networks as libvirt has them (formatnetwork). */
import { readXml } from './read-xml.js';
import { elements, find, textOf, type XmlElement } from './xml/element.js';

export interface NetworkDescription {
  readonly name: string;
  readonly bridge?: string;
  /** `bridge`: the host's own bridge, or one with a way out; `physical`: devices of the host. */
  readonly kind: 'bridge' | 'isolated' | 'ovs' | 'physical';
  /** The device that a `physical` network goes out by. */
  readonly device?: string;
  readonly mtu?: number;
}

export function readNetwork(xml: string): NetworkDescription {
  const root = readXml(xml);
  const bridge = find(root, 'bridge')?.attributes['name'];
  const forward = find(root, 'forward');
  const device = elements(forward).find(({ name }) => name === 'interface' || name === 'pf')?.attributes['dev'];
  const mtu = find(root, 'mtu')?.attributes['size'];
  return {
    name: textOf(find(root, 'name')),
    kind: kindOf(root, forward),
    ...(bridge === undefined ? {} : { bridge }),
    ...(device === undefined ? {} : { device }),
    ...(mtu === undefined ? {} : { mtu: Number(mtu) }),
  };
}

function kindOf(root: XmlElement, forward: XmlElement | undefined): NetworkDescription['kind'] {
  if (find(root, 'virtualport')?.attributes['type'] === 'openvswitch') return 'ovs';
  if (forward === undefined) return 'isolated';
  // Without a bridge these modes (bridge, private, vepa, passthrough, hostdev) hand out devices.
  return find(root, 'bridge') === undefined ? 'physical' : 'bridge';
}
