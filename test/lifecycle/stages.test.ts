import { describe, expect, it } from '@jest/globals';
import type { PlanOrder } from '../../src/lifecycle/model.js';
import { staged, type Phase } from '../../src/lifecycle/stages.js';

const phases: readonly Phase[] = ['leave', 'remove', 'stop', 'ready', 'start', 'prepare', 'host'];

/** Phases that go together, in the order in which they go. */
function orderOf(order: PlanOrder): readonly string[] {
  const steps = staged(
    order,
    phases.map((phase) => ({ ...{ id: phase, kind: 'base-image', phase, lane: phase }, timeoutMs: 1, input: {} })),
  );
  const stages = Map.groupBy(steps, ({ stage }) => stage);
  return [...stages]
    .sort(([a], [b]) => a - b)
    .map(([, members]) =>
      members
        .map(({ id }) => id)
        .sort()
        .join(),
    );
}

describe('the order of a plan', () => {
  it.each<[PlanOrder, string, readonly string[]]>([
    [
      'add-first',
      'stops nothing before what is new is ready',
      ['host', 'prepare,start', 'ready', 'remove,stop', 'leave'],
    ],
    [
      'remove-first',
      'brings nothing before what leaves is gone',
      ['remove,stop', 'host', 'prepare,start', 'ready', 'leave'],
    ],
    [
      'swap',
      'has the new prepared while the old runs, and removes the old once the new is ready',
      ['host', 'prepare', 'stop', 'start', 'ready', 'remove', 'leave'],
    ],
  ])('%s %s', (order, _, expected) => {
    expect(orderOf(order)).toEqual(expected);
  });

  it('leaves steps otherwise as they are, without their phase', () => {
    const step = { id: 'a', kind: 'base-image', lane: 'l', timeoutMs: 7, input: { x: 1 } } as const;
    expect(staged('swap', [{ ...step, phase: 'host' }])).toEqual([{ ...step, stage: 0 }]);
  });
});
