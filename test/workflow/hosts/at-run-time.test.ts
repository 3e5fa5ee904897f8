/**
 * Hosts that come and go while Berth runs.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { hostId } from '../../../src/shared/ids.js';
import { instance } from '../../builders/instance.js';
import { instantiateRequest, newFleet, startBerth, valueOf, type RunningBerth } from '../../builders/berth.js';
import { laptopTemplate } from '../../builders/simulated-hosts.js';

const second = hostId('sim-2');
const settings = { id: second, zone: 'zone-2', sharedCpuRatio: 4 };
let dir: string;
let berth: RunningBerth;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'berth-hosts-'));
  berth = await startBerth({ dir, fleet: newFleet(1) });
});
afterEach(async () => {
  await berth.stop();
  rmSync(dir, { recursive: true });
});

const join2 = async (): Promise<void> => {
  const { fleet, store, workflow } = berth;
  fleet.add(fleet.make({ ...laptopTemplate, id: second }));
  workflow.fleet.add(settings, await store.ensureHost(second, 'zone-2'));
};

const leave2 = async (): Promise<void> => {
  berth.workflow.fleet.remove(second);
  await berth.fleet.remove(second);
};

async function instantiated() {
  const { lcm } = berth.workflow;
  const { vnfdId } = instance();
  const vnf = valueOf(await lcm.create({ vnfdId }));
  const occ = valueOf(await lcm.begin('INSTANTIATE', vnf.id, instantiateRequest));
  const ended = await berth.settled(occ.id);
  return { ended, vnfcs: (await berth.store.instance(vnf.id))?.instantiated?.vnfcs ?? [] };
}

test('a host that came is placed on, though plans were made before it', async () => {
  await berth.store.setHostAdminState(hostId('sim-1'), 'draining');
  expect((await instantiated()).ended.operationState).toBe('ROLLED_BACK');
  await join2();
  const { ended, vnfcs } = await instantiated();
  expect(ended.operationState).toBe('COMPLETED');
  expect(vnfcs.map((vnfc) => vnfc.hostId)).toEqual(vnfcs.map(() => second));
  expect(vnfcs).not.toHaveLength(0);
});

test('nothing is placed on a host that went, nothing is read of it, and it may come again', async () => {
  await berth.store.setHostAdminState(hostId('sim-1'), 'draining');
  await join2();
  expect((await instantiated()).ended.operationState).toBe('COMPLETED');
  const { fleet } = berth.workflow;
  await leave2();
  expect(fleet.isConfigured(second)).toBe(false);
  expect([fleet.host(second), fleet.hosts().map(({ id }) => id)]).toEqual([undefined, ['sim-1']]);
  expect(fleet.stats().map((each) => each.hostId)).toEqual(['sim-1']);
  await fleet.readStats();
  await fleet.refresh(second);
  expect((await instantiated()).ended.operationState).toBe('ROLLED_BACK');
  await join2();
  expect((await instantiated()).ended.operationState).toBe('COMPLETED');
});

test('a host that goes while it is read is not taken for one that is there', async () => {
  await join2();
  const { fleet } = berth.workflow;
  await fleet.firstLook();
  const reading = fleet.refresh(second);
  await leave2();
  await reading;
  expect(fleet.host(second)).toBeUndefined();
  expect(fleet.unreachable()).toEqual([]);
});

test('a host with another engine is read through that one, and what the old one says is not heard', async () => {
  await join2();
  const { fleet } = berth.workflow;
  await fleet.firstLook();
  const old = berth.fleet.of(second);
  const gone = berth.fleet.remove(second);
  berth.fleet.add(berth.fleet.make({ ...laptopTemplate, id: second, cells: laptopTemplate.cells.slice(0, 1) }));
  const record = await berth.store.host(second);
  if (record === undefined) throw new Error('the host has no row');
  fleet.reconnect({ ...settings, zone: 'zone-3' }, record);
  await gone;
  old.control.disconnect();
  await fleet.firstLook();
  expect(fleet.host(second)).toMatchObject({ zone: 'zone-3', reachable: true });
});
