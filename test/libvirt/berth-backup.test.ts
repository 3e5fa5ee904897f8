/**
 * The loss of the data directory on QEMU: a backup restored into another directory while a router forwards. Everything
 * is there, what happened since is named and left alone, and the traffic never stops.
 */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { createInstance, elsewhere, instances, packages, readInstance } from '../flow/router.js';
import { bodyOf, listOf } from '../api/door.js';
import {
  expectCompleted,
  expectForwarded,
  heldOn,
  nothing,
  onlyVnfc,
  operate,
  runningRouter,
  terminate,
} from './berth-life.js';
import { reachable, startWorld, type World } from './berth-world.js';
import { describeUnless } from './environment.js';
import { routerPackage } from './vnf-package.js';

jest.setTimeout(240_000);

const router = routerPackage();

interface Difference {
  readonly kind: string;
  readonly subject: string;
}

describeUnless(router.missing, 'a backup restored while VNFs run on QEMU', () => {
  let world: World;

  beforeAll(async () => {
    world = await startWorld({ router, pages: 256, dedicateAll: true });
  });
  afterAll(() => world.end());

  const volumesOf = (vnfcId: string, volumes: readonly string[]) =>
    volumes.filter((name) => name.startsWith(`berth-${vnfcId}-`));

  const contentDigest = async (): Promise<string> => {
    const [info] = await listOf(await world.berth().ask(packages));
    const content = await world.berth().ask(`${packages}/${String(info?.['id'])}/package_content`);
    return createHash('sha256')
      .update(Buffer.from(await content.arrayBuffer()))
      .digest('hex');
  };

  /** Kills Berth, takes its directory away, and starts it on what was restored into another. */
  async function loseAndRestore(backup: string): Promise<void> {
    await world.berth().kill();
    rmSync(world.dataDir, { recursive: true });
    const directory = `${world.dataDir}-restored`;
    expect(await world.command('restore', backup, '--data-dir', directory)).toMatch(
      /the database and 1 package archives/,
    );
    await world.startBerth(directory);
    await reachable(world.berth(), true);
    expect(existsSync(world.dataDir)).toBe(false);
  }

  test('has everything, names what was made since, and the router forwards all the while', async () => {
    const kept = await runningRouter(world, 'simple');
    const keptVnfc = await onlyVnfc(world.berth(), kept);
    const qemu = world.daemon.qemuPid(keptVnfc.metadata.domainName);
    const archive = createHash('sha256').update(readFileSync(router.file)).digest('hex');
    await world.hosts.answered();
    const pinging = world.hosts.pinging();

    const backup = `${world.dataDir}.backup`;
    expect(await world.command('backup', backup)).toMatch(/\d+ bytes/);
    const later = await createInstance(world.berth(), world.vnfdId, 'later');
    expectCompleted(await operate(world.berth(), later, 'instantiate', elsewhere));
    const laterVnfc = await onlyVnfc(world.berth(), later);
    const before = await heldOn(world);
    await loseAndRestore(backup);

    expect(await readInstance(world.berth(), kept)).toMatchObject({
      instantiationState: 'INSTANTIATED',
      instantiatedVnfInfo: { vnfState: 'STARTED', vnfcResourceInfo: [{ id: keptVnfc.id }] },
    });
    expect((await world.berth().ask(`${instances}/${later}`)).status).toBe(404);
    expect(await contentDigest()).toBe(archive);
    const found = (await bodyOf(await world.berth().ask('/nfvi/v1/differences')))['differences'] as Difference[];
    expect(found.map(({ kind, subject }) => `${kind} ${subject}`).toSorted()).toEqual(
      [
        `unknown-domain ${laterVnfc.id}`,
        ...volumesOf(laterVnfc.id, before.volumes).map((name) => `unknown-volume ${name}`),
      ].toSorted(),
    );
    const { domains, volumes } = await heldOn(world);
    expect({ domains, volumes }).toEqual({ domains: before.domains, volumes: before.volumes });

    expectForwarded(await pinging.end());
    expect(world.daemon.qemuPid(keptVnfc.metadata.domainName)).toBe(qemu);
    await terminate(world, kept);
    const left = await heldOn(world);
    expect(left).toEqual({
      domains: [laterVnfc.metadata.domainName],
      volumes: volumesOf(laterVnfc.id, before.volumes),
      holders: [],
    });
    await world.daemon.virsh('destroy', laterVnfc.metadata.domainName);
    await world.daemon.virsh('undefine', laterVnfc.metadata.domainName, '--nvram');
    for (const name of left.volumes) rmSync(`${world.daemon.folder}/pool/${name}`);
    expect(await heldOn(world)).toEqual(nothing);
  });
});
