/** Volumes as libvirt has them (formatstorage). Sizes are in bytes there unless a unit says otherwise, which it never does. */
import { readXml } from './read-xml.js';
import { find, textOf } from './xml/element.js';

export interface VolumeDescription {
  readonly name: string;
  readonly path: string;
  readonly format: string;
  readonly capacityBytes: number;
  readonly allocationBytes: number;
  /** Length of the file; absent where the volume is none. */
  readonly physicalBytes?: number;
  /** As libvirt writes it, seconds with a fraction; absent where the volume is no file. */
  readonly modified?: string;
  /** Path of the volume below. */
  readonly backing?: string;
}

export function readVolume(xml: string): VolumeDescription {
  const root = readXml(xml);
  const physical = textOf(find(root, 'physical'));
  const modified = textOf(find(root, 'target', 'timestamps', 'mtime'));
  const backing = textOf(find(root, 'backingStore', 'path'));
  return {
    name: textOf(find(root, 'name')),
    path: textOf(find(root, 'target', 'path')),
    format: find(root, 'target', 'format')?.attributes['type'] ?? 'raw',
    capacityBytes: Number(textOf(find(root, 'capacity'))),
    allocationBytes: Number(textOf(find(root, 'allocation'))),
    ...(physical === '' ? {} : { physicalBytes: Number(physical) }),
    ...(modified === '' ? {} : { modified }),
    ...(backing === '' ? {} : { backing }),
  };
}
