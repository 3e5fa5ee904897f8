/**
 * The grant: a placement for all VNFCs of an operation together, or a refusal that says why. Same request, same
 * inventory, same answer. The explanation is made when it is read, from the very picture that was decided on.
 */
import { fleetOf, type Fleet } from '../inventory/fleet.js';
import type { InventorySnapshot } from '../inventory/model.js';
import { askOf, type Ask } from './ask.js';
import { effortOf } from './effort.js';
import { exhaustedSummary, judge, placedSummary, refusedSummary, type Subject } from './explain.js';
import type { Explanation, PlacementRequest, PlacementResult, VnfcPlacement } from './model.js';
import { hardestFirst, search, type DeadEnd, type Search } from './search.js';

/** Enough for every operation of sane size; a refusal says so if not. */
export const defaultBudget = 20_000;

export const place = (request: PlacementRequest, snapshot: InventorySnapshot): PlacementResult =>
  placeInFleet(request, fleetOf(snapshot));

/** The same on a fleet that is kept from one decision to the next. */
export function placeInFleet(request: PlacementRequest, fleet: Fleet): PlacementResult {
  const asks = hardestFirst(request.demands.map(askOf));
  const outcome = attempts(request, fleet, asks);
  if (outcome.berths !== undefined) {
    const placements = inOrder(request, outcome.berths);
    const explain = once(() => placedExplanation(request, fleet, asks[0], placements));
    return {
      ok: true,
      placements,
      get explanation() {
        return explain();
      },
    };
  }
  const explain = once(() => refusedExplanation(request, fleet, asks, outcome));
  return {
    ok: false,
    get explanation() {
      return explain();
    },
  };
}

interface Outcome {
  readonly berths: readonly VnfcPlacement[] | undefined;
  readonly deadEnd: DeadEnd | undefined;
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

function attempts(request: PlacementRequest, fleet: Fleet, asks: readonly Ask[]): Outcome {
  let spent = 0;
  const all = manners(request);
  for (const [at, manner] of all.entries()) {
    const isLast = at === all.length - 1;
    const left = request.budget - spent;
    const effort = effortOf(isLast ? left : Math.floor(left / 4));
    const { berths, deadEnd } = search({ fleet, request, asks, ...manner, effort });
    spent += effort.spent();
    if (berths !== undefined || isLast) return { berths, deadEnd, exhausted: effort.exhausted(), spent };
  }
  return { berths: undefined, deadEnd: undefined, exhausted: true, spent };
}

function inOrder(request: PlacementRequest, berths: readonly VnfcPlacement[]): readonly VnfcPlacement[] {
  return request.demands.flatMap((demand) => berths.find((berth) => berth.vnfcId === demand.vnfcId) ?? []);
}

const atStart = (ask: Ask): Subject => ({ ask, state: { berths: [], touched: new Map() } });

function placedExplanation(
  request: PlacementRequest,
  fleet: Fleet,
  hardest: Ask | undefined,
  placements: readonly VnfcPlacement[],
): Explanation {
  const judged = hardest === undefined ? { hosts: [], funnel: [] } : judge(fleet, request, atStart(hardest));
  return {
    decision: 'placed',
    summary: placedSummary(
      request,
      placements.map((one) => one.hostId),
    ),
    ...(hardest === undefined ? {} : { subject: hardest.demand.vnfcId }),
    ...judged,
    nearestMisses: [],
    relaxations: [],
  };
}

function refusedExplanation(
  request: PlacementRequest,
  fleet: Fleet,
  asks: readonly Ask[],
  outcome: Outcome,
): Explanation {
  const first = asks[0];
  const subject = outcome.deadEnd ?? (first === undefined ? undefined : atStart(first));
  const judged = subject === undefined ? { hosts: [], funnel: [] } : judge(fleet, request, subject);
  const refused = subject === undefined ? '' : refusedSummary(request, subject, judged.funnel);
  return {
    decision: outcome.exhausted ? 'budget-exhausted' : 'refused',
    summary: outcome.exhausted ? exhaustedSummary(request, outcome.spent) : refused,
    ...(subject === undefined ? {} : { subject: subject.ask.demand.vnfcId }),
    ...judged,
    nearestMisses: [],
    relaxations: [],
  };
}

/** Made at first reading, kept from then on. */
function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
