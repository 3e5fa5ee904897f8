/**
 * A host as an operator reads it: per cell what there is, what is held and what is free, and who holds each part. Serves
 * `/nfvi/v1/hosts` and the host metrics; made from the same picture that placement decides on.
 */
import { cellRoom, type CellRoom } from './cell-room.js';
import { availableFunctions, type FreeCell, type FreeHost } from './free.js';
import { freeOf } from './take.js';
import { groupFix, groupSharers } from './iommu-groups.js';
import type { TakenCpu } from './shape.js';
import type { Cell, Claim, ClaimKind, Host, HostAdminState, PciFunction, Quarantine } from './model.js';
import { holdersByKey, hostResources } from './resources/table.js';
import { defined } from '../shared/defined.js';
import type { HostId, OpOccId, VnfcId, VnfInstanceId } from '../shared/ids.js';

export interface HostSummary {
  readonly id: HostId;
  readonly zone: string;
  readonly adminState: HostAdminState;
  readonly reachable: boolean;
  readonly cells: readonly CellSummary[];
  /** Shared vCPUs: accepted, held and free on the whole host. */
  readonly sharedVcpus: Amounts;
  readonly pools: readonly PoolSummary[];
  readonly pciFunctions: readonly FunctionSummary[];
  readonly holders: readonly Holder[];
}

export interface Amounts {
  readonly total: number;
  readonly claimed: number;
  readonly free: number;
}

export interface PoolSummary extends Amounts {
  readonly name: string;
  readonly capacityMiB: number;
  /** The storage whose room it has together with other pools, of this host or of others. */
  readonly sharesRoomOf?: string;
  /** Why no new VNFC is placed there. */
  readonly unusedBecause?: string;
}

export interface CellSummary {
  readonly id: number;
  readonly cpus: CpuSummary;
  readonly pages: readonly (Amounts & { readonly pageSizeKiB: number; readonly foreign: number })[];
  /** Plain memory; hugepage pools are not part of it. */
  readonly memoryMiB: Amounts & { readonly reserved: number; readonly foreign: number };
  readonly room: CellRoom;
}

export interface CpuSummary {
  readonly total: number;
  /** Never dedicated: the host, emulator threads and shared vCPUs run there. */
  readonly shared: readonly number[];
  readonly claimed: readonly number[];
  readonly free: readonly number[];
  /** Dedicated to nobody since others are pinned to them. */
  readonly foreign: readonly TakenCpu[];
}

export interface FunctionSummary {
  readonly address: string;
  readonly kind: 'pf' | 'vf';
  readonly cell?: number;
  /** Absent: given to no guest. */
  readonly physicalNetwork?: string;
  readonly netdev?: string;
  readonly driver?: string;
  readonly iommuGroup?: number;
  /** Of a physical function: of its link's speed, what bit rates of its virtual functions have claimed. */
  readonly linkMbps?: Amounts;
  /** On a physical network, used by nobody else, alone in its IOMMU group, free, and not blocked by a claim on the same card. */
  readonly available: boolean;
  /** Why not, when it is not. */
  readonly unavailableBecause?: string;
  /** What to do about it. */
  readonly fix?: string;
  readonly quarantine?: Quarantine;
  readonly vnfcId?: VnfcId;
  readonly state: FunctionState;
  /** Of a virtual function: address of its card. */
  readonly card?: string;
  /** The guest's while it has the function, else the host's. */
  readonly mac?: string;
}

/** `foreign`: others use it; `blocked`: its card or functions of it are held; `gone`: from the host, while a VNFC holds it. */
export const functionStates = [
  'free',
  'claimed',
  'foreign',
  'down',
  'unusable',
  'quarantined',
  'blocked',
  'gone',
] as const;

export type FunctionState = (typeof functionStates)[number];

/** What one VNFC holds here. */
export interface Holder {
  readonly vnfcId: VnfcId;
  readonly vnfInstanceId: VnfInstanceId;
  readonly opOccId: OpOccId;
  readonly claims: readonly {
    readonly kind: ClaimKind;
    readonly cell?: number;
    readonly key: string;
    readonly amount: number;
  }[];
}

export function hostSummary(host: Host, claims: readonly Claim[]): HostSummary {
  const own = claims.filter((claim) => claim.hostId === host.id);
  const free = freeOf(host, own);
  return {
    id: host.id,
    zone: host.zone,
    adminState: host.adminState,
    reachable: host.reachable,
    cells: host.facts.cells.map((cell, at) => cellSummary(host, cell, at, free, own)),
    sharedVcpus: amounts(free.sharedVcpus, claimed(own, 'shared-vcpu')),
    pools: host.facts.pools.map((pool, at) => ({
      name: pool.name,
      capacityMiB: pool.capacityMiB,
      ...(pool.storage === undefined ? {} : { sharesRoomOf: pool.storage.name }),
      ...(pool.unusedBecause === undefined ? {} : { unusedBecause: pool.unusedBecause }),
      ...amounts(free.poolsMiB[at] ?? 0, claimed(own, 'disk', { key: pool.name })),
    })),
    pciFunctions: functionSummaries(free, own),
    holders: holdersOf(own),
  };
}

/** What is claimed of a resource: all of it, or of one key or one cell. */
const claimed = (
  own: readonly Claim[],
  kind: ClaimKind,
  of: { readonly key?: string; readonly cell?: number } = {},
): number =>
  own.reduce((sum, claim) => {
    const isMeant = (of.key ?? claim.key) === claim.key && (of.cell ?? claim.cell) === claim.cell;
    return claim.kind === kind && isMeant ? sum + claim.amount : sum;
  }, 0);

/** Free is never shown below zero: facts that shrank under standing claims leave nothing, not less. */
const amounts = (free: number, claimed: number): Amounts => ({
  total: free + claimed,
  claimed,
  free: Math.max(0, free),
});

function cellSummary(host: Host, cell: Cell, at: number, free: FreeHost, own: readonly Claim[]): CellSummary {
  const now = free.cells[at];
  return {
    id: cell.id,
    cpus: cpuSummary(cell, at, free, now),
    pages: cell.hugepages.map((pool) => {
      const held = claimed(own, 'hugepages', { key: String(pool.pageSizeKiB), cell: cell.id });
      const left = now?.pages[free.shape.pageSizesKiB.indexOf(pool.pageSizeKiB)] ?? 0;
      const { pageSizeKiB, total, foreign } = pool;
      return { pageSizeKiB, total, foreign, claimed: held, free: Math.max(0, left) };
    }),
    memoryMiB: {
      ...amounts(now?.memoryMiB ?? 0, claimed(own, 'memory', { cell: cell.id })),
      total: cell.memoryMiB,
      reserved: host.reserved.memoryMiBPerCell[at] ?? 0,
      foreign: cell.foreignMiB ?? 0,
    },
    room: cellRoom(free, at),
  };
}

function cpuSummary(cell: Cell, at: number, free: FreeHost, now: FreeCell | undefined): CpuSummary {
  const dedicable = (free.shape.cells[at]?.cores ?? []).flatMap((core) => core.cpus);
  const left = new Set((now?.cores ?? []).flatMap((core) => core.cpus));
  const ascending = (cpus: readonly number[]) => cpus.toSorted((a, b) => a - b);
  return {
    total: cell.cpus.length,
    shared: free.shape.cells[at]?.sharedCpus ?? [],
    claimed: ascending(dedicable.filter((cpu) => !left.has(cpu))),
    free: ascending([...left]),
    foreign: free.shape.cells[at]?.takenCpus ?? [],
  };
}

function functionSummaries(free: FreeHost, own: readonly Claim[]): readonly FunctionSummary[] {
  const holder = holdersByKey('pci', own);
  const groupOf = new Map(free.shape.groups.flatMap((group, at) => group.addresses.map((address) => [address, at])));
  const sharers = groupSharers(free.host.facts.pciFunctions);
  return free.host.facts.pciFunctions.flatMap((one) => {
    const { address, kind, cell, physicalNetwork, netdev, driver, iommuGroup } = one;
    if (kind === 'other') return [];
    const group = groupOf.get(address);
    const vnfcId = holder.get(address);
    const isBlocked = group === undefined || availableFunctions(free, group) === 0;
    const why = unavailableBecause(one, sharers.get(address), vnfcId, isBlocked);
    const state = stateOf(one, sharers.has(address), vnfcId, isBlocked);
    return [
      {
        address,
        kind,
        ...(cell === undefined ? {} : { cell }),
        ...(physicalNetwork === undefined ? {} : { physicalNetwork }),
        ...defined({ netdev, driver, card: one.parent, mac: one.guest?.mac ?? one.mac ?? one.vfMac }),
        ...(iommuGroup === undefined ? {} : { iommuGroup }),
        ...(one.linkMbps === undefined ? {} : { linkMbps: linkAmounts(free, own, address) }),
        ...(vnfcId === undefined ? {} : { vnfcId }),
        available: why === undefined,
        state,
        ...(why === undefined
          ? {}
          : { unavailableBecause: why, ...defined({ fix: fixOf(one, sharers.has(address)) }) }),
        ...(one.quarantine === undefined ? {} : { quarantine: one.quarantine }),
      },
    ];
  });
}

function linkAmounts(free: FreeHost, own: readonly Claim[], card: string): Amounts {
  return amounts(hostResources.bandwidth.left(free, card), claimed(own, 'bandwidth', { key: card }));
}

/** In the order of the reasons below. */
function stateOf(one: PciFunction, shares: boolean, vnfcId: VnfcId | undefined, isBlocked: boolean): FunctionState {
  if (one.isGone === true) return 'gone';
  if (one.quarantine !== undefined) return 'quarantined';
  if (vnfcId !== undefined) return 'claimed';
  if (one.physicalNetwork === undefined) return 'unusable';
  if (one.takenBy !== undefined) return one.takenFor ?? 'foreign';
  if (shares) return 'unusable';
  return isBlocked ? 'blocked' : 'free';
}

const mostNamed = 3;

/** In the order in which an operator would have to set it right; undefined when nothing is in the way. */
function unavailableBecause(
  { kind, physicalNetwork, iommuGroup, takenBy }: PciFunction,
  sharers: readonly string[] | undefined,
  vnfcId: VnfcId | undefined,
  isBlocked: boolean,
): string | undefined {
  if (vnfcId !== undefined) return `held by VNFC ${vnfcId}${takenBy === undefined ? '' : `; ${takenBy}`}`;
  if (physicalNetwork === undefined) return 'no physical network is known of its card';
  if (takenBy !== undefined) return takenBy;
  if (sharers !== undefined) {
    const named = sharers.slice(0, mostNamed).join(', ');
    const more = sharers.length > mostNamed ? ` and ${String(sharers.length - mostNamed)} more` : '';
    return `its IOMMU group ${String(iommuGroup)} holds ${named}${more} too, and a group is handed out whole`;
  }
  if (!isBlocked) return undefined;
  return kind === 'vf' ? 'its card is held as a whole' : 'virtual functions of it are held';
}

/** Of the first reason above that has one. */
function fixOf({ physicalNetwork, takenBy, takenFix }: PciFunction, shares: boolean): string | undefined {
  if (physicalNetwork === undefined) return undefined;
  if (takenBy !== undefined) return takenFix;
  return shares ? groupFix : undefined;
}

export function holdersOf(own: readonly Claim[]): readonly Holder[] {
  const byVnfc = Map.groupBy(own, (claim) => claim.vnfcId);
  return [...byVnfc].flatMap(([vnfcId, claims]) => {
    const first = claims[0];
    if (first === undefined) return [];
    const held = claims.map(({ kind, cell, key, amount }) => ({
      kind,
      ...(cell === undefined ? {} : { cell }),
      key,
      amount,
    }));
    return [{ vnfcId, vnfInstanceId: first.vnfInstanceId, opOccId: first.opOccId, claims: held }];
  });
}
