/**
 * Pages that somebody moves on a host that does not tell where memory lies are noticed by its free pages: in the placement of
 * the VNFC, in what is known of it, and in the log.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import type { Vnfc } from '../../../../src/lifecycle/model.js';
import { hostId } from '../../../../src/shared/ids.js';
import type { FoundVnfc } from '../../../../src/workflow/hosts/fleet-view.js';
import { createSimulatedFleet } from '../../../../src/engine/simulated/simulated-fleet.js';
import { realClock, startBerth, type RunningBerth } from '../../../builders/berth.js';
import { serverTemplate, simulatedHosts } from '../../../builders/simulated-hosts.js';
import { instantiate, reach } from '../../../crash/operations.js';

jest.setTimeout(60_000);

const host = hostId('sim-1');
let dir: string;
let berth: RunningBerth;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'berth-moved-'));
  berth = await startBerth({
    dir,
    fleet: createSimulatedFleet({ hosts: simulatedHosts(1, serverTemplate), clock: realClock }),
  });
  const engine = berth.fleet.of(host);
  const said = engine.whereabouts.bind(engine);
  jest
    .spyOn(engine, 'whereabouts')
    .mockImplementation(async (uuid) => (await said(uuid)).map(({ memory: _hidden, ...rest }) => rest));
});
afterEach(async () => {
  await berth.stop();
  rmSync(dir, { recursive: true, force: true });
});

const running = async (): Promise<Vnfc> => {
  const id = await reach(berth, [instantiate]);
  return (await berth.store.instance(id))!.instantiated!.vnfcs[0]!;
};
const found = ({ id }: Vnfc): FoundVnfc | undefined => berth.workflow.whereabouts.on(host).get(id);
const findings = async ({ id }: Vnfc) => (await berth.workflow.stacks.placement(id))?.findings;

/** Reads the host, and waits until what it says was judged. */
async function look(): Promise<void> {
  const before = berth.workflow.whereabouts.on(host);
  await berth.workflow.fleet.refresh(host);
  for (let attempt = 0; attempt < 2000; attempt += 1) {
    if (berth.workflow.whereabouts.on(host) !== before) return;
    await realClock.sleep(5);
  }
  throw new Error('nothing came of a look at the host');
}

/** Looks until this is known of the VNFC. */
async function becomes(vnfc: Vnfc, memory: boolean): Promise<void> {
  for (let looks = 0; looks < 10; looks += 1) {
    if (found(vnfc)?.differs.memory === memory) return;
    await look();
  }
  throw new Error(`what is known of ${vnfc.id} stays ${JSON.stringify(found(vnfc))}`);
}

it('names the VNFC, the pages and the cells, until they are back', async () => {
  const vnfc = await running();
  const { hostCell, pages, pageSizeKiB = vnfc.placement.pageSizeKiB } = vnfc.placement.cells[0]!;
  const other = 1 - hostCell;
  await becomes(vnfc, false);
  expect(await findings(vnfc)).toEqual([]);

  const control = berth.fleet.control(host);
  control.movePages(vnfc.id, hostCell, other);
  await becomes(vnfc, true);
  const size = String(pageSizeKiB);
  expect(await findings(vnfc)).toEqual([
    `By the free pages of the host, ${String(pages)} pages of ${size} KiB are missing in cell ${String(hostCell)}, where they were planned, and as many more are in use in cell ${String(other)}: they are its own.`,
  ]);
  control.movePages(vnfc.id, other, hostCell);
  await becomes(vnfc, false);
  expect(await findings(vnfc)).toEqual([]);
});

it('says nothing of the pages that others take or give back', async () => {
  const vnfc = await running();
  const { pageSizeKiB = vnfc.placement.pageSizeKiB ?? 0 } = vnfc.placement.cells[0]!;
  await becomes(vnfc, false);
  const seen: unknown[] = [];
  for (const [cell, pages] of [
    [0, 40],
    [1, 40],
    [0, 0],
  ] as const) {
    berth.fleet.control(host).useForeignPages(cell, pageSizeKiB, pages);
    for (let times = 0; times < 3; times += 1) {
      await look();
      seen.push(found(vnfc)?.differs.memory);
    }
  }
  expect(new Set(seen)).toEqual(new Set([false]));
});
