/**
 * Hosts that may take a VNFC, best first, a handful at a time. Kinds that cannot take it are passed over as a whole, and
 * within a kind the fleet index skips what lacks room, so that the cost follows the answer and not the fleet.
 */
import { fillOf } from '../../inventory/room.js';
import { freeHost, seenIn, type CapacityIndex, type HostKind } from '../../inventory/capacity-index.js';
import { walk, type Leaf } from '../../inventory/fill-tree.js';
import type { FreeHost } from '../../inventory/free.js';
import type { Around } from '../question/around.js';
import type { Ask } from '../question/ask.js';
import { hostIsAllowed, kindIsAllowed } from '../constraints/list.js';
import type { PlacementRequest } from '../model.js';
import { needsOf } from '../question/needs.js';
import { ranked } from '../preferences/list.js';
import type { Candidate } from '../preferences/preference.js';
import { nowOf, type SearchState } from './search-state.js';

export interface CandidateSearch {
  readonly fleet: CapacityIndex;
  readonly request: PlacementRequest;
  readonly ask: Ask;
  readonly around: Around;
  /** What VNFCs of this question already take. */
  readonly state: SearchState;
}

type Next<T> = () => T | undefined;

/** How many hosts are compared at a time. */
const windowSize = 6;

/** Each call returns the next few candidates, ranked; undefined at the end. */
export function candidateWindows(search: CandidateSearch): Next<readonly Candidate[]> {
  const next = namedHosts(search) ?? byFill(search);
  return () => {
    const window: Candidate[] = [];
    while (window.length < windowSize) {
      const candidate = next();
      if (candidate === undefined) break;
      window.push(candidate);
    }
    return window.length === 0 ? undefined : ranked(window, search.ask, search.around, search.request);
  };
}

/** When rules or the request name the hosts, nothing else needs to be looked at. */
function namedHosts(search: CandidateSearch): Next<Candidate> | undefined {
  const { ask, around, fleet } = search;
  const together = around.rules.find(
    ({ rule, hard, hosts }) => hard && rule.kind === 'affinity' && rule.scope === 'nfvi_node' && hosts.size > 0,
  );
  const names = ask.demand.onlyHosts ?? (together === undefined ? undefined : [...together.hosts]);
  if (names === undefined) return undefined;
  const allowed = [...new Set(names)].flatMap((id) => {
    const free = freeHost(fleet, id);
    const isAllowed = free !== undefined && kindIsAllowed(ask, free.host) && hostIsAllowed(ask, free.host, around);
    return isAllowed ? [now(search, free)] : [];
  });
  let at = 0;
  return () => allowed[at++];
}

const now = (search: CandidateSearch, free: FreeHost, fill?: number): Candidate => {
  const after = nowOf(search.state, free);
  return { free: after, fill: search.state.touched.has(free.host.id) ? fillOf(after) : (fill ?? fillOf(free)) };
};

/** Kinds without PCI functions come before others for a VNFC that needs none; within a tier the order is the fill. */
function byFill(search: CandidateSearch): Next<Candidate> {
  const { ask, fleet } = search;
  const kinds = fleet.kinds.filter((kind) => kindIsAllowed(ask, kind.sample));
  const plain = ask.demand.pciFunctions.length > 0 ? [] : kinds.filter((kind) => !kind.hasFunctions);
  const tiers = [plain, kinds.filter((kind) => !plain.includes(kind))];
  let tier = 0;
  let next = merged(search, tiers[tier] ?? []);
  return () => {
    for (;;) {
      const leaf = next();
      if (leaf !== undefined && hostIsAllowed(ask, leaf.free.host, search.around))
        return now(search, seenIn(search.fleet, leaf.free), leaf.fill);
      if (leaf !== undefined) continue;
      tier += 1;
      if (tier >= tiers.length) return undefined;
      next = merged(search, tiers[tier] ?? []);
    }
  };
}

/** Leaves of several kinds in one order. */
function merged(search: CandidateSearch, kinds: readonly HostKind[]): Next<Leaf> {
  const order = search.request.strategy === 'pack' ? 'fullest' : 'emptiest';
  const heads = kinds.flatMap((kind) => {
    const next = walk(kind.tree, needsOf(search.ask, kind.physicalNetworks), order);
    const leaf = next();
    return leaf === undefined ? [] : [{ next, leaf }];
  });
  const isBefore = (a: Leaf, b: Leaf) => (order === 'fullest' ? a.fill > b.fill : a.fill < b.fill);
  return () => {
    let best = 0;
    for (let at = 1; at < heads.length; at += 1) {
      const [head, leader] = [heads[at], heads[best]];
      if (head !== undefined && leader !== undefined && isBefore(head.leaf, leader.leaf)) best = at;
    }
    const head = heads[best];
    if (head === undefined) return undefined;
    const { leaf } = head;
    const following = head.next();
    if (following === undefined) heads.splice(best, 1);
    else head.leaf = following;
    return leaf;
  };
}
