/**
 * Data that earlier builds wrote: a Berth of today starts on it, and what was in it can be used.
 * `test/fixtures/earlier-builds` holds databases as those builds left them, as SQL, after the router package was
 * onboarded, one instance instantiated and another only created.
 */
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bodyOf, listOf } from '../api/door.js';
import { elsewhere, emptyImage, instances, operate, packages, routerPackage } from './router.js';
import { startServer, type Server } from './server.js';

const fixture = (name: string): string => readFileSync(`test/fixtures/earlier-builds/${name}.sql`, 'utf8');

/** Of 23 November: images of all packages in one folder; and one that had the third migration before the second. */
const builds = ['shared-images', 'lease-before-subscriptions'] as const;

describe.each(builds)('on the data of the build `%s`', (build) => {
  let dir: string;
  let server: Server | undefined;
  const image = emptyImage().qcow2;
  const sha256 = createHash('sha256').update(image).digest('hex');

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'berth-earlier-'));
    const database = new Database(join(dir, 'berth.sqlite'));
    database.exec(fixture(build));
    const [{ id }] = database.prepare('select id from packages').all([]) as [{ readonly id: string }];
    database.close();
    mkdirSync(join(dir, 'packages', id), { recursive: true });
    mkdirSync(join(dir, 'images'));
    writeFileSync(join(dir, 'packages', id, 'content.csar'), await routerPackage());
    writeFileSync(join(dir, 'images', sha256), image);
  });
  afterEach(async () => {
    await server?.stop();
    rmSync(dir, { recursive: true });
  });

  const start = async (): Promise<Server> => (server = await startServer({ dir, hosts: 2 }));

  test('the package is there with its content and artifacts, and its images lie beside it', async () => {
    const { ask } = await start();
    const [info] = await listOf(await ask(`${packages}?all_fields`));
    const path = `${packages}/${String(info?.['id'])}`;
    expect(info).toMatchObject({ onboardingState: 'ONBOARDED', operationalState: 'ENABLED', usageState: 'IN_USE' });
    const content = Buffer.from(await (await ask(`${path}/package_content`)).arrayBuffer());
    expect(content.equals(await routerPackage())).toBe(true);
    const [artifact] = info?.['additionalArtifacts'] as readonly { readonly artifactPath: string }[];
    expect((await ask(`${path}/artifacts/${artifact?.artifactPath ?? ''}`)).status).toBe(200);
    const [stored] = info?.['softwareImages'] as readonly { readonly imagePath: string }[];
    expect(stored).toBeDefined();
    expect(existsSync(join(dir, 'packages', String(info?.['id']), 'images', sha256))).toBe(true);
    expect(existsSync(join(dir, 'images'))).toBe(false);
  });

  test('an image that is nowhere is extracted from the archive again', async () => {
    rmSync(join(dir, 'images'), { recursive: true });
    const { ask } = await start();
    const [info] = await listOf(await ask(packages));
    expect(readFileSync(join(dir, 'packages', String(info?.['id']), 'images', sha256)).equals(image)).toBe(true);
  });

  test('an instance that was created then is instantiated now, on a host that never had its image', async () => {
    const berth = await start();
    const all = await listOf(await berth.ask(instances));
    expect(all.map((each) => each['instantiationState']).sort()).toEqual(['INSTANTIATED', 'NOT_INSTANTIATED']);
    const created = all.find((each) => each['instantiationState'] === 'NOT_INSTANTIATED');
    const occ = await operate(berth, String(created?.['id']), 'instantiate', elsewhere);
    expect([occ['operationState'], occ['error']]).toEqual(['COMPLETED', undefined]);
  });

  test('an instance that ran then is terminated and deleted now', async () => {
    const berth = await start();
    const all = await listOf(await berth.ask(instances));
    const ran = String(all.find((each) => each['instantiationState'] === 'INSTANTIATED')?.['id']);
    const occ = await operate(berth, ran, 'terminate', { terminationType: 'FORCEFUL' });
    expect([occ['operationState'], occ['error']]).toEqual(['COMPLETED', undefined]);
    expect((await berth.ask(`${instances}/${ran}`, { method: 'DELETE' })).status).toBe(204);
    const occs = await listOf(await berth.ask('/vnflcm/v2/vnf_lcm_op_occs'));
    expect(occs.map((each) => each['operation']).sort()).toEqual(['INSTANTIATE', 'TERMINATE']);
  });

  test('a package whose archive is lost is named at start, and Berth works', async () => {
    const database = new Database(join(dir, 'berth.sqlite'));
    const [{ id }] = database.prepare('select id from packages').all([]) as [{ readonly id: string }];
    database.close();
    rmSync(join(dir, 'packages', id), { recursive: true });
    rmSync(join(dir, 'images'), { recursive: true });
    const { ask, log } = await start();
    expect(log.filter((line) => line.includes('the files of an onboarded package are not there'))).toEqual([
      expect.stringContaining(join(dir, 'packages', id, 'content.csar')),
    ]);
    expect(await bodyOf(await ask(`${packages}/${id}`))).toMatchObject({ onboardingState: 'ONBOARDED' });
  });
});
