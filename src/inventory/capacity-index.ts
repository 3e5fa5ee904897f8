/**
 * The capacity of a fleet as placement searches it: what is free on every host, sorted by kind and by how full it is.
 * Immutable: a claim makes a new index that shares nearly everything with the old one, so that a what-if is an index like
 * any other.
 * Hosts of one kind are alike in everything that claims do not change; what holds for one of them holds for all.
 */
import type { FreeHost } from './free.js';
import { kindText, type KindView } from './host-kind.js';
import { inStoredOrder } from './claims.js';
import { freeOf, giveBack, take } from './take.js';
import { insert, remove, treeOf, type FillTree, type Leaf } from './fill-tree.js';
import type { Claim, Host, InventorySnapshot } from './model.js';
import { fillOf, physicalNetworksOf, roomOf } from './room.js';
import { sharedStorages, withOthers, type SharedStorages } from './shared-storage.js';
import { roomsMiB, sharedUse, sharesStorage } from './storage.js';
import type { AllocationId, HostId } from '../shared/ids.js';
import { isSameJson } from '../shared/same-json.js';

export interface HostKind {
  readonly key: string;
  /** Any host of this kind: what all of them share. */
  readonly sample: KindView;
  readonly physicalNetworks: readonly string[];
  readonly hasFunctions: boolean;
  /** With other hosts (shared-storage.ts). */
  readonly hasSharedStorage: boolean;
  readonly tree: FillTree;
}

export interface CapacityIndex {
  readonly size: number;
  readonly positions: ReadonlyMap<HostId, number>;
  /** Leaves by position, in chunks: changing one copies two short arrays. */
  readonly chunks: readonly (readonly Leaf[])[];
  readonly kinds: readonly HostKind[];
  /** Position -> index in `kinds`. */
  readonly kindOf: readonly number[];
}

const chunkSize = 128;

export function capacityIndexOf(snapshot: InventorySnapshot): CapacityIndex {
  const claims = Map.groupBy(snapshot.claims, (claim) => claim.hostId);
  const kindIndex = new Map<string, number>();
  const leavesOfKind: Leaf[][] = [];
  const networks: (readonly string[])[] = [];
  const kindOf: number[] = [];
  const leaves = snapshot.hosts.map((host, position) => {
    const held = claims.get(host.id) ?? [];
    const free = freeOf(host, held);
    const names = physicalNetworksOf(free);
    const key = kindKey(host, names);
    const kind = kindIndex.get(key) ?? kindIndex.size;
    kindIndex.set(key, kind);
    networks[kind] ??= names;
    const leaf = leafOf(free, position, names, held);
    (leavesOfKind[kind] ??= []).push(leaf);
    kindOf.push(kind);
    return leaf;
  });
  return {
    size: leaves.length,
    positions: new Map(snapshot.hosts.map((host, position) => [host.id, position])),
    chunks: chunked(leaves),
    kinds: leavesOfKind.flatMap((members, kind) => kindFrom(members, networks[kind] ?? [])),
    kindOf,
  };
}

function kindFrom(members: readonly Leaf[], physicalNetworks: readonly string[]): readonly HostKind[] {
  const first = members[0];
  if (first === undefined) return [];
  const sample = first.free.host;
  const key = kindKey(sample, physicalNetworks);
  return [{ key, sample, physicalNetworks, ...marksOf(sample), tree: treeOf(members) }];
}

const marksOf = (host: Host): Pick<HostKind, 'hasFunctions' | 'hasSharedStorage'> => ({
  hasFunctions: hasFunctions(host),
  hasSharedStorage: sharesStorage(host),
});

const hasFunctions = (host: Host): boolean => host.facts.pciFunctions.some((one) => one.kind !== 'other');

/** With what the index itself sorts by. */
const kindKey = (host: Host, physicalNetworks: readonly string[]): string =>
  [kindText(host), JSON.stringify([physicalNetworks, hasFunctions(host), sharesStorage(host)])].join(' ');

const leafOf = (
  free: FreeHost,
  position: number,
  physicalNetworks: readonly string[],
  held: readonly Claim[],
): Leaf => ({
  free,
  held,
  position,
  fill: fillOf(free),
  room: roomOf(free, physicalNetworks),
});

function chunked(leaves: readonly Leaf[]): readonly (readonly Leaf[])[] {
  const chunks: (readonly Leaf[])[] = [];
  for (let at = 0; at < leaves.length; at += chunkSize) chunks.push(leaves.slice(at, at + chunkSize));
  return chunks;
}

const leafAt = (fleet: CapacityIndex, position: number): Leaf | undefined =>
  fleet.chunks[Math.floor(position / chunkSize)]?.[position % chunkSize];

export function freeHost(fleet: CapacityIndex, id: HostId): FreeHost | undefined {
  const leaf = leafAt(fleet, fleet.positions.get(id) ?? -1);
  return leaf && seenIn(fleet, leaf.free);
}

export const hostIn = (fleet: CapacityIndex, id: HostId): Host | undefined =>
  leafAt(fleet, fleet.positions.get(id) ?? -1)?.free.host;

/** A host of the fleet with what VNFCs on other hosts take of the storage that it shares with these. */
export function seenIn(fleet: CapacityIndex, free: FreeHost): FreeHost {
  const shared = storagesOf(fleet);
  return shared === undefined ? free : withOthers(free, shared);
}

/** Other hosts that have less when this is claimed on these: they share the storage. */
export function storageSharers(
  fleet: CapacityIndex,
  hosts: readonly Host[],
  claims: readonly Claim[],
): readonly Host[] {
  const taken = hosts.flatMap((host) => [
    ...sharedUse(host, roomsMiB(host.facts.pools), freeOf(host, claims).poolsMiB).keys(),
  ]);
  if (taken.length === 0) return [];
  const known = new Set(hosts.map(({ id }) => id));
  const hasLess = ({ facts }: Host) =>
    facts.pools.some(({ storage }) => storage?.acrossHosts === true && taken.includes(storage.name));
  return freeHosts(fleet).flatMap(({ host }) => (!known.has(host.id) && hasLess(host) ? [host] : []));
}

const knownStorages = new WeakMap<CapacityIndex, SharedStorages>();

/** Undefined when no host shares any. */
export function storagesOf(fleet: CapacityIndex): SharedStorages | undefined {
  if (!fleet.kinds.some(({ hasSharedStorage }) => hasSharedStorage)) return undefined;
  const storages = knownStorages.get(fleet) ?? sharedStorages(fleet.chunks.flat());
  knownStorages.set(fleet, storages);
  return storages;
}

/** The claims on a host. */
export const heldOn = (fleet: CapacityIndex, id: HostId): readonly Claim[] =>
  leafAt(fleet, fleet.positions.get(id) ?? -1)?.held ?? [];

/** Every host in the order of the snapshot. */
export function freeHosts(fleet: CapacityIndex): readonly FreeHost[] {
  const shared = storagesOf(fleet);
  const seen = ({ free }: Leaf) => (shared === undefined ? free : withOthers(free, shared));
  return fleet.chunks.flatMap((chunk) => chunk.map(seen));
}

/** The fleet after these claims are made. Claims on hosts that it does not have (MAC, IP) change nothing. */
export const withClaims = (fleet: CapacityIndex, claims: readonly Claim[]): CapacityIndex =>
  changed(fleet, claims, takes);

/** The fleet after these claims are released. */
export const withoutClaims = (fleet: CapacityIndex, claims: readonly Claim[]): CapacityIndex =>
  changed(fleet, claims, givesBack);

/** What these allocations hold on these hosts. */
export function heldBy(
  fleet: CapacityIndex,
  allocations: ReadonlySet<AllocationId>,
  hosts: Iterable<HostId>,
): readonly Claim[] {
  return [...new Set(hosts)].flatMap((id) => heldOn(fleet, id).filter((claim) => allocations.has(claim.allocationId)));
}

/** The fleet with a host in another state, claims as they were: what would be if it were drained, or came back. */
export function withHostState(
  fleet: CapacityIndex,
  id: HostId,
  state: Pick<Host, 'adminState' | 'reachable'>,
): CapacityIndex {
  const position = fleet.positions.get(id) ?? -1;
  const old = leafAt(fleet, position);
  const kind = fleet.kinds[fleet.kindOf[position] ?? -1];
  if (old === undefined || kind === undefined) return fleet;
  const leaf = { ...old, free: { ...old.free, host: { ...old.free.host, ...state } } };
  return placed(fleet, leaf, kind.physicalNetworks, old);
}

/** The fleet with a host as it is now, whether new or changed. Its claims stay unless others are given. */
export function withHost(fleet: CapacityIndex, host: Host, claims?: readonly Claim[]): CapacityIndex {
  const known = fleet.positions.get(host.id);
  const old = leafAt(fleet, known ?? -1);
  const held = claims ?? old?.held ?? [];
  const free = freeOf(host, held);
  const networks = physicalNetworksOf(free);
  return placed(fleet, leafOf(free, known ?? fleet.size, networks, held), networks, old);
}

/** The fleet with a host as it is now, and with these claims beside those that it has: as if all were read again. */
export function withHostTaking(fleet: CapacityIndex, host: Host, claims: readonly Claim[]): CapacityIndex {
  const position = fleet.positions.get(host.id) ?? -1;
  const old = leafAt(fleet, position);
  const kind = fleet.kinds[fleet.kindOf[position] ?? -1];
  if (old === undefined || kind === undefined) return withHost(fleet, host, claims);
  const held = [...old.held, ...claims].sort(inStoredOrder);
  if (!isLater(old.free.host, host)) return withHost(fleet, host, held);
  const free = take({ ...old.free, host }, claims);
  return replaced(fleet, position, kind, old, leafOf(free, position, kind.physicalNetworks, held));
}

/** Nothing but claims came between the two. */
const isLater = (old: Host, host: Host): boolean => isSameJson({ ...old, generation: 0 }, { ...host, generation: 0 });

/** The fleet with this leaf in the place of the old one, or at the end, and in the kind that it belongs to. */
function placed(
  fleet: CapacityIndex,
  leaf: Leaf,
  physicalNetworks: readonly string[],
  old: Leaf | undefined,
): CapacityIndex {
  const { position, free } = leaf;
  const kinds = without(fleet, position, old);
  const key = kindKey(free.host, physicalNetworks);
  const known = kinds.findIndex((kind) => kind.key === key);
  const to = known === -1 ? kinds.length : known;
  const fresh = { key, sample: free.host, physicalNetworks, ...marksOf(free.host), tree: undefined };
  const target = kinds[to] ?? fresh;
  const isNew = old === undefined;
  return {
    size: isNew ? fleet.size + 1 : fleet.size,
    positions: isNew ? new Map(fleet.positions).set(free.host.id, position) : fleet.positions,
    chunks: chunksWith(fleet, position, leaf),
    kinds: kinds.toSpliced(to, 1, { ...target, tree: insert(target.tree, leaf) }),
    kindOf: isNew ? [...fleet.kindOf, to] : fleet.kindOf.with(position, to),
  };
}

function without(fleet: CapacityIndex, position: number, old: Leaf | undefined): readonly HostKind[] {
  const from = fleet.kindOf[position] ?? -1;
  const kind = fleet.kinds[from];
  if (old === undefined || kind === undefined) return fleet.kinds;
  return fleet.kinds.with(from, { ...kind, tree: remove(kind.tree, old) });
}

type Change = (old: Leaf, claims: readonly Claim[]) => Pick<Leaf, 'free' | 'held'>;

const takes: Change = ({ free, held }, claims) => ({ free: take(free, claims), held: [...held, ...claims] });

function givesBack({ free, held }: Leaf, claims: readonly Claim[]): Pick<Leaf, 'free' | 'held'> {
  const name = (claim: Claim) => `${claim.allocationId} ${claim.kind} ${claim.cell ?? ''} ${claim.key}`;
  const released = new Set(claims.map(name));
  return { free: giveBack(free, claims), held: held.filter((claim) => !released.has(name(claim))) };
}

function changed(fleet: CapacityIndex, claims: readonly Claim[], change: Change): CapacityIndex {
  let result = fleet;
  for (const [id, own] of Map.groupBy(claims, (claim) => claim.hostId)) {
    const position = result.positions.get(id) ?? -1;
    const old = leafAt(result, position);
    const kind = result.kinds[result.kindOf[position] ?? -1];
    if (old === undefined || kind === undefined) continue;
    const { free, held } = change(old, own);
    result = replaced(result, position, kind, old, leafOf(free, position, kind.physicalNetworks, held));
  }
  return result;
}

/** The fleet with this leaf in the place of the old one; the host stays of its kind. */
function replaced(fleet: CapacityIndex, position: number, kind: HostKind, old: Leaf, leaf: Leaf): CapacityIndex {
  const kindAt = fleet.kindOf[position] ?? -1;
  const tree = insert(remove(kind.tree, old), leaf);
  return {
    ...fleet,
    chunks: chunksWith(fleet, position, leaf),
    kinds: fleet.kinds.with(kindAt, { ...kind, tree }),
  };
}

function chunksWith(fleet: CapacityIndex, position: number, leaf: Leaf): CapacityIndex['chunks'] {
  const at = Math.floor(position / chunkSize);
  const chunk = fleet.chunks[at];
  if (chunk === undefined) return [...fleet.chunks, [leaf]];
  return fleet.chunks.with(at, chunk.toSpliced(position % chunkSize, 1, leaf));
}
