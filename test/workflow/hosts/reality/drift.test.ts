/**
 * What somebody changed of a running VNF behind Berth's back is named, and forgotten when it is as planned again.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { hostId, type VnfcId } from '../../../../src/shared/ids.js';
import { newFleet, realClock, startBerth, type RunningBerth } from '../../../builders/berth.js';
import { instantiate, reach } from '../../../crash/operations.js';

let dir: string;
let berth: RunningBerth;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'berth-drift-'));
  berth = await startBerth({ dir, fleet: newFleet() });
});
afterEach(async () => {
  await berth.stop();
  rmSync(dir, { recursive: true, force: true });
});

const host = hostId('sim-1');

async function becomes(id: VnfcId, said: string): Promise<readonly string[]> {
  const { fleet } = berth.workflow;
  for (const limit = realClock.elapsedMs() + 60_000; realClock.elapsedMs() < limit;) {
    await fleet.refresh(host);
    const found = fleet.drift(id);
    if (said === '' ? found.length === 0 : found.join().includes(said)) return found;
    await realClock.sleep(5);
  }
  throw new Error(`differences are ${fleet.drift(id).join()}, not ${said}`);
}

it('names what runs otherwise, what will start otherwise, and nothing more when it is as planned', async () => {
  const id = await reach(berth, [instantiate]);
  const { id: vnfc } = (await berth.store.instance(id))!.instantiated!.vnfcs[0]!;
  const engine = berth.fleet.of(host);
  const planned = await engine.domainXml(vnfc);
  expect(await becomes(vnfc, '')).toEqual([]);
  berth.fleet.control(host).editRunning(vnfc, (xml) => xml.replace(/(<vcpupin [^>]*cpuset=)"[^"]*"/, '$1"3"'));
  expect(await becomes(vnfc, 'vCPU 0 on CPUs: 3')).toHaveLength(1);
  await engine.ensureDomain(planned.replace(/(<currentMemory [^>]*>)\d+/, '$164'));
  expect(await becomes(vnfc, 'at its next start: memory in use in MiB: 64')).toHaveLength(2);
  berth.fleet.control(host).editRunning(vnfc, () => planned);
  await engine.ensureDomain(planned);
  expect(await becomes(vnfc, '')).toEqual([]);
});
