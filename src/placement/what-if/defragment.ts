/**
 * Which VNFCs to move, and in which order, so that a fleet has room for so many more of a VDU. Nothing is moved here:
 * each move is placed by the same search, on the fleet as the moves before it leave it, while its old berth is still
 * held, as it is during a migration.
 */
import { claimsOf } from '../../inventory/claims.js';
import {
  freeHost,
  freeHosts,
  heldOn,
  withClaims,
  withoutClaims,
  type CapacityIndex,
} from '../../inventory/capacity-index.js';
import { opOccId, type HostId, type VnfcId, type VnfInstanceId } from '../../shared/ids.js';
import { askOf, type Ask } from '../question/ask.js';
import { decide } from '../search/decide.js';
import type { AffinityDemand, PlacementRequest, VnfcDemand } from '../model.js';
import { HostCounter } from './per-host.js';

/** A VNFC that stands somewhere and could be asked to move. */
export interface Standing {
  readonly demand: VnfcDemand;
  readonly hostId: HostId;
  /** Rules that bind it, with where the others stand. */
  readonly affinity: readonly AffinityDemand[];
}

export interface DefragmentQuestion {
  readonly demand: VnfcDemand;
  readonly slots: number;
  readonly standing: readonly Standing[];
  readonly settings: Pick<PlacementRequest, 'seed' | 'budget' | 'strategy'>;
}

/** `live`: while it runs; `cold`: stopped, because the CPUs of the hosts differ; `impossible`: it cannot be moved. */
export type MoveCost = 'live' | 'cold' | 'impossible';

export interface Move {
  readonly vnfcId: VnfcId;
  readonly vnfInstanceId: VnfInstanceId;
  readonly from: HostId;
  readonly to: HostId;
  readonly cost: MoveCost;
  /** What has to be copied. */
  readonly memoryMiB: number;
  readonly diskMiB: number;
  /** Slots in the whole fleet once it is made. */
  readonly slotsAfter: number;
}

export interface Obstacle {
  readonly vnfcId: VnfcId;
  readonly hostId: HostId;
  readonly cost: 'impossible';
  readonly reason: string;
}

export interface Defragmentation {
  readonly slotsNow: number;
  readonly slotsAfter: number;
  readonly isEnough: boolean;
  readonly moves: readonly Move[];
  /** VNFCs that stand in the way on the hosts looked at and cannot be moved. */
  readonly obstacles: readonly Obstacle[];
}

/** Hosts looked at for each slot, and VNFCs moved away from one of them. */
const hostsToOpen = 24;
const movesPerHost = 6;

interface State {
  readonly fleet: CapacityIndex;
  readonly slots: number;
  readonly moves: readonly Move[];
}

export function defragment(start: CapacityIndex, question: DefragmentQuestion): Defragmentation {
  const search = new Opener(question);
  const slotsNow = search.slotsIn(start);
  let state: State = { fleet: start, slots: slotsNow, moves: [] };
  while (state.slots < question.slots) {
    const next = search.opened(state);
    if (next === undefined) break;
    state = next;
  }
  const isEnough = state.slots >= question.slots;
  return { slotsNow, slotsAfter: state.slots, isEnough, moves: state.moves, obstacles: search.obstacles() };
}

class Opener {
  private readonly counter: HostCounter;
  private readonly ask: Ask;
  private readonly byVnfc: ReadonlyMap<VnfcId, Standing>;
  private readonly inTheWay = new Map<VnfcId, Obstacle>();

  constructor(private readonly question: DefragmentQuestion) {
    this.ask = askOf(question.demand);
    this.counter = new HostCounter([this.ask]);
    this.byVnfc = new Map(question.standing.map((one) => [one.demand.vnfcId, one]));
  }

  slotsIn(fleet: CapacityIndex): number {
    return freeHosts(fleet).reduce((sum, free) => sum + this.counter.room(free).fits, 0);
  }

  obstacles(): readonly Obstacle[] {
    return [...this.inTheWay.values()];
  }

  /** The host whose next slot takes the fewest moves and the least to copy. */
  opened(state: State): State | undefined {
    const ways = this.hostsWorthOpening(state.fleet).flatMap((id) => this.openedOn(state, id) ?? []);
    const cost = (way: State) => {
      const fresh = way.moves.slice(state.moves.length);
      const cold = fresh.filter((move) => move.cost === 'cold').length;
      return [fresh.length, cold, fresh.reduce((sum, move) => sum + move.memoryMiB + move.diskMiB, 0)] as const;
    };
    return ways.sort((a, b) => {
      const [one, other] = [cost(a), cost(b)];
      return one[0] - other[0] || one[1] - other[1] || one[2] - other[2];
    })[0];
  }

  /** Hosts that would take more if they were empty, those that hold least first. */
  private hostsWorthOpening(fleet: CapacityIndex): readonly HostId[] {
    return freeHosts(fleet)
      .filter((free) => heldOn(fleet, free.host.id).length > 0)
      .filter((free) => this.counter.roomWhenEmpty(free).fits > this.counter.room(free).fits)
      .map((free) => ({ id: free.host.id, held: heldOn(fleet, free.host.id).length }))
      .sort((a, b) => a.held - b.held)
      .slice(0, hostsToOpen)
      .map((one) => one.id);
  }

  /** VNFCs leave the host, smallest first, until the fleet has a slot more; undefined when that does not come. */
  private openedOn(state: State, id: HostId): State | undefined {
    const leaving = [...new Set(heldOn(state.fleet, id).map((claim) => claim.vnfcId))]
      .flatMap((vnfc) => this.byVnfc.get(vnfc) ?? [])
      .filter((one) => this.canMove(one, id))
      .sort((a, b) => a.demand.vcpus - b.demand.vcpus || a.demand.memoryMiB - b.demand.memoryMiB);
    let now = state;
    for (const one of leaving.slice(0, movesPerHost)) {
      const next = this.moved(now, one, id);
      if (next === undefined) continue;
      now = next;
      if (now.slots > state.slots) return now;
    }
    return undefined;
  }

  private canMove({ demand }: Standing, id: HostId): boolean {
    const kinds = new Set(demand.pciFunctions.map((one) => one.kind.toUpperCase()));
    if (kinds.size === 0) return true;
    const reason = `${[...kinds].join(' and ')} attached`;
    this.inTheWay.set(demand.vnfcId, { vnfcId: demand.vnfcId, hostId: id, cost: 'impossible', reason });
    return false;
  }

  private moved(state: State, { demand, affinity }: Standing, from: HostId): State | undefined {
    const { fleet, moves } = state;
    const elsewhere = { ...demand, excludeHosts: [...(demand.excludeHosts ?? []), from] };
    const request = { demands: [elsewhere], affinity, ...this.question.settings };
    const berth = decide(request, fleet, [askOf(elsewhere)]).berths?.[0];
    if (berth === undefined) return undefined;
    const held = heldOn(fleet, from).filter((claim) => claim.vnfcId === demand.vnfcId);
    const then = withoutClaims(withClaims(fleet, claimsOf(berth, demand, onPaper)), held);
    const changed = [from, berth.hostId].map((id) => this.slotsOn(then, id) - this.slotsOn(fleet, id));
    const slots = changed.reduce((sum, difference) => sum + difference, state.slots);
    const { vnfcId, vnfInstanceId, memoryMiB, diskMiB } = demand;
    const cost = hasSameCpu(fleet, from, berth.hostId) ? 'live' : 'cold';
    const move = {
      vnfcId,
      vnfInstanceId,
      from,
      to: berth.hostId,
      cost,
      memoryMiB,
      diskMiB,
      slotsAfter: slots,
    } as const;
    return { fleet: then, slots, moves: [...moves, move] };
  }

  private slotsOn(fleet: CapacityIndex, id: HostId): number {
    const free = freeHost(fleet, id);
    return free === undefined ? 0 : this.counter.room(free).fits;
  }
}

const onPaper = opOccId('on-paper');

function hasSameCpu(fleet: CapacityIndex, from: HostId, to: HostId): boolean {
  const [one, other] = [from, to].map((id) => freeHost(fleet, id)?.host.facts);
  return one?.cpuModel === other?.cpuModel && String(one?.cpuFeatures) === String(other?.cpuFeatures);
}
