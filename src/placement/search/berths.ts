/**
 * The berths that one VNFC could have on one host: page size, host cell of each guest cell, CPUs, PCI functions, pool.
 * Cases come best first and one at a time, so that taking the first is cheap and asking for more is complete. Exact:
 * a visit is a placement whose claims fit, and when none comes, none exists (or the effort says it ran out).
 */
import type { FreeCell, FreeRoom } from '../../inventory/free.js';
import { wantedSums } from '../../inventory/resources/table.js';
import type { Core } from '../../inventory/shape.js';
import {
  dedicatedVcpus,
  pagePlans,
  pagesFor,
  plainPages,
  wishOf,
  type RoomAsk,
  type AskCell,
  type PageChoice,
} from '../question/ask.js';
import { pickCpus, type CpuPick, type Thrift } from './cores.js';
import type { Effort } from './effort.js';
import { eachFunctionPick } from './functions.js';
import type { FunctionPlacement, GuestCellPlacement, MemoryShare, VnfcPlacement } from '../model.js';
import { poolsFor } from './pools.js';

/** In which order host cells are tried for the next guest cell; `chosen` holds those of the guest cells before it. */
export type CellOrder = (free: FreeRoom, ask: RoomAsk, chosen: readonly number[]) => readonly number[];

/** A berth, whoever takes it. */
export type HostBerth = Omit<VnfcPlacement, 'vnfcId'>;

export interface BerthSearch {
  readonly free: FreeRoom;
  readonly ask: RoomAsk;
  readonly thrift: Thrift;
  readonly cellOrder: CellOrder;
  readonly effort: Effort;
  readonly visit: (berth: HostBerth) => boolean;
}

/** A guest cell laid down. */
interface Laid {
  readonly placed: GuestCellPlacement;
  readonly emulator: number | undefined;
  /** Free cells after it. */
  readonly cells: readonly FreeCell[];
}

interface Partial {
  readonly search: BerthSearch;
  /** One for all guest cells, or one for each. */
  readonly pages: readonly PageChoice[];
  readonly cells: readonly FreeCell[];
  readonly laid: readonly Laid[];
  /** Positions of the host cells chosen, one per guest cell. */
  readonly chosen: readonly number[];
  /** Layouts of the first guest cells from which nothing leads on; alike ones may have changed places. */
  readonly hopeless: Set<string>;
}

/** Calls `visit` with each different berth, until it answers true; true when it did. */
export function eachBerth(search: BerthSearch): boolean {
  const { free, ask } = search;
  if (!hasSharedRoom(free, ask) || wantedSums(free, ask.demand).some(({ needs, has }) => has < needs)) return false;
  const cells = afterEmulator(free, ask);
  if (cells === undefined) return false;
  return pagePlans(ask, free.shape).some((pages) =>
    layNext({ search, pages, cells, laid: [], chosen: [], hopeless: new Set() }),
  );
}

/** CPUs named for QEMU's own threads that must be theirs alone: reserved ones are there to be shared. */
export const emulatorCpusToOwn = ({ shape }: FreeRoom, { emulatorCpus }: RoomAsk): readonly number[] =>
  emulatorCpus.filter((cpu) => !shape.sharedCpus.includes(cpu));

/** The cells without the CPUs that QEMU's own threads must own by name; undefined when one of these is not free. */
export function afterEmulator(free: FreeRoom, ask: RoomAsk): readonly FreeCell[] | undefined {
  const { cells } = free;
  const named = emulatorCpusToOwn(free, ask);
  if (named.length === 0) return cells;
  const isFree = (cpu: number) => cells.some((cell) => cell.cores.some((core) => core.cpus.includes(cpu)));
  return named.every(isFree)
    ? cells.map((cell) => ({ ...cell, cores: coresWithout(cell, new Set(named)) }))
    : undefined;
}

const coresWithout = (cell: FreeCell, taken: ReadonlySet<number>): readonly Core[] =>
  cell.cores.map((core) => ({ ...core, cpus: core.cpus.filter((cpu) => !taken.has(cpu)) }));

const hasSharedRoom = (free: FreeRoom, ask: RoomAsk): boolean =>
  ask.sharedVcpus === 0 || (free.shape.sharedCpus.length > 0 && free.sharedVcpus >= ask.sharedVcpus);

function layNext(partial: Partial): boolean {
  const { search, hopeless, laid } = partial;
  const guest = search.ask.guestCells[laid.length];
  if (guest === undefined) return withFunctions(partial);
  if (hopeless.size > 0 && hopeless.has(layoutKey(partial))) return false;
  const isLaid = layHere(partial, guest);
  if (!isLaid && laid.length > 1) hopeless.add(layoutKey(partial));
  return isLaid;
}

/** Which host cells hold guest cells of which kind: swapping alike ones is no new case. */
function layoutKey({ search, chosen }: Partial): string {
  const { ask } = search;
  const first = (guest: number) => ask.guestCells.findIndex((_, other) => isAlike(ask, other, guest));
  return chosen
    .map((at, guest) => `${first(guest)}@${at}`)
    .sort()
    .join();
}

function isAlike({ guestCells, ownEmulatorCpu }: RoomAsk, a: number, b: number): boolean {
  const [one, other] = [guestCells[a], guestCells[b]];
  if (a === b) return true;
  if (one === undefined || other === undefined || (ownEmulatorCpu && (a === 0 || b === 0))) return false;
  return (
    one.vcpus === other.vcpus &&
    one.dedicated === other.dedicated &&
    one.memoryMiB === other.memoryMiB &&
    one.pageSizeKiB === other.pageSizeKiB &&
    one.named === undefined &&
    other.named === undefined
  );
}

function layHere(partial: Partial, guest: AskCell): boolean {
  const { search } = partial;
  const order = search.cellOrder(search.free, search.ask, partial.chosen);
  const sources = cpuSources(search);
  if (search.ask.bound || pageOf(partial).sizeKiB !== undefined) {
    const best = sources.length === 1 ? order : withCpusFirst(partial, guest, order);
    const layAt = (at: number) => firstOf(sources, (from) => layOn(partial, guest, at, from));
    return best.some((at) => search.effort.spend() && goOn(partial, layAt(at), at));
  }
  // Nothing ties this guest cell to a place and only sums matter to those after it: the first way is as good as any.
  if (!search.effort.spend()) return false;
  for (const from of sources) {
    for (const at of order) {
      const tidy = layOn(partial, guest, at, from);
      if (tidy !== undefined) return goOn(partial, tidy, at);
    }
  }
  return goOn(partial, layAcross(partial, guest, order), order[0] ?? 0);
}

/** For the guest cell that is to be laid next. */
const pageOf = ({ pages, laid }: Partial): PageChoice => pages[laid.length] ?? pages[0] ?? plainPages;

function goOn(partial: Partial, laid: Laid | undefined, at: number): boolean {
  if (laid === undefined) return false;
  return layNext({ ...partial, cells: laid.cells, laid: [...partial.laid, laid], chosen: [...partial.chosen, at] });
}

function cpusFrom(partial: Partial, guest: AskCell, cores: readonly Core[]): CpuPick | undefined {
  const { ask, thrift } = partial.search;
  const ownEmulatorCpu = ask.ownEmulatorCpu && partial.laid.length === 0;
  if (guest.dedicated === 0 && !ownEmulatorCpu) return { pinned: [], idle: [], emulator: undefined };
  return pickCpus(cores, wishOf(ask, guest, ownEmulatorCpu), thrift);
}

/** Where CPUs come from when memory is on one cell. */
type CpuSource = 'its cell' | 'one cell' | 'any cells';

const sourcesOf = {
  bound: ['its cell'],
  siblings: ['its cell', 'one cell', 'any cells'],
  thrifty: ['any cells'],
} as const satisfies Readonly<Record<string, readonly CpuSource[]>>;

/** The best first. */
const cpuSources = ({ ask, thrift }: BerthSearch): readonly CpuSource[] => sourcesOf[ask.bound ? 'bound' : thrift];

/** Cells that have both, memory and CPUs, before those that have memory alone. */
function withCpusFirst(partial: Partial, guest: AskCell, order: readonly number[]): readonly number[] {
  const hasBoth = new Set(order.filter((at) => layOn(partial, guest, at, 'its cell') !== undefined));
  return [...order.filter((at) => hasBoth.has(at)), ...order.filter((at) => !hasBoth.has(at))];
}

/** A guest cell on one host cell; only its CPUs may come from elsewhere, and only when the guest is not bound. */
function layOn(partial: Partial, guest: AskCell, at: number, from: CpuSource): Laid | undefined {
  const cell = partial.cells[at];
  if (cell === undefined || !hasMemory(cell, guest, pageOf(partial)) || !hasSharedCpus(partial, cell, guest, at)) {
    return undefined;
  }
  const cpus = cpusNear(partial, guest, cell, from);
  if (cpus === undefined) return undefined;
  const share = { hostCell: cell.id, memoryMiB: guest.memoryMiB };
  return laidDown(partial, guest, cpus, [share]);
}

function cpusNear(partial: Partial, guest: AskCell, cell: FreeCell, from: CpuSource): CpuPick | undefined {
  switch (from) {
    case 'its cell':
      return cpusFrom(partial, guest, cell.cores);
    case 'one cell':
      return firstOf(nearestFirst(partial, cell), (other) => cpusFrom(partial, guest, other.cores));
    case 'any cells':
      return cpusFrom(partial, guest, allCores(partial.cells));
  }
}

function firstOf<T, R>(all: readonly T[], pick: (one: T) => R | undefined): R | undefined {
  for (const one of all) {
    const picked = pick(one);
    if (picked !== undefined) return picked;
  }
  return undefined;
}

function nearestFirst({ search, cells }: Partial, to: FreeCell): readonly FreeCell[] {
  const { distances = [] } = search.free.host.facts.cells.find(({ id }) => id === to.id) ?? {};
  const far = (cell: FreeCell) => distances[cells.indexOf(cell)] ?? 0;
  return cells.toSorted((a, b) => far(a) - far(b));
}

function hasMemory(cell: FreeCell, guest: AskCell, page: PageChoice): boolean {
  if (page.sizeKiB === undefined) return cell.memoryMiB >= guest.memoryMiB;
  return (cell.pages[page.index] ?? 0) >= pagesFor(guest.memoryMiB, page.sizeKiB);
}

function hasSharedCpus(partial: Partial, cell: FreeCell, guest: AskCell, at: number): boolean {
  if (guest.shared === 0 || partial.search.ask.floats) return true;
  return (partial.search.free.shape.cells[at]?.sharedCpus.length ?? 0) > 0 && cell.sharedVcpus >= guest.shared;
}

const allCores = (cells: readonly FreeCell[]): readonly Core[] => cells.flatMap((cell) => cell.cores);

/** A guest cell over several host cells: plain memory and CPUs from wherever there are some. */
function layAcross(partial: Partial, guest: AskCell, order: readonly number[]): Laid | undefined {
  const cells = order.flatMap((at) => partial.cells[at] ?? []);
  const cpus = cpusFrom(partial, guest, allCores(cells));
  const shares = memoryShares(partial.search.free, cells, guest.memoryMiB);
  return cpus === undefined || shares === undefined ? undefined : laidDown(partial, guest, cpus, shares);
}

/** The roomiest cells first, those without CPUs last. */
function memoryShares(
  { shape }: FreeRoom,
  cells: readonly FreeCell[],
  memoryMiB: number,
): readonly MemoryShare[] | undefined {
  const shares: MemoryShare[] = [];
  let left = memoryMiB;
  const isBare = ({ id }: FreeCell) => Number(shape.cells.find((one) => one.id === id)?.hasCpus === false);
  for (const cell of cells.toSorted((a, b) => isBare(a) - isBare(b) || b.memoryMiB - a.memoryMiB)) {
    const here = Math.min(left, Math.max(0, cell.memoryMiB));
    if (here > 0) shares.push({ hostCell: cell.id, memoryMiB: here });
    left -= here;
  }
  return left > 0 ? undefined : shares;
}

function laidDown(partial: Partial, guest: AskCell, cpus: CpuPick, shares: readonly MemoryShare[]): Laid {
  const page = pageOf(partial);
  const hostCell = shares[0]?.hostCell ?? partial.cells[0]?.id ?? 0;
  const pages = page.sizeKiB === undefined ? 0 : pagesFor(guest.memoryMiB, page.sizeKiB);
  const { pinned: pinnedCpus, idle: idleCpus, emulator } = cpus;
  const { vcpus, memoryMiB } = guest;
  const alike = { hostCell, pinnedCpus, idleCpus, vcpus, memoryMiB, pages, memoryShares: shares };
  const { isSplit } = partial.search.ask;
  const placed = isSplit && page.sizeKiB !== undefined ? { ...alike, pageSizeKiB: page.sizeKiB } : alike;
  const isLast = partial.laid.length + 1 === partial.search.ask.guestCells.length;
  return { placed, emulator, cells: isLast ? partial.cells : without(partial, guest, cpus, placed) };
}

/** The free cells after a guest cell took its part. */
function without(partial: Partial, guest: AskCell, cpus: CpuPick, placed: GuestCellPlacement): readonly FreeCell[] {
  const taken = new Set([...cpus.pinned, ...cpus.idle, ...(cpus.emulator === undefined ? [] : [cpus.emulator])]);
  const { sizeKiB, index } = pageOf(partial);
  const plain = sizeKiB === undefined;
  return partial.cells.map((cell) => {
    const share = placed.memoryShares.find((one) => one.hostCell === cell.id);
    const isHome = cell.id === placed.hostCell;
    return {
      ...cell,
      cores: coresWithout(cell, taken),
      memoryMiB: cell.memoryMiB - (plain ? (share?.memoryMiB ?? 0) : 0),
      pages: cell.pages.map((free, at) => (isHome && at === index ? free - placed.pages : free)),
      sharedVcpus: cell.sharedVcpus - (isHome && !partial.search.ask.floats ? guest.shared : 0),
    };
  });
}

function withFunctions(partial: Partial): boolean {
  const { free, ask, effort } = partial.search;
  const local = new Set(partial.laid.map(({ placed }) => free.cells.findIndex((cell) => cell.id === placed.hostCell)));
  return eachFunctionPick(free, ask.demand.pciFunctions, local, effort, (picks) => withPool(partial, picks));
}

function withPool(partial: Partial, picks: readonly FunctionPlacement[]): boolean {
  const { free, ask, visit } = partial.search;
  return poolsFor(free, ask.demand).some((pool) => visit(berthOf(partial, picks, pool)));
}

function berthOf(partial: Partial, picks: readonly FunctionPlacement[], pool: string): HostBerth {
  const { free, ask } = partial.search;
  const sizeKiB = ask.isSplit ? undefined : partial.pages[0]?.sizeKiB;
  const cells = partial.laid.map((one) => one.placed);
  const pinned = cells.flatMap((cell) => cell.pinnedCpus);
  const sharedCpus = ask.sharedVcpus === 0 ? [] : sharedCpusFor(free, ask, cells);
  const own = partial.laid[0]?.emulator;
  return {
    hostId: free.host.id,
    cells,
    emulatorCpus: emulatorCpus(partial, cells, [...sharedCpus, ...exceptRealtime(ask, pinned)]),
    ownEmulatorCpus: own === undefined ? emulatorCpusToOwn(free, ask) : [own],
    sharedCpus,
    ...(sizeKiB === undefined ? {} : { pageSizeKiB: sizeKiB }),
    pool,
    pciFunctions: picks,
    ...networkDevices(free, ask),
  };
}

function networkDevices(free: FreeRoom, { demand }: RoomAsk): Pick<VnfcPlacement, 'networkDevices'> {
  const taken = wantedSums(free, demand).flatMap(({ kind, key, needs }) =>
    kind === 'network' ? [[key, needs] as const] : [],
  );
  return taken.length === 0 ? {} : { networkDevices: Object.fromEntries(taken) };
}

function sharedCpusFor(free: FreeRoom, ask: RoomAsk, cells: readonly GuestCellPlacement[]): readonly number[] {
  if (ask.floats) return free.shape.sharedCpus;
  const ids = new Set(cells.filter((cell) => cell.vcpus > cell.pinnedCpus.length).map((cell) => cell.hostCell));
  return free.shape.cells.filter((cell) => ids.has(cell.id)).flatMap((cell) => cell.sharedCpus);
}

/** Host CPUs of the dedicated vCPUs that are not real-time. */
function exceptRealtime({ demand }: RoomAsk, pinned: readonly number[]): readonly number[] {
  const { realtimeVcpus } = demand;
  if (realtimeVcpus === undefined) return pinned;
  const vcpus = dedicatedVcpus(demand);
  return pinned.filter((_, at) => !realtimeVcpus.includes(vcpus[at] ?? -1));
}

/** QEMU's own threads: the CPUs named for them, one of their own, the host's shared CPUs, or where the vCPUs run. */
function emulatorCpus(
  partial: Partial,
  cells: readonly GuestCellPlacement[],
  vcpuCpus: readonly number[],
): readonly number[] {
  const { free, ask } = partial.search;
  if (ask.demand.emulatorCpus !== undefined) return ask.demand.emulatorCpus;
  const own = partial.laid[0]?.emulator;
  if (own !== undefined) return [own];
  if (ask.demand.emulatorPolicy === 'with-vcpus') return vcpuCpus;
  const near = new Set(cells.map((cell) => cell.hostCell));
  const local = free.shape.cells.filter((cell) => near.has(cell.id)).flatMap((cell) => cell.sharedCpus);
  if (local.length > 0) return local;
  return free.shape.sharedCpus.length > 0 ? free.shape.sharedCpus : vcpuCpus;
}
