/**
 * How far a host is from taking a VNFC: everything that it lacks, on the cell where it lacks least. The nearest misses
 * are what an operator looks at first, so they name each number and also what would have been well.
 */
import type { FreeHost } from '../inventory/free.js';
import type { HostId } from '../shared/ids.js';
import type { Around } from './around.js';
import { fixedPageSizeKiB, type Ask } from './ask.js';
import { firstRefusal, standingRefusals } from './constraints/list.js';
import {
  cellShortages,
  cpusShort,
  diskShort,
  everyCell,
  functionsShort,
  plainMemoryShort,
  sharedShort,
  type Dimension,
  type Shortage,
} from './shortage.js';

export interface Miss {
  readonly hostId: HostId;
  /** Id of the cell that came closest; undefined for what concerns the whole host. */
  readonly cell: number | undefined;
  /** Refusals that no amount of room would change: state, zone, rules. */
  readonly standing: readonly string[];
  readonly shortages: readonly Shortage[];
  /** Sentence of a refusal that has no single number to it. */
  readonly other: readonly string[];
  /** Dimensions that were asked for and are there. */
  readonly well: readonly Dimension[];
  /** Page sizes that the host has. */
  readonly pageSizesKiB: readonly number[];
}

export function missOf(ask: Ask, free: FreeHost, around: Around): Miss {
  const standing = standingRefusals(ask, free.host, around);
  const whole = [...sharedShort(ask, free), ...diskShort(ask, free)];
  const spots = spotsOf(ask, free);
  const best = spots.toSorted((a, b) => farness(a.shortages) - farness(b.shortages))[0];
  const shortages = [...(best?.shortages ?? []), ...whole];
  const isSilent = standing.length === 0 && shortages.length === 0;
  return {
    hostId: free.host.id,
    cell: best?.cell,
    standing,
    shortages,
    other: isSilent ? (firstRefusal(ask, free, around)?.reasons ?? []) : [],
    well: dimensionsOf(ask).filter((dimension) => !shortages.some((short) => short.dimension === dimension)),
    pageSizesKiB: free.shape.pageSizesKiB,
  };
}

interface Spot {
  readonly cell: number | undefined;
  readonly shortages: readonly Shortage[];
}

/** Places on the host that a guest could lie on: each cell for a guest with one, the whole host for one tied to none. */
function spotsOf(ask: Ask, free: FreeHost): readonly Spot[] {
  if (!ask.bound && fixedPageSizeKiB(ask.demand) === undefined) {
    const all = [...free.cells.keys()];
    const cpus = ask.guestCells.flatMap((_, guest) => cpusShort(ask, guest, free, all));
    const rest = [...plainMemoryShort(ask, free), ...functionsShort(ask, free, everyCell(free))];
    return [{ cell: undefined, shortages: [...cpus, ...rest] }];
  }
  if (ask.guestCells.length > 1) return [{ cell: undefined, shortages: functionsShort(ask, free, everyCell(free)) }];
  return free.cells.map((cell, at) => ({
    cell: cell.id,
    shortages: [...cellShortages(ask, 0, free, at), ...functionsShort(ask, free, new Set([at]))],
  }));
}

const dimensionCost = 10;

/** More dimensions are further than more of one. */
const farness = (shortages: readonly Shortage[]): number =>
  shortages.reduce((sum, short) => sum + dimensionCost + (short.needs - short.has) / Math.max(1, short.needs), 0);

export const distanceOf = (miss: Miss): number =>
  farness(miss.shortages) + dimensionCost * (miss.standing.length + Math.min(1, miss.other.length));

function dimensionsOf(ask: Ask): readonly Dimension[] {
  const { demand } = ask;
  const isHuge = fixedPageSizeKiB(demand) !== undefined;
  return [
    ...(ask.guestCells.some((cell) => cell.dedicated > 0) ? (['cpus'] as const) : []),
    ...(ask.sharedVcpus > 0 ? (['shared-vcpus'] as const) : []),
    isHuge ? ('pages' as const) : ('memory' as const),
    ...(demand.pciFunctions.length > 0 ? (['functions'] as const) : []),
  ];
}

const names: Readonly<Record<Dimension, string>> = {
  cpus: 'dedicated CPUs',
  'shared-vcpus': 'shared vCPUs',
  pages: 'pages',
  memory: 'memory',
  functions: 'PCI functions',
  disk: 'disk',
};

/** `host-07 cell 1: needs 8 sibling pairs, has 6; pages ok`. */
export function missText(miss: Miss): string {
  const where = miss.cell === undefined ? miss.hostId : `${miss.hostId} cell ${miss.cell}`;
  const lacking = [...miss.standing, ...miss.shortages.map((short) => short.text), ...miss.other];
  return `${where}: ${[...lacking, ...miss.well.map((one) => `${names[one]} ok`)].join('; ')}`;
}
