/**
 * What a host or one of its cells lacks for a demand, resource by resource, in numbers and in words. Constraints,
 * nearest misses and relaxations speak from the same list, so that they cannot contradict one another.
 */
import type { FreeRoom } from '../../inventory/free.js';
import type { ResourceKind } from '../../inventory/model.js';
import { pageSizeText } from '../../inventory/page-size.js';
import type { PciDemand } from '../../inventory/resources/held.js';
import { matches, serves } from '../../inventory/resources/pci-function.js';
import { wantedSums } from '../../inventory/resources/table.js';
import type { FunctionGroup, WithheldFunction } from '../../inventory/shape.js';
import { pageChoices, pagesFor, wishOf, type RoomAsk, type AskCell } from '../question/ask.js';
import { cpuShortage } from '../search/cores.js';
import { effortOf } from '../search/effort.js';
import { eachFunctionPick } from '../search/functions.js';
import { nearestPool, poolsFor } from '../search/pools.js';

export interface Shortage {
  readonly resource: ResourceKind;
  readonly needs: number;
  readonly has: number;
  /** `needs 512 free pages of 2 MiB, has 128`. */
  readonly text: string;
}

const lacks = (resource: ResourceKind, needs: number, has: number, what: string): Shortage => ({
  resource,
  needs,
  has: Math.max(0, has),
  text: `needs ${needs} ${what}, has ${Math.max(0, has)}`,
});

const explained = (short: Shortage, more: string): Shortage =>
  more === '' ? short : { ...short, text: `${short.text}${more}` };

/** `; not counting 2 that others are pinned to (4: domain win11, which is not Berth’s, is pinned to it)`. */
function takenCpusText(free: FreeRoom, at: readonly number[]): string {
  const taken = at.flatMap((position) => free.shape.cells[position]?.takenCpus ?? []);
  const [first] = taken;
  if (first === undefined) return '';
  return `; not counting ${taken.length} that others are pinned to (CPU ${first.id}: ${first.takenBy})`;
}

function foreignMemoryText(free: FreeRoom, at: readonly number[]): string {
  const mib = at.reduce((sum, position) => sum + (free.shape.cells[position]?.foreignMiB ?? 0), 0);
  return mib === 0 ? '' : `; not counting ${mib} MiB of domains that are not Berth’s`;
}

/** What one guest cell lacks on the host cell at `at`, functions left aside. */
export function cellShortages(ask: RoomAsk, guestIndex: number, free: FreeRoom, at: number): readonly Shortage[] {
  return [
    ...cpusShort(ask, guestIndex, free, [at]),
    ...sharedShortOnCell(ask, guestIndex, free, at),
    ...memoryShort(ask, guestIndex, free, at),
  ];
}

/** Of a whole host without siblings: more often a switch than a kind of CPU. */
function noSiblingsText({ demand }: RoomAsk, { host }: FreeRoom): string {
  const cpus = host.facts.cells.flatMap((cell) => cell.cpus);
  if (demand.threadPolicy !== 'require' || cpus.some(({ siblings }) => siblings.length > 1)) return '';
  return '; no core of the host has a second thread that is on: SMT is off (`cat /sys/devices/system/cpu/smt/control`), or the CPU has none';
}

/** CPUs that a guest cell lacks on these host cells together. */
export function cpusShort(
  ask: RoomAsk,
  guestIndex: number,
  free: FreeRoom,
  at: readonly number[],
): readonly Shortage[] {
  const guest = ask.guestCells[guestIndex];
  const ownEmulatorCpu = ask.ownEmulatorCpu && guestIndex === 0;
  if (guest === undefined || (guest.dedicated === 0 && !ownEmulatorCpu)) return [];
  const coresAt = (position: number) => free.cells[position]?.cores ?? [];
  const cores = at.length === 1 ? coresAt(at[0] ?? -1) : at.flatMap(coresAt);
  const short = cpuShortage(cores, wishOf(ask, guest, ownEmulatorCpu));
  if (short === undefined) return [];
  const more = `${noSiblingsText(ask, free)}${takenCpusText(free, at)}`;
  return [explained(lacks('cpu', short.needs, short.has, short.what), more)];
}

/** Shared vCPUs that a guest cell which does not float lacks on a host cell. */
export function sharedShortOnCell(ask: RoomAsk, guestIndex: number, free: FreeRoom, at: number): readonly Shortage[] {
  const guest = ask.guestCells[guestIndex];
  const cell = free.cells[at];
  if (guest === undefined || cell === undefined || guest.shared === 0 || ask.floats) return [];
  if (cell.sharedVcpus >= guest.shared) return [];
  return [lacks('shared-vcpu', guest.shared, cell.sharedVcpus, 'shared vCPUs')];
}

/** Pages or plain memory that a guest cell lacks on a host cell. */
export function memoryShort(ask: RoomAsk, guestIndex: number, free: FreeRoom, at: number): readonly Shortage[] {
  const guest = ask.guestCells[guestIndex];
  const cell = free.cells[at];
  if (guest === undefined || cell === undefined) return [];
  const { pageSizeKiB: fixed } = guest;
  if (fixed !== undefined) return pagesShort(guest, fixed, cell.pages[free.shape.pageSizesKiB.indexOf(fixed)] ?? 0);
  const fits = pageChoices(ask, free.shape).some(({ sizeKiB, index }) =>
    sizeKiB === undefined
      ? cell.memoryMiB >= guest.memoryMiB
      : (cell.pages[index] ?? 0) >= pagesFor(guest.memoryMiB, sizeKiB),
  );
  if (fits) return [];
  const what = ask.demand.pageSize === 'any' ? 'MiB of plain memory (no page size has room)' : 'MiB of plain memory';
  return [explained(lacks('memory', guest.memoryMiB, cell.memoryMiB, what), foreignMemoryText(free, [at]))];
}

/** Hugepages of one size; a size that does not divide the memory can never serve. */
function pagesShort(guest: AskCell, sizeKiB: number, has: number): readonly Shortage[] {
  const size = pageSizeText(sizeKiB);
  if (!Number.isInteger(pagesFor(guest.memoryMiB, sizeKiB))) {
    const text = `${guest.memoryMiB} MiB is not a whole number of pages of ${size}`;
    return [{ resource: 'hugepages', needs: Math.ceil(pagesFor(guest.memoryMiB, sizeKiB)), has, text }];
  }
  const needs = pagesFor(guest.memoryMiB, sizeKiB);
  return has >= needs ? [] : [lacks('hugepages', needs, has, `free page${needs === 1 ? '' : 's'} of ${size}`)];
}

/** Plain memory of all cells together, for a guest that is tied to none. */
export function plainMemoryShort(ask: RoomAsk, free: FreeRoom): readonly Shortage[] {
  const has = free.cells.reduce((sum, cell) => sum + Math.max(0, cell.memoryMiB), 0);
  const needs = ask.demand.memoryMiB;
  if (has >= needs) return [];
  const short = lacks('memory', needs, has, 'MiB of plain memory on all cells together');
  return [explained(short, foreignMemoryText(free, [...free.cells.keys()]))];
}

export function sharedShort(ask: RoomAsk, free: FreeRoom): readonly Shortage[] {
  if (ask.sharedVcpus === 0) return [];
  if (free.shape.sharedCpus.length === 0) {
    const text = 'reserves no CPUs to share; shared vCPUs run only on reserved CPUs';
    return [{ resource: 'shared-vcpu', needs: ask.sharedVcpus, has: 0, text }];
  }
  const has = free.sharedVcpus;
  return has >= ask.sharedVcpus ? [] : [lacks('shared-vcpu', ask.sharedVcpus, has, 'shared vCPUs')];
}

/** Of resources that are sums, where the demand says in numbers what it takes. */
export const sumsShort = (ask: RoomAsk, free: FreeRoom): readonly Shortage[] =>
  wantedSums(free, ask.demand)
    .filter(({ needs, has }) => has < needs)
    .map(({ kind, key, unit, needs, has }) => lacks(kind, needs, has, unit(key, needs)));

export function diskShort(ask: RoomAsk, free: FreeRoom): readonly Shortage[] {
  if (poolsFor(free, ask.demand).length > 0) return [];
  const { needsMiB: needs = ask.demand.diskMiB, imagesMiB = 0, hasMiB = 0 } = nearestPool(free, ask.demand) ?? {};
  const image = imagesMiB === 0 ? '' : ` (${imagesMiB} for base images)`;
  return [explained(lacks('disk', needs, hasMiB, `MiB in one storage pool${image}`), unusedPoolsText(free))];
}

/** `; not counting pool default: the configuration does not name it (pools)`. */
function unusedPoolsText({ host }: FreeRoom): string {
  const [first, ...others] = host.facts.pools.filter(({ unusedBecause }) => unusedBecause !== undefined);
  if (first === undefined) return '';
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  return `; not counting pool ${first.name}${more}: ${first.unusedBecause ?? ''}`;
}

/** Cases that a question about functions may cost; beyond, the functions are taken to be there and the search decides. */
const functionEffort = 2000;

/** Functions that a guest lying on the host cells `local` cannot get. */
export function functionsShort(ask: RoomAsk, free: FreeRoom, local: ReadonlySet<number>): readonly Shortage[] {
  const wishes = ask.demand.pciFunctions;
  if (!cannotHave(free, wishes, local)) return [];
  const demands = wishes.map(({ bitrateMbps: _, ...wish }) => wish);
  if (!cannotHave(free, demands, local)) return [bandwidthLack(free, wishes, local)];
  const alike = Map.groupBy(demands, (one) => `${whatText(one)} ${one.cellPolicy}`);
  const short = [...alike.values()].flatMap((same) => {
    const [wish] = same;
    const has = wish === undefined ? 0 : freeFor(free, wish, local);
    return wish === undefined || has >= same.length ? [] : [functionsLack(free, wish, same.length, has)];
  });
  if (short.length > 0) return short;
  const counts = [...alike.values()].flatMap(([wish, ...more]) =>
    wish === undefined ? [] : [`${whatText(wish)}: needs ${more.length + 1}, has ${freeFor(free, wish, local)}`],
  );
  const text = `has functions for each wish (${counts.join('; ')}), but not for all at once: some would serve several, and a card is given away whole or by its VFs`;
  return [{ resource: 'pci', needs: demands.length, has: demands.length - 1, text }];
}

function cannotHave(free: FreeRoom, demands: readonly PciDemand[], local: ReadonlySet<number>): boolean {
  const effort = effortOf(functionEffort);
  return !eachFunctionPick(free, demands, local, effort, () => true) && !effort.exhausted();
}

/** `card 0000:3b:00.0 on physnet1: needs 4000 Mbit/s, has 1000`; where several cards decide, or none alone, each is named. */
function bandwidthLack(free: FreeRoom, wishes: readonly PciDemand[], local: ReadonlySet<number>): Shortage {
  const { cards } = free.shape;
  const limited = wishes.filter((wish) => wish.bitrateMbps !== undefined);
  const serving = limited.map((wish) => free.shape.groups.filter((group) => mayServe(group, wish, local)));
  const bound = limited.filter((_, at) => serving[at]?.every((group) => group.card !== -1) === true);
  const known = new Map(serving.flat().flatMap((group) => (group.card === -1 ? [] : [[group.card, group] as const])));
  const left = [...known].map(([card, { physicalNetwork = '' }]) => {
    const { address = '' } = cards[card] ?? {};
    const mbps = Math.max(0, free.sums.bandwidth.get(address) ?? 0);
    return { name: `card ${address} on ${physicalNetwork}`, mbps };
  });
  const needs = bound.reduce((sum, wish) => sum + (wish.bitrateMbps ?? 0), 0);
  const has = left.reduce((sum, { mbps }) => sum + mbps, 0);
  const [only, ...others] = left;
  if (only !== undefined && others.length === 0 && needs > has) {
    return { resource: 'bandwidth', needs, has, text: `${only.name}: needs ${needs} Mbit/s, has ${has}` };
  }
  const rates = limited.map((wish) => wish.bitrateMbps).join(', ');
  const text = `bit rates of ${rates} Mbit/s do not fit: ${left.map(({ name, mbps }) => `${name} has ${mbps}`).join(', ')}`;
  return { resource: 'bandwidth', needs, has: Math.min(has, needs - 1), text };
}

const mayServe = (group: FunctionGroup, wish: PciDemand, local: ReadonlySet<number>): boolean =>
  serves(group, wish) && (wish.cellPolicy !== 'required' || (group.cell !== undefined && local.has(group.cell)));

/** `VFs on physnet1 short by 1 (needs 2 on the guest’s cell, has 1)`. */
function functionsLack(free: FreeRoom, wish: PciDemand, needs: number, has: number): Shortage {
  const where = wish.cellPolicy === 'required' ? ' on the guest’s cell' : '';
  const text = `${whatText(wish)} short by ${needs - has} (needs ${needs}${where}, has ${has}${withheldText(free, wish)})`;
  return { resource: 'pci', needs, has, text };
}

/**
 * `; not counting 4 on the host that share an IOMMU group, nor 1 taken by others (0000:3b:02.1: domain x holds it)`. What is
 * in quarantine says so itself.
 */
function withheldText(free: FreeRoom, wish: PciDemand): string {
  const able = free.shape.withheld.filter((one) => matches(one, wish));
  const sharing = able.filter(({ because }) => because === 'iommu-group').length;
  const parts = [
    ...unplacedOf(free, wish),
    ...(sharing === 0 ? [] : [`${sharing} on the host that share${sharing === 1 ? 's' : ''} an IOMMU group`]),
    ...countedWith(able.filter(isUsed), 'taken', 'taken by others', ({ takenBy = '' }) => takenBy),
    ...countedWith(
      able.filter((one) => !isUsed(one)),
      'taken',
      'that cannot be given away',
      ({ takenBy = '' }) => takenBy,
    ),
    ...countedWith(able, 'quarantine', 'in quarantine', ({ quarantine }) =>
      quarantine ? `${quarantine.reason}; repair: ${quarantine.repair}` : '',
    ),
  ];
  return parts.length === 0 ? '' : `; not counting ${parts.join(', nor ')}`;
}

const isUsed = ({ takenFor }: WithheldFunction): boolean => takenFor === undefined;

function countedWith(
  able: readonly WithheldFunction[],
  because: WithheldFunction['because'],
  words: string,
  why: (one: WithheldFunction) => string,
): readonly string[] {
  const some = able.filter((one) => one.because === because);
  const [first] = some;
  if (first === undefined) return [];
  return [`${some.length} ${words} (${some.length === 1 ? '' : 'such as '}${first.address}: ${why(first)})`];
}

/** Functions that would do, if somebody said in which cell they lie: the firmware or the kernel does not. */
function unplacedOf(free: FreeRoom, wish: PciDemand): readonly string[] {
  if (wish.cellPolicy !== 'required' || free.cells.length < 2) return [];
  const addresses = free.shape.groups.flatMap((group, at) =>
    group.cell === undefined && serves(group, wish) ? (free.functions[at] ?? []) : [],
  );
  const [first] = addresses;
  if (first === undefined) return [];
  return [
    `${addresses.length} whose cell the host does not tell (${addresses.length === 1 ? '' : 'such as '}${first})`,
  ];
}

function whatText(demand: PciDemand): string {
  const kind = demand.kind === 'vf' ? 'VFs' : 'PFs';
  const network = demand.physicalNetwork === undefined ? '' : ` on ${demand.physicalNetwork}`;
  const able = [
    ...(demand.trusted === true ? ['trusted'] : []),
    ...(demand.rateLimited === true ? ['rate-limited'] : []),
  ];
  return `${[...able, kind].join(' ')}${network}`;
}

/** How many functions could serve a demand if it stood alone. */
function freeFor(free: FreeRoom, demand: PciDemand, local: ReadonlySet<number>): number {
  let count = 0;
  free.shape.groups.forEach((group, at) => {
    if (!mayServe(group, demand, local)) return;
    const effort = effortOf(functionEffort);
    const usable = eachFunctionPick(free, [demand], local, effort, (picks) =>
      picks.some((pick) => group.addresses.includes(pick.address)),
    );
    if (usable) count += free.functions[at]?.length ?? 0;
  });
  return count;
}

export const everyCell = (free: FreeRoom): ReadonlySet<number> => new Set(free.cells.keys());
