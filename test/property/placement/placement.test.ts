import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { capacityIndexOf, freeHosts, withClaims, withoutClaims } from '../../../src/inventory/capacity-index.js';
import { place } from '../../../src/placement/place.js';
import { caseArb, type Case } from './arbitraries.js';
import { cardCaseArb } from './card-cases.js';
import { bruteForceFits } from './brute-force.js';
import { brokenPromises, claimsOfAll } from './holds.js';
import { poolCaseArb } from './pool-cases.js';
import { tightCaseArb } from './tight-cases.js';

/** `npm test` asks for more with PLACEMENT_RUNS than `npm run check`; the solver that tries everything takes seconds over a few of its cases. */
const runs = { numRuns: Number(process.env['PLACEMENT_RUNS'] ?? 60) };
const patienceMs = 120_000;

const answer = ({ hosts, claims, request }: Case) => place(request, { hosts, claims });

describe.each([
  ['of any kind', caseArb],
  ['for bit rates on the links of few cards', cardCaseArb],
  ['for named CPUs and split memory on tight hosts', tightCaseArb],
  ['for disks and base images in few pools', poolCaseArb],
])('a question %s', (_, arb) => {
  it(
    'is answered with every promise kept: no CPU or function twice, no pool exceeded, every constraint met',
    () => {
      fc.assert(
        fc.property(arb, (one) => {
          const result = answer(one);
          expect(result.ok ? brokenPromises(one, result.placements) : []).toEqual([]);
        }),
        runs,
      );
    },
    patienceMs,
  );

  it(
    'is refused only when a solver that tries everything cannot place it either',
    () => {
      fc.assert(
        fc.property(arb, (one) => {
          const result = answer(one);
          const refused = !result.ok && result.explanation.decision === 'refused';
          expect(refused && bruteForceFits(one)).toBe(false);
        }),
        runs,
      );
    },
    patienceMs,
  );
});

describe('placement, whatever the fleet and the question', () => {
  it('gives the same answer to the same question', () => {
    fc.assert(
      fc.property(caseArb, (one) => {
        expect(answer(structuredClone(one))).toEqual(answer(one));
      }),
      { numRuns: 50 },
    );
  });

  it('leaves its arguments as they were', () => {
    fc.assert(
      fc.property(caseArb, (one) => {
        const before = structuredClone(one);
        void answer(one).explanation;
        expect(one).toEqual(before);
      }),
      { numRuns: 50 },
    );
  });

  it(
    'restores the inventory bit by bit when what was placed is released',
    () => {
      fc.assert(
        fc.property(fc.oneof(caseArb, cardCaseArb, poolCaseArb), (one) => {
          const result = answer(one);
          const added = result.ok ? claimsOfAll(one.request, result.placements) : [];
          const before = capacityIndexOf(one);
          const after = withoutClaims(withClaims(before, added), added);
          expect(freeHosts(after)).toEqual(freeHosts(before));
        }),
        runs,
      );
    },
    patienceMs,
  );

  it(
    'explains itself without contradiction: a reason for every host refused, none for those that fit',
    () => {
      fc.assert(
        fc.property(fc.oneof(caseArb, cardCaseArb), (one) => {
          const result = answer(one);
          const { explanation } = result;
          expect(explanation.hosts.map((verdict) => verdict.hostId)).toEqual(one.hosts.map((host) => host.id));
          expect(explanation.hosts.every((verdict) => verdict.fits === (verdict.reasons.length === 0))).toBe(true);
          const fitting = explanation.hosts.filter((verdict) => verdict.fits).map((verdict) => verdict.hostId);
          expect(explanation.funnel[0]?.before).toBe(one.hosts.length);
          expect(explanation.funnel.at(-1)?.after).toBe(fitting.length);
          if (explanation.decision === 'refused') {
            expect(fitting).toEqual([]);
            expect(explanation.nearestMisses.length).toBeGreaterThan(0);
          }
          if (result.ok) {
            const subject = result.placements.find((berth) => berth.vnfcId === explanation.subject);
            expect(fitting).toContain(subject?.hostId);
          }
        }),
        runs,
      );
    },
    patienceMs,
  );
});
