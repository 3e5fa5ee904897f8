/**
 * Base images on a host (libvirt-storage). Beside a whole one stands its marker, a volume `<name>.complete` that holds
 * size and digest of the image and length and time of its file when its bytes were last read back and found right. An
 * image counts only while file and marker agree; where they do not, its bytes are read again, and written again
 * where they are wrong.
 *
 * Nothing that is there is deleted to make an image: it is written in place. So disks that stand on a damaged one are
 * mended with it, and several who bring the same image at once write the same bytes to the same places and find each
 * other's work right.
 */
import { readVolume, type VolumeDescription } from '../../../libvirt-xml/read-volume.js';
import { baseXml, rawXml } from '../../../libvirt-xml/volume.js';
import type { VolumeRef, VolumeSource } from '../../engine.js';
import { StorageVolGetXMLDesc, type StoragePoolPtr, type StorageVolPtr } from '../bindings.js';
import { CallRefusal, NativeFailure, present } from '../native.js';
import type { CallContext } from './context.js';
import { digestOf, headOf } from './download.js';
import { refreshPool } from './pools.js';
import { imageHeader, uploadBytes, uploadFile } from './upload.js';
import { create, lookup, withVolume } from './volume-handles.js';

export const markerSuffix = '.complete';
const STORAGE_VOL_EXIST = 90;
const markerBytes = 512;

interface Marker {
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly physicalBytes: number;
  readonly modified: string;
}

export function ensureBaseBytes(
  context: CallContext,
  pool: StoragePoolPtr,
  ref: VolumeRef,
  source: VolumeSource,
): void {
  // What somebody removed or changed by hand is only seen by looking again.
  refreshPool(pool);
  const marker = readMarker(context, pool, ref);
  if (marker !== undefined) refuseOther(ref, marker, source);
  const found = lookup(pool, ref.name, describe);
  if (found !== undefined && marker !== undefined && agrees(found, marker)) return;
  if (found === undefined) createBase(pool, ref, source);
  else if (isRight(context, pool, ref, source)) return mark(context, pool, ref, source);
  withVolume(pool, ref.name, (volume) => {
    uploadFile(context, volume, source);
  });
  if (!isRight(context, pool, ref, source)) throw damaged(ref, source);
  mark(context, pool, ref, source);
}

/** Two images never have one digest: a marker with another one is of another image. */
function refuseOther(ref: VolumeRef, marker: Marker, { sizeBytes, sha256 }: VolumeSource): void {
  if (marker.sizeBytes === sizeBytes && marker.sha256 === sha256) return;
  const has = `${String(marker.sizeBytes)} bytes of digest ${marker.sha256}`;
  throw new CallRefusal(
    'Conflict',
    `Base volume ${ref.name} is there with ${has}, not ${String(sizeBytes)} of ${sha256}.`,
  );
}

const agrees = ({ physicalBytes, modified }: VolumeDescription, marker: Marker): boolean =>
  physicalBytes === marker.physicalBytes && modified === marker.modified;

/** A qcow2 file may have room behind its last cluster; of a raw one every byte is the guest's. */
function isRight(context: CallContext, pool: StoragePoolPtr, ref: VolumeRef, source: VolumeSource): boolean {
  const { sizeBytes, sha256 } = source;
  return withVolume(pool, ref.name, (volume) => {
    const { physicalBytes = sizeBytes } = describe(volume);
    const isWhole =
      physicalBytes === sizeBytes || (physicalBytes > sizeBytes && imageHeader(source).format === 'qcow2');
    return isWhole && digestOf(context, volume, sizeBytes) === sha256;
  });
}

/** Whoever comes second finds the volume of the first. */
function createBase(pool: StoragePoolPtr, ref: VolumeRef, source: VolumeSource): void {
  const { format, capacityBytes } = imageHeader(source);
  createOnce(pool, baseXml({ name: ref.name, capacityBytes, format }));
}

function createOnce(pool: StoragePoolPtr, xml: string): void {
  try {
    create(pool, xml);
  } catch (error) {
    if (!(error instanceof NativeFailure) || error.code !== STORAGE_VOL_EXIST) throw error;
  }
}

function mark(context: CallContext, pool: StoragePoolPtr, ref: VolumeRef, { sizeBytes, sha256 }: VolumeSource): void {
  const { physicalBytes = sizeBytes, modified = '' } = withVolume(pool, ref.name, describe);
  const marker: Marker = { sizeBytes, sha256, physicalBytes, modified };
  const content = Buffer.alloc(markerBytes, ' ');
  content.write(JSON.stringify(marker));
  createOnce(pool, rawXml({ name: ref.name + markerSuffix, capacityBytes: markerBytes }));
  withVolume(pool, ref.name + markerSuffix, (volume) => {
    uploadBytes(context, volume, content);
  });
}

/** Undefined when there is none that can be read, e.g. one of an earlier build, which held nothing. */
function readMarker(context: CallContext, pool: StoragePoolPtr, ref: VolumeRef): Marker | undefined {
  const text = lookup(pool, ref.name + markerSuffix, (volume) => headOf(context, volume, markerBytes).toString('utf8'));
  try {
    const read = JSON.parse(text ?? '') as Partial<Marker>;
    return read.sha256 === undefined || read.sizeBytes === undefined ? undefined : (read as Marker);
  } catch {
    return undefined;
  }
}

const describe = (volume: StorageVolPtr): VolumeDescription => readVolume(present(StorageVolGetXMLDesc(volume, 0)));

const damaged = (ref: VolumeRef, { sizeBytes, sha256 }: VolumeSource): CallRefusal =>
  new CallRefusal(
    'Rejected',
    `Base volume ${ref.name} does not keep what is written to it: its first ${String(sizeBytes)} bytes have not the digest ${sha256}. Look at the disk of pool ${ref.pool}.`,
  );
