/** How long steps have waited, over any number of takeovers. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { StepWaits } from '../../src/workflow/step-waits.js';
import { Tried } from '../builders/tried.js';

function timed() {
  let ms = 0;
  const clock = { elapsedMs: () => ms };
  return { clock, pass: (by: number) => (ms += by) };
}

describe('what steps have waited', () => {
  it('is counted on by whoever takes over, less what was not noted', async () => {
    const tried = new Tried('a takeover');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ notedMs: fc.nat(5_000), lostMs: fc.nat(1_000) }), { maxLength: 8 }),
        async (lives) => {
          tried.is(lives.length > 1);
          let noted = {};
          let sumMs = 0;
          for (const { notedMs, lostMs } of lives) {
            const { clock, pass } = timed();
            const waits = new StepWaits(clock, noted);
            const unended = new Promise<never>(() => undefined);
            void waits.of('a').during('stop', (spentMs) => {
              expect(spentMs).toBe(sumMs);
              return unended;
            });
            pass(notedMs);
            sumMs += notedMs;
            noted = JSON.parse(JSON.stringify(waits.toWrite()));
            pass(lostMs);
          }
          const found = await new StepWaits(timed().clock, noted).of('a').during('stop', async (spentMs) => spentMs);
          expect(found).toBe(sumMs);
        },
      ),
    );
    tried.expectShare(1 / 4);
  });

  it('counts also while nobody carries it, where it goes on by itself and was noted', async () => {
    const noted: unknown[] = [];
    const first = new StepWaits(timed().clock, {}, { unmovedMs: 700, note: () => noted.push(first.toWrite()) });
    const unended = new Promise<never>(() => undefined);
    void first.of('a').during('patience', () => unended);
    void first.of('a').duringAlone('stop', (spentMs) => {
      expect(spentMs).toBe(0);
      return unended;
    });
    const [before] = JSON.parse(JSON.stringify(noted)) as [Record<string, number>];
    const { clock, pass } = timed();
    const next = new StepWaits(clock, before, { unmovedMs: 2_500, note: () => undefined });
    expect(await next.of('a').during('patience', async (spentMs) => spentMs)).toBe(0);
    const asked = () => next.of('a').duringAlone('stop', async (spentMs) => pass(100) && spentMs);
    expect([await asked(), await asked()]).toEqual([2_500, 2_600]);
  });

  it('grows with each attempt, ended or failed, and begins again with the wait or the step', async () => {
    const { clock, pass } = timed();
    const waits = new StepWaits(clock, {});
    const spent = (step: string, wait: string) => waits.of(step).during(wait, async (spentMs) => spentMs);
    await waits.of('a').during('x', async () => pass(100));
    await expect(waits.of('a').during('x', async () => Promise.reject(new Error(`${pass(50)}`)))).rejects.toThrow();
    await waits.of('a').during('y', async () => pass(30));
    await waits.of('a b').during('x', async () => pass(7));
    expect([await spent('a', 'x'), await spent('a', 'y'), await spent('a b', 'x')]).toEqual([150, 30, 7]);
    waits.of('a').over('x');
    expect([await spent('a', 'x'), await spent('a', 'y')]).toEqual([0, 30]);
    waits.end('a');
    expect([await spent('a', 'y'), await spent('a b', 'x')]).toEqual([0, 7]);
  });

  it('is written while something waits, and once after that', async () => {
    const { clock, pass } = timed();
    const waits = new StepWaits(clock, {});
    expect(waits.toWrite()).toBeUndefined();
    await waits.of('a').during('x', async () => {
      pass(1_000);
      expect(Object.values(waits.toWrite() ?? {})).toEqual([1_000]);
      pass(1_000);
      expect(Object.values(waits.toWrite() ?? {})).toEqual([2_000]);
    });
    expect(Object.values(waits.toWrite() ?? {})).toEqual([2_000]);
    expect(waits.toWrite()).toBeUndefined();
  });
});
