/**
 * Berth stopped (SIGSTOP) for longer than its leases last, with operations on QEMU and packages in hand: it goes on with
 * them as if nothing had happened, and does nothing twice. Shorter pauses, and clocks that are set: test/crash/pauses.
 */
import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { opOccId } from '../../src/shared/ids.js';
import { createSqliteStore } from '../../src/store/kysely/sqlite/sqlite.js';
import { defaultWorkflowSettings } from '../../src/workflow/workflow.js';
import { bodyOf, token } from '../api/door.js';
import { minimalPackage, packed } from '../flow/other-packages.js';
import { createPackage, elsewhere, packages, upload } from '../flow/router.js';
import {
  begin,
  expectCompleted,
  heldOn,
  newInstance,
  nothing,
  rested,
  runningRouter,
  scaleBy,
  terminate,
  vnfcsOf,
} from './berth-life.js';
import { startWorld, type World } from './berth-world.js';
import { describeUnless } from './environment.js';
import { routerPackage } from './vnf-package.js';
import { soon } from './soon.js';
import { everyClaim } from '../builders/whole-tables.js';
import { systemClock } from '../../src/system.js';

jest.setTimeout(300_000);

const frozenMs = defaultWorkflowSettings('').runner.leaseMs + 3_000;
const router = routerPackage();

describeUnless(router.missing, 'Berth stopped for longer than its leases last, on QEMU', () => {
  let world: World;
  /** A router of one VNFC. */
  let scaled = '';
  let fresh = '';
  /** Paths of the operations asked for. */
  const asked: string[] = [];

  beforeAll(async () => {
    world = await startWorld({ router, pages: 128 });
    scaled = await runningRouter(world, 'shared');
  });
  afterAll(() => world.end());
  beforeEach(async () => {
    fresh = await newInstance(world);
  });

  async function freeze(): Promise<void> {
    const { pid } = world.berth();
    process.kill(pid, 'SIGSTOP');
    try {
      await sleep(frozenMs);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
  }

  async function ask(id: string, task: string, body: unknown): Promise<string> {
    const path = await begin(world.berth(), id, task, body);
    asked.push(path);
    return path;
  }

  const stateOf = async (id: string): Promise<unknown> =>
    (await bodyOf(await world.berth().ask(`${packages}/${id}`)))['onboardingState'];
  const inState = (id: string, state: string): Promise<true> =>
    soon(async () => ((await stateOf(id)) === state ? true : undefined), `package ${id} is not ${state}`, 60_000, 1);

  async function ended(...paths: readonly string[]): Promise<void> {
    for (const path of paths) expectCompleted(await rested(world.berth(), path));
  }

  /** Running, as many as said, and nothing beside them. */
  async function expectVnfcs(counts: Readonly<Record<string, number>>): Promise<void> {
    const found = await Promise.all(
      Object.keys(counts).map(async (id) => [id, await vnfcsOf(world.berth(), id)] as const),
    );
    expect(Object.fromEntries(found.map(([id, vnfcs]) => [id, vnfcs.length]))).toEqual(counts);
    const all = found.flatMap(([, vnfcs]) => vnfcs);
    const running = (await world.daemon.virsh('list', '--state-running', '--name')).trim().split('\n');
    expect(running.toSorted()).toEqual(all.map(({ metadata }) => metadata.domainName).toSorted());
    const { domains, volumes, holders } = await heldOn(world);
    expect(domains.toSorted()).toEqual(running.toSorted());
    const expected = all.flatMap(({ id }) =>
      ['day0.iso', 'root.qcow2', 'serial.log'].map((end) => `berth-${id}-${end}`),
    );
    expect(volumes.toSorted()).toEqual(expected.toSorted());
    expect(holders.toSorted()).toEqual(found.flatMap(([id, vnfcs]) => vnfcs.map(() => id)).toSorted());
  }

  const definitions = () =>
    readdirSync(`${world.daemon.folder}/etc/libvirt/qemu`).filter((name) => /\.xml$/.test(name));

  test('instantiates, scales out and takes the rest of an upload when it goes on', async () => {
    const id = await createPackage(world.berth());
    const uploading = slowUpload(world, id, await packed(minimalPackage('frozen-upload')));
    await inState(id, 'UPLOADING');
    const before = definitions().length;
    const operations = [
      await ask(scaled, 'scale', scaleBy('SCALE_OUT')),
      await ask(fresh, 'instantiate', { ...elsewhere, flavourId: 'simple' }),
    ];
    await soon(() => definitions().length === before + 2 || undefined, 'the domains are not defined', 60_000, 1);
    await freeze();
    uploading.goOn();
    expect((await uploading.answer).status).toBe(202);
    await ended(...operations);
    await inState(id, 'ONBOARDED');
    await expectVnfcs({ [scaled]: 2, [fresh]: 1 });
    await terminate(world, fresh);
  });

  test('reads a package and begins operations when it goes on', async () => {
    const id = await createPackage(world.berth());
    expect((await upload(world.berth(), id, await packed(minimalPackage('frozen-reading')))).status).toBe(202);
    const operations = [
      await ask(fresh, 'instantiate', { ...elsewhere, flavourId: 'simple' }),
      await ask(scaled, 'scale', scaleBy('SCALE_IN')),
    ];
    expect(await stateOf(id)).toBe('PROCESSING');
    await freeze();
    await ended(...operations);
    await inState(id, 'ONBOARDED');
    await expectVnfcs({ [scaled]: 1, [fresh]: 1 });
    await terminate(world, fresh);
    await terminate(world, scaled);
    expect(await heldOn(world)).toEqual(nothing);
  });

  test('has begun and done each step once, and keeps no claim', async () => {
    await world.berth().stop();
    const store = createSqliteStore({ file: `${world.dataDir}/berth.sqlite`, clock: systemClock });
    await store.open();
    try {
      expect(asked).toHaveLength(4);
      for (const path of asked) {
        const id = opOccId(path.split('/').at(-1) ?? '');
        const steps = (await store.opOcc(id))?.plan?.steps.map((step) => step.id) ?? [];
        const journal = (await store.journal(id)).map(({ stepId, phase }) => `${stepId} ${phase}`);
        expect(journal.toSorted()).toEqual(steps.flatMap((step) => [`${step} done`, `${step} started`]).toSorted());
      }
      expect(await everyClaim(store)).toEqual([]);
    } finally {
      await store.close();
    }
  });
});

/** Sends half of it, and the rest when it shall go on. */
function slowUpload({ berth }: World, id: string, content: Buffer) {
  const half = content.length / 2;
  const gate = Promise.withResolvers<undefined>();
  async function* body() {
    yield content.subarray(0, half);
    await gate.promise;
    yield content.subarray(half);
  }
  const answer = fetch(new URL(`${packages}/${id}/package_content`, berth().origin), {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}`, version: '2.1.0', 'content-type': 'application/zip' },
    body: ReadableStream.from(body()),
    duplex: 'half',
  });
  return { answer, goOn: () => void gate.resolve(undefined) };
}
