/**
 * A demand made ready for the search: which vCPUs are dedicated in each guest cell, what must lie in one host cell, which
 * page sizes to try. Worked out once per VNFC, asked of many hosts.
 */
import { floatsOverHost } from '../inventory/claims.js';
import type { HostShape } from '../inventory/shape.js';
import type { VnfcDemand } from './model.js';

export interface AskCell {
  readonly vcpus: number;
  readonly dedicated: number;
  readonly shared: number;
  readonly memoryMiB: number;
}

export interface Ask {
  readonly demand: VnfcDemand;
  readonly guestCells: readonly AskCell[];
  /** CPUs and plain memory of a guest cell lie in one host cell. Hugepages always do. */
  readonly bound: boolean;
  /** Shared vCPUs may run on the shared CPUs of any cell. */
  readonly floats: boolean;
  readonly sharedVcpus: number;
  /** QEMU's own threads get a CPU to themselves. */
  readonly ownEmulatorCpu: boolean;
}

/** A page size to try; `index` in the host's page sizes, -1 for plain memory. */
export interface PageChoice {
  readonly sizeKiB: number | undefined;
  readonly index: number;
}

const plainPages: PageChoice = { sizeKiB: undefined, index: -1 };

const smallestHugepageKiB = 16;

export function askOf(demand: VnfcDemand): Ask {
  const guestCells = askCells(demand);
  return {
    demand,
    guestCells,
    bound:
      demand.numaStrict ||
      demand.sharedVcpuScope === 'cell' ||
      demand.pciFunctions.some((one) => one.cellPolicy === 'required'),
    floats: floatsOverHost(demand),
    sharedVcpus: guestCells.reduce((sum, cell) => sum + cell.shared, 0),
    ownEmulatorCpu: demand.emulatorPolicy === 'isolated',
  };
}

/** The last vCPUs are the dedicated ones. */
function askCells(demand: VnfcDemand): readonly AskCell[] {
  const whole = [{ vcpus: demand.vcpus, memoryMiB: demand.memoryMiB }];
  let shared = demand.vcpus - dedicatedOf(demand);
  return (demand.guestCells.length === 0 ? whole : demand.guestCells).map(({ vcpus, memoryMiB }) => {
    const here = Math.min(vcpus, shared);
    shared -= here;
    return { vcpus, memoryMiB, shared: here, dedicated: vcpus - here };
  });
}

function dedicatedOf(demand: VnfcDemand): number {
  switch (demand.cpuPolicy) {
    case 'shared':
      return 0;
    case 'dedicated':
      return demand.vcpus;
    case 'mixed':
      return demand.dedicatedVcpus;
  }
}

/** The hugepage size that is asked for in so many words, if any. */
export function fixedPageSizeKiB(demand: VnfcDemand): number | undefined {
  const { pageSize } = demand;
  return typeof pageSize === 'number' && pageSize >= smallestHugepageKiB ? pageSize : undefined;
}

/** Page sizes to try on a host, best first: `any` takes the largest with room and falls back to plain memory. */
export function pageChoices(ask: Ask, shape: HostShape): readonly PageChoice[] {
  const fixed = fixedPageSizeKiB(ask.demand);
  const choices = shape.pageSizesKiB
    .map((sizeKiB, index) => ({ sizeKiB, index }))
    .filter(({ sizeKiB }) => isWholePages(ask, sizeKiB));
  if (fixed !== undefined) return choices.filter((choice) => choice.sizeKiB === fixed);
  return ask.demand.pageSize === 'any' ? [...choices, plainPages] : [plainPages];
}

export const pagesFor = (memoryMiB: number, pageSizeKiB: number): number => (memoryMiB * 1024) / pageSizeKiB;

/** Hugepages back whole pages only: QEMU refuses memory that is not a multiple. */
export const isWholePages = (ask: Ask, pageSizeKiB: number): boolean =>
  ask.guestCells.every((cell) => Number.isInteger(pagesFor(cell.memoryMiB, pageSizeKiB)));
