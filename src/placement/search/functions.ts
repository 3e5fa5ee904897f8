/**
 * Choosing PCI functions. The search goes over groups of alike functions and their counts, never over single devices:
 * eight NICs out of two cards are a handful of cases, not hundreds of thousands.
 */
import type { FreeRoom } from '../../inventory/free.js';
import type { PciDemand } from '../../inventory/resources/held.js';
import { serves } from '../../inventory/resources/pci-function.js';
import type { FunctionGroup } from '../../inventory/shape.js';
import type { Effort } from './effort.js';
import type { FunctionPlacement } from '../model.js';

type Visit = (picks: readonly FunctionPlacement[]) => boolean;

interface Search {
  readonly free: FreeRoom;
  /** Those that are hardest to serve first. */
  readonly demands: readonly PciDemand[];
  readonly effort: Effort;
  readonly visit: Visit;
  /** Groups that may serve each demand. */
  readonly options: readonly (readonly number[])[];
  /** Ways that led nowhere: how many demands were served, and how much of each group and card they took. */
  readonly hopeless: Set<string>;
  /** Functions taken so far, by group. */
  readonly used: readonly number[];
  /** Left of the cards' links, index as `shape.cards`. */
  readonly mbps: readonly number[];
  /** Group chosen for each demand so far. */
  readonly chosen: readonly number[];
}

/** Calls `visit` with each different way to serve the demands, until it answers true; true when it did. */
export function eachFunctionPick(
  free: FreeRoom,
  demands: readonly PciDemand[],
  local: ReadonlySet<number>,
  effort: Effort,
  visit: Visit,
): boolean {
  if (demands.length === 0) return visit([]);
  const ordered = hardestFirst(free, demands, local);
  return choose({
    free,
    demands: ordered.map(({ demand }) => demand),
    options: ordered.map(({ groups }) => groups),
    effort,
    visit: (picks) => visit(demands.flatMap((_, at) => picks[ordered.findIndex((one) => one.at === at)] ?? [])),
    hopeless: new Set(),
    used: free.shape.groups.map(() => 0),
    mbps: cardsMbps(free),
    chosen: [],
  });
}

const cardsMbps = ({ shape, sums }: FreeRoom): readonly number[] =>
  shape.cards.map(({ address }) => sums.bandwidth.get(address) ?? 0);

/** Those that fewest groups could serve first, and alike ones side by side. */
function hardestFirst(free: FreeRoom, demands: readonly PciDemand[], local: ReadonlySet<number>) {
  const first = (demand: PciDemand) => demands.findIndex((other) => isAlike(other, demand));
  return demands
    .map((demand, at) => ({ at, demand, groups: groupsFor(free, demand, local), kind: first(demand) }))
    .sort((a, b) => a.groups.length - b.groups.length || a.kind - b.kind);
}

function choose(search: Search): boolean {
  const { demands, chosen, hopeless } = search;
  const demand = demands[chosen.length];
  if (demand === undefined) return search.visit(named(search));
  const previous = demands[chosen.length - 1];
  const options = search.options[chosen.length] ?? [];
  // Alike demands take groups in one order only: swapping them is no new case.
  const from = previous !== undefined && isAlike(previous, demand) ? options.indexOf(chosen.at(-1) ?? -1) : 0;
  const key = () => `${chosen.length} ${from} ${search.used.join()} ${search.mbps.join()}`;
  if (hopeless.size > 0 && hopeless.has(key())) return false;
  const isServed = options.slice(Math.max(0, from)).some((group) => {
    const mbps = bandwidthAfter(search, group, demand);
    if (mbps === undefined || left(search, group) <= 0 || !search.effort.spend()) return false;
    const used = search.used.with(group, (search.used[group] ?? 0) + 1);
    return choose({ ...search, used, mbps, chosen: [...chosen, group] });
  });
  if (!isServed) hopeless.add(key());
  return isServed;
}

/** What is left of the links when a function of the group serves the demand; undefined when its card has too little. */
function bandwidthAfter(search: Search, group: number, { bitrateMbps }: PciDemand): readonly number[] | undefined {
  const card = search.free.shape.groups[group]?.card ?? -1;
  if (bitrateMbps === undefined || card === -1) return search.mbps;
  const after = (search.mbps[card] ?? 0) - bitrateMbps;
  return after < 0 ? undefined : search.mbps.with(card, after);
}

const isAlike = (a: PciDemand, b: PciDemand): boolean =>
  a.kind === b.kind &&
  a.physicalNetwork === b.physicalNetwork &&
  a.cellPolicy === b.cellPolicy &&
  a.trusted === b.trusted &&
  a.rateLimited === b.rateLimited &&
  a.bitrateMbps === b.bitrateMbps;

/** Functions of a group that are left, a card being given away either whole or by its virtual functions. */
function left(search: Search, at: number): number {
  const { free, used } = search;
  const group = free.shape.groups[at];
  if (group === undefined) return 0;
  const own = (free.functions[at]?.length ?? 0) - (used[at] ?? 0);
  if (group.kind === 'vf') {
    const card = group.parent;
    return card === -1 || (used[card] === 0 && (free.functions[card]?.length ?? 0) > 0) ? own : 0;
  }
  const untouched = group.children.every(
    (child) => used[child] === 0 && free.functions[child]?.length === free.shape.groups[child]?.addresses.length,
  );
  return untouched ? own : 0;
}

/** Groups that may serve a demand: near ones first, then those without abilities that others may need. */
function groupsFor(free: FreeRoom, demand: PciDemand, local: ReadonlySet<number>): readonly number[] {
  const isNear = (group: FunctionGroup) => group.cell !== undefined && local.has(group.cell);
  const cost = (at: number) => {
    const group = free.shape.groups[at];
    if (group === undefined) return 0;
    const far = demand.cellPolicy !== 'none' && !isNear(group) ? 4 : 0;
    return far + Number(group.trustCapable) + Number(group.rateCapable);
  };
  return free.shape.groups
    .flatMap((group, at) => {
      const allowed = serves(group, demand) && (demand.cellPolicy !== 'required' || isNear(group));
      return allowed ? [at] : [];
    })
    .sort((a, b) => cost(a) - cost(b) || a - b);
}

function named(search: Search): readonly FunctionPlacement[] {
  const next = search.free.shape.groups.map(() => 0);
  return search.chosen.map((group, at) => {
    const nth = next[group] ?? 0;
    next[group] = nth + 1;
    const address = search.free.functions[group]?.[nth] ?? '';
    const card = search.free.shape.groups[group]?.cardAddress;
    const mbps = search.demands[at]?.bitrateMbps;
    const bandwidth = card === undefined || mbps === undefined ? {} : { bandwidth: { card, mbps } };
    return { cpdId: search.demands[at]?.cpdId ?? '', address, ...bandwidth };
  });
}
