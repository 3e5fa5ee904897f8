/**
 * Hugepages: set aside at boot, in every cell that has CPUs, and left to Berth.
 */
import type { Cell } from '../model.js';
import { isSimulated, pageName, type AuditRule, type AuditSubject } from './rule.js';

const gibibyteKiB = 1024 * 1024;

const workingCells = ({ host }: AuditSubject) => host.facts.cells.filter(({ cpus }) => cpus.length > 0);

const pagesIn = (cell: { readonly hugepages: readonly { readonly total: number }[] }): number =>
  cell.hugepages.reduce((sum, { total }) => sum + total, 0);

/** Pages of one size in all cells. */
function bySize(subject: AuditSubject): ReadonlyMap<number, number> {
  const sums = new Map<number, number>();
  for (const { pageSizeKiB, total } of subject.host.facts.cells.flatMap(({ hugepages }) => hugepages))
    sums.set(pageSizeKiB, (sums.get(pageSizeKiB) ?? 0) + total);
  return new Map([...sums].filter(([, total]) => total > 0).toSorted(([a], [b]) => b - a));
}

/** The command that gives a cell as many pages of each size as the cell has that has most. */
function pagesLike(cells: readonly Cell[], id: number): string {
  const most = new Map<number, number>();
  for (const { pageSizeKiB, total } of cells.flatMap(({ hugepages }) => hugepages))
    if (total > 0) most.set(pageSizeKiB, Math.max(total, most.get(pageSizeKiB) ?? 0));
  const folder = `/sys/devices/system/node/node${id}/hugepages`;
  return [...most].map(([size, total]) => `echo ${total} > ${folder}/hugepages-${size}kB/nr_hugepages`).join('; ');
}

const kernelSize = (sizeKiB: number): string =>
  sizeKiB >= gibibyteKiB ? `${sizeKiB / gibibyteKiB}G` : `${sizeKiB / 1024}M`;

export const hugepageRules: readonly AuditRule[] = [
  {
    code: 'HOST-PAGES-NONE',
    severity: 'warning',
    right: 'The host has hugepages.',
    because: 'VNFs that ask for pages of a size are refused, and others miss the address translation cache more often.',
    judge: (subject) =>
      bySize(subject).size > 0
        ? []
        : [
            {
              reason: 'No cell of the host has a hugepage.',
              fix: 'Boot the kernel with e.g. hugepagesz=2M hugepages=4096, or write the number of a cell to /sys/devices/system/node/node0/hugepages/hugepages-2048kB/nr_hugepages.',
            },
          ],
  },
  {
    code: 'HOST-PAGES-CELL',
    severity: 'warning',
    right: 'Every cell with CPUs has hugepages, if any has.',
    because:
      'A guest’s memory has to lie in the cell of its CPUs, so the CPUs of a cell without pages serve no VNF that asks for them.',
    judge: (subject) => {
      const cells = workingCells(subject);
      if (!cells.some((cell) => pagesIn(cell) > 0)) return [];
      return cells
        .filter((cell) => pagesIn(cell) === 0)
        .map(({ id }) => ({
          reason: `Cell ${id} has CPUs and no hugepages; other cells have some.`,
          fix: `\`${pagesLike(cells, id)}\` on the host, and for each boot, before memory is in pieces, on the kernel’s command line (hugepagesz=2M hugepages=0:NUMBER,1:NUMBER).`,
        }));
    },
  },
  {
    code: 'HOST-PAGES-FOREIGN',
    severity: 'warning',
    right: 'Nobody but Berth’s VNFCs uses hugepages.',
    because: 'Pages that others use are promised to no VNF, and whoever takes more of them makes a start fail.',
    judge: ({ host }) =>
      host.facts.cells.flatMap(({ id, hugepages }) =>
        hugepages
          .filter(({ foreign }) => foreign > 0)
          .map(({ foreign, pageSizeKiB }) => ({
            reason: `${foreign} pages of ${pageName(pageSizeKiB)} in cell ${id} are used by others than Berth’s VNFCs.`,
            fix: 'Find them with `grep -l huge /proc/*/numa_maps` on the host; end what need not run there, or set more pages aside.',
          })),
      ),
  },
  {
    code: 'HOST-PAGES-ROOM',
    severity: 'error',
    right: 'Hugepages leave each cell the plain memory that is kept for the host.',
    because: 'The kernel and QEMU need memory of their own; without it the host ends processes.',
    judge: ({ host }) =>
      host.facts.cells.flatMap(({ id, memoryMiB, hugepages }, at) => {
        const pages = hugepages.reduce((sum, { total, pageSizeKiB }) => sum + (total * pageSizeKiB) / 1024, 0);
        const kept = host.reserved.memoryMiBPerCell[at] ?? 0;
        if (memoryMiB - pages >= kept) return [];
        return [
          {
            reason: `Cell ${id} has ${memoryMiB} MiB, of them ${pages} MiB in hugepages; ${kept} MiB are to be kept for the host.`,
            fix: 'Set fewer pages aside in this cell, or say in the configuration that less is kept (reserved.memoryMiBPerCell).',
          },
        ];
      }),
  },
  {
    code: 'HOST-PAGES-GIB',
    severity: 'info',
    right: 'A host with pages of 2 MiB whose CPU knows pages of 1 GiB has some of these too.',
    because: 'Data planes with much memory ask for pages of 1 GiB, and those can only be set aside at boot.',
    judge: (subject) => {
      const sizes = bySize(subject);
      const knows = subject.host.facts.cpuFeatures.includes('pdpe1gb');
      if (!knows || sizes.size === 0 || sizes.has(gibibyteKiB)) return [];
      return [
        {
          reason: 'The CPU knows pages of 1 GiB, and none is set aside.',
          fix: 'If VNFs ask for them, boot the kernel with hugepagesz=1G hugepages=NUMBER; else leave it.',
        },
      ];
    },
  },
  {
    code: 'HOST-PAGES-BOOT',
    severity: 'warning',
    right: 'Hugepages are set aside on the kernel’s command line.',
    because: 'What was set aside later by hand is gone after the next boot, or finds memory in pieces and is fewer.',
    check: (subject) => {
      const wanted = [...bySize(subject)].map(([size, total]) => `hugepagesz=${kernelSize(size)} hugepages=${total}`);
      if (wanted.length === 0 || isSimulated(subject)) return undefined;
      return { command: 'cat /proc/cmdline', right: `it holds ${wanted.join(' ')}: as many as there are now` };
    },
  },
];
