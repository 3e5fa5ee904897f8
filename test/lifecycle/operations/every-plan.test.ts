/**
 * What holds of the plans of all operations: what their steps make, folded, is what the plan says.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addedBy, subjectOf } from '../../../src/lifecycle/changes.js';
import { effectsOf } from '../../../src/lifecycle/effects.js';
import { lanesToRun, stepStates } from '../../../src/lifecycle/journal.js';
import {
  lcmOperations,
  type InstantiatedVnf,
  type JournalEntry,
  type JournalPhase,
  type LcmPlan,
  type Step,
} from '../../../src/lifecycle/model.js';
import { realNow } from '../../../src/lifecycle/real.js';
import { opOccId, type VnfcId } from '../../../src/shared/ids.js';
import { Tried } from '../../builders/tried.js';
import { wishes, type Wish } from './planning.js';

const entry = (stepId: string, phase: JournalPhase, seq: number): JournalEntry => ({
  opOccId: opOccId('op'),
  ...{ seq, stepId, phase, atMs: 0 },
});

/** Steps in the order in which the executor takes them. */
function inOrder(plan: LcmPlan): readonly string[] {
  const order: string[] = [];
  for (;;) {
    const lanes = lanesToRun(plan, stepStates(order.map((id, at) => entry(id, 'done', at))));
    if (lanes.length === 0) return order;
    order.push(...lanes.flat().map(({ id }) => id));
  }
}

const allDone = (plan: LcmPlan): readonly JournalEntry[] => inOrder(plan).map((id, at) => entry(id, 'done', at));
const allUndone = (plan: LcmPlan): readonly JournalEntry[] => {
  const done = allDone(plan);
  return [...done, ...done.toReversed().map(({ stepId }, at) => entry(stepId, 'undone', done.length + at))];
};

const vnfcsOf = (step: Step): readonly VnfcId[] =>
  effectsOf(step).flatMap((effect) => (effect.on === 'link' ? [] : [effect.vnfcId]));

/** What steps can change: the rest is written when the operation ends. */
const made = (now: InstantiatedVnf | null | undefined) =>
  now && {
    vnfState: now.vnfState,
    vnfcs: [...now.vnfcs].sort((a, b) => (a.id < b.id ? -1 : 1)),
    links: now.virtualLinks.map(({ id }) => id).sort(),
  };

/** Each case whose request is accepted and has steps; fails when hardly any has. */
function forAll(
  wish: fc.Arbitrary<Wish>,
  holds: (plan: LcmPlan, wished: Wish) => void,
  isAbout: (plan: LcmPlan) => boolean = () => true,
): void {
  const tried = new Tried();
  fc.assert(
    fc.property(wish, (wished) => {
      const plan = wished.plan.ok && wished.plan.value.steps.length > 0 ? wished.plan.value : undefined;
      if (tried.is(plan !== undefined && isAbout(plan)) && plan !== undefined) holds(plan, wished);
    }),
    { numRuns: 60 },
  );
  tried.expectShare(1 / 20);
}

describe.each(lcmOperations)('the plan of %s', (name) => {
  const wish = wishes[name];

  it('makes what it says that the instance is afterwards', () => {
    forAll(wish, (plan, { of }) => {
      const { instantiated } = realNow(of, plan, allDone(plan));
      expect(made(instantiated)).toEqual(made(plan.after ?? null));
    });
  });

  it('changes nothing before its first step', () => {
    forAll(wish, (plan, { of }) => {
      const { instantiated } = realNow(of, plan, []);
      expect(instantiated).toEqual(of.instantiated ?? null);
    });
  });

  it('given up anywhere, keeps each VNFC that it adds from its first step on, and loses none that it does not remove', () => {
    forAll(wish, (plan, { of }) => {
      const done = allDone(plan);
      const removed = new Set(plan.vnfcs.flatMap(({ before, after }) => (before && !after ? [before.id] : [])));
      for (let length = 0; length <= done.length; length += 1) {
        const { instantiated } = realNow(of, plan, done.slice(0, length));
        const begun = new Set(done.slice(0, length).map(({ stepId }) => stepId));
        const touched = new Set(plan.steps.filter(({ id }) => begun.has(id)).flatMap(vnfcsOf));
        const ids = new Set(instantiated?.vnfcs.map(({ id }) => id));
        for (const { id } of addedBy(plan.vnfcs)) expect(ids.has(id)).toBe(touched.has(id));
        for (const { id } of of.instantiated?.vnfcs ?? []) if (!removed.has(id)) expect(ids.has(id)).toBe(true);
      }
    });
  });

  it('names every VNFC that a step of it touches, and has a step for every VNFC that it names', () => {
    forAll(wish, (plan) => {
      expect(new Set(plan.steps.flatMap(vnfcsOf))).toEqual(new Set(plan.vnfcs.map((change) => subjectOf(change).id)));
      expect(new Set(plan.steps.map(({ id }) => id)).size).toBe(plan.steps.length);
    });
  });
});

it.each(['INSTANTIATE', 'SCALE'] as const)('%s that is rolled back leaves the instance as it was', (name) => {
  forAll(
    wishes[name],
    (plan, { of }) => {
      const { instantiated } = realNow(of, plan, allUndone(plan));
      expect(instantiated).toEqual(of.instantiated ?? null);
    },
    ({ rollbackSupported }) => rollbackSupported,
  );
});

it.each(['OPERATE', 'TERMINATE', 'MODIFY_INFO'] as const)('%s cannot be rolled back', (name) => {
  forAll(wishes[name], ({ rollbackSupported }) => {
    expect(rollbackSupported).toBe(false);
  });
});
