/**
 * Why a placement is as it is: the funnel and every host's verdict, asked of the same constraints on the same picture
 * that the search had. When the VNFCs fit one by one but not together, the picture is the one in which the search got
 * furthest, so that a host's reason is what really stood in the way.
 */
import { freeHosts, type CapacityIndex } from '../../inventory/capacity-index.js';
import type { FreeHost } from '../../inventory/free.js';
import type { Ask } from '../question/ask.js';
import { constraintNames, hostRefusal, kindRefusal, roomRefusal, type FirstRefusal } from '../constraints/list.js';
import { effortOf } from '../search/effort.js';
import { KeptRefusals } from './kept-refusals.js';
import type { FunnelStage, HostVerdict, PlacementRequest } from '../model.js';
import { surroundings } from '../search/search.js';
import { nowOf, type SearchState } from '../search/search-state.js';

/** What was asked, on which fleet. */
export interface Question {
  readonly request: PlacementRequest;
  readonly fleet: CapacityIndex;
  /** Absent: no refusal of an earlier decision is used. */
  readonly refusals?: KeptRefusals | undefined;
}

/** Of which VNFC, in which state. */
export interface Subject {
  readonly ask: Ask;
  readonly state: SearchState;
}

export interface Judgement {
  readonly free: FreeHost;
  readonly refusal: FirstRefusal | undefined;
}

/**
 * Cases looked at on all hosts together. A search that refuses within its budget has looked at fewer, so that only where
 * the budget ran out a host may be left without an exact answer.
 */
const mostCases = 100_000;

/** Every host, judged once: the whole explanation is made from this. */
export function judge(
  { fleet, request, refusals = new KeptRefusals() }: Question,
  { ask, state }: Subject,
): readonly Judgement[] {
  const around = surroundings({ fleet, request, bestEffortIsHard: false }, ask, state);
  const effort = effortOf(mostCases);
  const kept = refusals.for(ask);
  const room = (free: FreeHost) => roomRefusal(ask, free, around, effort);
  const ofKinds = fleet.kinds.map((kind) => kindRefusal(ask, kind.sample));
  return freeHosts(fleet).map((base, position) => {
    const free = nowOf(state, base);
    const standing = ofKinds[fleet.kindOf[position] ?? -1] ?? hostRefusal(ask, free.host, around);
    if (standing !== undefined) return { free, refusal: standing };
    return { free, refusal: free === base ? kept.of(position, free, room, effort) : room(free) };
  });
}

export const verdictsOf = (judgements: readonly Judgement[]): readonly HostVerdict[] =>
  judgements.map(({ free, refusal }) => ({
    hostId: free.host.id,
    fits: refusal === undefined,
    reasons: refusal?.reasons ?? [],
  }));

export function funnelOf(judgements: readonly Judgement[]): readonly FunnelStage[] {
  const refused = constraintNames.map(() => 0);
  for (const { refusal } of judgements) {
    if (refusal !== undefined) refused[refusal.stage] = (refused[refusal.stage] ?? 0) + 1;
  }
  let before = judgements.length;
  return constraintNames.map((constraint, stage) => {
    const after = before - (refused[stage] ?? 0);
    const step = { constraint, before, after };
    before = after;
    return step;
  });
}

export function placedSummary(request: PlacementRequest, hosts: readonly string[]): string {
  const names = [...new Set(hosts)];
  const where = names.length === 0 ? 'nowhere: nothing was asked' : `on ${names.join(', ')}`;
  return `${counted(request.demands.length, 'VNFC')} placed ${where}.`;
}

export function refusedSummary(request: PlacementRequest, subject: Subject, funnel: readonly FunnelStage[]): string {
  const { demand } = subject.ask;
  const before = subject.state.berths.length;
  const beside =
    request.demands.length === 1
      ? ''
      : before === 0
        ? ' even alone'
        : ` beside the ${before} placed before it (of ${request.demands.length} together)`;
  const hosts = funnel[0]?.before ?? 0;
  if (hosts === 0) return `VNFC ${demand.vnfcId} (VDU ${demand.vduId}) finds no berth: there are no hosts.`;
  const lost = funnel.filter((stage) => stage.after < stage.before);
  const steps = lost.map((stage) => `${stage.constraint} ${stage.before - stage.after}`).join(', ');
  const whose = `VNFC ${demand.vnfcId} (VDU ${demand.vduId})`;
  return `${whose} finds no berth on ${hosts === 1 ? 'the only host' : `any of ${hosts} hosts`}${beside}; refused by ${steps}.`;
}

export const exhaustedSummary = (request: PlacementRequest, spent: number): string =>
  `The search stopped after ${spent} cases, its budget of ${request.budget}: whether ${counted(
    request.demands.length,
    'VNFC',
  )} would fit is not known. Ask for fewer VNFCs at once, or with fewer rules over them.`;

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
