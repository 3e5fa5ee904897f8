/**
 * Domains that cannot start on QEMU: the operation parks in FAILED_TEMP with libvirt's own words as cause; rolled back
 * it leaves nothing, retried once the cause is gone it ends well.
 */
import { readdirSync, renameSync, rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { readInstance } from '../flow/router.js';
import {
  bodyFor,
  expectCompleted,
  heldOn,
  newInstance,
  nothing,
  onlyVnfc,
  operate,
  runningRouter,
  settle,
  started,
  stopped,
  terminate,
} from './berth-life.js';
import { reachable, startWorld, type World } from './berth-world.js';
import { describeUnless } from './environment.js';
import { takePages } from './hugepages.js';
import { routerPackage } from './vnf-package.js';

jest.setTimeout(300_000);

const router = routerPackage();
/** One router needs 128. */
const pages = 192;

describeUnless(router.missing, 'A domain that cannot start', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ router, pages });
  });
  afterAll(() => world.end());

  /** Parked at `stepKind`, libvirt's words as they came. */
  const failedAt = (stepKind: string, words: RegExp) => ({
    operationState: 'FAILED_TEMP',
    error: {
      stepKind,
      cause: { kind: 'Rejected', native: { source: 'libvirt', text: expect.stringMatching(words) as unknown } },
    },
  });

  describe('because its pages were taken after it had been placed', () => {
    const noPages = failedAt('start-domain', /unable to map backing store for guest RAM: Cannot allocate memory/);
    let giveBack: () => void;
    let id = '';

    // Berth looks at its host when it starts, and then not for half a minute.
    beforeEach(async () => {
      await world.berth().stop();
      await reachable(await world.startBerth(), true);
      id = await newInstance(world);
      giveBack = takePages(world.daemon, pages, 100);
    });
    afterEach(() => giveBack());

    test('leaves nothing when it is rolled back', async () => {
      const occ = await operate(world.berth(), id, 'instantiate', bodyFor('simple'));
      giveBack();
      expect(occ).toMatchObject(noPages);
      expect((await heldOn(world)).holders).toEqual([id]);
      expect(await settle(world.berth(), occ, 'rollback')).toMatchObject({ operationState: 'ROLLED_BACK' });
      expect(await heldOn(world)).toEqual(nothing);
      expect(await readInstance(world.berth(), id)).toMatchObject({ instantiationState: 'NOT_INSTANTIATED' });
    });

    test('fails again as long as they are gone, and starts when they are back', async () => {
      const occ = await operate(world.berth(), id, 'instantiate', bodyFor('simple'));
      const again = await settle(world.berth(), occ, 'retry');
      giveBack();
      expect([occ, again]).toMatchObject([noPages, noPages]);
      expectCompleted(await settle(world.berth(), occ, 'retry'));
      await world.hosts.answered();
      await terminate(world, id);
      expect(await heldOn(world)).toEqual(nothing);
    });
  });

  describe('unless what is gone of it is made again', () => {
    let id = '';

    beforeAll(async () => {
      id = await runningRouter(world, 'simple');
    });
    afterAll(() => terminate(world, id));

    test.each([
      ['its root volume', /-root\.qcow2$/],
      ['the base image below', /^berth-base-[\w-]+\.qcow2$/],
    ])('%s: it starts', async (_what, file) => {
      expectCompleted(await operate(world.berth(), id, 'operate', stopped));
      const pool = `${world.daemon.folder}/pool`;
      const [name = ''] = readdirSync(pool).filter((each) => file.test(each));
      rmSync(`${pool}/${name}`);
      expectCompleted(await operate(world.berth(), id, 'operate', started));
      expect(readdirSync(pool)).toContain(name);
      expect((await onlyVnfc(world.berth(), id)).metadata.live).toMatchObject({ state: 'running' });
      await world.hosts.answered();
    });
  });

  test('because Berth has lost its image leaves nothing when it is rolled back', async () => {
    const id = await newInstance(world);
    const packages = `${world.dataDir}/packages`;
    renameSync(packages, `${packages}-away`);
    const occ = await operate(world.berth(), id, 'instantiate', bodyFor('full'));
    rmSync(packages, { recursive: true, force: true });
    renameSync(`${packages}-away`, packages);
    expect(occ).toMatchObject({ operationState: 'FAILED_TEMP', error: { stepKind: 'base-image' } });
    expect(JSON.stringify(occ['error'])).toContain('no such file');
    expect(await settle(world.berth(), occ, 'rollback')).toMatchObject({ operationState: 'ROLLED_BACK' });
    expect(await heldOn(world)).toEqual(nothing);
  });
});
