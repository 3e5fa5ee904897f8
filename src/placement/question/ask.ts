/**
 * A demand made ready for the search: which vCPUs are dedicated in each guest cell, what must lie in one host cell, which
 * page sizes to try. Worked out once per VNFC, asked of many hosts.
 */
import { floatsOverHost } from '../../inventory/resources/shared-vcpu.js';
import type { HostShape } from '../../inventory/shape.js';
import type { CpuWish } from '../search/cores.js';
import type { GuestCellDemand, VnfcDemand } from '../model.js';

export interface AskCell {
  readonly vcpus: number;
  readonly dedicated: number;
  readonly shared: number;
  readonly memoryMiB: number;
  /** The hugepage size that is asked for in so many words, if any. */
  readonly pageSizeKiB: number | undefined;
  /** Host CPUs of its dedicated vCPUs, when they are named. */
  readonly named: readonly number[] | undefined;
}

/** Of a demand, what says which VNFC asks, and where: the same room is asked for by others, too. */
export const whoAsks = [
  'vnfcId',
  'vnfInstanceId',
  'vduId',
  'onlyHosts',
  'excludeHosts',
] as const satisfies readonly (keyof VnfcDemand)[];

/** What verdicts about room may follow from: they are shared by all VNFCs that ask the same. */
export type RoomDemand = Omit<VnfcDemand, (typeof whoAsks)[number]>;

export interface RoomAsk {
  readonly demand: RoomDemand;
  readonly guestCells: readonly AskCell[];
  /** Guest cells differ in page size. */
  readonly isSplit: boolean;
  /** CPUs and plain memory of a guest cell lie in one host cell. Hugepages always do. */
  readonly bound: boolean;
  /** Shared vCPUs may run on the shared CPUs of any cell. */
  readonly floats: boolean;
  readonly sharedVcpus: number;
  /** QEMU's own threads get a CPU to themselves. */
  readonly ownEmulatorCpu: boolean;
  /** Named for QEMU's own threads and not for a vCPU. */
  readonly emulatorCpus: readonly number[];
}

export interface Ask extends RoomAsk {
  readonly demand: VnfcDemand;
}

export const namesCpus = ({ demand }: RoomAsk): boolean => (demand.hostCpus ?? demand.emulatorCpus) !== undefined;

/** A page size to try; `index` in the host's page sizes, -1 for plain memory. */
export interface PageChoice {
  readonly sizeKiB: number | undefined;
  readonly index: number;
}

/** What a guest cell wants of free cores. */
export const wishOf = ({ demand }: RoomAsk, { dedicated, named }: AskCell, ownEmulatorCpu: boolean): CpuWish => ({
  count: dedicated,
  policy: demand.threadPolicy,
  ownEmulatorCpu,
  named,
});

export const plainPages: PageChoice = { sizeKiB: undefined, index: -1 };

const smallestHugepageKiB = 16;

const none: readonly number[] = [];

export const askOf = (demand: VnfcDemand): Ask => ({ ...roomAskOf(demand), demand });

function roomAskOf(demand: RoomDemand): RoomAsk {
  const guestCells = askCells(demand);
  const { hostCpus, emulatorCpus } = demand;
  return {
    demand,
    guestCells,
    isSplit: isSplit(demand),
    bound:
      demand.numaStrict ||
      demand.sharedVcpuScope === 'cell' ||
      (hostCpus ?? emulatorCpus) !== undefined ||
      demand.pciFunctions.some((one) => one.cellPolicy === 'required'),
    floats: floatsOverHost(demand),
    sharedVcpus: guestCells.reduce((sum, cell) => sum + cell.shared, 0),
    ownEmulatorCpu: demand.emulatorPolicy === 'isolated',
    emulatorCpus: emulatorCpus === undefined ? none : emulatorCpus.filter((cpu) => hostCpus?.includes(cpu) !== true),
  };
}

function askCells(demand: RoomDemand): readonly AskCell[] {
  const whole = [{ vcpus: demand.vcpus, memoryMiB: demand.memoryMiB }];
  const { hostCpus } = demand;
  const fixed = fixedPageSizeKiB(demand);
  let first = 0;
  let before = 0;
  return (demand.guestCells.length === 0 ? whole : demand.guestCells).map((cell: GuestCellDemand) => {
    const { vcpus, memoryMiB, pageSizeKiB = fixed } = cell;
    const shared = sharedAmong(demand, first, vcpus);
    const dedicated = vcpus - shared;
    const named = hostCpus?.slice(before, before + dedicated);
    first += vcpus;
    before += dedicated;
    return { vcpus, memoryMiB, shared, dedicated, pageSizeKiB, named };
  });
}

/** How many of `count` vCPUs from `first` on are shared. */
function sharedAmong(demand: RoomDemand, first: number, count: number): number {
  const { sharedVcpus } = demand;
  if (demand.cpuPolicy === 'mixed' && sharedVcpus !== undefined) {
    return sharedVcpus.filter((vcpu) => vcpu >= first && vcpu < first + count).length;
  }
  return Math.min(count, Math.max(0, demand.vcpus - dedicatedOf(demand) - first));
}

/** Numbers of the dedicated vCPUs, ascending: those that `pinnedCpus` of all guest cells hold in order. */
export function dedicatedVcpus(demand: RoomDemand): readonly number[] {
  const shared = demand.cpuPolicy === 'mixed' ? demand.sharedVcpus : undefined;
  const first = demand.vcpus - dedicatedOf(demand);
  const all = Array.from({ length: demand.vcpus }, (_, vcpu) => vcpu);
  return all.filter((vcpu) => (shared === undefined ? vcpu >= first : !shared.includes(vcpu)));
}

function dedicatedOf(demand: RoomDemand): number {
  switch (demand.cpuPolicy) {
    case 'shared':
      return 0;
    case 'dedicated':
      return demand.vcpus;
    case 'mixed':
      return demand.dedicatedVcpus;
  }
}

const isSplit = ({ guestCells }: RoomDemand): boolean => guestCells.some((cell) => cell.pageSizeKiB !== undefined);

/** The hugepage size that is asked for in so many words, for all of the memory, if any. */
export function fixedPageSizeKiB(demand: RoomDemand): number | undefined {
  const { pageSize } = demand;
  return !isSplit(demand) && typeof pageSize === 'number' && pageSize >= smallestHugepageKiB ? pageSize : undefined;
}

/** Page sizes to try on a host, each with one choice for all guest cells, or with one for each. */
export function pagePlans(ask: RoomAsk, shape: HostShape): readonly (readonly PageChoice[])[] {
  if (!ask.isSplit) return pageChoices(ask, shape).map((choice) => [choice]);
  const plan = ask.guestCells.map(({ pageSizeKiB: sizeKiB, memoryMiB }) => {
    if (sizeKiB === undefined) return plainPages;
    const index = Number.isInteger(pagesFor(memoryMiB, sizeKiB)) ? shape.pageSizesKiB.indexOf(sizeKiB) : -1;
    return { sizeKiB, index };
  });
  return plan.some(({ sizeKiB, index }) => sizeKiB !== undefined && index === -1) ? [] : [plan];
}

/**
 * Page sizes that guest cells without one of their own may have on a host, best first: `any` takes the largest with room and
 * falls back to plain memory.
 */
export function pageChoices(ask: RoomAsk, shape: HostShape): readonly PageChoice[] {
  if (ask.isSplit) return [plainPages];
  const fixed = fixedPageSizeKiB(ask.demand);
  const choices = shape.pageSizesKiB
    .map((sizeKiB, index) => ({ sizeKiB, index }))
    .filter(({ sizeKiB }) => isWholePages(ask, sizeKiB));
  if (fixed !== undefined) return choices.filter((choice) => choice.sizeKiB === fixed);
  return ask.demand.pageSize === 'any' ? [...choices, plainPages] : [plainPages];
}

export const pagesFor = (memoryMiB: number, pageSizeKiB: number): number => (memoryMiB * 1024) / pageSizeKiB;

/** Hugepages back whole pages only: QEMU refuses memory that is not a multiple. */
const isWholePages = (ask: RoomAsk, pageSizeKiB: number): boolean =>
  ask.guestCells.every((cell) => Number.isInteger(pagesFor(cell.memoryMiB, pageSizeKiB)));
