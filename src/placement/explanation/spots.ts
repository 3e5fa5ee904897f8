/**
 * Where on a host a guest comes closest to lying, and what it lacks there: each guest cell on a host cell, so that all
 * of them together lack least. Guest cells that share a host cell ask for the sum.
 */
import type { FreeRoom } from '../../inventory/free.js';
import { fixedPageSizeKiB, type RoomAsk, type AskCell } from '../question/ask.js';
import {
  cpusShort,
  everyCell,
  functionsShort,
  memoryShort,
  plainMemoryShort,
  sharedShortOnCell,
  type Shortage,
} from './shortage.js';

export interface Spot {
  /** Id of the host cell; undefined: the host as a whole. */
  readonly cell: number | undefined;
  /** The guest cells that would lie there. */
  readonly guests: readonly number[];
  readonly shortages: readonly Shortage[];
}

export const dimensionCost = 10;

/** More dimensions are further than more of one. */
export const farness = (shortages: readonly Shortage[]): number =>
  shortages.reduce((sum, short) => sum + dimensionCost + (short.needs - short.has) / Math.max(1, short.needs), 0);

export const shortagesOf = (spots: readonly Spot[]): readonly Shortage[] => spots.flatMap((spot) => spot.shortages);

/** `cell 1`; with several guest cells it names those placed there. */
export function placeText({ guestCells }: RoomAsk, { cell, guests }: Spot): string {
  if (cell === undefined) return 'all cells together';
  if (guestCells.length === 1) return `cell ${cell}`;
  return `cell ${cell} (guest cell${guests.length === 1 ? '' : 's'} ${guests.join(' and ')})`;
}

export function nearestSpots(ask: RoomAsk, free: FreeRoom): readonly Spot[] {
  if (!ask.bound && fixedPageSizeKiB(ask.demand) === undefined) return [anywhere(ask, free)];
  const ways = layoutsFor(ask, free).map((layout) => spotsOf(ask, free, layout));
  const far = ways.map((spots) => farness(shortagesOf(spots)));
  return ways[far.indexOf(Math.min(...far))] ?? [];
}

/** A guest that is tied to no cell. */
function anywhere(ask: RoomAsk, free: FreeRoom): Spot {
  const all = [...free.cells.keys()];
  const cpus = ask.guestCells.flatMap((_, guest) => cpusShort(ask, guest, free, all));
  const rest = [...plainMemoryShort(ask, free), ...functionsShort(ask, free, everyCell(free))];
  return { cell: undefined, guests: [...ask.guestCells.keys()], shortages: [...cpus, ...rest] };
}

/** Layouts that are looked at: all of those of two guest cells on eight host cells. */
const mostLayouts = 64;

/** Host cell of each guest cell; first those that lie apart. */
function layouts(guests: number, cells: number): readonly (readonly number[])[] {
  const count = Math.min(mostLayouts, cells ** guests);
  return Array.from({ length: count }, (_, nth) =>
    Array.from({ length: guests }, (_unused, guest) => (Math.floor(nth / cells ** guest) + guest) % cells),
  );
}

/** Those in which guest cells lie where the CPUs named for them are, if any do. */
function layoutsFor({ guestCells }: RoomAsk, { host, cells }: FreeRoom): readonly (readonly number[])[] {
  const all = layouts(guestCells.length, cells.length);
  const home = (cpu: number) => host.facts.cells.findIndex((cell) => cell.cpus.some((one) => one.id === cpu));
  const homes = guestCells.map(({ named = [] }) => named.map(home).filter((at) => at !== -1));
  const atHome = all.filter((layout) => homes.every(([at], guest) => at === undefined || layout[guest] === at));
  return atHome.length > 0 ? atHome : all;
}

function spotsOf(ask: RoomAsk, free: FreeRoom, layout: readonly number[]): readonly Spot[] {
  const used = [...new Set(layout)].sort((a, b) => a - b);
  const functions = functionsShort(ask, free, new Set(used));
  const spots = used.map((at) => {
    const guests = [...layout.keys()].filter((guest) => layout[guest] === at);
    const shortages = lacksOn(ask, guests, free, at);
    return {
      cell: free.cells[at]?.id,
      guests,
      shortages: used.length === 1 ? [...shortages, ...functions] : shortages,
    };
  });
  return used.length === 1 ? spots : [...spots, { cell: undefined, guests: [], shortages: functions }];
}

/** CPUs are summed over all guest cells, memory over those of one page size. */
function lacksOn(ask: RoomAsk, guests: readonly number[], free: FreeRoom, at: number): readonly Shortage[] {
  const all = together(ask, guests);
  const bySize = Map.groupBy(guests, (guest) => ask.guestCells[guest]?.pageSizeKiB);
  return [
    ...cpusShort(all, 0, free, [at]),
    ...sharedShortOnCell(all, 0, free, at),
    ...[...bySize.values()].flatMap((same) => memoryShort(together(ask, same), 0, free, at)),
  ];
}

/** Guest cells as one. */
function together(ask: RoomAsk, guests: readonly number[]): RoomAsk {
  if (guests.length === ask.guestCells.length && guests.length === 1) return ask;
  const cells = guests.flatMap((guest) => ask.guestCells[guest] ?? []);
  const sum = (of: (cell: AskCell) => number) => cells.reduce((total, cell) => total + of(cell), 0);
  const named = cells.flatMap((cell) => cell.named ?? []);
  const one = {
    vcpus: sum((cell) => cell.vcpus),
    dedicated: sum((cell) => cell.dedicated),
    shared: sum((cell) => cell.shared),
    memoryMiB: sum((cell) => cell.memoryMiB),
    pageSizeKiB: cells[0]?.pageSizeKiB,
    named: named.length > 0 ? named : undefined,
  };
  return { ...ask, guestCells: [one], ownEmulatorCpu: ask.ownEmulatorCpu && guests.includes(0) };
}
