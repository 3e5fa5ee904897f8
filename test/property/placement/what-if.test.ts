import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { claimsOf } from '../../../src/inventory/claims.js';
import { capacityIndexOf, withClaims } from '../../../src/inventory/capacity-index.js';
import type { PlacementRequest, VnfcDemand } from '../../../src/placement/model.js';
import { place, placeInFleet } from '../../../src/placement/place.js';
import { capacityOf } from '../../../src/placement/what-if/capacity.js';
import { opOccId, vnfcId } from '../../../src/shared/ids.js';
import { caseArb, type Case } from './arbitraries.js';
import { cardCaseArb } from './card-cases.js';
import { deviceCaseArb } from './pool-cases.js';
import { Tried } from '../../builders/tried.js';

const runs = { numRuns: Number(process.env['PLACEMENT_RUNS'] ?? 60) };

const cases = fc.oneof(caseArb, cardCaseArb, deviceCaseArb);

/** The first VNFC of a case as a VNF of its own. */
const vnfOf = ({ request }: Case, change: Partial<VnfcDemand> = {}): PlacementRequest => ({
  ...request,
  demands: request.demands.slice(0, 1).map((one) => ({ ...one, ...change })),
  affinity: [],
});

/** Places it until it is refused. */
function placedOneByOne({ hosts, claims }: Case, vnf: PlacementRequest): number {
  let fleet = capacityIndexOf({ hosts, claims });
  for (let count = 0; ; count += 1) {
    const demands = vnf.demands.map((one) => ({ ...one, vnfcId: vnfcId(`${one.vnfcId}-${String(count)}`) }));
    const result = placeInFleet({ ...vnf, demands }, fleet);
    if (!result.ok) return count;
    result.placements.forEach((berth, at) => {
      const demand = demands[at];
      if (demand !== undefined) fleet = withClaims(fleet, claimsOf(berth, demand, opOccId('op')));
    });
  }
}

describe('capacity, whatever the fleet and the VNF', () => {
  it('is what placing one VNF after the other until the first refusal comes to', () => {
    const tried = new Tried('a VNF that fits');
    fc.assert(
      fc.property(cases, (one) => {
        const vnf = vnfOf(one);
        const capacity = capacityOf(capacityIndexOf(one), { vnf, reserve: 'none' });
        tried.is(capacity.fits > 0);
        expect(capacity.isAtLeast).toBe(false);
        expect(capacity.fits).toBe(placedOneByOne(one, vnf));
        expect(capacity.hosts.reduce((sum, host) => sum + host.fits, 0)).toBe(capacity.fits);
        expect(capacity.hosts.every((host) => host.limitedBy !== '')).toBe(true);
      }),
      runs,
    );
    tried.expectShare(1 / 6);
  });

  it('is zero exactly where placement refuses', () => {
    const [triedFits, triedNone] = [new Tried('a VNF that fits'), new Tried('a VNF that does not fit')];
    fc.assert(
      fc.property(cases, (one) => {
        const vnf = vnfOf(one);
        const { fits } = capacityOf(capacityIndexOf(one), { vnf, reserve: 'none' });
        triedNone.is(!triedFits.is(fits > 0));
        expect(fits > 0).toBe(place(vnf, one).ok);
      }),
      runs,
    );
    triedFits.expectShare(1 / 6);
    triedNone.expectShare(1 / 30);
  });

  it('with a reserve leaves what fits without any one host, when nothing stands', () => {
    const tried = new Tried('a VNF that fits with a reserve');
    fc.assert(
      fc.property(cases, (one) => {
        const vnf = vnfOf(one);
        const empty = { hosts: one.hosts, claims: [] };
        const { fits } = capacityOf(capacityIndexOf(empty), { vnf, reserve: 'n+1' });
        const least = Math.min(
          ...one.hosts.map(({ id }) => {
            const rest = capacityIndexOf({ hosts: one.hosts.filter((host) => host.id !== id), claims: [] });
            return capacityOf(rest, { vnf, reserve: 'none' }).fits;
          }),
        );
        tried.is(fits > 0);
        expect(fits).toBe(least);
      }),
      runs,
    );
    tried.expectShare(1 / 20);
  });
});
