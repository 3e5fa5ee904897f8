/**
 * Volumes (libvirt-storage). A base image is complete when its marker stands beside it: an empty volume
 * `<name>.complete` whose capacity is the size of the uploaded file, made after the last byte. libvirt cannot rename,
 * and a killed upload leaves a volume of full size. Without its marker a base is deleted and uploaded again.
 */
import {
  baseXml,
  blankXml,
  overlayXml,
  rawXml,
  type VolumeFormat,
  type VolumeSpec,
} from '../../../libvirt-xml/volume.js';
import { readXml } from '../../../libvirt-xml/read-xml.js';
import { find, textOf } from '../../../libvirt-xml/xml/element.js';
import type { PresentVolume, VolumeInfo, VolumeRef, VolumeSource } from '../../engine.js';
import {
  StoragePoolListAllVolumes,
  type StoragePoolPtr,
  StoragePoolRefresh,
  StorageVolCreateXML,
  StorageVolDelete,
  StorageVolFree,
  StorageVolGetInfo,
  StorageVolGetName,
  StorageVolGetPath,
  StorageVolGetXMLDesc,
  StorageVolLookupByName,
  type StorageVolPtr,
} from '../bindings.js';
import { CallRefusal, check, mapListed, present, unless, using } from '../native.js';
import type { CallContext } from './context.js';
import { withPool, withPresentPool } from './pools.js';
import { imageHeader, uploadBytes, uploadFile } from './upload.js';

const NO_STORAGE_POOL = 49;
const NO_STORAGE_VOL = 50;
const markerSuffix = '.complete';

export function ensureBaseImage(context: CallContext, ref: VolumeRef, source: VolumeSource): VolumeInfo {
  return withPool(context, ref.pool, (pool) => {
    if (!isComplete(pool, ref, source.sizeBytes)) upload(context, pool, ref, source);
    return withVolume(pool, ref.name, (volume) => infoOf(ref.pool, volume));
  });
}

export function ensureOverlay(context: CallContext, ref: VolumeRef, base: VolumeRef, bytes: number): VolumeInfo {
  return withPool(context, ref.pool, (pool) => {
    const below = withVolume(pool, base.name, (volume) => ({
      backingPath: present(StorageVolGetPath(volume)),
      backingFormat: formatOf(volume),
    }));
    return ensureVolume(pool, ref, bytes, below.backingPath, (spec) => overlayXml({ ...spec, ...below }));
  });
}

export function ensureBlank(context: CallContext, ref: VolumeRef, capacityBytes: number): VolumeInfo {
  return withPool(context, ref.pool, (pool) => ensureVolume(pool, ref, capacityBytes, '', blankXml));
}

/** Always written: the same bytes again do no harm, and a half-written volume has the right size too. */
export function ensureContent(context: CallContext, ref: VolumeRef, content: Uint8Array): VolumeInfo {
  return withPool(context, ref.pool, (pool) => {
    const capacityBytes = content.byteLength;
    const found = lookup(pool, ref.name, (volume) => infoOf(ref.pool, volume).capacityBytes);
    if (found !== undefined && found !== capacityBytes) remove(pool, ref.name);
    if (found !== capacityBytes) create(pool, rawXml({ name: ref.name, capacityBytes }));
    return withVolume(pool, ref.name, (volume) => {
      uploadBytes(context, volume, content);
      return infoOf(ref.pool, volume);
    });
  });
}

export function listVolumes(context: CallContext, poolName: string): VolumeInfo[] {
  return withPool(
    context,
    poolName,
    (pool) =>
      mapListed<StorageVolPtr, VolumeInfo | undefined>(
        (list) => StoragePoolListAllVolumes(pool, list, 0),
        StorageVolFree,
        (volume) => unless([NO_STORAGE_VOL], () => infoOf(poolName, volume)),
      ).filter((volume) => volume !== undefined && !volume.name.endsWith(markerSuffix)) as VolumeInfo[],
  );
}

export function presentVolumes(context: CallContext, poolName: string): PresentVolume[] {
  return withPresentPool(context, poolName, (pool) =>
    mapListed<StorageVolPtr, PresentVolume | undefined>(
      (list) => StoragePoolListAllVolumes(pool, list, 0),
      StorageVolFree,
      (volume) => unless([NO_STORAGE_VOL], () => presentOf(poolName, volume)),
    ).filter((volume) => volume !== undefined),
  );
}

function presentOf(pool: string, volume: StorageVolPtr): PresentVolume {
  const backingPath = backingOf(volume);
  return {
    pool,
    name: present(StorageVolGetName(volume)),
    path: present(StorageVolGetPath(volume)),
    ...(backingPath === '' ? {} : { backingPath }),
  };
}

/** The marker goes first, so that a removal cut short leaves an incomplete base. */
export function removeVolume(context: CallContext, ref: VolumeRef): void {
  unless([NO_STORAGE_POOL], () => {
    withPool(context, ref.pool, (pool) => {
      remove(pool, ref.name + markerSuffix);
      if (!remove(pool, ref.name)) removeUnlisted(pool, ref);
    });
  });
}

/**
 * A file that libvirt has not listed yet: QEMU makes a console's log itself. libvirt refuses to look again while bytes
 * are being uploaded into the pool.
 */
function removeUnlisted(pool: StoragePoolPtr, ref: VolumeRef): void {
  if (StoragePoolRefresh(pool, 0) < 0) {
    throw new CallRefusal(
      'Busy',
      `Pool ${ref.pool} cannot be listed anew now, so whether it has ${ref.name} is unknown.`,
    );
  }
  remove(pool, ref.name);
}

function isComplete(pool: StoragePoolPtr, ref: VolumeRef, sizeBytes: number): boolean {
  const marked = lookup(pool, ref.name + markerSuffix, (volume) => infoOf(ref.pool, volume).capacityBytes);
  if (marked === undefined || lookup(pool, ref.name, () => true) === undefined) return false;
  if (marked === sizeBytes) return true;
  const text = `Base volume ${ref.name} is there with ${String(marked)} bytes, not ${String(sizeBytes)}.`;
  throw new CallRefusal('Conflict', text);
}

function upload(context: CallContext, pool: StoragePoolPtr, ref: VolumeRef, source: VolumeSource): void {
  remove(pool, ref.name + markerSuffix);
  remove(pool, ref.name);
  const { format, capacityBytes } = imageHeader(source);
  create(pool, baseXml({ name: ref.name, capacityBytes, format }));
  withVolume(pool, ref.name, (volume) => {
    uploadFile(context, volume, source);
  });
  create(pool, rawXml({ name: ref.name + markerSuffix, capacityBytes: source.sizeBytes }));
}

function ensureVolume(
  pool: StoragePoolPtr,
  ref: VolumeRef,
  capacityBytes: number,
  backingPath: string,
  xml: (spec: VolumeSpec) => string,
): VolumeInfo {
  const found = lookup(pool, ref.name, (volume) => ({ info: infoOf(ref.pool, volume), backing: backingOf(volume) }));
  if (found === undefined) create(pool, xml({ name: ref.name, capacityBytes }));
  else refuseOther(ref, found, capacityBytes, backingPath);
  return found?.info ?? withVolume(pool, ref.name, (volume) => infoOf(ref.pool, volume));
}

interface Found {
  readonly info: VolumeInfo;
  readonly backing: string;
}

function refuseOther(ref: VolumeRef, found: Found, capacityBytes: number, backingPath: string): void {
  if (found.info.capacityBytes === capacityBytes && found.backing === backingPath) return;
  const has = `${String(found.info.capacityBytes)} bytes on ${found.backing === '' ? 'nothing' : found.backing}`;
  const asked = `${String(capacityBytes)} bytes on ${backingPath === '' ? 'nothing' : backingPath}`;
  throw new CallRefusal('Conflict', `Volume ${ref.name} is there with ${has}; asked were ${asked}.`);
}

function create(pool: StoragePoolPtr, xml: string): void {
  StorageVolFree(present(StorageVolCreateXML(pool, xml, 0)));
}

/** Whether there was one. */
const remove = (pool: StoragePoolPtr, name: string): boolean =>
  lookup(pool, name, (volume) => check(StorageVolDelete(volume, 0))) !== undefined;

const withVolume = <T>(pool: StoragePoolPtr, name: string, use: (volume: StorageVolPtr) => T): T =>
  using(present(StorageVolLookupByName(pool, name)), StorageVolFree, use);

const lookup = <T>(pool: StoragePoolPtr, name: string, use: (volume: StorageVolPtr) => T): T | undefined =>
  unless([NO_STORAGE_VOL], () => withVolume(pool, name, use));

const formatOf = (volume: StorageVolPtr): VolumeFormat =>
  find(describe(volume), 'target', 'format')?.attributes['type'] === 'qcow2' ? 'qcow2' : 'raw';

const backingOf = (volume: StorageVolPtr): string => textOf(find(describe(volume), 'backingStore', 'path'));

const describe = (volume: StorageVolPtr) => readXml(present(StorageVolGetXMLDesc(volume, 0)));

function infoOf(pool: string, volume: StorageVolPtr): VolumeInfo {
  const info = new BigUint64Array(3);
  check(StorageVolGetInfo(volume, info));
  return {
    pool,
    name: present(StorageVolGetName(volume)),
    path: present(StorageVolGetPath(volume)),
    capacityBytes: Number(info[1] ?? 0n),
    allocationBytes: Number(info[2] ?? 0n),
  };
}
