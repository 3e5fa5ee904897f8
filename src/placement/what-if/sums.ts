/**
 * How many VNFCs of one kind a host takes, by arithmetic: a few sums per cell instead of a search per VNFC. Exact where
 * it answers at all; where parts of a demand could get into one another's way it does not, and the search counts.
 */
import { availableFunctions, isWhole, type FreeRoom } from '../../inventory/free.js';
import type { ResourceKind } from '../../inventory/model.js';
import type { PciDemand } from '../../inventory/resources/held.js';
import { serves } from '../../inventory/resources/pci-function.js';
import { wantedSums } from '../../inventory/resources/table.js';
import type { Core } from '../../inventory/shape.js';
import { namesCpus, pageChoices, pagesFor, type RoomAsk } from '../question/ask.js';
import { poolTimes } from '../search/pools.js';

/** How often the demand fits by one resource alone, in each cell or, where cells do not matter, on the host. */
interface Sum {
  readonly resource: ResourceKind;
  readonly perCell: readonly number[] | undefined;
  readonly onHost: number;
}

export interface HostCount {
  readonly fits: number;
  /** What runs out first. */
  readonly limitedBy: ResourceKind;
}

const endless = Number.MAX_SAFE_INTEGER;

/** Undefined: only the search can say. */
export function countBySums(ask: RoomAsk, free: FreeRoom): HostCount | undefined {
  if (ask.guestCells.length !== 1 || ask.ownEmulatorCpu || namesCpus(ask)) return undefined;
  const functions = functionSums(ask, free);
  const cpus = cpuSum(ask, free);
  if (functions === undefined || cpus === undefined) return undefined;
  const sums = [
    cpus,
    ...sharedSums(ask, free),
    memorySum(ask, free),
    ...functions,
    ...numberSums(ask, free),
    diskSum(ask, free),
  ];
  const fits = together(sums, free.cells.length);
  const without = sums.map((left) => ({
    resource: left.resource,
    fits: together(
      sums.filter((sum) => sum !== left),
      free.cells.length,
    ),
  }));
  const limit = without.toSorted((a, b) => b.fits - a.fits)[0];
  return { fits, limitedBy: limit?.resource ?? 'memory' };
}

function together(sums: readonly Sum[], cells: number): number {
  const onHost = Math.min(endless, ...sums.map((sum) => sum.onHost));
  const perCell = sums.flatMap((sum) => (sum.perCell === undefined ? [] : [sum.perCell]));
  if (perCell.length === 0) return onHost;
  let inCells = 0;
  for (let at = 0; at < cells; at += 1) inCells += Math.min(endless, ...perCell.map((counts) => counts[at] ?? 0));
  return Math.min(onHost, inCells);
}

const ofCells = (resource: ResourceKind, perCell: readonly number[]): Sum => ({ resource, perCell, onHost: endless });
const ofHost = (resource: ResourceKind, onHost: number): Sum => ({ resource, perCell: undefined, onHost });

const times = (has: number, needs: number): number => (needs <= 0 ? endless : Math.max(0, Math.floor(has / needs)));

function cpuSum(ask: RoomAsk, free: FreeRoom): Sum | undefined {
  const count = ask.guestCells[0]?.dedicated ?? 0;
  if (count === 0) return ofHost('cpu', endless);
  if (!ask.bound) {
    const all = cpuTimes(
      free.cells.flatMap((cell) => cell.cores),
      count,
      ask,
    );
    return all === undefined ? undefined : ofHost('cpu', all);
  }
  const perCell = free.cells.map((cell) => cpuTimes(cell.cores, count, ask));
  return perCell.includes(undefined)
    ? undefined
    : ofCells(
        'cpu',
        perCell.map((one) => one ?? 0),
      );
}

function cpuTimes(cores: readonly Core[], count: number, ask: RoomAsk): number | undefined {
  switch (ask.demand.threadPolicy) {
    case 'prefer':
      return times(
        cores.reduce((sum, core) => sum + core.cpus.length, 0),
        count,
      );
    case 'isolate':
      return times(cores.filter(isWhole).length, count);
    case 'require': {
      const paired = cores.filter((core) => core.threads > 1 && isWhole(core));
      const threads = paired[0]?.threads ?? 2;
      if (paired.some((core) => core.threads !== threads)) return undefined;
      return times(paired.length, Math.ceil(count / threads));
    }
  }
}

function sharedSums(ask: RoomAsk, free: FreeRoom): readonly Sum[] {
  if (ask.sharedVcpus === 0) return [];
  const onHost = free.shape.sharedCpus.length === 0 ? 0 : times(free.sharedVcpus, ask.sharedVcpus);
  if (ask.floats) return [ofHost('shared-vcpu', onHost)];
  const perCell = free.cells.map((cell, at) =>
    (free.shape.cells[at]?.sharedCpus.length ?? 0) === 0 ? 0 : times(cell.sharedVcpus, ask.sharedVcpus),
  );
  return [{ resource: 'shared-vcpu', perCell, onHost }];
}

/** Every page size that would do adds its own slots; plain memory of a guest tied to no cell is one heap. */
function memorySum(ask: RoomAsk, free: FreeRoom): Sum {
  const needsMiB = ask.guestCells[0]?.memoryMiB ?? 0;
  const choices = pageChoices(ask, free.shape);
  const paged = choices.filter((choice) => choice.sizeKiB !== undefined);
  const takesPlain = choices.some((choice) => choice.sizeKiB === undefined);
  const pagesIn = (pages: readonly number[]) =>
    paged.reduce((sum, { sizeKiB = 0, index }) => sum + times(pages[index] ?? 0, pagesFor(needsMiB, sizeKiB)), 0);
  const resource = takesPlain ? 'memory' : 'hugepages';
  if (ask.bound || !takesPlain) {
    const plainIn = (memoryMiB: number) => (takesPlain ? times(memoryMiB, needsMiB) : 0);
    return ofCells(
      resource,
      free.cells.map((cell) => pagesIn(cell.pages) + plainIn(cell.memoryMiB)),
    );
  }
  const plainMiB = free.cells.reduce((sum, cell) => sum + Math.max(0, cell.memoryMiB), 0);
  return ofHost(resource, free.cells.reduce((sum, cell) => sum + pagesIn(cell.pages), 0) + times(plainMiB, needsMiB));
}

const numberSums = (ask: RoomAsk, free: FreeRoom): readonly Sum[] =>
  wantedSums(free, ask.demand).map(({ kind, needs, has }) => ofHost(kind, times(has, needs)));

function diskSum(ask: RoomAsk, free: FreeRoom): Sum {
  return ofHost('disk', ask.demand.diskMiB <= 0 ? endless : poolTimes(free, ask.demand));
}

/** Undefined when different wishes could be served by the same functions, links are to be shared, or a whole card is wanted. */
function functionSums(ask: RoomAsk, free: FreeRoom): readonly Sum[] | undefined {
  const demands = ask.demand.pciFunctions;
  if (demands.some((one) => one.kind === 'pf' || one.bitrateMbps !== undefined)) return undefined;
  const taken = new Set<number>();
  const sums: Sum[] = [];
  for (const alike of Map.groupBy(demands, wishOf).values()) {
    const first = alike[0];
    if (first === undefined) continue;
    const groups = [...free.shape.groups.keys()].filter((at) => servesAt(free, at, first));
    if (groups.some((at) => taken.has(at))) return undefined;
    groups.forEach((at) => taken.add(at));
    sums.push(functionSum(free, groups, first, alike.length));
  }
  return sums;
}

const wishOf = ({ cpdId: _, ...wish }: PciDemand): string => JSON.stringify(Object.entries(wish).sort());

function servesAt(free: FreeRoom, at: number, demand: PciDemand): boolean {
  const group = free.shape.groups[at];
  return group !== undefined && serves(group, demand);
}

function functionSum(free: FreeRoom, groups: readonly number[], demand: PciDemand, count: number): Sum {
  const has = (those: readonly number[]) => those.reduce((sum, at) => sum + availableFunctions(free, at), 0);
  if (demand.cellPolicy !== 'required') return ofHost('pci', times(has(groups), count));
  const inCell = (cell: number) => groups.filter((at) => free.shape.groups[at]?.cell === cell);
  return ofCells(
    'pci',
    free.cells.map((_, cell) => times(has(inCell(cell)), count)),
  );
}
