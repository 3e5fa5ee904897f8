/**
 * The search for a whole operation: VNFC by VNFC, host by host, berth by berth, going back where it leads nowhere. Each
 * step is a new state; nothing is undone because nothing was changed. Complete within its effort when `thrifty`.
 */
import { claimsOf } from '../inventory/claims.js';
import { freeHost, type Fleet } from '../inventory/fleet.js';
import { take, type FreeHost } from '../inventory/free.js';
import { opOccId, type HostId } from '../shared/ids.js';
import { aroundOf, type Around } from './around.js';
import type { Ask } from './ask.js';
import { eachBerth } from './berths.js';
import { candidateWindows } from './candidates.js';
import type { Thrift } from './cores.js';
import type { Effort } from './effort.js';
import type { PlacementRequest, VnfcPlacement } from './model.js';
import { cellsRanked } from './preferences/list.js';
import type { Candidate } from './preferences/preference.js';

export interface Search {
  readonly fleet: Fleet;
  readonly request: PlacementRequest;
  /** Hardest first. */
  readonly asks: readonly Ask[];
  readonly thrift: Thrift;
  readonly bestEffortIsHard: boolean;
  readonly effort: Effort;
}

export interface SearchState {
  readonly berths: readonly VnfcPlacement[];
  /** Hosts as they are after these berths. */
  readonly touched: ReadonlyMap<HostId, FreeHost>;
}

/** The furthest state from which the next VNFC found no berth on any host. */
export interface DeadEnd {
  readonly ask: Ask;
  readonly state: SearchState;
}

export interface SearchResult {
  readonly berths: readonly VnfcPlacement[] | undefined;
  readonly deadEnd: DeadEnd | undefined;
}

/** Claims on paper belong to no operation yet. */
const onPaper = opOccId('on-paper');

const untouched: SearchState = { berths: [], touched: new Map() };

export function search(input: Search): SearchResult {
  const furthest: { deadEnd?: DeadEnd } = {};
  const berths = placeFrom(input, untouched, furthest);
  return { berths, deadEnd: furthest.deadEnd };
}

export const surroundings = (input: Omit<Search, 'effort' | 'thrift' | 'asks'>, ask: Ask, state: SearchState): Around =>
  aroundOf(input.fleet, ask.demand, input.request.affinity, state.berths, input.bestEffortIsHard);

type Furthest = { deadEnd?: DeadEnd };

function placeFrom(input: Search, state: SearchState, furthest: Furthest): readonly VnfcPlacement[] | undefined {
  const ask = input.asks[state.berths.length];
  if (ask === undefined) return state.berths;
  const { fleet, request, effort } = input;
  const around = surroundings(input, ask, state);
  const windows = candidateWindows({ fleet, request, ask, around, touched: state.touched });
  let anyBerth = false;
  for (let window = windows(); window !== undefined; window = windows()) {
    for (const candidate of window) {
      if (!effort.spend()) return undefined;
      const tried = placeOn(input, state, ask, candidate, furthest);
      if (tried.berths !== undefined || effort.exhausted()) return tried.berths;
      anyBerth ||= tried.anyBerth;
    }
  }
  if (!anyBerth) noteDeadEnd(furthest, { ask, state });
  return undefined;
}

function placeOn(input: Search, state: SearchState, ask: Ask, { free }: Candidate, furthest: Furthest) {
  let berths: readonly VnfcPlacement[] | undefined;
  let anyBerth = false;
  const visit = (berth: VnfcPlacement): boolean => {
    anyBerth = true;
    berths = placeFrom(input, after(input, state, ask, free, berth), furthest);
    return berths !== undefined || input.effort.exhausted();
  };
  eachBerth({ free, ask, thrift: input.thrift, cellOrder: cellsRanked, effort: input.effort, visit });
  return { berths, anyBerth };
}

function after(input: Search, state: SearchState, ask: Ask, free: FreeHost, berth: VnfcPlacement): SearchState {
  const berths = [...state.berths, berth];
  if (berths.length === input.asks.length) return { berths, touched: state.touched };
  const then = take(free, claimsOf(berth, ask.demand, onPaper));
  return { berths, touched: new Map(state.touched).set(free.host.id, then) };
}

function noteDeadEnd(furthest: Furthest, deadEnd: DeadEnd): void {
  if (furthest.deadEnd === undefined || deadEnd.state.berths.length > furthest.deadEnd.state.berths.length) {
    furthest.deadEnd = deadEnd;
  }
}

/** A host as it is in a state. */
export const hostIn = (fleet: Fleet, state: SearchState, id: HostId): FreeHost | undefined =>
  state.touched.get(id) ?? freeHost(fleet, id);

/** What is left to place first: that which is tied to cells, then that which needs whole cores or devices, then size. */
export function hardestFirst(asks: readonly Ask[]): readonly Ask[] {
  const size = ({ demand, guestCells }: Ask) => [
    demand.threadPolicy === 'prefer' ? 0 : 1,
    demand.pciFunctions.length,
    guestCells.reduce((sum, cell) => sum + cell.dedicated, 0),
    demand.memoryMiB,
  ];
  // Placed last, a guest that is tied to no cell needs only sums, and any way to take them is as good as another.
  const looseness = (ask: Ask) => (ask.bound ? 0 : ask.demand.pageSize === 'small' ? 2 : 1);
  return asks.toSorted((a, b) => looseness(a) - looseness(b) || byEach(size(b), size(a)));
}

function byEach(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, place) => value !== b[place]);
  return at === -1 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}
