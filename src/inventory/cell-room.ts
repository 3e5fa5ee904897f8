/**
 * What of a cell is free in a form that a guest can use, and what is free and of no use, as something else of the same
 * cell is used up: nothing is short on the host as a whole, and still nothing fits.
 */
import { availableFunctions, type FreeCell, type FreeHost } from './free.js';

/** What a cell ran out of. */
export type UsedUp = 'cpus' | 'memory' | 'pci-functions';

export interface CellRoom {
  /** Cores with every thread free. */
  readonly freeCores: number;
  /** Pairs of free CPUs that are threads of one core. */
  readonly siblingPairs: number;
  /** One for each resource that the cell has: 0 while some of it is left. */
  readonly stranded: readonly Stranded[];
}

/** What lies idle as `usedUp` is; absent: that is what is used up. */
export interface Stranded {
  readonly usedUp: UsedUp;
  readonly cpus?: number;
  /** Hugepages included. */
  readonly memoryMiB?: number;
}

/** No guest is smaller: what is left below it counts as used up. */
const leastGuestMiB = 64;

/** `at`: position of the cell. */
export function cellRoom(free: FreeHost, at: number): CellRoom {
  const cell = free.cells[at];
  if (cell === undefined) return { freeCores: 0, siblingPairs: 0, stranded: [] };
  const memory = memoryOf(free, cell);
  const memoryMiB = memory.reduce((sum, mib) => sum + mib, 0);
  const idle = (is: boolean, amount: number): number => (is ? amount : 0);
  const noMemory = memory.every((mib) => mib < leastGuestMiB);
  const functions = functionsAt(free, at);
  const noFunction = functions === 0;
  return {
    freeCores: cell.wholeCores,
    siblingPairs: cell.cores.reduce((sum, core) => sum + Math.floor(core.cpus.length / 2), 0),
    stranded: [
      { usedUp: 'cpus', memoryMiB: idle(hasNoCpu(free, cell), memoryMiB) },
      { usedUp: 'memory', cpus: idle(noMemory, cell.cpus) },
      ...(functions === undefined
        ? []
        : [
            {
              usedUp: 'pci-functions' as const,
              cpus: idle(noFunction, cell.cpus),
              memoryMiB: idle(noFunction, memoryMiB),
            },
          ]),
    ],
  };
}

/** Neither a CPU of its own nor a shared one is to be had here. */
const hasNoCpu = (free: FreeHost, cell: FreeCell): boolean =>
  cell.cpus === 0 && (cell.sharedVcpus <= 0 || free.sharedVcpus <= 0);

/** Plain memory, then each size of pages, MiB. */
const memoryOf = (free: FreeHost, cell: FreeCell): readonly number[] => [
  Math.max(0, cell.memoryMiB),
  ...cell.pages.map((pages, index) => (Math.max(0, pages) * (free.shape.pageSizesKiB[index] ?? 0)) / 1024),
];

/** PCI functions of the cell that may be taken; undefined: it has none at all. */
function functionsAt(free: FreeHost, at: number): number | undefined {
  const groups = free.shape.groups.flatMap((group, index) => (group.cell === at && !group.withheld ? [index] : []));
  if (groups.length === 0) return undefined;
  return groups.reduce((sum, index) => sum + availableFunctions(free, index), 0);
}
