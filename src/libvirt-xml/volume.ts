/**
 * Volumes of a directory pool (libvirt's formatstorage). Four kinds: a shared base image, an overlay on it, an empty
 * disk, and a raw volume that is filled with given bytes. All are sparse. Only base images may be read by others on
 * the host: the rest can hold secrets. qcow2 is asked for in its version of 2014 (compat 1.1): without it libvirt 9
 * makes the one of 2009.
 */
import { el, type XmlElement } from './xml/element.js';
import { render } from './xml/render.js';

export interface VolumeSpec {
  readonly name: string;
  readonly capacityBytes: number;
  readonly permissions?: VolumePermissions;
}

export interface VolumePermissions {
  /** Octal, e.g. `0600`. */
  readonly mode: string;
  readonly owner?: number;
  readonly group?: number;
}

export type VolumeFormat = 'qcow2' | 'raw';

export interface OverlaySpec extends VolumeSpec {
  /** Path on the host of the volume below. */
  readonly backingPath: string;
  readonly backingFormat: VolumeFormat;
}

export interface BaseSpec extends VolumeSpec {
  readonly format: VolumeFormat;
}

const secret: VolumePermissions = { mode: '0600' };
const readable: VolumePermissions = { mode: '0644' };

/** A qcow2 volume that keeps only what differs from its backing volume. */
export function overlayXml(spec: OverlaySpec): string {
  const backing = el('backingStore', {}, el('path', {}, spec.backingPath), el('format', { type: spec.backingFormat }));
  return volume(spec, 'qcow2', secret, backing);
}

/** An empty qcow2 volume. */
export const blankXml = (spec: VolumeSpec): string => volume(spec, 'qcow2', secret);

/** A raw volume of exactly this size, to be filled by upload: day-0 configuration. */
export const rawXml = (spec: VolumeSpec): string => volume(spec, 'raw', secret);

/** A base image, to be filled by upload and then shared by overlays. Capacity: the size of the uploaded file. */
export const baseXml = (spec: BaseSpec): string => volume(spec, spec.format, readable);

function volume(spec: VolumeSpec, format: VolumeFormat, usual: VolumePermissions, backing?: XmlElement): string {
  return render(
    el(
      'volume',
      { type: 'file' },
      el('name', {}, spec.name),
      el('capacity', { unit: 'bytes' }, spec.capacityBytes),
      el('allocation', { unit: 'bytes' }, 0),
      el(
        'target',
        {},
        el('format', { type: format }),
        permissionsElement(spec.permissions ?? usual),
        format === 'qcow2' ? el('compat', {}, '1.1') : undefined,
      ),
      backing,
    ),
  );
}

function permissionsElement(permissions: VolumePermissions): XmlElement {
  const { mode, owner, group } = permissions;
  return el(
    'permissions',
    {},
    el('mode', {}, mode),
    owner === undefined ? undefined : el('owner', {}, owner),
    group === undefined ? undefined : el('group', {}, group),
  );
}
