/** Storage pools as libvirt has them (formatstorage). Sizes are always in bytes there. */
import { readXml } from './read-xml.js';
import { defined } from './read-values.js';
import { find, textOf, type XmlElement } from './xml/element.js';

export interface PoolDescription {
  readonly name: string;
  /** Empty for pools that are no directory. */
  readonly path: string;
  /** Absent where libvirt does not say, as of a pool that was never refreshed. */
  readonly capacityBytes?: number;
  readonly availableBytes?: number;
}

export function readPool(xml: string): PoolDescription {
  const root = readXml(xml);
  return {
    name: textOf(find(root, 'name')),
    path: textOf(find(root, 'target', 'path')),
    ...defined({ capacityBytes: bytesIn(root, 'capacity'), availableBytes: bytesIn(root, 'available') }),
  };
}

function bytesIn(root: XmlElement, name: string): number | undefined {
  const text = textOf(find(root, name)).trim();
  return text === '' ? undefined : Number(text);
}
