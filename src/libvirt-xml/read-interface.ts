/** Interfaces of the host as libvirt sees them (formatinterface): which devices are parts of a bridge, a bond or a VLAN. */
import { readXml } from './read-xml.js';
import { elements, find, type XmlElement } from './xml/element.js';

export interface InterfaceUse {
  /** The bridge, bond or VLAN. */
  readonly name: string;
  readonly type: 'bridge' | 'bond' | 'vlan';
  /** Devices that it is made of. */
  readonly members: readonly string[];
}

/** What an interface is made of, nested ones (a bond in a bridge) too. */
export function readInterfaceUse(xml: string): readonly InterfaceUse[] {
  return usesOf(readXml(xml));
}

function usesOf(element: XmlElement): readonly InterfaceUse[] {
  const { name = '', type } = element.attributes;
  if (type !== 'bridge' && type !== 'bond' && type !== 'vlan') return [];
  const parts = elements(find(element, type), 'interface');
  const members = parts.flatMap(({ attributes }) => attributes['name'] ?? []);
  return [{ name, type, members }, ...parts.flatMap(usesOf)];
}
