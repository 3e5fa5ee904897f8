import { expect, test } from '@jest/globals';
import { RefusalBudget } from '../../../src/api/http/refusal-budget.js';

test('a flood of refused requests has a burst of lines, then ten a second, and the lines say how many have none', () => {
  let nowMs = 5_000;
  const budget = new RefusalBudget(() => nowMs);
  const flood = Array.from({ length: 1_000 }, () => budget.take());
  expect(flood.filter((each) => each !== undefined)).toEqual(Array.from({ length: 100 }, () => 0));
  nowMs += 1_000;
  const next = Array.from({ length: 50 }, () => budget.take());
  expect(next.filter((each) => each !== undefined)).toEqual([900, ...Array.from({ length: 9 }, () => 0)]);
  nowMs += 3_600_000;
  expect(Array.from({ length: 200 }, () => budget.take()).filter((each) => each !== undefined)).toHaveLength(100);
});
