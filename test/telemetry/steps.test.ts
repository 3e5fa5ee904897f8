import { expect, test } from '@jest/globals';
import { inTurns, type Steps } from '../../src/telemetry/steps.js';
import { systemClock } from '../../src/system.js';

function* each(times: number, work: () => void): Steps {
  for (let at = 0; at < times; at += 1) {
    work();
    yield;
  }
}

/** Keeps the process busy. */
function burn(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

test('long work lets others have their turn, and is done to its end', async () => {
  let [done, others] = [0, 0];
  const timer = setInterval(() => (others += 1), 1);
  await inTurns(
    each(10, () => {
      burn(12);
      done += 1;
    }),
    systemClock,
  );
  clearInterval(timer);
  expect(done).toBe(10);
  expect(others).toBeGreaterThanOrEqual(5);
});

test('a fault in a step is the fault of the whole', async () => {
  const broken = each(3, () => {
    throw new TypeError('a fault');
  });
  await expect(inTurns(broken, systemClock)).rejects.toThrow('a fault');
});
