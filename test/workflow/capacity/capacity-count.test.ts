/**
 * The count of what fits follows claims, hosts and packages, is made once per change, and rests in between.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { Store } from '../../../src/store/store.js';
import type { CapacitySettings } from '../../../src/workflow/capacity/capacity-count.js';
import { newFleet, realClock, startBerth, valueOf, type RunningBerth } from '../../builders/berth.js';
import { instantiate, reach, terminate } from '../../crash/operations.js';

let dir: string;
let berth: RunningBerth | undefined;
/** VNFDs read for a count. */
let read: string[];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'berth-capacity-'));
  read = [];
});
afterEach(async () => {
  await berth?.stop();
  rmSync(dir, { recursive: true, force: true });
});

const watched = (store: Store): Store =>
  new Proxy(store, {
    get: (of, name) => {
      const verb: unknown = Reflect.get(of, name);
      if (typeof verb !== 'function') return verb;
      if (name === 'packageByVnfdId') read.push('read');
      return verb.bind(of) as unknown;
    },
  });

async function start(capacity: Partial<CapacitySettings> = {}): Promise<RunningBerth> {
  const settings = { roundMs: 5, rest: 0, ...capacity };
  berth = await startBerth({
    dir,
    fleet: newFleet(),
    through: { store: watched, engines: (all) => all },
    capacity: settings,
  });
  return berth;
}

async function until<T>(what: () => T | undefined): Promise<T> {
  for (const limit = realClock.elapsedMs() + 60_000; realClock.elapsedMs() < limit;) {
    const found = what();
    if (found !== undefined) return found;
    await realClock.sleep(5);
  }
  throw new Error('it was not to be counted so');
}

const fits = ({ workflow }: RunningBerth) => workflow.capacities.last()?.flavours.map((each) => each.fits);

it('counts the flavours of a package, and again when one more of it stands', async () => {
  const running = await start();
  const before = await until(() => running.workflow.capacities.last());
  const [flavour] = before.flavours;
  expect(before.flavours).toHaveLength(1);
  expect(flavour?.fits).toBeGreaterThan(1);
  expect(flavour?.limitedBy).toEqual(expect.any(String));
  await reach(running, [instantiate]);
  const after = await until(() => (fits(running)?.[0] === flavour?.fits ? undefined : fits(running)));
  expect(after).toEqual([(flavour?.fits ?? 0) - 1]);
});

it('does not count again while nothing changes, and says that it holds', async () => {
  const { workflow } = await start();
  const first = await until(() => workflow.capacities.last());
  const later = await until(() => {
    const last = workflow.capacities.last();
    return last !== undefined && last.atMs > first.atMs + 50 ? last : undefined;
  });
  expect({ ...later, atMs: 0 }).toEqual({ ...first, atMs: 0 });
  expect(read).toEqual(['read']);
});

it('counts a disabled package while one of it is there, and no longer when none is left', async () => {
  const running = await start();
  const id = await reach(running, [instantiate]);
  const [head] = await running.store.packagePage({ limit: 1 }, { onboarded: true });
  if (head === undefined) throw new Error('there is no package');
  const first = await until(() => running.workflow.capacities.last());
  expect(await running.store.modifyPackage(head.id, { operationalState: 'DISABLED' })).toMatchObject({ ok: true });
  const disabled = await until(() => {
    const last = running.workflow.capacities.last();
    return last !== undefined && last.atMs > first.atMs + 200 ? last : undefined;
  });
  expect(disabled.flavours).toMatchObject([{ flavour: first.flavours[0]?.flavour }]);
  for (const { control } of running.fleet.all()) control.disconnect();
  expect(await until(() => (fits(running)?.[0] === 0 ? fits(running) : undefined))).toEqual([0]);
  for (const { control } of running.fleet.all()) control.connect();
  await until(() => (fits(running)?.[0] === 0 ? undefined : fits(running)));
  const { id: ended } = valueOf(await terminate(running, id));
  expect(await running.settled(ended)).toMatchObject({ operationState: 'COMPLETED' });
  expect(await running.workflow.lcm.delete(id)).toMatchObject({ ok: true });
  expect(await until(() => (fits(running)?.length === 0 ? fits(running) : undefined))).toEqual([]);
});

it('counts again when a host is gone', async () => {
  const running = await start();
  await until(() => running.workflow.capacities.last());
  for (const { control } of running.fleet.all()) control.disconnect();
  expect(await until(() => (fits(running)?.[0] === 0 ? running.workflow.capacities.last() : undefined))).toMatchObject({
    flavours: [{ fits: 0, limitedBy: 'host-state' }],
  });
});

it('rests after a count for a multiple of what it took', async () => {
  const running = await start({ rest: 1e9 });
  const first = await until(() => running.workflow.capacities.last());
  await reach(running, [instantiate]);
  await realClock.sleep(50);
  expect(running.workflow.capacities.last()).toBe(first);
});

it('counts no further than its bounds', async () => {
  const running = await start({ most: 1 });
  expect(await until(() => fits(running))).toEqual([1]);
  expect(running.workflow.capacities.last()?.flavours[0]).not.toHaveProperty('limitedBy');
});

it('ends a count that is under way when Berth stops', async () => {
  const running = await start({ sliceMs: 0, pauseMs: 1 });
  await running.stop();
  berth = undefined;
  expect(running.workflow.capacities.last()?.flavours.length ?? 0).toBeLessThanOrEqual(1);
});
