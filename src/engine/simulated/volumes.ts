/**
 * Volumes of a simulated host: names, sizes and what stands on what. No bytes are kept.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { MiB } from '../../shared/units.js';
import type { PresentVolume, VolumeInfo, VolumeRef, VolumeSource } from '../engine.js';
import type { SimulatedPool } from './host-spec.js';
import type { SimulatedHost, SimulatedVolume } from './host-state.js';
import { rejected, Refusal } from './refusal.js';

/** What an empty qcow2 file takes. */
const emptyQcow2Bytes = 196_608;
const qcow2Magic = 0x514649fb;

export function ensureBaseImage(host: SimulatedHost, ref: VolumeRef, source: VolumeSource): VolumeInfo {
  const { sizeBytes, sha256 } = source;
  const found = lookup(host, ref);
  if (found?.uploadedSha256 !== undefined && found.uploadedSha256 !== sha256) {
    const text = `Base volume ${ref.name} is there with digest ${found.uploadedSha256}, not ${sha256}`;
    throw new Refusal('Conflict', 'volumeExists', text);
  }
  if (found?.uploadedBytes === sizeBytes && found.uploadedSha256 === sha256) return infoOf(found);
  // Cut short, or not known to be whole: written again in place, so that what stands on it stays.
  const whole = { capacityBytes: readSource(source), uploadedBytes: sizeBytes, uploadedSha256: sha256 };
  if (found === undefined) return create(host, ref, { kind: 'base', allocationBytes: sizeBytes, ...whole });
  const mended = { ...found, ...whole, allocationBytes: sizeBytes };
  host.state.volumes.set(found.path, mended);
  return infoOf(mended);
}

export function ensureOverlay(host: SimulatedHost, ref: VolumeRef, base: VolumeRef, bytes: number): VolumeInfo {
  const below = lookup(host, base);
  if (!below) throw noVolume(base);
  const made = {
    kind: 'overlay',
    capacityBytes: bytes,
    allocationBytes: emptyQcow2Bytes,
    backing: below.path,
  } as const;
  return ensure(host, ref, made);
}

export const ensureBlank = (host: SimulatedHost, ref: VolumeRef, capacityBytes: number): VolumeInfo =>
  ensure(host, ref, { kind: 'blank', capacityBytes, allocationBytes: emptyQcow2Bytes });

export function ensureContent(host: SimulatedHost, ref: VolumeRef, content: Uint8Array): VolumeInfo {
  removeVolume(host, ref);
  const size = content.byteLength;
  return create(host, ref, { kind: 'content', capacityBytes: size, allocationBytes: size });
}

export function listVolumes(host: SimulatedHost, pool: string): readonly VolumeInfo[] {
  poolOf(host, pool);
  return [...host.state.volumes.values()].filter((volume) => volume.pool === pool).map(infoOf);
}

export function presentVolumes(host: SimulatedHost, pool: string): readonly PresentVolume[] {
  poolOf(host, pool);
  return [...host.state.volumes.values()]
    .filter((volume) => volume.pool === pool)
    .map(({ name, path, backing }) => ({ pool, name, path, ...(backing !== undefined && { backingPath: backing }) }));
}

/** Its file system is unmounted, and what lay there is out of sight; or mounted again. */
export function setMounted({ state }: SimulatedHost, pool: string, isMounted: boolean): void {
  const [from, to] = isMounted ? [state.unmounted, state.volumes] : [state.volumes, state.unmounted];
  for (const [path, volume] of [...from]) {
    if (volume.pool !== pool) continue;
    from.delete(path);
    to.set(path, volume);
  }
}

/** A file that somebody puts beside, on another one when `backing` is given. */
export function putFile(host: SimulatedHost, ref: VolumeRef, backing?: string): void {
  const on = backing === undefined ? {} : { backing: pathOf(host, { pool: ref.pool, name: backing }) };
  create(host, ref, { kind: backing === undefined ? 'log' : 'overlay', capacityBytes: 0, allocationBytes: 0, ...on });
}

export function removeVolume(host: SimulatedHost, ref: VolumeRef): void {
  if (findPool(host, ref.pool) === undefined) return;
  const path = pathOf(host, ref);
  const above = [...host.state.volumes.values()].find((volume) => volume.backing === path);
  if (above !== undefined) {
    const text = `Volume ${ref.name} of pool ${ref.pool} stays: ${above.path} stands on it`;
    throw new Refusal('Conflict', 'operationInvalid', text);
  }
  host.state.volumes.delete(path);
}

/** By a test's hand: what a full disk or a broken upload leaves. */
export function cutVolume(host: SimulatedHost, ref: VolumeRef, bytes: number): void {
  const found = lookup(host, ref);
  if (!found) throw noVolume(ref);
  host.state.volumes.set(found.path, { ...found, allocationBytes: bytes, uploadedBytes: bytes });
}

/** QEMU makes the log of a serial console by itself, at start. */
export function touchLog(host: SimulatedHost, path: string): void {
  const slash = path.lastIndexOf('/');
  const pool = host.spec.pools.find((one) => one.path === path.slice(0, slash));
  if (pool === undefined || host.state.volumes.has(path)) return;
  const name = path.slice(slash + 1);
  create(host, { pool: pool.name, name }, { kind: 'log', capacityBytes: 0, allocationBytes: 0 });
}

export const usedBytes = ({ state }: SimulatedHost, pool: string): number =>
  [...state.volumes.values()].reduce((sum, one) => sum + (one.pool === pool ? one.allocationBytes : 0), 0);

type NewVolume = Omit<SimulatedVolume, 'pool' | 'name' | 'path'>;

function ensure(host: SimulatedHost, ref: VolumeRef, wanted: NewVolume): VolumeInfo {
  const found = lookup(host, ref);
  if (!found) return create(host, ref, wanted);
  if (found.capacityBytes === wanted.capacityBytes && found.backing === wanted.backing) return infoOf(found);
  const says = (one: NewVolume): string => `${String(one.capacityBytes)} bytes on ${one.backing ?? 'nothing'}`;
  const text = `Volume ${ref.name} is there with ${says(found)}; asked were ${says(wanted)}`;
  throw new Refusal('Conflict', 'volumeExists', text);
}

function create(host: SimulatedHost, ref: VolumeRef, wanted: NewVolume): VolumeInfo {
  const path = pathOf(host, ref);
  const { capacityMiB } = poolOf(host, ref.pool);
  if (usedBytes(host, ref.pool) + wanted.allocationBytes > capacityMiB * MiB) {
    throw rejected('systemError', `cannot fill file '${path}': No space left on device`);
  }
  const volume: SimulatedVolume = { ...wanted, pool: ref.pool, name: ref.name, path };
  host.state.volumes.set(path, volume);
  return infoOf(volume);
}

const lookup = (host: SimulatedHost, ref: VolumeRef): SimulatedVolume | undefined =>
  host.state.volumes.get(pathOf(host, ref));

function pathOf(host: SimulatedHost, { pool, name }: VolumeRef): string {
  const { path } = poolOf(host, pool);
  if (name === '' || name.includes('/')) throw rejected('xml', `the volume name '${name}' is empty or holds a slash`);
  return `${path}/${name}`;
}

const findPool = ({ spec }: SimulatedHost, name: string): SimulatedPool | undefined =>
  spec.pools.find((one) => one.name === name);

function poolOf(host: SimulatedHost, pool: string): SimulatedPool {
  const found = findPool(host, pool);
  if (found !== undefined) return found;
  throw new Refusal('NotFound', 'noPool', `Storage pool not found: no storage pool with matching name '${pool}'`);
}

const noVolume = ({ name }: VolumeRef): Refusal =>
  new Refusal('NotFound', 'noVolume', `Storage volume not found: no storage vol with matching name '${name}'`);

/** Checks the local file as an upload would, and gives its virtual size: qcow2 says its own (bytes 24 to 31). */
function readSource({ file, sizeBytes }: VolumeSource): number {
  const handle = openToRead(file);
  try {
    if (fstatSync(handle).size < sizeBytes) {
      throw rejected('systemError', `${file} ended before ${String(sizeBytes)} bytes`);
    }
    const header = Buffer.alloc(32);
    const read = readSync(handle, header, 0, header.length, 0);
    const isQcow2 = read === header.length && header.readUInt32BE(0) === qcow2Magic;
    return isQcow2 ? Number(header.readBigUInt64BE(24)) : sizeBytes;
  } finally {
    closeSync(handle);
  }
}

function openToRead(file: string): number {
  try {
    return openSync(file, 'r');
  } catch (error) {
    throw rejected('systemError', error instanceof Error ? error.message : String(error));
  }
}

const infoOf = ({ pool, name, path, capacityBytes, allocationBytes, backing }: SimulatedVolume): VolumeInfo => ({
  ...{ pool, name, path, capacityBytes, allocationBytes },
  ...(backing !== undefined && { backing }),
});
