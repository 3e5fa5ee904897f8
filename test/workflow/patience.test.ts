import { describe, expect, it } from '@jest/globals';
import { EngineError, type EngineErrorKind } from '../../src/engine/engine.js';
import type { SteadyClock } from '../../src/shared/clock.js';
import { hostId } from '../../src/shared/ids.js';
import { runWithPatience } from '../../src/workflow/patience.js';
import { StepWaits } from '../../src/workflow/step-waits.js';

/** Sleeping is what makes time pass. */
function sleepingClock(): SteadyClock {
  let now = 0;
  return {
    elapsedMs: () => now,
    sleep: (ms) => {
      now += ms;
      return Promise.resolve();
    },
  };
}

function failing(kind: EngineErrorKind, times: number): { readonly effect: () => Promise<string>; calls: number } {
  const state = {
    calls: 0,
    effect: () => {
      state.calls += 1;
      if (state.calls <= times) return Promise.reject(new EngineError(kind, hostId('h'), kind));
      return Promise.resolve('done');
    },
  };
  return state;
}

function patience(patienceMs: number, signal = new AbortController().signal) {
  const clock = sleepingClock();
  return { clock, patienceMs, deadlineMs: 600_000, signal, wait: new StepWaits(clock, {}).of('a') };
}

describe('patience with a host', () => {
  it.each<EngineErrorKind>(['Unavailable', 'Busy', 'Timeout'])('asks again while it says %s', async (kind) => {
    await expect(runWithPatience(failing(kind, 3).effect, patience(60_000))).resolves.toBe('done');
  });

  it.each<EngineErrorKind>(['Rejected', 'Conflict', 'NotFound'])('gives up at once when it says %s', async (kind) => {
    const host = failing(kind, 1);
    await expect(runWithPatience(host.effect, patience(60_000))).rejects.toMatchObject({ kind });
    expect(host.calls).toBe(1);
  });

  it('ends when its time is over, with the host’s last word', async () => {
    const host = failing('Unavailable', Infinity);
    await expect(runWithPatience(host.effect, patience(1_000))).rejects.toMatchObject({ kind: 'Unavailable' });
    expect(host.calls).toBeGreaterThan(2);
  });

  it('counts from the first failure: a call that hung for long before it failed is asked again', async () => {
    const settings = patience(1_000);
    const host = failing('Unavailable', 1);
    const slow = async (): Promise<string> => {
      if (host.calls === 0) await settings.clock.sleep(45_000);
      return host.effect();
    };
    await expect(runWithPatience(slow, settings)).resolves.toBe('done');
  });

  it('goes on after a takeover with what is left of it, and tries once in any case', async () => {
    const before = patience(10_000);
    await expect(runWithPatience(failing('Unavailable', Infinity).effect, before)).rejects.toThrow();
    const spentMs = before.clock.elapsedMs();
    expect(spentMs).toBeGreaterThan(5_000);
    const after = { ...before, clock: sleepingClock() };
    const host = failing('Unavailable', Infinity);
    await expect(runWithPatience(host.effect, after)).rejects.toThrow();
    expect(host.calls).toBeGreaterThan(0);
    expect(spentMs + after.clock.elapsedMs()).toBeLessThanOrEqual(10_000);
  });

  it('never outlasts the deadline of the step', async () => {
    const settings = { ...patience(60_000), deadlineMs: 500 };
    await expect(runWithPatience(failing('Busy', Infinity).effect, settings)).rejects.toMatchObject({ kind: 'Busy' });
    expect(settings.clock.elapsedMs()).toBeLessThanOrEqual(500);
  });

  it('ends when the operation is aborted', async () => {
    const abort = new AbortController();
    abort.abort();
    const host = failing('Busy', Infinity);
    await expect(runWithPatience(host.effect, patience(60_000, abort.signal))).rejects.toMatchObject({ kind: 'Busy' });
    expect(host.calls).toBe(1);
  });
});
