/**
 * Storage pools as facts: those that hold image files, with whom they share their room, and whether Berth may use them.
 */
import type { OperatorsWord, SharedStorage, StoragePool } from '../../inventory/model.js';
import { grouped, isOneFileSystem } from '../../inventory/one-file-system.js';
import { type PoolDescription, readPool } from '../../libvirt-xml/read-pool.js';
import { defined } from '../../shared/defined.js';

/** Pools over a directory. In others a volume is a block device, a data set or an object. */
export const holdsFiles = ['dir', 'fs', 'netfs'];

const mebibyte = 1024 * 1024;

/** `pool`: the one that Berth made for itself. */
type Said = Pick<OperatorsWord, 'pools' | 'sharedStorage'> & { readonly pool?: string };

type Known = PoolDescription & { readonly capacityBytes: number; readonly availableBytes: number };

/** The pool that Berth made first, then the others by name. */
export function storagePools(xmls: readonly string[], said: Said): readonly StoragePool[] {
  const known = xmls.map(readPool).filter(isKnown);
  const groups = grouped(known, (a, b) => isOneRoom(a, b, said));
  return groups
    .flatMap((group) => group.map((pool) => poolFacts(pool, group, said)))
    .sort((a, b) => Number(b.name === said.pool) - Number(a.name === said.pool) || (a.name < b.name ? -1 : 1));
}

/** Without these numbers nothing can be placed there, nor said of it. */
const isKnown = (pool: PoolDescription): pool is Known =>
  holdsFiles.includes(pool.type) &&
  pool.path !== '' &&
  pool.capacityBytes !== undefined &&
  pool.availableBytes !== undefined;

/** What the operator says of both is the truth; else a common source, or what their numbers tell. */
function isOneRoom(a: Known, b: Known, { sharedStorage = {} }: Said): boolean {
  const [one, other] = [sharedStorage[a.name], sharedStorage[b.name]];
  if (one !== undefined && other !== undefined) return one === other;
  return (a.source !== undefined && a.source === b.source) || isOneFileSystem(a, b);
}

function poolFacts(pool: Known, group: readonly Known[], said: Said): StoragePool {
  const { name, path, capacityBytes, availableBytes } = pool;
  const storage = storageOf(group, said);
  const isUsed = name === said.pool || said.pools?.includes(name) === true;
  return {
    name,
    path,
    capacityMiB: Math.floor(capacityBytes / mebibyte),
    availableMiB: Math.floor(availableBytes / mebibyte),
    ...defined({ storage }),
    ...(isUsed ? {} : { unusedBecause: 'the configuration does not name it (pools of the host)' }),
  };
}

function storageOf(group: readonly Known[], { sharedStorage = {} }: Said): SharedStorage | undefined {
  const told = group.flatMap(({ name }) => sharedStorage[name] ?? []);
  const mounted = group.flatMap(({ type, source }) => (type === 'netfs' ? (source ?? []) : []));
  const [across] = [...told.sort(), ...mounted.sort()];
  if (across !== undefined) return { name: across, acrossHosts: true };
  const [first, ...others] = group.map(({ name }) => name).sort();
  return first === undefined || others.length === 0 ? undefined : { name: `pool ${first}`, acrossHosts: false };
}
