/**
 * An operation taken over again and again, sooner than what it waits for is over: the waits go on where they were, so
 * that it ends.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { LcmOpOcc } from '../../src/lifecycle/model.js';
import { isTerminal } from '../../src/lifecycle/model.js';
import { createSqliteStore } from '../../src/store/kysely/sqlite/sqlite.js';
import type { Store } from '../../src/store/store.js';
import { newFleet, realClock, startBerth, valueOf, worldOf, type RunningBerth } from '../builders/berth.js';
import { deafGuests } from './deaf-guests.js';
import { Life, mortalEngines, mortalStore } from './mortal.js';
import { instantiate, reach, type Ask } from './operations.js';
import { systemClock } from '../../src/system.js';

const leaseMs = 150;
const lifeMs = 400;
const mostLives = 30;

let dir: string;
let store: Store;
let lived: RunningBerth[] = [];
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'berth-takeovers-'));
  store = createSqliteStore({ file: join(dir, 'berth.sqlite'), clock: systemClock });
  await store.open();
});
afterEach(async () => {
  await Promise.all(lived.map(({ workflow }) => workflow.stop()));
  lived = [];
  await store.close();
  rmSync(dir, { recursive: true, force: true });
});

const gracefully: Ask = ({ workflow }, id) =>
  workflow.lcm.begin('TERMINATE', id, { terminationType: 'GRACEFUL', gracefulTerminationTimeout: 2 });
const stopsGracefully: Ask = ({ workflow }, id) =>
  workflow.lcm.begin('OPERATE', id, { changeStateTo: 'STOPPED', stopType: 'GRACEFUL', gracefulStopTimeout: 2 });

const stops: readonly (readonly [string, readonly Ask[], Ask, number])[] = [
  ['TERMINATE', [instantiate], gracefully, 2_000],
  ['OPERATE', [instantiate], stopsGracefully, 2_000],
];

it.each(stops)(
  '%s gives a guest that hangs its time once, however often it is taken over',
  async (_name, before, ask, gracefulMs) => {
    const fleet = newFleet();
    const asked: number[] = [];
    const live = async (life: Life): Promise<RunningBerth> => {
      const berth = await startBerth({
        ...{ dir, fleet, store, leaseMs },
        through: {
          store: (whole) => mortalStore(whole, life),
          engines: (engines) => {
            const mortal = mortalEngines(engines, life);
            return { ...mortal, of: (id) => deafGuests(mortal.of(id), life, asked) };
          },
        },
      });
      lived.push(berth);
      return berth;
    };
    let life = new Life({ at: Infinity, when: 'before' });
    let running = await live(life);
    const id = await reach(running, before);
    const { id: occId } = valueOf(await ask(running, id));
    let occ: LcmOpOcc | undefined;
    let lives = 1;
    for (; lives < mostLives; lives += 1) {
      await realClock.sleep(lifeMs);
      occ = await store.opOcc(occId);
      if (occ !== undefined && isTerminal(occ.operationState)) break;
      life.dead = true;
      life = new Life({ at: Infinity, when: 'before' });
      running = await live(life);
    }
    expect([occ?.operationState, occ?.error]).toEqual(['COMPLETED', undefined]);
    expect(lives).toBeGreaterThan(2);
    expect(asked[0]).toBe(gracefulMs);
    expect(asked).toEqual(asked.toSorted((a, b) => b - a));
    expect((await worldOf(running)).domains.filter((state) => state === 'running')).toEqual([]);
  },
);
