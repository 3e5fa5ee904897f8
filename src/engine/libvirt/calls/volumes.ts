/**
 * Volumes (libvirt-storage). libvirt lists a pool as it was when last refreshed, so that a pool is refreshed before
 * something is believed to be absent, or to stand on nothing.
 */
import { readVolume, type VolumeDescription } from '../../../libvirt-xml/read-volume.js';
import { blankXml, overlayXml, rawXml, type VolumeSpec } from '../../../libvirt-xml/volume.js';
import type { PresentVolume, VolumeInfo, VolumeRef, VolumeSource } from '../../engine.js';
import {
  StoragePoolListAllVolumes,
  type StoragePoolPtr,
  StorageVolDelete,
  StorageVolFree,
  StorageVolGetXMLDesc,
  type StorageVolPtr,
} from '../bindings.js';
import { CallRefusal, check, mapListed, present, unless } from '../native.js';
import { ensureBaseBytes, markerSuffix } from './base-image.js';
import type { CallContext } from './context.js';
import { eachPool, refreshPool, withPool, withPresentPool } from './pools.js';
import { uploadBytes } from './upload.js';
import { create, lookup, NO_STORAGE_VOL, withVolume } from './volume-handles.js';
import { defined } from '../../../shared/defined.js';

const NO_STORAGE_POOL = 49;

export function ensureBaseImage(context: CallContext, ref: VolumeRef, source: VolumeSource): VolumeInfo {
  return withPool(context, ref.pool, (pool) => {
    ensureBaseBytes(context, pool, ref, source);
    return withVolume(pool, ref.name, (volume) => infoOf(ref.pool, volume));
  });
}

export function ensureOverlay(context: CallContext, ref: VolumeRef, base: VolumeRef, bytes: number): VolumeInfo {
  return withPool(context, ref.pool, (pool) => {
    const { path, format } = withVolume(pool, base.name, describe);
    const below = { backingPath: path, backingFormat: format === 'qcow2' ? 'qcow2' : 'raw' } as const;
    return ensureVolume(pool, ref, bytes, path, (spec) => overlayXml({ ...spec, ...below }));
  });
}

export function ensureBlank(context: CallContext, ref: VolumeRef, capacityBytes: number): VolumeInfo {
  return withPool(context, ref.pool, (pool) => ensureVolume(pool, ref, capacityBytes, undefined, blankXml));
}

/** Always written: the same bytes again do no harm, and a half-written volume has the right size too. */
export function ensureContent(context: CallContext, ref: VolumeRef, content: Uint8Array): VolumeInfo {
  return withPool(context, ref.pool, (pool) => {
    const capacityBytes = content.byteLength;
    refreshPool(pool);
    const found = lookup(pool, ref.name, (volume) => describe(volume).capacityBytes);
    if (found !== undefined && found !== capacityBytes) remove(pool, ref.name);
    if (found !== capacityBytes) create(pool, rawXml({ name: ref.name, capacityBytes }));
    return withVolume(pool, ref.name, (volume) => {
      uploadBytes(context, volume, content);
      return infoOf(ref.pool, volume);
    });
  });
}

export function listVolumes(context: CallContext, poolName: string): VolumeInfo[] {
  return withPool(context, poolName, (pool) => {
    refreshPool(pool);
    return listed(pool)
      .filter(({ name }) => !name.endsWith(markerSuffix))
      .map((volume) => infoFrom(poolName, volume));
  });
}

/** Markers too: this is what lies there. */
export function presentVolumes(context: CallContext, poolName: string): PresentVolume[] {
  return withPresentPool(context, poolName, (pool) =>
    listed(pool).map(({ name, path, backing }) => ({
      ...{ pool: poolName, name, path },
      ...defined({ backingPath: backing }),
    })),
  );
}

/** The marker goes first, so that a removal cut short leaves an incomplete base. */
export function removeVolume(context: CallContext, ref: VolumeRef): void {
  unless([NO_STORAGE_POOL], () => {
    withPool(context, ref.pool, (pool) => {
      // QEMU makes a console's log itself, and snapshots what stands on a disk: libvirt sees them when it looks again.
      const isFresh = refreshPool(pool);
      const found = lookup(pool, ref.name, describe);
      if (found === undefined && !isFresh) throw unknownNow(ref);
      if (found !== undefined) refuseBelow(context, ref, found);
      remove(pool, ref.name + markerSuffix);
      remove(pool, ref.name);
    });
  });
}

const unknownNow = ({ pool, name }: VolumeRef): CallRefusal =>
  new CallRefusal('Busy', `Pool ${pool} cannot be refreshed now, so whether it has ${name} is unknown.`);

/** A volume of any pool may stand on it, ours or not. */
function refuseBelow(context: CallContext, { pool, name }: VolumeRef, { path }: VolumeDescription): void {
  const above = eachPool(context, listed)
    .flat()
    .find(({ backing }) => backing === path);
  if (above === undefined) return;
  throw new CallRefusal('Conflict', `Volume ${name} of pool ${pool} stays: ${above.path} stands on it.`);
}

function listed(pool: StoragePoolPtr): VolumeDescription[] {
  return mapListed<StorageVolPtr, VolumeDescription | undefined>(
    (list) => StoragePoolListAllVolumes(pool, list, 0),
    StorageVolFree,
    (volume) => unless([NO_STORAGE_VOL], () => describe(volume)),
  ).filter((volume) => volume !== undefined);
}

function ensureVolume(
  pool: StoragePoolPtr,
  ref: VolumeRef,
  capacityBytes: number,
  backing: string | undefined,
  xml: (spec: VolumeSpec) => string,
): VolumeInfo {
  refreshPool(pool);
  const found = lookup(pool, ref.name, describe);
  if (found === undefined) create(pool, xml({ name: ref.name, capacityBytes }));
  else if (found.capacityBytes !== capacityBytes || found.backing !== backing) {
    const says = (bytes: number, below = 'nothing') => `${String(bytes)} bytes on ${below}`;
    const text = `Volume ${ref.name} is there with ${says(found.capacityBytes, found.backing)}; asked were ${says(capacityBytes, backing)}.`;
    throw new CallRefusal('Conflict', text);
  }
  return withVolume(pool, ref.name, (volume) => infoOf(ref.pool, volume));
}

const remove = (pool: StoragePoolPtr, name: string): void => {
  lookup(pool, name, (volume) => check(StorageVolDelete(volume, 0)));
};

const describe = (volume: StorageVolPtr): VolumeDescription => readVolume(present(StorageVolGetXMLDesc(volume, 0)));

const infoOf = (pool: string, volume: StorageVolPtr): VolumeInfo => infoFrom(pool, describe(volume));

const infoFrom = (
  pool: string,
  { name, path, capacityBytes, allocationBytes, backing }: VolumeDescription,
): VolumeInfo => ({
  ...{ pool, name, path, capacityBytes, allocationBytes },
  ...defined({ backing }),
});
