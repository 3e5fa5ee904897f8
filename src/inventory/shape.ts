/**
 * The shape of a host: what never changes while claims come and go. Cores grouped from SMT siblings, page sizes,
 * groups of alike PCI functions, and where each CPU is at home. Built once per host, shared by every picture of it.
 */
import { groupSharers } from './iommu-groups.js';
import type { Cell, Host, HostReservation, PciFunction } from './model.js';

/** CPUs of one core that may be dedicated, ascending. */
export interface Core {
  readonly cpus: readonly number[];
  /** Threads of the core, reserved ones included: a core is whole when as many CPUs are free. */
  readonly threads: number;
  readonly l3: number;
}

/** PCI functions that are alike for placement; the addresses are interchangeable. */
export interface FunctionGroup {
  readonly kind: 'pf' | 'vf';
  readonly physicalNetwork: string | undefined;
  /** Position in `cells`; undefined when the host does not say. */
  readonly cell: number | undefined;
  readonly trustCapable: boolean;
  readonly rateCapable: boolean;
  readonly addresses: readonly string[];
  /** Not available; its claims still count, because a card is allocated either as a whole or by function. */
  readonly withheld: boolean;
  /** For VFs: the address of their physical function, as far as the host says. */
  readonly cardAddress: string | undefined;
  /** For VFs: position of their card in `cards`; -1 when the speed of its link is not known. */
  readonly card: number;
  /** For VFs: the group that holds their physical function, -1 when unknown. */
  readonly parent: number;
  /** For a PF: the groups of its virtual functions. */
  readonly children: readonly number[];
}

/** A physical function whose link has a known speed, which its virtual functions share. */
export interface Card {
  readonly address: string;
  readonly linkMbps: number;
}

export interface WithheldFunction extends PciFunction {
  /** Others are in its IOMMU group, others use it, or it did not come back in order. */
  readonly because: 'iommu-group' | 'taken' | 'quarantine';
}

export interface TakenCpu {
  readonly id: number;
  /** As in inventory/model.ts. */
  readonly takenBy: string;
}

export interface CellShape {
  readonly id: number;
  readonly cores: readonly Core[];
  /** CPUs that may be dedicated, sum over cores. */
  readonly cpus: number;
  /** Cores with every thread dedicable. */
  readonly wholeCores: number;
  /** False: only memory, as of CXL or a GPU. */
  readonly hasCpus: boolean;
  readonly sharedCpus: readonly number[];
  readonly memoryMiB: number;
  /** CPUs that are dedicated to nobody since others are pinned to them, ascending. */
  readonly takenCpus: readonly TakenCpu[];
  /** Plain memory left out of `memoryMiB` since others may fill it. */
  readonly foreignMiB: number;
  /** Pages not used by others, index as `pageSizesKiB`. */
  readonly pages: readonly number[];
}

export interface HostShape {
  readonly cells: readonly CellShape[];
  /** Largest first. */
  readonly pageSizesKiB: readonly number[];
  readonly groups: readonly FunctionGroup[];
  readonly cards: readonly Card[];
  /** Functions on a physical network that are given to nobody. */
  readonly withheld: readonly WithheldFunction[];
  /** All CPUs that are never dedicated, ascending. */
  readonly sharedCpus: readonly number[];
  /** CPU number -> position of its cell; -1 when it may not be dedicated. */
  readonly cellOfCpu: readonly number[];
  /** CPU number -> position of its core in that cell. */
  readonly coreOfCpu: readonly number[];
}

const ascending = (a: number, b: number): number => a - b;

interface KnownShape {
  readonly pciFunctions: readonly PciFunction[];
  readonly reserved: HostReservation;
  readonly shape: HostShape;
}

/** Hosts made from one template share their cells, and so their shape: a fleet of 10,000 has a handful of shapes. */
const knownShapes = new WeakMap<readonly Cell[], KnownShape[]>();

export function shapeOf({ facts: { cells, pciFunctions }, reserved }: Host): HostShape {
  const known = knownShapes.get(cells) ?? [];
  const same = known.find((one) => one.pciFunctions === pciFunctions && isSame(one.reserved, reserved));
  if (same !== undefined) return same.shape;
  const shape = made(cells, pciFunctions, reserved);
  knownShapes.set(cells, [...known, { pciFunctions, reserved, shape }]);
  return shape;
}

const isSame = (a: HostReservation, b: HostReservation): boolean =>
  String(a.sharedCpus) === String(b.sharedCpus) && String(a.memoryMiBPerCell) === String(b.memoryMiBPerCell);

function made(all: readonly Cell[], pciFunctions: readonly PciFunction[], reserved: HostReservation): HostShape {
  const shared = new Set(reserved.sharedCpus);
  const pageSizesKiB = pageSizesOf(all);
  const cells = all.map((cell, position) => cellShape(reserved, cell, position, shared, pageSizesKiB));
  const cellOfCpu: number[] = [];
  const coreOfCpu: number[] = [];
  cells.forEach((cell, position) => {
    cell.cores.forEach((core, index) => {
      for (const cpu of core.cpus) {
        cellOfCpu[cpu] = position;
        coreOfCpu[cpu] = index;
      }
    });
  });
  return {
    cells,
    pageSizesKiB,
    ...offered(all, pciFunctions),
    sharedCpus: cells.flatMap((cell) => cell.sharedCpus).sort(ascending),
    cellOfCpu: Array.from(cellOfCpu, (cell) => cell ?? -1),
    coreOfCpu: Array.from(coreOfCpu, (core) => core ?? -1),
  };
}

function pageSizesOf(cells: readonly Cell[]): readonly number[] {
  const sizes = new Set(cells.flatMap((cell) => cell.hugepages.map((pool) => pool.pageSizeKiB)));
  return [...sizes].sort((a, b) => b - a);
}

function cellShape(
  reserved: HostReservation,
  cell: Cell,
  position: number,
  shared: ReadonlySet<number>,
  sizes: readonly number[],
): CellShape {
  const cores = coresOf(cell, shared);
  const poolOf = (size: number) => cell.hugepages.find((pool) => pool.pageSizeKiB === size);
  const pooledMiB = cell.hugepages.reduce((sum, pool) => sum + (pool.total * pool.pageSizeKiB) / 1024, 0);
  return {
    id: cell.id,
    cores,
    cpus: cores.reduce((sum, core) => sum + core.cpus.length, 0),
    wholeCores: cores.filter((core) => core.cpus.length === core.threads).length,
    hasCpus: cell.cpus.length > 0,
    sharedCpus: cell.cpus
      .map((cpu) => cpu.id)
      .filter((cpu) => shared.has(cpu))
      .sort(ascending),
    takenCpus: cell.cpus
      .flatMap(({ id, takenBy }) => (takenBy === undefined || shared.has(id) ? [] : [{ id, takenBy }]))
      .sort((a, b) => a.id - b.id),
    foreignMiB: cell.foreignMiB ?? 0,
    memoryMiB: Math.floor(
      cell.memoryMiB - pooledMiB - (reserved.memoryMiBPerCell[position] ?? 0) - (cell.foreignMiB ?? 0),
    ),
    pages: sizes.map((size) => (poolOf(size)?.total ?? 0) - (poolOf(size)?.foreign ?? 0)),
  };
}

function coresOf(cell: Cell, shared: ReadonlySet<number>): readonly Core[] {
  const byLeader = new Map<number, { cpus: number[]; threads: number; l3: number }>();
  for (const cpu of cell.cpus) {
    const leader = Math.min(cpu.id, ...cpu.siblings);
    const core = byLeader.get(leader) ?? { cpus: [], threads: Math.max(1, cpu.siblings.length), l3: cpu.l3 ?? 0 };
    byLeader.set(leader, core);
    if (!shared.has(cpu.id) && cpu.takenBy === undefined) core.cpus.push(cpu.id);
  }
  const cores = [...byLeader.entries()].sort((a, b) => a[0] - b[0]).map(([, core]) => core);
  for (const core of cores) core.cpus.sort(ascending);
  return cores;
}

type GroupDraft = Omit<FunctionGroup, 'parent' | 'children' | 'addresses' | 'card'> & { readonly addresses: string[] };

function offered(
  cells: readonly Cell[],
  all: readonly PciFunction[],
): Pick<HostShape, 'groups' | 'cards' | 'withheld'> {
  const sharers = groupSharers(all);
  const wired = all.filter((one) => one.kind !== 'other' && one.physicalNetwork !== undefined);
  const cards = all.flatMap(({ address, linkMbps }) => (linkMbps === undefined ? [] : [{ address, linkMbps }]));
  const withheld = wired.flatMap((one): WithheldFunction[] => {
    if (one.takenBy !== undefined) return [{ ...one, because: one.quarantine === undefined ? 'taken' : 'quarantine' }];
    return sharers.has(one.address) ? [{ ...one, because: 'iommu-group' }] : [];
  });
  const isWithheld = new Set(withheld.map(({ address }) => address));
  return { groups: functionGroups(cells, wired, isWithheld, cards), cards, withheld };
}

function functionGroups(
  cells: readonly Cell[],
  pciFunctions: readonly PciFunction[],
  withheld: ReadonlySet<string>,
  cards: readonly Card[],
): readonly FunctionGroup[] {
  const drafts = new Map<string, GroupDraft>();
  const positions = new Map(cells.map((cell, position) => [cell.id, position]));
  const onlyCell = cells.length === 1 ? 0 : undefined;
  for (const one of pciFunctions) {
    if (one.kind === 'other') continue;
    const cell = one.cell === undefined ? onlyCell : positions.get(one.cell);
    const draft = { ...groupDraft(one, one.kind, cell), withheld: withheld.has(one.address) };
    const key = JSON.stringify([one.kind === 'pf' ? one.address : draft.cardAddress, { ...draft, addresses: 0 }]);
    const known = drafts.get(key);
    if (known === undefined) drafts.set(key, draft);
    else known.addresses.push(one.address);
  }
  return linked([...drafts.values()], cards);
}

const groupDraft = (one: PciFunction, kind: 'pf' | 'vf', cell: number | undefined): Omit<GroupDraft, 'withheld'> => ({
  kind,
  physicalNetwork: one.physicalNetwork,
  cell,
  trustCapable: one.trustCapable,
  rateCapable: one.rateCapable,
  addresses: [one.address],
  cardAddress: one.parent,
});

function linked(drafts: readonly GroupDraft[], cards: readonly Card[]): readonly FunctionGroup[] {
  const isChild = (pf: GroupDraft, vf: GroupDraft) =>
    pf.kind === 'pf' && vf.kind === 'vf' && vf.cardAddress !== undefined && pf.addresses.includes(vf.cardAddress);
  return drafts.map((draft, index) => {
    const own = drafts[index];
    return {
      ...draft,
      addresses: [...draft.addresses].sort(),
      card: draft.kind === 'vf' ? cards.findIndex((card) => card.address === draft.cardAddress) : -1,
      parent: drafts.findIndex((other) => own !== undefined && isChild(other, own)),
      children: drafts.flatMap((other, at) => (own !== undefined && isChild(own, other) ? [at] : [])),
    };
  });
}
