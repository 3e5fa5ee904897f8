/**
 * The decision without its explanation: the searches that are made for one question, and what came of them.
 */
import type { CapacityIndex } from '../../inventory/capacity-index.js';
import type { Ask } from '../question/ask.js';
import { effortOf } from './effort.js';
import type { PlacementRequest, VnfcPlacement } from '../model.js';
import { search, type DeadEnd, type Search } from './search.js';
import { untouched } from './search-state.js';

export interface Outcome {
  readonly berths: readonly VnfcPlacement[] | undefined;
  readonly deadEnd: DeadEnd | undefined;
  /** The budget was the limit, not the fleet. */
  readonly exhausted: boolean;
  readonly spent: number;
}

type Manner = Pick<Search, 'thrift' | 'bestEffortIsHard'>;

/** First as everybody would like it, last in the manner that is complete. */
function manners(request: PlacementRequest): readonly Manner[] {
  const thrifts = request.demands.length > 1 ? (['siblings', 'thrifty'] as const) : (['siblings'] as const);
  const wishes = request.affinity.some((rule) => rule.bestEffort) ? [true, false] : [false];
  return wishes.flatMap((bestEffortIsHard) => thrifts.map((thrift) => ({ thrift, bestEffortIsHard })));
}

/** Share of the budget that a search may take which is not the last. */
const firstShare = 4;

/** `asks` are those of the request, hardest first. */
export function decide(request: PlacementRequest, fleet: CapacityIndex, asks: readonly Ask[]): Outcome {
  const alone = cannotStandAlone(request, fleet, asks);
  if (alone !== undefined) return { ...alone, exhausted: false };
  let spent = 0;
  const all = manners(request);
  for (const [at, manner] of all.entries()) {
    const isLast = at === all.length - 1;
    const left = request.budget - spent;
    const effort = effortOf(isLast ? left : Math.floor(left / firstShare));
    const { berths, deadEnd } = search({ fleet, request, asks, ...manner, effort });
    spent += effort.spent();
    if (berths !== undefined || isLast) return { berths, deadEnd, exhausted: effort.exhausted(), spent };
  }
  return { berths: undefined, deadEnd: undefined, exhausted: true, spent };
}

/** Cases that the question about one VNFC alone may cost; beyond, the search of all decides. */
const aloneBudget = 2000;

/** The first VNFC that finds no berth even in the fleet as it is: no order of the others can help it. */
function cannotStandAlone(request: PlacementRequest, fleet: CapacityIndex, asks: readonly Ask[]) {
  if (asks.length < 2) return undefined;
  let spent = 0;
  for (const ask of asks) {
    const effort = effortOf(Math.min(aloneBudget, request.budget));
    const result = search({ fleet, request, asks: [ask], thrift: 'siblings', bestEffortIsHard: false, effort });
    spent += effort.spent();
    if (result.berths === undefined && !effort.exhausted()) {
      return { berths: undefined, deadEnd: { ask, state: untouched }, spent };
    }
  }
  return undefined;
}
