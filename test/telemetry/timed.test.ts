import { describe, expect, test } from '@jest/globals';
import { EngineError, type Engine, type EngineErrorKind } from '../../src/engine/engine.js';
import type { Engines } from '../../src/engine/engines.js';
import { createSimulatedFleet } from '../../src/engine/simulated/simulated-fleet.js';
import { hostId, opOccId, vnfcId } from '../../src/shared/ids.js';
import { problem } from '../../src/shared/problem.js';
import { LeaseLost } from '../../src/store/operations.js';
import type { Store } from '../../src/store/store.js';
import { StoreTrouble } from '../../src/store/trouble.js';
import { timedEngines, timedStore } from '../../src/telemetry/timed.js';
import { simulatedHosts } from '../builders/simulated-hosts.js';
import { systemClock } from '../../src/system.js';
import { instruments, type Shown } from './shown.js';

/** Each look at it is a quarter of a second later. */
function quarters() {
  let now = 0;
  return { elapsedMs: () => (now += 250) };
}

const counted = async ({ lines }: Shown, name: string) => lines(`${name}_count`);

describe('a store with a clock', () => {
  const ended = async (error?: Error): Promise<readonly string[]> => {
    const shown = instruments();
    const ping = () => (error === undefined ? Promise.resolve() : Promise.reject(error));
    const store = timedStore(shown.to, { ping } as unknown as Store, quarters());
    const answer = await store.ping().catch((thrown: unknown) => thrown);
    expect(answer).toBe(error);
    return counted(shown, 'berth_store_seconds');
  };

  test('answers as before, and times each verb by its name', async () => {
    const shown = instruments();
    const store = timedStore(shown.to, { outbox: async () => ({ pending: 7 }) } as unknown as Store, quarters());
    expect(await store.outbox()).toEqual({ pending: 7 });
    expect(await store.outbox()).toEqual({ pending: 7 });
    expect(await counted(shown, 'berth_store_seconds')).toEqual(['{operation="outbox",result="done"} 2']);
    expect(await shown.lines('berth_store_seconds_sum')).toEqual(['{operation="outbox",result="done"} 0.5']);
  });

  test('tells trouble of the database from faults, and a lost lease is an answer', async () => {
    const trouble = new StoreTrouble('damaged', problem('store-damaged', 'no page'));
    expect(await ended(trouble)).toEqual(['{operation="ping",result="trouble"} 1']);
    expect(await ended(new TypeError('x'))).toEqual(['{operation="ping",result="failed"} 1']);
    expect(await ended(new LeaseLost(opOccId('o')))).toEqual(['{operation="ping",result="done"} 1']);
    expect(await ended()).toEqual(['{operation="ping",result="done"} 1']);
  });
});

describe('engines with a clock', () => {
  const calls = (shown: Shown) => counted(shown, 'berth_engine_call_seconds');

  test('time calls to hypervisors by verb, and neither the connection nor what answers at once', async () => {
    const shown = instruments();
    const fleet = createSimulatedFleet({ hosts: simulatedHosts(2), clock: systemClock });
    const engines = timedEngines(shown.to, fleet, systemClock);
    for (const engine of engines.all()) await engine.start();
    const [first] = engines.all();
    expect(first?.isConnected()).toBe(true);
    expect(first?.process()).toBeUndefined();
    expect(await first?.listDomains()).toEqual([]);
    await engines.of(hostId('sim-2')).stats();
    await engines.of(hostId('sim-1')).stats();
    expect(await calls(shown)).toEqual(['{verb="listDomains",result="done"} 1', '{verb="stats",result="done"} 2']);
    expect(engines.of(hostId('sim-1'))).toBe(first);
    expect(() => engines.of(hostId('nobody'))).toThrow(EngineError);
  });

  test('say how a call failed, by the closed set of kinds', async () => {
    const shown = instruments();
    const kinds: readonly EngineErrorKind[] = ['NotFound', 'Conflict', 'Busy', 'Rejected', 'Unavailable', 'Timeout'];
    const failures: Error[] = [...kinds.map((kind) => new EngineError(kind, hostId('h'), 'no')), new Error('bug')];
    const engine = {
      hostId: hostId('h'),
      domain: () => Promise.reject(failures.shift() ?? new Error('no more')),
    } as unknown as Engine;
    const engines: Engines = { of: () => engine, all: () => [engine], onEvent: () => () => undefined };
    const timed = timedEngines(shown.to, engines, systemClock);
    for (const failure of [...failures]) await expect(timed.of(hostId('h')).domain(vnfcId('v'))).rejects.toBe(failure);
    const results = ['not_found', 'conflict', 'busy', 'rejected', 'unavailable', 'timeout', 'fault'];
    expect(await calls(shown)).toEqual(results.map((result) => `{verb="domain",result="${result}"} 1`));
  });
});
