/**
 * The search for a whole operation: VNFC by VNFC, host by host, berth by berth, going back where it leads nowhere. Each
 * step is a new state; nothing is undone because nothing was changed. Complete within its effort when `thrifty`.
 */
import { claimsOf } from '../../inventory/claims.js';
import type { CapacityIndex } from '../../inventory/capacity-index.js';
import type { FreeHost } from '../../inventory/free.js';
import { opOccId } from '../../shared/ids.js';
import { aroundOf, type Around } from '../question/around.js';
import { namesCpus, type Ask } from '../question/ask.js';
import { eachBerth, type HostBerth } from './berths.js';
import { candidateWindows } from './candidates.js';
import type { Thrift } from './cores.js';
import type { Effort } from './effort.js';
import type { PlacementRequest, VnfcPlacement } from '../model.js';
import { cellsRanked } from '../preferences/list.js';
import type { Candidate } from '../preferences/preference.js';
import { stateKey, untouched, withBerth, type SearchState } from './search-state.js';

export interface Search {
  readonly fleet: CapacityIndex;
  readonly request: PlacementRequest;
  /** Hardest first. */
  readonly asks: readonly Ask[];
  readonly thrift: Thrift;
  readonly bestEffortIsHard: boolean;
  readonly effort: Effort;
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

/** What a search learns on its way. */
interface Lessons {
  deadEnd?: DeadEnd;
  /** States from which nothing leads on. */
  readonly hopeless: Set<string>;
}

export function search(input: Search): SearchResult {
  const lessons: Lessons = { hopeless: new Set() };
  const berths = placeFrom(input, untouched, lessons);
  return { berths, deadEnd: lessons.deadEnd };
}

export const surroundings = (input: Omit<Search, 'effort' | 'thrift' | 'asks'>, ask: Ask, state: SearchState): Around =>
  aroundOf(input.fleet, ask.demand, input.request.affinity, state.berths, input.bestEffortIsHard);

function placeFrom(input: Search, state: SearchState, lessons: Lessons): readonly VnfcPlacement[] | undefined {
  const ask = input.asks[state.berths.length];
  if (ask === undefined) return state.berths;
  const key = () => stateKey(state, input.request.affinity, input.asks.some(namesCpus));
  if (lessons.hopeless.size > 0 && lessons.hopeless.has(key())) return undefined;
  const berths = placeNext(input, state, ask, lessons);
  if (berths === undefined && !input.effort.exhausted()) lessons.hopeless.add(key());
  return berths;
}

function placeNext(
  input: Search,
  state: SearchState,
  ask: Ask,
  lessons: Lessons,
): readonly VnfcPlacement[] | undefined {
  const { fleet, request, effort } = input;
  const around = surroundings(input, ask, state);
  const windows = candidateWindows({ fleet, request, ask, around, state });
  let anyBerth = false;
  for (let window = windows(); window !== undefined; window = windows()) {
    for (const candidate of window) {
      if (!effort.spend()) return undefined;
      const tried = placeOn(input, state, ask, candidate, lessons);
      if (tried.berths !== undefined || effort.exhausted()) return tried.berths;
      anyBerth ||= tried.anyBerth;
    }
  }
  if (!anyBerth) noteDeadEnd(lessons, { ask, state });
  return undefined;
}

function placeOn(input: Search, state: SearchState, ask: Ask, { free }: Candidate, lessons: Lessons) {
  let berths: readonly VnfcPlacement[] | undefined;
  let anyBerth = false;
  const { vnfcId } = ask.demand;
  const visit = (berth: HostBerth): boolean => {
    anyBerth = true;
    berths = placeFrom(input, after(input, state, ask, free, { vnfcId, ...berth }), lessons);
    return berths !== undefined || input.effort.exhausted();
  };
  eachBerth({ free, ask, thrift: input.thrift, cellOrder: cellsRanked, effort: input.effort, visit });
  return { berths, anyBerth };
}

function after(input: Search, state: SearchState, ask: Ask, free: FreeHost, berth: VnfcPlacement): SearchState {
  const berths = [...state.berths, berth];
  if (berths.length === input.asks.length) return { ...state, berths };
  return withBerth(state, free, berth, claimsOf(berth, ask.demand, onPaper));
}

function noteDeadEnd(lessons: Lessons, deadEnd: DeadEnd): void {
  if (lessons.deadEnd === undefined || deadEnd.state.berths.length > lessons.deadEnd.state.berths.length) {
    lessons.deadEnd = deadEnd;
  }
}

/**
 * What is left to place first: that which names its CPUs, for nothing that chooses may take them; that which is tied to
 * cells; then that which needs whole cores or devices; then size.
 */
export function hardestFirst(asks: readonly Ask[]): readonly Ask[] {
  const size = ({ demand, guestCells }: Ask) => [
    demand.threadPolicy === 'prefer' ? 0 : 1,
    demand.pciFunctions.length,
    guestCells.reduce((sum, cell) => sum + cell.dedicated, 0),
    demand.memoryMiB,
  ];
  // Placed last, a guest that is tied to no cell needs only sums, and any way to take them is as good as another.
  const looseness = (ask: Ask) => (namesCpus(ask) ? -1 : ask.bound ? 0 : ask.demand.pageSize === 'small' ? 2 : 1);
  return asks.toSorted((a, b) => looseness(a) - looseness(b) || byEach(size(b), size(a)));
}

function byEach(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, place) => value !== b[place]);
  return at === -1 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}
