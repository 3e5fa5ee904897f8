/**
 * Storage pools: each on a file system of its own, with room.
 */
import { isSimulated, type AuditRule } from './rule.js';
import type { HostPool } from './tuning.js';

const lowestShare = 0.1;

const isBelow = (inner: string, outer: string): boolean =>
  inner === outer || inner.startsWith(`${outer.replace(/\/$/, '')}/`);

/** Of one file system, as far as its numbers tell: two of them alike to the byte are no chance. */
const isSame = (a: HostPool, b: HostPool): boolean =>
  isBelow(a.path, b.path) ||
  isBelow(b.path, a.path) ||
  (a.capacityBytes === b.capacityBytes && a.availableBytes === b.availableBytes);

export const poolRules: readonly AuditRule[] = [
  {
    code: 'HOST-POOLS-SHARED',
    severity: 'warning',
    right: 'Each storage pool has a file system of its own.',
    because: 'Berth counts the room of each pool by itself: what two share is promised twice.',
    judge: (subject) => {
      const { pools } = subject.tuning;
      if (pools === undefined) return isSimulated(subject) ? [] : undefined;
      return pools.flatMap((pool, at) =>
        pools
          .slice(at + 1)
          .filter((other) => isSame(pool, other))
          .map((other) => ({
            reason: `Pools ${pool.name} (${pool.path}) and ${other.name} (${other.path}) are on one file system, by what they say of their room.`,
            fix: 'Give one of them a file system of its own, or let only one be seen by Berth (`virsh pool-destroy` the other).',
          })),
      );
    },
    check: ({ host: { facts } }) => ({
      command: `df --output=source,target ${facts.pools.map(({ path }) => path).join(' ')}`,
      right: 'a source of its own for each',
    }),
  },
  {
    code: 'HOST-POOL-FULL',
    severity: 'warning',
    right: 'Each storage pool has a tenth of its room left.',
    because: 'Disks of guests grow while they run; a guest that finds no room is paused.',
    judge: ({ host: { facts } }) =>
      facts.pools
        .filter(({ capacityMiB, availableMiB }) => availableMiB < capacityMiB * lowestShare)
        .map(({ name, path, capacityMiB, availableMiB }) => ({
          reason: `Pool ${name} (${path}) has ${availableMiB} of ${capacityMiB} MiB left.`,
          fix: 'Remove what nobody owns (`berth audit`), or make the file system larger.',
        })),
  },
];
