/**
 * The grant: a placement for all VNFCs of an operation together, or a refusal that says why. Same request, same
 * inventory, same answer. The explanation is made when it is read, from the very picture that was decided on.
 */
import { capacityIndexOf, type CapacityIndex } from '../inventory/capacity-index.js';
import type { InventorySnapshot } from '../inventory/model.js';
import { once } from '../shared/once.js';
import { adviceOn } from './explanation/advice.js';
import { askOf, type Ask } from './question/ask.js';
import { decide, type Outcome } from './search/decide.js';
import {
  exhaustedSummary,
  funnelOf,
  judge,
  placedSummary,
  refusedSummary,
  verdictsOf,
  type Question,
  type Subject,
} from './explanation/explain.js';
import type { KeptRefusals } from './explanation/kept-refusals.js';
import type { Explanation, PlacementRequest, PlacementResult, VnfcPlacement } from './model.js';
import { hardestFirst } from './search/search.js';
import { untouched } from './search/search-state.js';

export const place = (request: PlacementRequest, snapshot: InventorySnapshot): PlacementResult =>
  placeInFleet(request, capacityIndexOf(snapshot));

/** The same on a fleet that is kept from one decision to the next, as `refusals` may be. */
export function placeInFleet(
  request: PlacementRequest,
  fleet: CapacityIndex,
  refusals?: KeptRefusals,
): PlacementResult {
  const asks = hardestFirst(request.demands.map(askOf));
  const outcome = decide(request, fleet, asks);
  if (outcome.berths !== undefined) {
    const placements = inOrder(request, outcome.berths);
    const explain = once(() => placedExplanation({ request, fleet, refusals }, asks[0], placements));
    return {
      ok: true,
      placements,
      get explanation() {
        return explain();
      },
    };
  }
  const explain = once(() => refusedExplanation({ request, fleet, refusals }, asks, outcome));
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

const atStart = (ask: Ask): Subject => ({ ask, state: untouched });

function placedExplanation(
  question: Question,
  hardest: Ask | undefined,
  placements: readonly VnfcPlacement[],
): Explanation {
  const judgements = hardest === undefined ? [] : judge(question, atStart(hardest));
  return {
    decision: 'placed',
    summary: placedSummary(
      question.request,
      placements.map((one) => one.hostId),
    ),
    ...(hardest === undefined ? {} : { subject: hardest.demand.vnfcId }),
    hosts: verdictsOf(judgements),
    funnel: hardest === undefined ? [] : funnelOf(judgements),
    nearestMisses: [],
    relaxations: [],
  };
}

function refusedExplanation(question: Question, asks: readonly Ask[], outcome: Outcome): Explanation {
  const { request, fleet } = question;
  const first = asks[0];
  const subject = outcome.deadEnd ?? (first === undefined ? undefined : atStart(first));
  const decision = outcome.exhausted ? 'budget-exhausted' : 'refused';
  if (subject === undefined) return { decision, summary: 'Nothing was asked.', ...nothing };
  const judgements = judge(question, subject);
  const funnel = funnelOf(judgements);
  return {
    decision,
    summary: outcome.exhausted ? exhaustedSummary(request, outcome.spent) : refusedSummary(request, subject, funnel),
    subject: subject.ask.demand.vnfcId,
    hosts: verdictsOf(judgements),
    funnel,
    // Where the budget was the limit nobody knows what is missing.
    ...(outcome.exhausted ? noAdvice : adviceOn(fleet, request, subject, judgements)),
  };
}

const noAdvice = { nearestMisses: [], relaxations: [] };
const nothing = { hosts: [], funnel: [], ...noAdvice };
