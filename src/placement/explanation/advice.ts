/**
 * What to do about a refusal: the hosts that came closest, and the smallest changes that would fit. A change is only
 * named when the search, asked again with it, finds a berth.
 */
import { freeHost, heldOn, withHostState, withoutClaims, type CapacityIndex } from '../../inventory/capacity-index.js';
import type { HostId } from '../../shared/ids.js';
import { askOf } from '../question/ask.js';
import { decide } from '../search/decide.js';
import type { Judgement, Subject } from './explain.js';
import { distanceOf, missOf, missText, type Miss } from './miss.js';
import type { PlacementRequest, VnfcPlacement } from '../model.js';
import type { Relaxation } from './relaxation.js';
import { relaxationsFor } from './relaxations.js';
import { hardestFirst, surroundings } from '../search/search.js';

export interface Advice {
  readonly nearestMisses: readonly string[];
  readonly nearestHosts: readonly HostId[];
  readonly relaxations: readonly string[];
}

/** Hosts looked at closely: those that met most constraints. */
const closeHosts = 32;
const shownMisses = 3;
/** Changes of the question, and then of the fleet. */
const shownRelaxations = 4;
const shownElse = 2;
/** Budget of one question with a change, and how many pairs of changes are tried. */
const retryBudget = 300;
const mostPairs = 45;

export function adviceOn(
  fleet: CapacityIndex,
  request: PlacementRequest,
  subject: Subject,
  judgements: readonly Judgement[],
): Advice {
  const misses = nearest(fleet, request, subject, judgements);
  const retry = retrier(request, misses);
  const singles = relaxationsFor(request, subject.ask.demand, misses);
  const alone = singles.flatMap((one) => {
    const berths = retry(one.apply(request), fleet);
    return berths === undefined ? [] : [`fits with ${one.text}${placeOf(one, fleet, berths)}`];
  });
  const others = [...hostsBack(fleet, request, misses, retry), ...departures(fleet, request, misses, retry)];
  const found = [...alone.slice(0, shownRelaxations), ...others.slice(0, shownElse)];
  const shown = misses.slice(0, shownMisses);
  return {
    nearestHosts: shown.map(({ hostId }) => hostId),
    nearestMisses: shown.map((miss) => missText(miss, heldOn(fleet, miss.hostId))),
    relaxations: found.length > 0 ? found : inPairs(fleet, request, singles, retry).slice(0, shownRelaxations),
  };
}

/** Where a guest of one cell would then lie; several VNFCs are told of without it. */
function placeOf({ place }: Relaxation, fleet: CapacityIndex, [berth, second]: readonly VnfcPlacement[]): string {
  if (place === 'untold' || berth === undefined || second !== undefined) return '';
  const [cell, more] = berth.cells;
  const isOneCell = place === 'cell' && cell !== undefined && more === undefined && cell.memoryShares.length === 1;
  const host = fleet.size === 1 ? '' : `${isOneCell ? ' of' : ' on'} ${berth.hostId}`;
  return isOneCell ? ` on cell ${cell.hostCell}${host}` : host;
}

function nearest(
  fleet: CapacityIndex,
  request: PlacementRequest,
  subject: Subject,
  judgements: readonly Judgement[],
): readonly Miss[] {
  const around = surroundings({ fleet, request, bestEffortIsHard: false }, subject.ask, subject.state);
  const stage = ({ refusal }: Judgement) => refusal?.stage ?? Number.MAX_SAFE_INTEGER;
  return judgements
    .toSorted((a, b) => stage(b) - stage(a))
    .slice(0, closeHosts)
    .map(({ free }) => missOf(subject.ask, free, around))
    .sort((a, b) => distanceOf(a) - distanceOf(b));
}

/** The berths that the search then finds; on `hosts`, or on those that were close. */
type Retry = (
  request: PlacementRequest,
  fleet: CapacityIndex,
  hosts?: readonly HostId[],
) => readonly VnfcPlacement[] | undefined;

/** A single VNFC is asked of the close hosts only, which is quick; a set of VNFCs may need the others. */
function retrier(request: PlacementRequest, misses: readonly Miss[]): Retry {
  const close = misses.map((miss) => miss.hostId);
  return (changed, fleet, hosts = close) => {
    const isOne = request.demands.length === 1;
    const demands = isOne
      ? changed.demands.map((one) => ({ ...one, onlyHosts: among(one.onlyHosts, hosts) }))
      : changed.demands;
    const asked = { ...changed, demands, budget: Math.min(request.budget, retryBudget) };
    return decide(asked, fleet, hardestFirst(demands.map(askOf))).berths;
  };
}

const among = (only: readonly HostId[] | undefined, hosts: readonly HostId[]): readonly HostId[] =>
  only === undefined ? hosts : only.filter((id) => hosts.includes(id));

function inPairs(
  fleet: CapacityIndex,
  request: PlacementRequest,
  singles: readonly Relaxation[],
  retry: Retry,
): readonly string[] {
  const pairs = singles.flatMap((one, at) =>
    singles.slice(at + 1).flatMap((other) => (other.dimension === one.dimension ? [] : [[one, other] as const])),
  );
  return pairs
    .sort(([a, b], [c, d]) => a.size + b.size - c.size - d.size)
    .slice(0, mostPairs)
    .filter(([one, other]) => retry(other.apply(one.apply(request)), fleet) !== undefined)
    .map(([one, other]) => `fits with ${one.text} and ${other.text}`);
}

/** Hosts that would take it if only they were there. */
function hostsBack(
  fleet: CapacityIndex,
  request: PlacementRequest,
  misses: readonly Miss[],
  retry: Retry,
): readonly string[] {
  return misses.flatMap(({ hostId, standing, shortages }) => {
    const host = freeHost(fleet, hostId)?.host;
    const isAway = host !== undefined && (host.adminState !== 'active' || !host.reachable);
    if (!isAway || standing.length > 1 || shortages.length > 0) return [];
    const back = withHostState(fleet, hostId, { adminState: 'active', reachable: true });
    if (retry(request, back, [hostId]) === undefined) return [];
    return [host.adminState === 'active' ? `fits when ${hostId} answers again` : `fits when ${hostId} is active again`];
  });
}

const hostsToClear = 4;
const instancesToMove = 8;

/** Other VNFs that stand in the way, those that hold least first. */
function departures(
  fleet: CapacityIndex,
  request: PlacementRequest,
  misses: readonly Miss[],
  retry: Retry,
): readonly string[] {
  const own = new Set(request.demands.map((demand) => demand.vnfInstanceId));
  const inTheWay = misses.filter((miss) => miss.standing.length === 0).slice(0, hostsToClear);
  return inTheWay.flatMap(({ hostId }) => {
    const here = heldOn(fleet, hostId).filter((claim) => !own.has(claim.vnfInstanceId));
    const byInstance = [...Map.groupBy(here, (claim) => claim.vnfInstanceId)];
    return byInstance
      .sort((a, b) => a[1].length - b[1].length)
      .slice(0, instancesToMove)
      .filter(([, held]) => retry(request, withoutClaims(fleet, held), [hostId]) !== undefined)
      .slice(0, 1)
      .map(([instance]) => `fits when VNF ${instance} leaves ${hostId}`);
  });
}
