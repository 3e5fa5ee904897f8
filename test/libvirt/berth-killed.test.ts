/**
 * Berth killed in the middle of operations on QEMU, and started again on its data: the operation ends as if nothing
 * had happened, and nothing is there twice or left over. Between every two journal points: test/crash.
 */
import { existsSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import {
  begin,
  bodyFor,
  expectCompleted,
  expectForwarded,
  forceful,
  heldOn,
  hostView,
  newInstance,
  nothing,
  rested,
  runningRouter,
  scaleBy,
  terminate,
  vnfcsOf,
} from './berth-life.js';
import { startWorld, type World } from './berth-world.js';
import { killWithChildren } from './berth-program.js';
import { describeUnless } from './environment.js';
import { routerPackage } from './vnf-package.js';
import { soon } from './soon.js';

jest.setTimeout(300_000);

const router = routerPackage();

describeUnless(router.missing, 'Berth killed on QEMU', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ router, pages: 256, dedicateAll: true });
  });
  afterAll(() => world.end());

  const files = (folder: string, pattern: RegExp): readonly string[] => {
    const path = `${world.daemon.folder}/${folder}`;
    return existsSync(path) ? readdirSync(path).filter((name) => pattern.test(name)) : [];
  };
  const images = () => files('pool', /^berth-base-[\w-]+\.qcow2$/);
  const definitions = () => files('etc/libvirt/qemu', /^berth-.*\.xml$/);
  const processes = () => files('run/libvirt/qemu', /^berth-.*\.pid$/);

  /** Kills it as soon as `moment` has come, and starts it again. */
  async function killAt(moment: () => unknown): Promise<void> {
    await soon(() => moment() || undefined, 'the moment to kill does not come', 60_000, 1);
    await killWithChildren(world.berth());
    await world.startBerth();
  }

  /** All that a router instance of `count` VNFCs has, once each. */
  async function expectRunning(id: string, count: number): Promise<void> {
    const vnfcs = await vnfcsOf(world.berth(), id);
    const { domains, volumes, holders } = await heldOn(world);
    expect(domains.toSorted()).toEqual(vnfcs.map((vnfc) => vnfc.metadata.domainName).toSorted());
    expect(domains).toHaveLength(count);
    const running = await world.daemon.virsh('list', '--state-running', '--name');
    expect(running.trim().split('\n').toSorted()).toEqual(domains.toSorted());
    const expected = vnfcs.flatMap(({ id: vnfc }) =>
      ['day0.iso', 'root.qcow2', 'serial.log'].map((end) => `berth-${vnfc}-${end}`),
    );
    expect(volumes.toSorted()).toEqual(expected.toSorted());
    expect(holders).toEqual(Array.from({ length: count }, () => id));
    const { cells } = await hostView(world.berth());
    const claimed = cells.flatMap((cell) => cell.pages.map((pool) => pool.claimed));
    expect(claimed.reduce((sum, pages) => sum + pages, 0)).toBe(128 * count);
  }

  const moments: Readonly<Record<string, () => unknown>> = {
    // First, because it comes in once.
    'while the base image comes in': () => images().length > 0,
    'as soon as it is accepted': () => true,
    'when the domain is defined': () => definitions().length > 0,
    'when QEMU runs': () => processes().length > 0,
    'while the guest boots': async () => processes().length > 0 && sleep(1_000, true),
  };

  test.each(Object.keys(moments))('instantiates to the end, killed %s', async (name) => {
    const id = await newInstance(world);
    const path = await begin(world.berth(), id, 'instantiate', bodyFor('simple'));
    await killAt(moments[name] ?? (() => false));
    expectCompleted(await rested(world.berth(), path));
    await expectRunning(id, 1);
    await terminate(world, id);
    expect(await heldOn(world)).toEqual(nothing);
  });

  test('scales and terminates to the end, killed in the middle of each', async () => {
    const id = await runningRouter(world, 'simple');
    const scaling = await begin(world.berth(), id, 'scale', scaleBy('SCALE_OUT'));
    await killAt(() => definitions().length === 2);
    expectCompleted(await rested(world.berth(), scaling));
    await expectRunning(id, 2);
    expectForwarded(await world.hosts.ping(20));
    const terminating = await begin(world.berth(), id, 'terminate', forceful);
    await killAt(() => processes().length < 2);
    expectCompleted(await rested(world.berth(), terminating));
    expect(await heldOn(world)).toEqual(nothing);
  });
});
