/**
 * What is free on a host, per cell, when a set of claims is held. An immutable picture: `take` and `giveBack` (take.ts) make
 * new ones and share what did not change. The search, the guard of the store and the summary all read this same picture.
 * Amounts may be negative when the facts shrank under standing claims; nothing fits then.
 */
import type { Host, SumKind } from './model.js';
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

export interface FreeHost {
  readonly host: Host;
  readonly shape: HostShape;
  readonly cells: readonly FreeCell[];
  /** Shared vCPUs that may still float over the host. */
  readonly sharedVcpus: number;
  /** MiB, index as `facts.pools`; of pools that share their room, the same. */
  readonly poolsMiB: readonly number[];
  /** Base images that are claimed, by key: by how many VNFCs. */
  readonly images: ReadonlyMap<string, number>;
  /** Left in each place of a resource that is a sum, in the order of its places. */
  readonly sums: Readonly<Record<SumKind, readonly number[]>>;
  /** Unclaimed addresses, index as `shape.groups`. */
  readonly functions: readonly (readonly string[])[];
}

export const isWhole = (core: Core): boolean => core.cpus.length === core.threads;

/** How many functions of a group may be taken: a PF only while its VFs are free, VFs only while their PF is. */
export function availableFunctions(free: FreeHost, group: number): number {
  const shape = free.shape.groups[group];
  const own = free.functions[group]?.length ?? 0;
  if (shape === undefined || shape.withheld) return 0;
  if (shape.kind === 'vf') return shape.parent === -1 || (free.functions[shape.parent]?.length ?? 0) > 0 ? own : 0;
  const untouched = shape.children.every(
    (child) => free.functions[child]?.length === free.shape.groups[child]?.addresses.length,
  );
  return untouched ? own : 0;
}
