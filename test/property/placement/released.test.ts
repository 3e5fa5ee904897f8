/**
 * What a plan lets go of with its commit: placement sees the fleet as the guard of the commit will, and finds what is there
 * only because of it.
 */
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { exceeds } from '../../../src/inventory/capacity-conflict.js';
import { capacityIndexOf, freeHosts, heldBy, withoutClaims } from '../../../src/inventory/capacity-index.js';
import { place, placeInFleet } from '../../../src/placement/place.js';
import { allocationId, type VnfcId } from '../../../src/shared/ids.js';
import { Tried } from '../../builders/tried.js';
import { caseArb } from './arbitraries.js';
import { cardCaseArb } from './card-cases.js';
import { claimsOfAll } from './holds.js';
import { tightCaseArb } from './tight-cases.js';

const firstOf = ({ vnfcId }: { readonly vnfcId: VnfcId }) => allocationId(`first-${vnfcId}`);

it('is as if it were gone already: the same place is found again, and the guard takes it', () => {
  const [swapped, needed] = [new Tried('to swap'), new Tried('a swap for which there is no other room')];
  fc.assert(
    fc.property(fc.oneof(caseArb, cardCaseArb, tightCaseArb), fc.nat(), ({ hosts, claims, request }, nth) => {
      const first = place(request, { hosts, claims });
      const placements = first.ok ? first.placements : [];
      const gone = placements[nth % Math.max(1, placements.length)];
      if (!swapped.is(gone !== undefined) || gone === undefined) return;
      const held = claimsOfAll(request, placements).map((claim) => ({ ...claim, allocationId: firstOf(claim) }));
      const all = [...claims, ...held];
      const full = capacityIndexOf({ hosts, claims: all });
      const released = new Set([firstOf(gone)]);
      const seen = withoutClaims(full, heldBy(full, released, [gone.hostId]));
      const remaining = all.filter((claim) => !released.has(claim.allocationId));
      expect(freeHosts(seen)).toEqual(freeHosts(capacityIndexOf({ hosts, claims: remaining })));
      const one = { ...request, demands: request.demands.filter(({ vnfcId }) => vnfcId === gone.vnfcId), affinity: [] };
      const again = placeInFleet(one, seen);
      needed.is(!placeInFleet(one, full).ok);
      expect(again.ok).toBe(true);
      const added = claimsOfAll(one, again.ok ? again.placements : []);
      expect(hosts.flatMap((host) => exceeds(host, remaining, added) ?? [])).toEqual([]);
    }),
    { numRuns: 400 },
  );
  swapped.expectShare(1 / 15);
  needed.expectShare(1 / 30);
}, 120_000);
