/**
 * What is free on a host, per cell, when a set of claims is held. An immutable picture: `take` and `giveBack` make new
 * ones and share what did not change. The search, the guard of the store and the summary all read this same picture.
 * Amounts may be negative when the facts shrank under standing claims; nothing fits then.
 */
import type { Claim, Host } from './model.js';
import { shapeOf, type Core, type HostShape } from './shape.js';
import { missingMiB, readImageKey, roomsMiB, withTaken, type StorageUse } from './storage.js';

export interface FreeCell {
  readonly id: number;
  /** Index as in the shape; `cpus` holds only the free ones. */
  readonly cores: readonly Core[];
  /** Free CPUs, sum over cores. */
  readonly cpus: number;
  /** Cores with every thread free. */
  readonly wholeCores: number;
  readonly memoryMiB: number;
  /** Index as `shape.pageSizesKiB`. */
  readonly pages: readonly number[];
  /** Shared vCPUs that may still be bound to this cell. */
  readonly sharedVcpus: number;
}

export interface FreeHost {
  readonly host: Host;
  readonly shape: HostShape;
  readonly cells: readonly FreeCell[];
  /** Shared vCPUs that may still float over the host. */
  readonly sharedVcpus: number;
  /** MiB, index as `facts.pools`; of pools that share their room, the same. */
  readonly poolsMiB: readonly number[];
  /** Base images that are claimed, by key: by how many VNFCs. */
  readonly images: ReadonlyMap<string, number>;
  /** Devices left of networks that give them away one by one, index as `facts.networks`; others have no end. */
  readonly devices: readonly number[];
  /** Mbit/s that virtual functions may still ask for, index as `shape.cards`. */
  readonly cardsMbps: readonly number[];
  /** Unclaimed addresses, index as `shape.groups`. */
  readonly functions: readonly (readonly string[])[];
}

const noImages: ReadonlyMap<string, number> = new Map();

type Draft<T> = { -readonly [K in keyof T]: T[K] };

export const isWhole = (core: Core): boolean => core.cpus.length === core.threads;

/** What is free when nothing is claimed. */
export function unclaimed(host: Host): FreeHost {
  const shape = shapeOf(host);
  const budget = (cpus: readonly number[]) => Math.floor(cpus.length * host.sharedCpuRatio);
  return {
    host,
    shape,
    cells: shape.cells.map((cell) => ({
      id: cell.id,
      cores: cell.cores,
      cpus: cell.cores.reduce((sum, core) => sum + core.cpus.length, 0),
      wholeCores: cell.cores.filter(isWhole).length,
      memoryMiB: cell.memoryMiB,
      pages: cell.pages,
      sharedVcpus: budget(cell.sharedCpus),
    })),
    sharedVcpus: budget(shape.sharedCpus),
    poolsMiB: roomsMiB(host.facts.pools),
    images: noImages,
    devices: host.facts.networks.map(({ devices = Infinity }) => devices),
    cardsMbps: shape.cards.map((card) => card.linkMbps),
    functions: shape.groups.map((group) => group.addresses),
  };
}

/** What is free on `host` under those of `claims` that are on it. */
export const freeOf = (host: Host, claims: readonly Claim[]): FreeHost =>
  take(
    unclaimed(host),
    claims.filter((claim) => claim.hostId === host.id),
  );

/** The picture after claims are added. All of them must be on this host. */
export const take = (free: FreeHost, claims: readonly Claim[]): FreeHost => applied(free, claims, -1);

/** The picture after claims are removed: the exact inverse of `take`. */
export const giveBack = (free: FreeHost, claims: readonly Claim[]): FreeHost => applied(free, claims, 1);

type Sign = 1 | -1;

function applied(free: FreeHost, claims: readonly Claim[], sign: Sign): FreeHost {
  const draft = { ...free, cells: free.cells.map((cell) => ({ ...cell })) };
  for (const claim of claims) apply(draft, claim, sign);
  return draft;
}

type HostDraft = Omit<Draft<FreeHost>, 'cells'> & { readonly cells: Draft<FreeCell>[] };

function apply(draft: HostDraft, claim: Claim, sign: Sign): void {
  const change = sign * claim.amount;
  const cell = claim.cell === undefined ? undefined : draft.cells.find((one) => one.id === claim.cell);
  switch (claim.kind) {
    case 'cpu':
      applyCpu(draft, Number(claim.key), sign);
      return;
    case 'shared-vcpu':
      draft.sharedVcpus += change;
      if (cell !== undefined) cell.sharedVcpus += change;
      return;
    case 'hugepages':
      if (cell !== undefined)
        cell.pages = added(cell.pages, draft.shape.pageSizesKiB.indexOf(Number(claim.key)), change);
      return;
    case 'memory':
      if (cell !== undefined) cell.memoryMiB += change;
      return;
    case 'pci':
      applyFunction(draft, claim.key, sign);
      return;
    case 'bandwidth':
      draft.cardsMbps = added(
        draft.cardsMbps,
        draft.shape.cards.findIndex((card) => card.address === claim.key),
        change,
      );
      return;
    case 'disk':
      takeRoom(draft, claim.key, -change);
      return;
    case 'network':
      draft.devices = added(
        draft.devices,
        draft.host.facts.networks.findIndex((network) => network.name === claim.key),
        change,
      );
      return;
    case 'image':
      applyImage(draft, claim, sign);
      return;
    case 'mac':
    case 'ip':
      return;
  }
}

const added = (amounts: readonly number[], index: number, change: number): readonly number[] =>
  amounts.map((amount, at) => (at === index ? amount + change : amount));

function takeRoom(draft: HostDraft, pool: string, takenMiB: number): void {
  const { pools } = draft.host.facts;
  const at = pools.findIndex(({ name }) => name === pool);
  draft.poolsMiB = withTaken(pools, draft.poolsMiB, at, takenMiB);
}

/** The first VNFC that stands on an image brings it, the last one gives its room back. */
function applyImage(draft: HostDraft, { key, amount }: Claim, sign: Sign): void {
  const { sha256, pool: name } = readImageKey(key);
  const before = draft.images.get(key) ?? 0;
  const after = before - sign;
  draft.images = new Map(draft.images).set(key, after);
  if (after <= 0) draft.images = new Map([...draft.images].filter(([other]) => other !== key));
  const pool = draft.host.facts.pools.find((one) => one.name === name);
  if (pool !== undefined && before > 0 !== after > 0) takeRoom(draft, name, -sign * missingMiB(pool, sha256, amount));
}

/** The picture when other hosts take this much of the storage that they share with it. */
export function withTakenElsewhere(free: FreeHost, use: StorageUse): FreeHost {
  const { pools } = free.host.facts;
  const poolsMiB = free.poolsMiB.map((left, at) => {
    const { storage } = pools[at] ?? {};
    return left - (storage?.acrossHosts === true ? (use.get(storage.name) ?? 0) : 0);
  });
  return { ...free, poolsMiB };
}

function applyCpu(draft: HostDraft, cpu: number, sign: Sign): void {
  const cell = draft.cells[draft.shape.cellOfCpu[cpu] ?? -1];
  const at = draft.shape.coreOfCpu[cpu] ?? -1;
  const before = cell?.cores[at];
  if (cell === undefined || before === undefined || before.cpus.includes(cpu) === (sign === 1)) return;
  const cpus = sign === -1 ? before.cpus.filter((one) => one !== cpu) : [...before.cpus, cpu].sort((a, b) => a - b);
  const after = { ...before, cpus };
  cell.cores = cell.cores.with(at, after);
  cell.cpus += sign;
  cell.wholeCores += Number(isWhole(after)) - Number(isWhole(before));
}

function applyFunction(draft: HostDraft, address: string, sign: Sign): void {
  const at = draft.shape.groups.findIndex((group) => group.addresses.includes(address));
  const before = draft.functions[at];
  if (before === undefined || before.includes(address) === (sign === 1)) return;
  const after = sign === -1 ? before.filter((one) => one !== address) : [...before, address].sort();
  draft.functions = draft.functions.with(at, after);
}

/** How many functions of a group may be taken: a PF only while its VFs are free, VFs only while their PF is. */
export function availableFunctions(free: FreeHost, group: number): number {
  const shape = free.shape.groups[group];
  const own = free.functions[group]?.length ?? 0;
  if (shape === undefined || shape.withheld) return 0;
  if (shape.kind === 'vf') return shape.parent === -1 || (free.functions[shape.parent]?.length ?? 0) > 0 ? own : 0;
  const untouched = shape.children.every(
    (child) => free.functions[child]?.length === free.shape.groups[child]?.addresses.length,
  );
  return untouched ? own : 0;
}
