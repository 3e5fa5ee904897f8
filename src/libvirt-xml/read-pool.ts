/** Storage pools as libvirt has them (formatstorage). Sizes are always in bytes there. */
import { readXml } from './read-xml.js';
import { find, textOf } from './xml/element.js';

export interface PoolDescription {
  readonly name: string;
  /** Empty for pools that are no directory. */
  readonly path: string;
  readonly capacityBytes: number;
  readonly availableBytes: number;
}

export function readPool(xml: string): PoolDescription {
  const root = readXml(xml);
  return {
    name: textOf(find(root, 'name')),
    path: textOf(find(root, 'target', 'path')),
    capacityBytes: Number(textOf(find(root, 'capacity'))),
    availableBytes: Number(textOf(find(root, 'available'))),
  };
}
