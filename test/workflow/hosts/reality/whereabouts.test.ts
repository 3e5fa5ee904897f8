/**
 * Where VNFCs are is read in each look at their host and held against the plan; what was not read is not known.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { hostId, type HostId, type VnfcId } from '../../../../src/shared/ids.js';
import type { FoundVnfc } from '../../../../src/workflow/hosts/fleet-view.js';
import { newFleet, realClock, startBerth, type RunningBerth } from '../../../builders/berth.js';
import { instantiate, reach } from '../../../crash/operations.js';

let dir: string;
let berth: RunningBerth;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'berth-whereabouts-'));
  berth = await startBerth({ dir, fleet: newFleet() });
});
afterEach(async () => {
  await berth.stop();
  rmSync(dir, { recursive: true, force: true });
});

const host = hostId('sim-1');

/** Looks at the host until what is known of the VNFC is this. */
async function becomes(id: VnfcId, is: (found: FoundVnfc | undefined) => boolean): Promise<FoundVnfc | undefined> {
  for (const limit = realClock.elapsedMs() + 60_000; realClock.elapsedMs() < limit;) {
    await berth.workflow.fleet.refresh(host);
    const found = berth.workflow.whereabouts.on(host).get(id);
    if (is(found)) return found;
    await realClock.sleep(5);
  }
  throw new Error(`what is known of ${id} stays ${JSON.stringify(berth.workflow.whereabouts.on(host).get(id))}`);
}

const differs = (found: FoundVnfc | undefined) => found?.vcpus.some((vcpu) => vcpu.differs);

it('finds a VNFC on the CPUs and in the memory of its plan, and says when it may run elsewhere', async () => {
  const id = await reach(berth, [instantiate]);
  const vnfc = (await berth.store.instance(id))!.instantiated!.vnfcs[0]!;
  const { hostCell, memoryMiB, pinnedCpus } = vnfc.placement.cells[0]!;
  const planned = await becomes(vnfc.id, (found) => found !== undefined);
  expect(planned).toEqual({
    vcpus: pinnedCpus.map((_cpu, vcpu) => ({ vcpu, differs: false })),
    memory: [{ cell: hostCell, bytes: memoryMiB * 2 ** 20 }],
    differs: { vcpus: false, emulator: false, memory: false },
  });
  const control = berth.fleet.control(host);
  const pinned = (cpus: string) => (xml: string) => xml.replace(/(<vcpupin [^>]*cpuset=)"[^"]*"/, `$1"${cpus}"`);
  control.editRunning(vnfc.id, pinned(`${String(pinnedCpus[0])},3,7`));
  expect((await becomes(vnfc.id, (found) => differs(found) === true))?.vcpus[0]).toEqual({ vcpu: 0, differs: true });
  expect(await becomes(vnfc.id, (found) => differs(found) === true)).toMatchObject({ differs: { vcpus: true } });
  expect((await berth.workflow.stacks.placement(vnfc.id))?.findings).toEqual([
    `vCPU 0 may run on CPUs ${[pinnedCpus[0] ?? 0, 3, 7].toSorted((a, b) => a - b).join(',')} of the host, and was planned on ${String(pinnedCpus[0])}.`,
  ]);
  control.editRunning(vnfc.id, pinned(String(pinnedCpus[0])));
  await becomes(vnfc.id, (found) => differs(found) === false);
  expect(await berth.workflow.stacks.placement(vnfc.id)).toMatchObject({
    vcpus: [{ vcpu: 0, planned: [pinnedCpus[0]], measured: [pinnedCpus[0]] }],
    memory: [{ cell: hostCell, plannedMiB: memoryMiB, measuredMiB: memoryMiB }],
    findings: [],
  });
});

it('knows nothing of a domain that ended, nor of any once the host does not say', async () => {
  const id = await reach(berth, [instantiate]);
  const vnfc = (await berth.store.instance(id))!.instantiated!.vnfcs[0]!;
  const control = berth.fleet.control(host);
  await becomes(vnfc.id, (found) => found !== undefined);
  for (let call = 0; call < 3; call += 1) control.failNext('whereabouts', 'Timeout', 'the kernel walks its tables');
  await becomes(vnfc.id, (found) => found === undefined);
  await becomes(vnfc.id, (found) => found !== undefined);
  control.disconnect();
  expect(berth.workflow.whereabouts.on(host).size).toBe(0);
  control.connect();
  await becomes(vnfc.id, (found) => found !== undefined);
  control.crashDomain(vnfc.id);
  await becomes(vnfc.id, (found) => found === undefined);
});

it('knows nothing of a host that went out of reach while its look was under way', async () => {
  const id = await reach(berth, [instantiate]);
  const vnfc = (await berth.store.instance(id))!.instantiated!.vnfcs[0]!;
  const control = berth.fleet.control(host);
  await becomes(vnfc.id, (found) => found !== undefined);
  const engine = berth.fleet.of(host);
  const { store } = berth;
  const said = engine.whereabouts.bind(engine);
  const recorded = store.instancesOn.bind(store);
  const hasSaid = Promise.withResolvers<void>();
  const isOver = Promise.withResolvers<void>();
  let armed = false;
  jest.spyOn(engine, 'whereabouts').mockImplementation(async () => {
    const now = await said();
    armed = true;
    hasSaid.resolve();
    return now;
  });
  jest.spyOn(store, 'instancesOn').mockImplementation(async (on: HostId) => {
    const instances = await recorded(on);
    if (armed) {
      control.disconnect();
      isOver.resolve();
    }
    return instances;
  });
  await berth.workflow.fleet.refresh(host);
  await Promise.all([hasSaid.promise, isOver.promise]);
  // The rest of the look waits for nothing else.
  await realClock.sleep(100);
  expect(berth.workflow.whereabouts.on(host).size).toBe(0);
});
