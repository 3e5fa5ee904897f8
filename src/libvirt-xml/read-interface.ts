/** Interfaces of the host as libvirt sees them (formatinterface), and which devices are parts of a bridge, a bond or a VLAN. */
import { defined } from '../shared/defined.js';
import { attribute, numberOf } from './read-values.js';
import { readXml } from './read-xml.js';
import { elements, find, type XmlElement } from './xml/element.js';

export interface InterfaceUse {
  /** The bridge, bond or VLAN. */
  readonly name: string;
  readonly type: 'bridge' | 'bond' | 'vlan';
  /** Devices that it is made of. */
  readonly members: readonly string[];
  /** Of a VLAN: its ID. */
  readonly vlan?: number;
}

export interface HostInterface {
  readonly name: string;
  /** `ethernet`, `bridge`, `bond` or `vlan`. */
  readonly type: string;
  /** What it is made of, nested ones (a bond in a bridge) too. */
  readonly uses: readonly InterfaceUse[];
  /** It has no link. */
  readonly isDown: boolean;
}

export function readInterface(xml: string): HostInterface {
  const root = readXml(xml);
  const { name = '', type = '' } = root.attributes;
  return { name, type, uses: usesOf(root), isDown: attribute(find(root, 'link'), 'state') === 'down' };
}

function usesOf(element: XmlElement): readonly InterfaceUse[] {
  const { name = '', type } = element.attributes;
  if (type !== 'bridge' && type !== 'bond' && type !== 'vlan') return [];
  const own = find(element, type);
  const parts = elements(own, 'interface');
  const members = parts.flatMap(({ attributes }) => attributes['name'] ?? []);
  return [{ name, type, members, ...defined({ vlan: numberOf(own, 'tag') }) }, ...parts.flatMap(usesOf)];
}
