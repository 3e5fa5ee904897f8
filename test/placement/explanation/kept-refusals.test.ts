import { describe, expect, it } from '@jest/globals';
import { claimsOf } from '../../../src/inventory/claims.js';
import { capacityIndexOf, withClaims } from '../../../src/inventory/capacity-index.js';
import { unclaimed } from '../../../src/inventory/take.js';
import type { Claim } from '../../../src/inventory/model.js';
import { askOf } from '../../../src/placement/question/ask.js';
import { effortOf } from '../../../src/placement/search/effort.js';
import { KeptRefusals } from '../../../src/placement/explanation/kept-refusals.js';
import { placeInFleet } from '../../../src/placement/place.js';
import { opOccId } from '../../../src/shared/ids.js';
import { host, pinned, question } from '../../builders/placement.js';

const refusal = { stage: 9, reasons: ['cell 0: needs 2 sibling pairs, has 1'] };

/** How often a host is looked at when each of these is asked of it. */
function looks(demands: readonly ReturnType<typeof pinned>[], budget = 10): number {
  const free = unclaimed(host('h1'));
  const kept = new KeptRefusals();
  const effort = effortOf(budget);
  while (budget === 0 && effort.spend());
  let count = 0;
  for (const demand of demands) {
    const look = () => {
      count += 1;
      return refusal;
    };
    expect(kept.for(askOf(demand)).of(0, free, look, effort)).toEqual(refusal);
  }
  return count;
}

describe('what room refuses', () => {
  it('is asked once of a picture for VNFCs that wish the same', () => {
    expect(looks([pinned('a', 3), pinned('b', 3), pinned('a', 4), pinned('b', 3)])).toBe(2);
  });

  it('is asked again when the first answer was cut short', () => {
    expect(looks([pinned('a', 5), pinned('b', 5)], 0)).toBe(2);
  });

  it('is forgotten when many others have been asked of since', () => {
    const others = Array.from({ length: 8 }, (_, at) => pinned('x', 10 + at));
    expect(looks([pinned('a', 6), ...others, pinned('a', 6)])).toBe(10);
  });
});

it('an explanation on a kept fleet is the one that a fresh fleet gives, decision after decision', () => {
  const hosts = ['h1', 'h2', 'h3'].map((name) => host(name, { pages2MiB: 2048 }));
  const claims: Claim[] = [];
  let fleet = capacityIndexOf({ hosts, claims });
  const kept = new KeptRefusals();
  const decisions = Array.from({ length: 10 }, (_, nth) => {
    const demand = pinned(`v${String(nth)}`, 4, { threadPolicy: 'require', pageSize: 2048 });
    const request = question([demand], { seed: nth });
    const result = placeInFleet(request, fleet, kept);
    expect(result.explanation).toEqual(placeInFleet(request, capacityIndexOf({ hosts, claims })).explanation);
    if (!result.ok) return 'refused';
    const added = result.placements.flatMap((one) => claimsOf(one, demand, opOccId('op')));
    claims.push(...added);
    fleet = withClaims(fleet, added);
    return 'placed';
  });
  expect([...new Set(decisions)]).toEqual(['placed', 'refused']);
});
