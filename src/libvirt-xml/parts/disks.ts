/**
 * Disks: virtio-blk, or SATA where the guest must find hardware it knows. Freed blocks are given back to the pool.
 * Caching is left to the host's default: it keeps flushes, and works on every file system, which O_DIRECT does not.
 *
 * A read-only volume (day 0) is a read-only virtio disk. SATA disks cannot be read-only: there it is to be a CD-ROM,
 * which is SATA in either mode.
 */
import { el, type XmlElement } from '../xml/element.js';
import type { DiskSpec, DomainSpec } from '../domain-spec.js';
import { hypervisors } from '../hypervisors/list.js';
import { diskSerial } from '../disk-serial.js';
import type { Contribution } from './part.js';

export const disks = (spec: DomainSpec): Contribution => ({
  devices: spec.disks.map((disk, index) =>
    diskElement(disk, index, busOf(disk, spec), hypervisors[spec.acceleration].diskDriver),
  ),
});

type DiskBus = 'virtio' | 'sata';

const busOf = (disk: DiskSpec, spec: DomainSpec): DiskBus =>
  spec.virtualisation === 'full' || disk.device === 'cdrom' ? 'sata' : 'virtio';

function diskElement(disk: DiskSpec, index: number, bus: DiskBus, driver: string): XmlElement {
  return el(
    'disk',
    { type: 'file', device: disk.device },
    el('driver', { name: driver, type: disk.format, discard: disk.readOnly ? undefined : 'unmap' }),
    el('source', { file: disk.path }),
    el('target', { dev: targetName(bus, index), bus }),
    el('serial', {}, diskSerial(disk.id)),
    disk.bootOrder === undefined ? undefined : el('boot', { order: disk.bootOrder }),
    disk.readOnly ? el('readonly') : undefined,
  );
}

/** `vda` … `vdz`, `vdaa` …, as Linux counts. */
export function targetName(bus: DiskBus, index: number): string {
  let letters = '';
  for (let n = index; n >= 0; n = Math.floor(n / 26) - 1) letters = String.fromCharCode(97 + (n % 26)) + letters;
  return (bus === 'virtio' ? 'vd' : 'sd') + letters;
}
