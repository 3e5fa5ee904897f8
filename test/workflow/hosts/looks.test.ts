/**
 * A look at a host takes a while: what is told of a domain meanwhile is newer than what the look brings.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { Engine } from '../../../src/engine/engine.js';
import type { Engines } from '../../../src/engine/engines.js';
import { hostId } from '../../../src/shared/ids.js';
import { newFleet, startBerth, type RunningBerth } from '../../builders/berth.js';
import { instantiate, operate, reach } from '../../crash/operations.js';

let held: Promise<void> = Promise.resolve();
/** The list is made at once, and comes when it is let. */
const slow = (engine: Engine): Engine =>
  new Proxy(engine, {
    get(target, key) {
      const own = Reflect.get(target, key) as unknown;
      if (typeof own !== 'function') return own;
      if (key !== 'listDomains') return own.bind(target) as unknown;
      return async () => {
        const list = await target.listDomains();
        await held;
        return list;
      };
    },
  });
const slowEngines = (engines: Engines): Engines => ({
  of: (id) => slow(engines.of(id)),
  all: () => engines.all().map(slow),
  onEvent: (listener) => engines.onEvent(listener),
});

let dir: string;
let berth: RunningBerth;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'berth-looks-'));
  berth = await startBerth({ dir, fleet: newFleet(), through: { store: (store) => store, engines: slowEngines } });
});
afterEach(async () => {
  await berth.stop();
  rmSync(dir, { recursive: true, force: true });
});

const host = hostId('sim-1');

it.each(['starts', 'ends', 'is removed'] as const)('a domain that %s during a look is seen so', async (what) => {
  const id = await reach(berth, what === 'starts' ? [instantiate, operate('STOPPED')] : [instantiate]);
  const { id: vnfc } = (await berth.store.instance(id))!.instantiated!.vnfcs[0]!;
  const { fleet } = berth.workflow;
  await fleet.refresh(host);
  let release = (): void => undefined;
  held = new Promise((resolve) => (release = resolve));
  const look = fleet.refresh(host);
  await new Promise((resolve) => setTimeout(resolve, 100));
  const engine = berth.fleet.of(host);
  if (what === 'starts') await engine.ensureStarted(vnfc);
  else if (what === 'ends') await engine.ensureStopped(vnfc, 0);
  else await engine.removeDomain(vnfc);
  release();
  await look;
  const expected = { starts: 'running', ends: 'shutoff', 'is removed': undefined }[what];
  expect(fleet.domain({ id: vnfc, hostId: host })?.state).toBe(expected);
  expect(fleet.domain({ id: vnfc, hostId: hostId('another') })).toBe(undefined);
});
