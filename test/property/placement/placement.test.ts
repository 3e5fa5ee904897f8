import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { capacityIndexOf, freeHosts, withClaims, withoutClaims } from '../../../src/inventory/capacity-index.js';
import { exceeds, neededFor, type Needed, type Standing } from '../../../src/inventory/capacity-conflict.js';
import type { Claim } from '../../../src/inventory/model.js';
import { place } from '../../../src/placement/place.js';
import { Tried } from '../../builders/tried.js';
import { caseArb, type Case } from './arbitraries.js';
import { cardCaseArb } from './card-cases.js';
import { bruteForceFits } from './brute-force.js';
import { brokenPromises, claimsOfAll } from './holds.js';
import { poolCaseArb } from './pool-cases.js';
import { tightCaseArb } from './tight-cases.js';

/** `npm test` asks for more with PLACEMENT_RUNS than `npm run check`; the solver that tries everything takes seconds over a few of its cases. */
const runs = { numRuns: Number(process.env['PLACEMENT_RUNS'] ?? 60) };
/** An answer costs nothing beside the solver, and few of the questions have one that places. */
const manyRuns = { numRuns: Math.max(300, runs.numRuns) };
const patienceMs = 120_000;

const answer = ({ hosts, claims, request }: Case) => place(request, { hosts, claims });

/** What the store gives the guard: sums of rows where these are enough. */
function condensed(claims: readonly Claim[], { summed, once, each, ofKeys }: Needed): readonly Standing[] {
  const together = [...summed, ...once].flatMap((kind) => [
    ...Map.groupBy(
      claims.filter((claim) => claim.kind === kind),
      ({ hostId, key, cell }) => JSON.stringify([hostId, key, cell]),
    ).values(),
  ]);
  return [
    ...together.map((rows) => {
      const amount = rows.reduce((sum, one) => sum + one.amount, 0);
      return { ...rows[0]!, amount: once.includes(rows[0]!.kind) ? rows[0]!.amount : amount };
    }),
    ...claims.filter(({ kind, key }) => each.includes(kind) || ofKeys.get(kind)?.includes(key)),
  ];
}

it('the guard of a commit says the same by what it needs of the claims that stand as by all of them', () => {
  const tried = new Tried('to refuse');
  const caseOf = fc.oneof(caseArb, cardCaseArb, tightCaseArb, poolCaseArb);
  fc.assert(
    fc.property(caseOf, caseOf, ({ hosts, claims }, other) => {
      const [on] = hosts;
      const added = other.claims.map((claim) => ({ ...claim, hostId: on!.id })).slice(0, 12);
      const standing = claims.filter((claim) => claim.hostId === on!.id);
      const refusal = exceeds(on!, standing, added);
      tried.is(refusal !== undefined);
      expect(exceeds(on!, condensed(standing, neededFor(added)), added)).toBe(refusal);
    }),
    manyRuns,
  );
  // About 48 of 300 cases refuse; by chance fewer than 30 do once in about a thousand runs.
  tried.expectShare(1 / 20);
});

describe.each([
  ['of any kind', caseArb, 1 / 15, 1 / 5],
  ['for bit rates on the links of few cards', cardCaseArb, 1 / 6, 1 / 20],
  ['for named CPUs and split memory on tight hosts', tightCaseArb, 1 / 15, 1 / 5],
  ['for disks and base images in few pools', poolCaseArb, 1 / 15, 1 / 5],
])('a question %s', (_, arb, placed, refused) => {
  it(
    'is answered with every promise kept: no CPU or function twice, no pool exceeded, every constraint met',
    () => {
      const tried = new Tried('a placement');
      fc.assert(
        fc.property(arb, (one) => {
          const result = answer(one);
          if (tried.is(result.ok) && result.ok) expect(brokenPromises(one, result.placements)).toEqual([]);
        }),
        manyRuns,
      );
      tried.expectShare(placed);
    },
    patienceMs,
  );

  it(
    'is refused only when a solver that tries everything cannot place it either',
    () => {
      const tried = new Tried('a refusal');
      fc.assert(
        fc.property(arb, (one) => {
          const result = answer(one);
          if (tried.is(!result.ok && result.explanation.decision === 'refused'))
            expect(bruteForceFits(one)).toBe(false);
        }),
        runs,
      );
      tried.expectShare(refused);
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
      const tried = new Tried('to release a placement');
      fc.assert(
        fc.property(fc.oneof(caseArb, cardCaseArb, poolCaseArb), (one) => {
          const result = answer(one);
          if (!tried.is(result.ok) || !result.ok) return;
          const added = claimsOfAll(one.request, result.placements);
          const before = capacityIndexOf(one);
          const after = withoutClaims(withClaims(before, added), added);
          expect(freeHosts(after)).toEqual(freeHosts(before));
        }),
        runs,
      );
      tried.expectShare(1 / 20);
    },
    patienceMs,
  );

  it(
    'explains itself without contradiction: a reason for every host refused, none for those that fit',
    () => {
      const [triedRefused, triedPlaced] = [new Tried('a refusal'), new Tried('a placement')];
      fc.assert(
        fc.property(fc.oneof(caseArb, cardCaseArb), (one) => {
          const result = answer(one);
          const { explanation } = result;
          expect(explanation.hosts.map((verdict) => verdict.hostId)).toEqual(one.hosts.map((host) => host.id));
          expect(explanation.hosts.every((verdict) => verdict.fits === (verdict.reasons.length === 0))).toBe(true);
          const fitting = explanation.hosts.filter((verdict) => verdict.fits).map((verdict) => verdict.hostId);
          expect(explanation.funnel[0]?.before).toBe(one.hosts.length);
          expect(explanation.funnel.at(-1)?.after).toBe(fitting.length);
          if (triedRefused.is(explanation.decision === 'refused')) {
            expect(fitting).toEqual([]);
            expect(explanation.nearestMisses.length).toBeGreaterThan(0);
          }
          if (triedPlaced.is(result.ok) && result.ok) {
            const subject = result.placements.find((berth) => berth.vnfcId === explanation.subject);
            expect(fitting).toContain(subject?.hostId);
          }
        }),
        runs,
      );
      triedRefused.expectShare(1 / 10);
      triedPlaced.expectShare(1 / 10);
    },
    patienceMs,
  );
});
