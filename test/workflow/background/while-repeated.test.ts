import { expect, it } from '@jest/globals';
import { whileRepeated } from '../../../src/workflow/background/while-repeated.js';
import { FakeClock, settled } from '../../builders/fake-clock.js';

it('repeats while the work goes on, never beside itself, and not after its end', async () => {
  const clock = new FakeClock();
  const acted: number[] = [];
  const act = async () => {
    acted.push(clock.elapsedMs());
    if (acted.length === 2) await clock.sleep(25_000);
  };
  const { promise, resolve } = Promise.withResolvers<string>();
  const whole = whileRepeated(clock, 10_000, act, () => promise);
  await clock.advance(60_000);
  expect(acted).toEqual([10_000, 20_000, 45_000, 55_000]);
  resolve('done');
  expect(await whole).toBe('done');
  await clock.advance(60_000);
  expect(acted).toHaveLength(4);
});

it('ends with work that fails', async () => {
  const clock = new FakeClock();
  let acted = 0;
  const whole = whileRepeated(
    clock,
    1_000,
    () => Promise.resolve(void (acted += 1)),
    () => Promise.reject(new Error('no')),
  );
  await expect(whole).rejects.toThrow('no');
  await settled();
  await clock.advance(5_000);
  expect(acted).toBe(0);
});
