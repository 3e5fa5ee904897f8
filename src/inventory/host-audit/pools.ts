/**
 * Storage pools: each on a file system of its own, with room.
 */
import { isOneFileSystem } from '../one-file-system.js';
import { isSimulated, type AuditRule } from './rule.js';

const lowestShare = 0.1;

export const poolRules: readonly AuditRule[] = [
  {
    code: 'HOST-POOLS-SHARED',
    severity: 'info',
    right: 'Each storage pool has a file system of its own.',
    because: 'What several pools have in common is counted once: a second pool there is no second room.',
    judge: (subject) => {
      const { pools } = subject.tuning;
      if (pools === undefined) return isSimulated(subject) ? [] : undefined;
      return pools.flatMap((pool, at) =>
        pools
          .slice(at + 1)
          .filter((other) => isOneFileSystem(pool, other))
          .map((other) => ({
            reason: `Pools ${pool.name} (${pool.path}) and ${other.name} (${other.path}) are on one file system, by what they say of their room.`,
            fix: 'Give one of them a file system of its own if both are to have room; `sharedStorage` of the host says so where the numbers mislead.',
          })),
      );
    },
    check: ({ host: { facts } }) => ({
      command: `df --output=source,target ${facts.pools.map(({ path }) => path).join(' ')}`,
      right: 'a source of its own for each',
    }),
  },
  {
    code: 'HOST-POOL-UNUSED',
    severity: 'info',
    right: 'Each storage pool that holds files is Berth’s own or named in its configuration.',
    because: 'Only those take new volumes.',
    judge: ({ host: { facts } }) =>
      facts.pools.flatMap(({ name, path, unusedBecause }) =>
        unusedBecause === undefined
          ? []
          : [
              {
                reason: `Pool ${name} (${path}) takes no new volumes: ${unusedBecause}.`,
                fix: `Name it in \`pools\` of the host if Berth is to use it: \`pools: [${name}]\`.`,
              },
            ],
      ),
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
          fix: `\`du -xah ${path} | sort -h | tail\` on the host says what takes the room. Remove what nobody owns (\`berth audit\`), or make the file system larger.`,
        })),
  },
];
