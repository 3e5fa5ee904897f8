/**
 * A Berth that stands still for longer than its leases last, as a machine that sleeps or a process that is stopped, and one
 * whose wall clock is set: what it has in hand it goes on with, and nobody takes it twice.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Clock } from '../../src/shared/clock.js';
import { newFleet, realClock, startBerth, valueOf, worldOf, type RunningBerth } from '../builders/berth.js';
import { instantiate, reach, scale, type Ask } from './operations.js';

const leaseMs = 90;
/** Nothing of this process runs meanwhile; its timers are late afterwards. */
const standStill = (ms: number): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

let dir: string;
let berth: RunningBerth;
let setMs = 0;
const settable: Clock = { ...realClock, now: () => realClock.now() + setMs };

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'berth-pauses-'));
  setMs = 0;
  berth = await startBerth({ dir, fleet: newFleet(), leaseMs, clock: settable });
});

afterEach(async () => {
  await berth.stop();
  rmSync(dir, { recursive: true, force: true });
});

const asks: readonly (readonly [string, readonly Ask[], Ask])[] = [
  ['INSTANTIATE', [], instantiate],
  ['SCALE', [instantiate], scale('SCALE_OUT')],
];

/** Asks, disturbs it many times on its way, and looks at how it ended. */
async function disturbed(before: readonly Ask[], ask: Ask, disturb: (time: number) => void): Promise<void> {
  const id = await reach(berth, before);
  for (const host of berth.fleet.all()) host.control.latency(15);
  const { id: occId } = valueOf(await ask(berth, id));
  for (let time = 0; time < 6; time += 1) {
    await realClock.sleep(25);
    disturb(time);
  }
  const occ = await berth.settled(occId);
  expect([occ.operationState, occ.error]).toEqual(['COMPLETED', undefined]);
  const journal = await berth.store.journal(occId);
  const done = journal.filter(({ phase }) => phase === 'done').map(({ stepId }) => stepId);
  expect(done.toSorted()).toEqual(occ.plan?.steps.map((step) => step.id).toSorted());
  expect(journal.filter(({ phase }) => phase === 'started')).toHaveLength(done.length);
  expect((await worldOf(berth)).domains).toEqual(before.length === 0 ? ['running'] : ['running', 'running']);
}

describe.each(asks)('%s', (_name, before, ask) => {
  it('is carried out once by a Berth that stood still for longer than its lease', async () => {
    await disturbed(before, ask, () => standStill(2 * leaseMs));
  });

  it.each([
    ['forwards', 7_200_000],
    ['backwards', -3_600_000],
    ['back and forth', undefined],
  ])('is carried out once while the wall clock is set %s', async (_way, ms) => {
    await disturbed(before, ask, (time) => {
      setMs = ms ?? (time % 2 === 0 ? 7_200_000 : -7_200_000);
    });
  });
});
