/**
 * Databases that the last build of each series of commits wrote, as SQL: two hosts, the router onboarded, one instance
 * instantiated, one only created, and one in its INSTANTIATE when that Berth was killed. Today's Berth opens each, lists
 * all that is in it, and takes the operation to its end.
 */
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bodyOf, listOf } from '../api/door.js';
import { emptyImage, instances, opOccs, operate, packages, rested, routerPackage } from './router.js';
import { startServer, type Server } from './server.js';

const series = ['end-of-23-november', 'end-of-29-november', 'before-areas'] as const;

/** Of the one image, wherever that build kept it. */
function imageIn(row: Readonly<Record<string, string | null>>): {
  readonly sha256: string;
  readonly sizeBytes: number;
} {
  const document = JSON.parse(row['contents'] ?? row['document'] ?? '') as Contents & { readonly contents?: Contents };
  const [image] = (document.contents ?? document).softwareImages;
  if (image === undefined) throw new Error('the package of that build has no image');
  return image;
}

interface Contents {
  readonly softwareImages: readonly { readonly sha256: string; readonly sizeBytes: number }[];
}

describe.each(series)('on the database of the build `%s`', (build) => {
  let dir: string;
  let server: Server | undefined;

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'berth-series-'));
    const database = new Database(join(dir, 'berth.sqlite'));
    database.exec(readFileSync(`test/fixtures/earlier-builds/${build}.sql`, 'utf8'));
    const [pkg] = database.prepare('select * from packages').all([]) as [Readonly<Record<string, string>>];
    // The hosts of the test are empty, as after a kill between the commit of the plan and its first step.
    database.exec(`delete from journal where op_occ_id in (select id from operations where state = 'PROCESSING')`);
    database.close();
    const folder = join(dir, 'packages', pkg['id'] ?? '');
    mkdirSync(join(folder, 'images'), { recursive: true });
    writeFileSync(join(folder, 'content.csar'), await routerPackage());
    const { sha256, sizeBytes } = imageIn(pkg);
    writeFileSync(join(folder, 'images', sha256), Buffer.concat([emptyImage().qcow2], sizeBytes));
  });
  afterEach(async () => {
    await server?.stop();
    rmSync(dir, { recursive: true });
  });

  const start = async (): Promise<Server> => (server = await startServer({ dir, hosts: 2 }));

  test('all that is in it is listed, and nothing is unreadable', async () => {
    const { ask, log } = await start();
    const listed = async (path: string) => listOf(await ask(path));
    const [info] = await listed(`${packages}?all_fields`);
    expect(info).toMatchObject({ onboardingState: 'ONBOARDED', usageState: 'IN_USE', vnfProductName: 'Router' });
    const all = await listed(`${instances}?all_fields`);
    expect(all.map((each) => each['vnfInstanceName']).sort()).toEqual(['created', 'in flight', 'running']);
    const running = all.find((each) => each['vnfInstanceName'] === 'running');
    expect(running).toMatchObject({ instantiationState: 'INSTANTIATED' });
    expect(Object.keys(running?.['_links'] as object)).toContain('scale');
    expect(await bodyOf(await ask(`${instances}/${String(running?.['id'])}`))).toMatchObject({
      instantiatedVnfInfo: { maxScaleLevels: [{ aspectId: 'capacity' }] },
    });
    expect(await listed(`${opOccs}?all_fields`)).toHaveLength(2);
    const placements = await listed('/nfvi/v1/placements');
    expect(placements.map((each) => each['decision'])).toEqual(['placed', 'placed']);
    for (const { vnfLcmOpOccId } of placements) {
      expect((await ask(`/nfvi/v1/placements/${String(vnfLcmOpOccId)}`)).status).toBe(200);
    }
    expect((await listed('/nfvi/v1/hosts')).map((each) => each['id'])).toEqual(['sim-1', 'sim-2']);
    expect((await ask('/metrics')).status).toBe(200);
    expect(log.filter((line) => line.includes('cannot be read'))).toEqual([]);
  });

  test('the operation that was under way comes to its end, and the next ones too', async () => {
    const berth = await start();
    const [begun] = (await listOf(await berth.ask(`${opOccs}?filter=(eq,operation,INSTANTIATE)`))).slice(-1);
    const occ = await rested(berth, `${opOccs}/${String(begun?.['id'])}`);
    expect([occ['operationState'], occ['error']]).toEqual(['COMPLETED', undefined]);
    const id = String(occ['vnfInstanceId']);
    expect(await bodyOf(await berth.ask(`${instances}/${id}`))).toMatchObject({ vnfInstanceName: 'in flight' });
    const end = await operate(berth, id, 'terminate', { terminationType: 'FORCEFUL' });
    expect([end['operationState'], end['error']]).toEqual(['COMPLETED', undefined]);
    expect((await berth.ask(`${instances}/${id}`, { method: 'DELETE' })).status).toBe(204);
  });
});
