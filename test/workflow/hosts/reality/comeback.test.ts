/**
 * A host that goes down and boots: what was STARTED comes back, what was not stays as it is.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Vnfc } from '../../../../src/lifecycle/model.js';
import { hostId, type VnfInstanceId } from '../../../../src/shared/ids.js';
import type { SimulatedFleet } from '../../../../src/engine/simulated/simulated-fleet.js';
import { newFleet, realClock, startBerth, type RunningBerth } from '../../../builders/berth.js';
import { instantiate, operate, reach } from '../../../crash/operations.js';
import { everyOpOcc } from '../../../builders/whole-tables.js';

let dir: string;
let fleet: SimulatedFleet;
let berth: RunningBerth;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'berth-comeback-'));
  fleet = newFleet();
  berth = await startBerth({ dir, fleet });
});
afterEach(async () => {
  await berth.stop();
  rmSync(dir, { recursive: true, force: true });
});

const hand = () => fleet.control(hostId('sim-1'));
const engine = () => fleet.all()[0]!;

async function vnfcOf(id: VnfInstanceId): Promise<Vnfc> {
  return (await berth.store.instance(id))!.instantiated!.vnfcs[0]!;
}

async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  for (const limit = realClock.elapsedMs() + 60_000; realClock.elapsedMs() < limit;) {
    if (await holds()) return;
    await realClock.sleep(5);
  }
  throw new Error(`it did not come to pass in 60 s that ${what}`);
}

const isRunning = async (id: VnfInstanceId) => (await engine().domain((await vnfcOf(id)).id)).state === 'running';
const comesBack = (id: VnfInstanceId) => until(`${id} runs`, () => isRunning(id));
const waitsFor = async (id: VnfInstanceId) => berth.workflow.fleet.waitsFor((await vnfcOf(id)).id);

const automatic = async () => (await everyOpOcc(berth.store)).filter((occ) => occ.isAutomaticInvocation);

/** The record of a VNF whose host was compared says that it does not run. */
const isRecordedStopped = (id: VnfInstanceId) =>
  until(`${id} is recorded as STOPPED`, async () => (await vnfcOf(id)).state === 'STOPPED');

describe('after a reboot of its host', () => {
  it('what was STARTED is started by automatic operations, and what was STOPPED stays so', async () => {
    const ids = [
      await reach(berth, [instantiate]),
      await reach(berth, [instantiate]),
      await reach(berth, [instantiate]),
    ];
    const stopped = await reach(berth, [instantiate, operate('STOPPED')]);
    hand().powerCycle();
    for (const id of ids) await comesBack(id);
    await until('all starts are over', async () =>
      (await automatic()).every((occ) => occ.operationState === 'COMPLETED'),
    );
    expect((await automatic()).map((occ) => [occ.operation, occ.vnfInstanceId]).sort()).toEqual(
      ids.map((id) => ['OPERATE', id]).sort(),
    );
    expect(await isRunning(stopped)).toBe(false);
    await until('nothing waits', async () =>
      (await Promise.all(ids.map(waitsFor))).every((what) => what === undefined),
    );
  });

  it('what was ended on purpose before, and seen, stays down', async () => {
    const id = await reach(berth, [instantiate]);
    const other = await reach(berth, [instantiate]);
    await engine().ensureStopped((await vnfcOf(id)).id, 0);
    await isRecordedStopped(id);
    hand().powerCycle();
    await comesBack(other);
    expect([await isRunning(id), (await automatic()).map((occ) => occ.vnfInstanceId)]).toEqual([false, [other]]);
  });

  it.each(['crashDomain', 'powerOffGuest'] as const)(
    'what ended one by one while its host went down is started too (%s)',
    async (end) => {
      const ids = [await reach(berth, [instantiate]), await reach(berth, [instantiate])];
      const stopped = await reach(berth, [instantiate, operate('STOPPED')]);
      for (const id of ids) hand()[end]((await vnfcOf(id)).id);
      for (const id of ids) await isRecordedStopped(id);
      hand().powerCycle();
      for (const id of ids) await comesBack(id);
      expect(await isRunning(stopped)).toBe(false);
    },
  );

  it('what ended while other VNFCs of its host run on stays down when only libvirt starts again', async () => {
    const id = await reach(berth, [instantiate]);
    const other = await reach(berth, [instantiate]);
    hand().powerOffGuest((await vnfcOf(id)).id);
    await isRecordedStopped(id);
    hand().disconnect();
    hand().connect();
    await berth.workflow.fleet.refresh(hostId('sim-1'));
    expect([await isRunning(id), await isRunning(other), await waitsFor(id)]).toEqual([false, true, undefined]);
    expect(await automatic()).toEqual([]);
  });

  it('what was ended on purpose while Berth was away stays down too', async () => {
    const id = await reach(berth, [instantiate]);
    const vnfc = await vnfcOf(id);
    await berth.stop();
    await engine().start();
    await engine().ensureStopped(vnfc.id, 0);
    await engine().stop();
    berth = await startBerth({ dir, fleet });
    await isRecordedStopped(id);
    expect(await automatic()).toEqual([]);
  });

  it('that Berth slept through, it is brought back too', async () => {
    const id = await reach(berth, [instantiate]);
    await berth.stop();
    hand().powerCycle();
    berth = await startBerth({ dir, fleet });
    await comesBack(id);
    expect(await automatic()).toMatchObject([{ vnfInstanceId: id }]);
  });

  it('it waits for its pages, says so, and comes when they are there', async () => {
    const id = await reach(berth, [instantiate]);
    const { placement } = await vnfcOf(id);
    const cell = placement.cells[0]!.hostCell;
    hand().useForeignPages(cell, 2048, 100_000);
    hand().powerCycle();
    await until('it says what it waits for', async () => (await waitsFor(id))?.includes('pages of 2048 KiB') === true);
    expect((await waitsFor(id))!).toContain(`on cell ${cell}`);
    expect([await automatic(), await isRunning(id)]).toEqual([[], false]);
    hand().useForeignPages(cell, 2048, 0);
    await berth.workflow.fleet.refresh(hostId('sim-1'));
    await comesBack(id);
  });

  it('a start that fails is given up and tried again', async () => {
    const id = await reach(berth, [instantiate]);
    hand().failNext('ensureStarted', 'Rejected', 'not yet');
    hand().powerCycle();
    await comesBack(id);
    await until('the starts are over', async () => (await automatic()).length === 2);
    expect((await automatic()).map((occ) => occ.operationState).sort()).toContain('FAILED');
  });

  it('it waits for the file system of its pool, and has the disks that it had', async () => {
    const id = await reach(berth, [instantiate]);
    hand().mount('berth', false);
    hand().powerCycle();
    await until('a start is given up', async () => (await automatic()).some((occ) => occ.operationState === 'FAILED'));
    // It is said in the round that gives the start up, until the next try.
    await until('it says why', async () => (await waitsFor(id))?.includes('may not be mounted') === true);
    expect(await isRunning(id)).toBe(false);
    hand().mount('berth', true);
    await comesBack(id);
    const said = await Promise.all((await automatic()).map(async (occ) => berth.store.journal(occ.id)));
    expect(JSON.stringify(said)).not.toContain('recreated');
  });

  it('nothing is started where Berth is told not to', async () => {
    await berth.stop();
    berth = await startBerth({ dir, fleet, bringBack: false });
    const id = await reach(berth, [instantiate]);
    hand().powerCycle();
    await isRecordedStopped(id);
    expect([await automatic(), await isRunning(id)]).toEqual([[], false]);
  });
});

describe('a restart of libvirt alone', () => {
  it('starts nothing', async () => {
    const id = await reach(berth, [instantiate]);
    hand().disconnect();
    hand().connect();
    await berth.workflow.fleet.refresh(hostId('sim-1'));
    expect([await isRunning(id), await automatic(), await waitsFor(id)]).toEqual([true, [], undefined]);
  });
});
