/**
 * How many more VNFs of one kind fit, up to a bound, and what ends it: the capacity question in small steps, for who counts
 * again and again beside other work. A step looks at one host or places one VNF.
 */
import { freeHosts, type CapacityIndex } from '../../inventory/capacity-index.js';
import type { FreeHost } from '../../inventory/free.js';
import { askOf } from '../question/ask.js';
import { standingConstraints } from '../constraints/list.js';
import type { PlacementRequest } from '../model.js';
import { hardestFirst } from '../search/search.js';
import { isCountedByHost, limitOn, placing } from './capacity.js';
import { HostCounter } from './per-host.js';

export interface CountedRoom {
  readonly fits: number;
  /** The constraint that refuses the next one on most hosts that would otherwise take it; absent: counting ended at a bound. */
  readonly limitedBy?: string;
}

export function countUpTo(fleet: CapacityIndex, vnf: PlacementRequest, most: number): Generator<void, CountedRoom> {
  return isCountedByHost(fleet, vnf) ? hostByHost(fleet, vnf, most) : oneByOne(fleet, vnf, most);
}

function* hostByHost(fleet: CapacityIndex, vnf: PlacementRequest, most: number): Generator<void, CountedRoom> {
  const counter = new HostCounter(hardestFirst(vnf.demands.map(askOf)));
  const limits: string[] = [];
  let sum = 0;
  for (const free of freeHosts(fleet)) {
    yield;
    const { fits, limitedBy } = counter.room(free);
    sum += fits;
    if (sum >= most) return { fits: most };
    limits.push(limitedBy.constraint);
  }
  return { fits: sum, limitedBy: usual(limits) };
}

function* oneByOne(start: CapacityIndex, vnf: PlacementRequest, most: number): Generator<void, CountedRoom> {
  const { fleet, vnfs, isBound } = yield* placing(start, vnf, most);
  if (isBound) return { fits: vnfs };
  const limits = yield* limitsOf(freeHosts(fleet), vnf);
  return { fits: vnfs, limitedBy: usual(limits) };
}

function* limitsOf(hosts: readonly FreeHost[], vnf: PlacementRequest): Generator<void, readonly string[]> {
  const [hardest] = hardestFirst(vnf.demands.map(askOf));
  const limits: string[] = [];
  for (const free of hosts) {
    yield;
    limits.push(limitOn(free, hardest));
  }
  return limits;
}

/** What ends it on most hosts. A host that takes no such VNF however empty it is says nothing while another would. */
function usual(limits: readonly string[]): string {
  const ofRoom = limits.filter((limit) => !standingConstraints.has(limit));
  const groups = Map.groupBy(ofRoom.length > 0 ? ofRoom : limits, (limit) => limit);
  const [first] = [...groups].sort(([a, many], [b, more]) => more.length - many.length || (a < b ? -1 : 1));
  return first?.[0] ?? 'no-host';
}
