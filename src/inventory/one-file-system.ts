/**
 * Which storage pools lie on one file system, as far as their own words tell: libvirt says no device numbers. Two that
 * are taken for one by mistake hold less than they could; two that are taken apart by mistake would be filled twice.
 */

export interface PoolRoom {
  readonly path: string;
  readonly capacityBytes: number;
  readonly availableBytes: number;
}

/** Pools are looked at one after the other, and guests write meanwhile. */
const driftBytes = 256 * 1024 * 1024;

const isBelow = (inner: string, outer: string): boolean =>
  inner === outer || inner.startsWith(`${outer.replace(/\/$/, '')}/`);

/** Data sets of one ZFS pool have capacities of their own and one room that is left. */
export function isOneFileSystem(a: PoolRoom, b: PoolRoom): boolean {
  if (a.availableBytes === b.availableBytes && a.availableBytes > 0) return true;
  if (a.capacityBytes !== b.capacityBytes) return false;
  const isNested = isBelow(a.path, b.path) || isBelow(b.path, a.path);
  return isNested || Math.abs(a.availableBytes - b.availableBytes) <= driftBytes;
}

/** Members of one group share their room; whoever stands alone is a group, too. */
export function grouped<T>(all: readonly T[], isOne: (a: T, b: T) => boolean): readonly (readonly T[])[] {
  const groups: (readonly T[])[] = [];
  for (const one of all) {
    const joined = groups.filter((group) => group.some((other) => isOne(one, other)));
    const apart = groups.filter((group) => !joined.includes(group));
    groups.splice(0, groups.length, ...apart, [...joined.flat(), one]);
  }
  return groups;
}
