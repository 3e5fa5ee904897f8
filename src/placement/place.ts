/**
 * The grant: a placement for all VNFCs of an operation together, or a refusal that says why. Same request, same
 * inventory, same answer. The explanation is made when it is read, from the very picture that was decided on.
 */
import { fleetOf, type Fleet } from '../inventory/fleet.js';
import type { Claim, InventorySnapshot } from '../inventory/model.js';
import { adviceOn } from './advice.js';
import { askOf, type Ask } from './ask.js';
import { decide, type Outcome } from './decide.js';
import { exhaustedSummary, judge, placedSummary, refusedSummary, type Subject } from './explain.js';
import type { Explanation, PlacementRequest, PlacementResult, VnfcPlacement } from './model.js';
import { hardestFirst } from './search.js';

/** Enough for every operation of sane size; a refusal says so if not. */
export const defaultBudget = 20_000;

export const place = (request: PlacementRequest, snapshot: InventorySnapshot): PlacementResult =>
  placeInFleet(request, fleetOf(snapshot), snapshot.claims);

/**
 * The same on a fleet that is kept from one decision to the next. `claims` are those that stand, for the advice which
 * VNF would have to leave; without them no such advice is given.
 */
export function placeInFleet(request: PlacementRequest, fleet: Fleet, claims: readonly Claim[] = []): PlacementResult {
  const asks = hardestFirst(request.demands.map(askOf));
  const outcome = decide(request, fleet, asks);
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
  const explain = once(() => refusedExplanation(request, fleet, asks, outcome, claims));
  return {
    ok: false,
    get explanation() {
      return explain();
    },
  };
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
  claims: readonly Claim[],
): Explanation {
  const first = asks[0];
  const subject = outcome.deadEnd ?? (first === undefined ? undefined : atStart(first));
  const decision = outcome.exhausted ? 'budget-exhausted' : 'refused';
  if (subject === undefined) return { decision, summary: 'Nothing was asked.', ...nothing };
  const judged = judge(fleet, request, subject);
  return {
    decision,
    summary: outcome.exhausted
      ? exhaustedSummary(request, outcome.spent)
      : refusedSummary(request, subject, judged.funnel),
    subject: subject.ask.demand.vnfcId,
    ...judged,
    ...adviceOn(fleet, request, subject, claims),
  };
}

const nothing = { hosts: [], funnel: [], nearestMisses: [], relaxations: [] };

/** Made at first reading, kept from then on. */
function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
