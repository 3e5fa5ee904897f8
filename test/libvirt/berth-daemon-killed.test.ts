/**
 * libvirtd killed while a VNF forwards: the VNF goes on, Berth says that its host is out of reach, comes back by itself
 * and reads what is true by then.
 */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { bodyOf } from '../api/door.js';
import { instances } from '../flow/router.js';
import {
  begin,
  expectCompleted,
  heldOn,
  nothing,
  onlyVnfc,
  operate,
  rested,
  runningRouter,
  started,
  stopped,
  terminate,
  type Vnfc,
} from './berth-life.js';
import { reachable, startWorld, type World } from './berth-world.js';
import { describeUnless } from './environment.js';
import { routerPackage } from './vnf-package.js';
import { soon } from './soon.js';

jest.setTimeout(300_000);

const router = routerPackage();

describeUnless(router.missing, 'libvirtd killed under the whole Berth', () => {
  let world: World;
  let id = '';

  beforeAll(async () => {
    world = await startWorld({ router, pages: 128 });
    id = await runningRouter(world, 'simple');
    await world.hosts.answered();
  });
  afterAll(() => world.end());

  function killDaemon(): void {
    world.daemon.hold();
    process.kill(world.daemon.pid(), 'SIGKILL');
  }

  const hostUp = async (): Promise<string | undefined> => {
    const page = await (await world.berth().ask('/metrics')).text();
    return /^berth_host_up\{.*\} (\d)$/m.exec(page)?.[1];
  };

  const live = async (): Promise<Vnfc['metadata']['live']> => (await onlyVnfc(world.berth(), id)).metadata.live;

  test('traffic goes on, and Berth says that the host is out of reach', async () => {
    expect(await hostUp()).toBe('1');
    const qemu = world.daemon.qemuPid((await onlyVnfc(world.berth(), id)).metadata.domainName);
    const traffic = world.hosts.ping(120);
    killDaemon();
    await reachable(world.berth(), false);
    expect(await hostUp()).toBe('0');
    const { received } = await traffic;
    expect(received).toBeGreaterThanOrEqual(110);
    expect(() => process.kill(qemu, 0)).not.toThrow();
  });

  test('Berth goes on answering, and has not forgotten what it runs', async () => {
    expect((await world.berth().ask('/healthz')).status).toBe(200);
    const instance = await bodyOf(await world.berth().ask(`${instances}/${id}`));
    expect(instance).toMatchObject({ instantiationState: 'INSTANTIATED' });
  });

  test('what is asked for meanwhile is done when the host is back', async () => {
    const path = await begin(world.berth(), id, 'operate', stopped);
    expect(await bodyOf(await world.berth().ask(path))).toMatchObject({
      operationState: expect.stringMatching(/ING$/) as unknown,
    });
    await world.daemon.release();
    expectCompleted(await rested(world.berth(), path));
    await reachable(world.berth(), true);
    expect(await hostUp()).toBe('1');
    expectCompleted(await operate(world.berth(), id, 'operate', started));
    expect(await live()).toMatchObject({ state: 'running' });
    await world.hosts.answered();
  });

  test('a domain that ended meanwhile is shown as it is', async () => {
    const { domainName } = (await onlyVnfc(world.berth(), id)).metadata;
    const qemu = world.daemon.qemuPid(domainName);
    killDaemon();
    await reachable(world.berth(), false);
    process.kill(qemu, 'SIGKILL');
    await world.daemon.release();
    await reachable(world.berth(), true);
    const seen = await soon(
      async () => ((await live())?.state === 'running' ? undefined : await live()),
      'the domain is shown running',
    );
    expect(seen).toMatchObject({ state: 'shutoff' });
    expect(await world.daemon.virsh('domstate', domainName)).toMatch(/shut off/);
  });

  test('operations work again, and bring the VNF back', async () => {
    expectCompleted(await operate(world.berth(), id, 'operate', stopped));
    expectCompleted(await operate(world.berth(), id, 'operate', started));
    await world.hosts.answered();
    await terminate(world, id);
    expect(await heldOn(world)).toEqual(nothing);
  });
});
