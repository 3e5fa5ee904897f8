/**
 * How many more VNFs of one kind fit, as Berth would place them one after the other, and what runs out where. A VNF that
 * stands on one host is counted host by host; one that may spread is placed over and over on a fleet of its own, up to a
 * bound. Reserve n+1 keeps as much room free as the largest host has when it is empty, so that any one host may fail.
 */
import { claimsOf } from '../../inventory/claims.js';
import {
  freeHosts,
  storagesOf,
  withClaims,
  withHostState,
  type CapacityIndex,
} from '../../inventory/capacity-index.js';
import type { FreeHost } from '../../inventory/free.js';
import { hostId, opOccId, type HostId } from '../../shared/ids.js';
import { nothingAround } from '../question/around.js';
import { askOf, type Ask } from '../question/ask.js';
import { constraintNames, firstRefusal } from '../constraints/list.js';
import { decide } from '../search/decide.js';
import type { PlacementRequest, VnfcPlacement } from '../model.js';
import { hardestFirst } from '../search/search.js';
import { HostCounter } from './per-host.js';

export interface CapacityQuestion {
  /** One VNF: all of its VNFCs, and its rules. */
  readonly vnf: PlacementRequest;
  readonly reserve: 'none' | 'n+1';
}

export interface Capacity {
  /** VNFs, after the reserve. */
  readonly fits: number;
  /** Counting stopped at a bound: more may fit. */
  readonly isAtLeast: boolean;
  /** VNFs for which room is kept. */
  readonly reserved: number;
  readonly limits: readonly { readonly limitedBy: string; readonly hosts: number; readonly fits: number }[];
  readonly hosts: readonly HostCapacity[];
}

/** `fits`: VNFs that stand on one host, or VNFCs of a VNF that is spread. */
export interface HostCapacity {
  readonly hostId: HostId;
  readonly fits: number;
  /** A resource that runs out, or a constraint that refuses the host as it is. */
  readonly limitedBy: string;
}

export function capacityOf(fleet: CapacityIndex, { vnf, reserve }: CapacityQuestion): Capacity {
  return isCountedByHost(fleet, vnf) ? hostByHost(fleet, vnf, reserve) : oneByOne(fleet, vnf, reserve);
}

/** Where hosts share storage, what one of them takes is missing on others: no host can be counted by itself. */
export const isCountedByHost = (fleet: CapacityIndex, vnf: PlacementRequest): boolean =>
  standsTogether(vnf) && storagesOf(fleet) === undefined;

/** One VNFC, or all bound to one host by a rule that must hold. */
const standsTogether = ({ demands, affinity }: PlacementRequest): boolean =>
  demands.length === 1 ||
  affinity.some(
    (rule) =>
      rule.kind === 'affinity' &&
      rule.scope === 'nfvi_node' &&
      !rule.bestEffort &&
      demands.every((demand) => rule.vnfcIds.includes(demand.vnfcId)),
  );

function hostByHost(fleet: CapacityIndex, vnf: PlacementRequest, reserve: CapacityQuestion['reserve']): Capacity {
  const counter = new HostCounter(hardestFirst(vnf.demands.map(askOf)));
  const all = freeHosts(fleet);
  const hosts = all.map((free) => {
    const { fits, limitedBy } = counter.room(free);
    return { hostId: free.host.id, fits, limitedBy: limitedBy.word };
  });
  const total = sumOf(hosts);
  const largest = reserve === 'none' ? 0 : largestOf(all, (free) => counter.roomWhenEmpty(free).fits);
  const reserved = Math.min(total, largest);
  return { fits: total - reserved, isAtLeast: false, reserved, limits: limitsOf(hosts), hosts };
}

const sumOf = (hosts: readonly Pick<HostCapacity, 'fits'>[]): number => hosts.reduce((sum, host) => sum + host.fits, 0);

const largestOf = (all: readonly FreeHost[], size: (free: FreeHost) => number): number =>
  all.reduce((most, free) => Math.max(most, size(free)), 0);

function limitsOf(hosts: readonly HostCapacity[]): Capacity['limits'] {
  const groups = Map.groupBy(hosts, (host) => host.limitedBy);
  return [...groups]
    .map(([limitedBy, members]) => ({ limitedBy, hosts: members.length, fits: sumOf(members) }))
    .sort((a, b) => b.hosts - a.hosts || (a.limitedBy < b.limitedBy ? -1 : 1));
}

const onPaper = opOccId('on-paper');

/** VNFCs placed at most when VNFs spread over hosts. */
const mostVnfcs = 1000;

/** With a reserve, the host that takes most when empty is left out: what fits then fits without any one host. */
function oneByOne(fleet: CapacityIndex, vnf: PlacementRequest, reserve: CapacityQuestion['reserve']): Capacity {
  const whole = placedOver(fleet, vnf);
  const kept = reserve === 'none' ? whole : placedOver(withoutLargest(fleet, vnf), vnf);
  const fits = Math.min(whole.vnfs, kept.vnfs);
  const taken = Map.groupBy(whole.berths, (berth) => berth.hostId);
  const hardest = hardestFirst(vnf.demands.map(askOf))[0];
  const hosts = freeHosts(whole.fleet).map((free) => ({
    hostId: free.host.id,
    fits: taken.get(free.host.id)?.length ?? 0,
    limitedBy: limitOn(free, hardest),
  }));
  return { fits, isAtLeast: whole.isBound, reserved: whole.vnfs - fits, limits: limitsOf(hosts), hosts };
}

/** What refuses the hardest VNFC here; where it alone would fit, the rules between the VNFCs do. */
export function limitOn(free: FreeHost, hardest: Ask | undefined): string {
  const refusal = hardest === undefined ? undefined : firstRefusal(hardest, free, nothingAround);
  return refusal === undefined ? 'rules' : (constraintNames[refusal.stage] ?? '');
}

function withoutLargest(fleet: CapacityIndex, vnf: PlacementRequest): CapacityIndex {
  const counters = vnf.demands.map((demand) => new HostCounter([askOf(demand)]));
  const sizes = freeHosts(fleet).map((free) => ({
    id: free.host.id,
    size: counters.reduce((sum, counter) => sum + counter.roomWhenEmpty(free).fits, 0),
  }));
  const largest = sizes.reduce((most, one) => (one.size > most.size ? one : most), { id: hostId(''), size: 0 });
  return withHostState(fleet, largest.id, { adminState: 'down', reachable: false });
}

export interface Filled {
  readonly fleet: CapacityIndex;
  readonly vnfs: number;
  readonly berths: readonly VnfcPlacement[];
  /** A bound ended it, and not the room. */
  readonly isBound: boolean;
}

function placedOver(start: CapacityIndex, vnf: PlacementRequest): Filled {
  const steps = placing(start, vnf, Math.floor(mostVnfcs / Math.max(1, vnf.demands.length)));
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** One VNF after the other, each as an operation of its own; a step for each. */
export function* placing(start: CapacityIndex, vnf: PlacementRequest, most: number): Generator<void, Filled> {
  const berths: VnfcPlacement[] = [];
  const asks = hardestFirst(vnf.demands.map(askOf));
  let fleet = start;
  for (let vnfs = 0; vnfs < most; vnfs += 1) {
    yield;
    const { berths: placed, exhausted } = decide(vnf, fleet, asks);
    if (placed === undefined) return { fleet, vnfs, berths, isBound: exhausted };
    for (const berth of placed) {
      const ask = asks.find((one) => one.demand.vnfcId === berth.vnfcId);
      if (ask !== undefined) fleet = withClaims(fleet, claimsOf(berth, ask.demand, onPaper));
    }
    berths.push(...placed);
  }
  return { fleet, vnfs: most, berths, isBound: true };
}
