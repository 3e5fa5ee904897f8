/** The storage pool: Berth's own is made when missing, others are only used (libvirt-storage). */
import { directoryPoolXml } from '../../../libvirt-xml/pool.js';
import {
  ConnectListAllStoragePools,
  StoragePoolBuild,
  StoragePoolCreate,
  StoragePoolDefineXML,
  StoragePoolFree,
  StoragePoolGetXMLDesc,
  StoragePoolIsActive,
  StoragePoolLookupByName,
  type StoragePoolPtr,
  StoragePoolRefresh,
  StoragePoolSetAutostart,
} from '../bindings.js';
import { CallRefusal, check, lastFailure, mapListed, present, unless, using } from '../native.js';
import type { CallContext } from './context.js';

const NO_STORAGE_POOL = 49;
const STORAGE_POOL_BUILT = 76;
const POOLS_ACTIVE = 2;

export function withPool<T>(context: CallContext, name: string, use: (pool: StoragePoolPtr) => T): T {
  return using(lookup(context, name), StoragePoolFree, (pool) => {
    if (check(StoragePoolIsActive(pool)) === 0) activate(pool);
    return use(pool);
  });
}

/** The pool as it is: refreshed, and never made or built for it. */
export function withPresentPool<T>(context: CallContext, name: string, use: (pool: StoragePoolPtr) => T): T {
  return using(present(StoragePoolLookupByName(context.conn, name)), StoragePoolFree, (pool) => {
    if (check(StoragePoolIsActive(pool)) === 0 && StoragePoolCreate(pool, 0) < 0)
      throw new CallRefusal('NotFound', `pool ${name} is not active: ${lastFailure().message}`);
    if (StoragePoolRefresh(pool, 0) < 0) throw notRefreshed(pool, name, lastFailure().message);
    return use(pool);
  });
}

/** libvirt refuses to look again while bytes are being uploaded; a pool that it cannot read it makes inactive. */
const notRefreshed = (pool: StoragePoolPtr, name: string, why: string): CallRefusal =>
  StoragePoolIsActive(pool) === 1
    ? new CallRefusal('Busy', `pool ${name} cannot be refreshed now: ${why}`)
    : new CallRefusal('NotFound', `pool ${name} cannot be read: ${why}`);

export function ensurePool(context: CallContext): void {
  withPool(context, context.options.pool.name, () => undefined);
}

/** False when libvirt will not look again now: it refuses while a volume of the pool is being made. */
export const refreshPool = (pool: StoragePoolPtr): boolean => StoragePoolRefresh(pool, 0) === 0;

/** Every active pool of the host, Berth's or not. */
export const eachPool = <T>(context: CallContext, use: (pool: StoragePoolPtr) => T): T[] =>
  mapListed<StoragePoolPtr, T>(
    (list) => ConnectListAllStoragePools(context.conn, list, POOLS_ACTIVE),
    StoragePoolFree,
    use,
  );

/** XML of every active pool. */
export const poolXmls = (context: CallContext): string[] =>
  mapListed<StoragePoolPtr, string | undefined>(
    (list) => ConnectListAllStoragePools(context.conn, list, POOLS_ACTIVE),
    StoragePoolFree,
    (pool) => unless([NO_STORAGE_POOL], () => refreshedXml(pool)),
  ).filter((xml) => xml !== undefined);

/** Free space is as of the last refresh. A refresh is refused while an upload runs; the old figure is good then. */
function refreshedXml(pool: StoragePoolPtr): string {
  StoragePoolRefresh(pool, 0);
  return present(StoragePoolGetXMLDesc(pool, 0));
}

function lookup(context: CallContext, name: string): StoragePoolPtr {
  const own = context.options.pool;
  if (name !== own.name) return present(StoragePoolLookupByName(context.conn, name));
  const found = unless([NO_STORAGE_POOL], () => present(StoragePoolLookupByName(context.conn, name)));
  return found ?? define(context);
}

function define(context: CallContext): StoragePoolPtr {
  const pool = present(StoragePoolDefineXML(context.conn, directoryPoolXml(context.options.pool), 0));
  check(StoragePoolSetAutostart(pool, 1));
  return pool;
}

/** Two workers may do this at once: one wins, the other sees it active. */
function activate(pool: StoragePoolPtr): void {
  try {
    unless([STORAGE_POOL_BUILT], () => check(StoragePoolBuild(pool, 0)));
    check(StoragePoolCreate(pool, 0));
  } catch (error) {
    if (StoragePoolIsActive(pool) !== 1) throw error;
  }
}
