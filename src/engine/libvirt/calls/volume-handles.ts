/** Volumes of a pool by name: their handles, freed whatever happens. */
import {
  type StoragePoolPtr,
  StorageVolCreateXML,
  StorageVolFree,
  StorageVolLookupByName,
  type StorageVolPtr,
} from '../bindings.js';
import { present, unless, using } from '../native.js';

export const NO_STORAGE_VOL = 50;

export function create(pool: StoragePoolPtr, xml: string): void {
  StorageVolFree(present(StorageVolCreateXML(pool, xml, 0)));
}

export const withVolume = <T>(pool: StoragePoolPtr, name: string, use: (volume: StorageVolPtr) => T): T =>
  using(present(StorageVolLookupByName(pool, name)), StorageVolFree, use);

/** Undefined when there is none. */
export const lookup = <T>(pool: StoragePoolPtr, name: string, use: (volume: StorageVolPtr) => T): T | undefined =>
  unless([NO_STORAGE_VOL], () => withVolume(pool, name, use));
