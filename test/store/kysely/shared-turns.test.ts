import { expect, it } from '@jest/globals';
import { SharedTurns } from '../../../src/store/kysely/sqlite/shared-turns.js';

/** `count` chains of `steps` reads, each of which takes 1 ms; what the event loop did meanwhile is noted. */
async function reads(count: number, steps: number): Promise<{ readonly longestMs: number; readonly turns: number }> {
  let nowMs = 0;
  const turns = new SharedTurns(() => nowMs);
  const seen = { longestMs: 0, turns: 0, lastMs: 0, isOver: false };
  const look = (): void => {
    seen.longestMs = Math.max(seen.longestMs, nowMs - seen.lastMs);
    seen.lastMs = nowMs;
    seen.turns += 1;
    if (!seen.isOver) setImmediate(look);
  };
  setImmediate(look);
  const chain = async () => {
    for (let step = 0; step < steps; step += 1) {
      nowMs += 1;
      await turns.shared();
    }
  };
  await Promise.all(Array.from({ length: count }, chain));
  seen.isOver = true;
  return seen;
}

it('lets the event loop go on while many read one after the other', async () => {
  const { longestMs, turns } = await reads(10, 100);
  expect(longestMs).toBeLessThan(40);
  expect(turns).toBeGreaterThan(25);
});

it('holds nobody up who is done in a moment', async () => {
  expect((await reads(3, 3)).turns).toBe(0);
});
