/**
 * What is free on a host, per cell, when a set of claims is held. An immutable picture: `take` and `giveBack` (take.ts) make
 * new ones and share what did not change. The search, the guard of the store and the summary all read this same picture.
 * Amounts may be negative when the facts shrank under standing claims; nothing fits then.
 */
import type { Host, HostFacts, StoragePool, SumKind } from './model.js';
import type { Core, HostShape } from './shape.js';

export interface FreeCell {
  readonly id: number;
  /** Index as in the shape; `cpus` holds only the free ones. */
  readonly cores: readonly Core[];
  /** Free CPUs, sum over cores. */
  readonly cpus: number;
  /** Cores with every thread free. */
  readonly wholeCores: number;
  readonly memoryMiB: number;
  /** Index as `shape.pageSizesKiB`. */
  readonly pages: readonly number[];
  /** Shared vCPUs that may still be bound to this cell. */
  readonly sharedVcpus: number;
}

/** What is left of a host. */
export interface FreeRoom {
  readonly host: RoomHost;
  readonly shape: HostShape;
  readonly cells: readonly FreeCell[];
  /** Shared vCPUs that may still float over the host. */
  readonly sharedVcpus: number;
  /** MiB, index as `facts.pools`; of pools that share their room, the same. */
  readonly poolsMiB: readonly number[];
  /** Base images that are claimed, by key: by how many VNFCs. */
  readonly images: ReadonlyMap<string, number>;
  /** Of each resource that is a sum: what is left in each of its places, by key; Infinity where it is not counted. */
  readonly sums: Readonly<Record<SumKind, ReadonlyMap<string, number>>>;
  /** Unclaimed addresses, index as `shape.groups`. */
  readonly functions: readonly (readonly string[])[];
}

/** The same with all that is known of the host. */
export interface FreeHost extends FreeRoom {
  readonly host: Host;
}

/** Fields of a pool that verdicts about room may follow from; `leftText` of the resource disk tells pools apart by them. */
export const roomOfPool = [
  'name',
  'storage',
  'unusedBecause',
  'images',
] as const satisfies readonly (keyof StoragePool)[];
export type RoomPool = Pick<StoragePool, (typeof roomOfPool)[number]>;

/**
 * What of a host verdicts about its room may follow from: what makes its shape, its pools as far as their text tells them
 * apart, and its name, for words only. A verdict is shared by hosts of one shape of which as much is left (`leftText`).
 */
export type RoomHost = Pick<Host, 'id' | 'reserved'> & {
  readonly facts: Pick<HostFacts, 'cells'> & { readonly pools: readonly RoomPool[] };
};

export const isWhole = (core: Core): boolean => core.cpus.length === core.threads;

/** How many functions of a group may be taken: a PF only while its VFs are free, VFs only while their PF is. */
export function availableFunctions(free: FreeRoom, group: number): number {
  const shape = free.shape.groups[group];
  const own = free.functions[group]?.length ?? 0;
  if (shape === undefined || shape.withheld) return 0;
  if (shape.kind === 'vf') return shape.parent === -1 || (free.functions[shape.parent]?.length ?? 0) > 0 ? own : 0;
  const untouched = shape.children.every(
    (child) => free.functions[child]?.length === free.shape.groups[child]?.addresses.length,
  );
  return untouched ? own : 0;
}
