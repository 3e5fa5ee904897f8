/** Interfaces of the host as libvirt sees them (formatinterface), and which devices are parts of a bridge, a bond or a VLAN. */
import { readXml } from './read-xml.js';
import { elements, find, type XmlElement } from './xml/element.js';

export interface InterfaceUse {
  /** The bridge, bond or VLAN. */
  readonly name: string;
  readonly type: 'bridge' | 'bond' | 'vlan';
  /** Devices that it is made of. */
  readonly members: readonly string[];
}

export interface HostInterface {
  readonly name: string;
  /** `ethernet`, `bridge`, `bond` or `vlan`. */
  readonly type: string;
  /** What it is made of, nested ones (a bond in a bridge) too. */
  readonly uses: readonly InterfaceUse[];
}

export function readInterface(xml: string): HostInterface {
  const root = readXml(xml);
  const { name = '', type = '' } = root.attributes;
  return { name, type, uses: usesOf(root) };
}

function usesOf(element: XmlElement): readonly InterfaceUse[] {
  const { name = '', type } = element.attributes;
  if (type !== 'bridge' && type !== 'bond' && type !== 'vlan') return [];
  const parts = elements(find(element, type), 'interface');
  const members = parts.flatMap(({ attributes }) => attributes['name'] ?? []);
  return [{ name, type, members }, ...parts.flatMap(usesOf)];
}
