/**
 * How many VNFs more a host takes, one after the other, and what runs out first. By sums where they are exact, else by
 * the search that would place them; hosts of one shape that are used alike are counted once.
 */
import { claimsOf } from '../../inventory/claims.js';
import type { FreeHost } from '../../inventory/free.js';
import { take, unclaimed } from '../../inventory/take.js';
import { hostResources, leftText } from '../../inventory/resources/table.js';
import type { HostShape } from '../../inventory/shape.js';
import { opOccId } from '../../shared/ids.js';
import { nothingAround } from '../question/around.js';
import { namesCpus, type Ask } from '../question/ask.js';
import { eachBerth, type HostBerth } from '../search/berths.js';
import { constraintNames, hostIsAllowed, hostRefusal, kindRefusal, roomRefusal } from '../constraints/list.js';
import { effortOf } from '../search/effort.js';
import type { VnfcDemand, VnfcPlacement } from '../model.js';
import { cellsRanked } from '../preferences/list.js';
import { countBySums } from './sums.js';

/** A resource that runs out, or a constraint that refuses the host as it is. */
export interface Limit {
  /** What answers about capacity say. */
  readonly word: string;
  readonly constraint: string;
}

const limitOf = (constraint: string): Limit => ({ word: constraint, constraint });

export interface HostRoom {
  readonly fits: number;
  readonly limitedBy: Limit;
}

/** Counts on hosts, remembering what it counted. `asks` are the VNFCs of one VNF, which stand together. */
export class HostCounter {
  private readonly counted = new Map<HostShape, Map<string, HostRoom>>();

  private readonly cpusMatter: boolean;

  constructor(private readonly asks: readonly Ask[]) {
    this.cpusMatter = asks.some(namesCpus);
  }

  room(free: FreeHost): HostRoom {
    const refused = this.asks.flatMap((ask) => kindRefusal(ask, free.host) ?? [])[0];
    if (refused !== undefined) return { fits: 0, limitedBy: limitOf(constraintNames[refused.stage] ?? '') };
    const isAllowed = this.asks.every((ask) => hostIsAllowed(ask, free.host, nothingAround));
    return isAllowed ? this.roomIn(free) : { fits: 0, limitedBy: limitOf('chosen-hosts') };
  }

  /** If nothing were claimed. */
  roomWhenEmpty(free: FreeHost): HostRoom {
    return this.room(unclaimed(free.host));
  }

  private roomIn(free: FreeHost): HostRoom {
    const [only, second] = this.asks;
    const bySums = () => (only === undefined || second !== undefined ? undefined : summed(only, free));
    if (isUntouched(free)) return this.remembered(free, () => bySums() ?? searched(this.asks, free));
    return bySums() ?? this.remembered(free, () => searched(this.asks, free));
  }

  private remembered(free: FreeHost, count: () => HostRoom): HostRoom {
    const key = leftText(free, this.cpusMatter);
    const ofShape = this.counted.get(free.shape) ?? new Map<string, HostRoom>();
    this.counted.set(free.shape, ofShape);
    const known = ofShape.get(key) ?? count();
    ofShape.set(key, known);
    return known;
  }
}

function summed(ask: Ask, free: FreeHost): HostRoom | undefined {
  const count = countBySums(ask, free);
  if (count === undefined) return undefined;
  const { limit: word, constraint } = hostResources[count.limitedBy].words;
  return { fits: count.fits, limitedBy: { word, constraint } };
}

/** Nothing of its cells and functions is claimed: they are the very lists of its shape. */
const isUntouched = ({ cells, functions, shape }: FreeHost): boolean =>
  functions.every((addresses, at) => addresses === shape.groups[at]?.addresses) &&
  cells.every((cell, at) => {
    const whole = shape.cells[at];
    return cell.cores === whole?.cores && cell.pages === whole.pages && cell.memoryMiB === whole.memoryMiB;
  });

const mostCases = 2000;
const onPaper = opOccId('on-paper');

/** VNF by VNF, as long as all of its VNFCs find a berth. */
function searched(asks: readonly Ask[], start: FreeHost): HostRoom {
  let free = start;
  for (let fits = 0; ; fits += 1) {
    for (const ask of asks) {
      const berth = berthOn(ask, free);
      if (berth === undefined) {
        const refusal = hostRefusal(ask, free.host, nothingAround) ?? roomRefusal(ask, free, nothingAround);
        const stage = refusal?.stage ?? -1;
        return { fits, limitedBy: limitOf(constraintNames[stage] ?? 'numa-fit') };
      }
      free = take(free, claimsOf(berth, ask.demand, onPaper));
    }
  }
}

/** A demand without any need would fit without end. */
const isEndless = (demand: VnfcDemand): boolean => demand.vcpus === 0 && demand.memoryMiB === 0;

function berthOn(ask: Ask, free: FreeHost): VnfcPlacement | undefined {
  let found: VnfcPlacement | undefined;
  const { vnfcId } = ask.demand;
  const visit = (berth: HostBerth): boolean => {
    found = { vnfcId, ...berth };
    return true;
  };
  if (isEndless(ask.demand)) return undefined;
  eachBerth({ free, ask, thrift: 'siblings', cellOrder: cellsRanked, effort: effortOf(mostCases), visit });
  return found;
}
