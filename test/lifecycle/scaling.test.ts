import { describe, expect, it } from '@jest/globals';
import { initialScaleLevels, levelOf, vduCounts } from '../../src/lifecycle/scaling.js';
import { flavour } from '../builders/vnfd.js';

describe('instances of a VDU at a scale level', () => {
  it.each([
    [0, 1],
    [1, 2],
    [3, 4],
  ])('uniform steps: level %i has %i', (capacity, count) => {
    expect(vduCounts(flavour(), { capacity })).toEqual({ router: count });
  });

  it('adds each step its own delta, repeating the last when the list is shorter than the levels', () => {
    const uneven = flavour({
      aspects: [{ id: 'capacity', name: '', maxScaleLevel: 4, stepDeltas: ['one', 'three'] }],
      vduDeltas: [{ vduId: 'router', initial: 1, byAspect: { capacity: { one: 1, three: 3 } } }],
    });
    expect([0, 1, 2, 3].map((capacity) => vduCounts(uneven, { capacity })['router'])).toEqual([1, 2, 5, 8]);
  });

  it('sums the aspects that scale one VDU, counting the initial delta once', () => {
    const two = flavour({
      aspects: [
        { id: 'a', name: '', maxScaleLevel: 2, stepDeltas: ['x'] },
        { id: 'b', name: '', maxScaleLevel: 2, stepDeltas: ['x'] },
      ],
      vduDeltas: [{ vduId: 'router', initial: 1, byAspect: { a: { x: 1 }, b: { x: 2 } } }],
    });
    expect(vduCounts(two, { a: 1, b: 2 })).toEqual({ router: 6 });
  });

  it('takes the level’s number for a VDU that no aspect scales, else the initial delta, else the profile minimum', () => {
    const fixed = flavour({ aspects: [], vduDeltas: [] });
    expect(vduCounts(fixed, {}, fixed.levels[1])).toEqual({ router: 3 });
    expect(vduCounts(flavour({ aspects: [], vduDeltas: [{ vduId: 'router', initial: 2, byAspect: {} }] }), {})).toEqual(
      {
        router: 2,
      },
    );
    expect(vduCounts(fixed, {})).toEqual({ router: 1 });
  });
});

describe('the level to begin with', () => {
  it('is the one asked for, then the default, then the only one', () => {
    const levels = flavour().levels;
    const { defaultLevelId: _none, ...without } = flavour();
    expect(levelOf(flavour(), 'large')?.id).toBe('large');
    expect(levelOf(flavour(), undefined)?.id).toBe('default');
    expect(levelOf({ ...without, levels: levels.slice(1) }, undefined)?.id).toBe('large');
    expect(levelOf(flavour(), 'enormous')).toBeUndefined();
  });

  it('sets aspects that it does not name to zero', () => {
    expect(initialScaleLevels(flavour(), undefined)).toEqual({ capacity: 0 });
    expect(initialScaleLevels(flavour(), flavour().levels[1])).toEqual({ capacity: 2 });
  });
});
