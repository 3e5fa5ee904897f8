/**
 * The disk of the database full while Berth works: said as what it is, waited for, and nothing is lost.
 */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { markFileIn, writeMark } from '../../src/artifacts/installation-file.js';
import { ensureToken } from '../../src/config/token.js';
import { installationId } from '../../src/shared/ids.js';
import { bodyOf } from '../api/door.js';
import { canMount, smallDisk, type SmallDisk } from '../builders/small-disk.js';
import {
  createInstance,
  createPackage,
  instances,
  instantiation,
  onboardRouter,
  operate,
  packages,
  readInstance,
  routerPackage,
  upload,
} from './router.js';
import { startServer, until, type Server } from './server.js';

/** More than the log of the database has room for yet, within what a request may hold. */
const large = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`note${String(at)}`, 'x'.repeat(1000)]));

const isRoot = canMount();
if (!isRoot) console.log('skipped: a full disk needs the right to mount a tmpfs');

(isRoot ? describe : describe.skip)('with the disk of the database full', () => {
  let disk: SmallDisk;
  let server: Server;
  beforeEach(async () => {
    disk = smallDisk(24);
    server = await startServer({ dir: disk.folder });
  });
  afterEach(async () => {
    await server.stop();
    disk.remove();
  });

  const readiness = async () => {
    const response = await server.ask('/readyz');
    return { status: response.status, body: await bodyOf(response) };
  };

  test('every write is 507 with the file, reads answer, readiness says so; all works again once there is room', async () => {
    const { vnfdId, id: packageId } = await onboardRouter(server);
    const id = await createInstance(server, vnfdId);
    disk.fill();
    const writes = [
      () => server.send('POST', packages, { userDefinedData: large }),
      () => server.send('POST', instances, { vnfdId, vnfInstanceDescription: 'x'.repeat(200) }),
      () => server.send('PATCH', `${packages}/${String(packageId)}`, { userDefinedData: large }),
    ];
    for (const write of writes) {
      await until(
        async () => (await write()).status,
        (status) => status >= 500,
        'the disk takes all',
      );
      const refused = await write();
      expect(refused.status).toBe(507);
      const { detail, freeBytes } = await bodyOf(refused);
      expect(detail).toMatch(
        /^The disk of the database file .*berth\.sqlite is full: \d+ bytes are free in .*Free some/,
      );
      expect(freeBytes).toBeLessThan(1024 * 1024);
    }
    expect((await server.ask(`${instances}/${id}`)).status).toBe(200);
    expect((await server.ask('/metrics')).status).toBe(200);
    const { status, body } = await readiness();
    expect([status, body]).toEqual([
      503,
      { ready: false, missing: [{ name: 'store', detail: expect.stringContaining(`is full`) }] },
    ]);
    disk.free();
    expect((await readiness()).status).toBe(200);
    for (const write of writes) expect((await write()).status).toBeLessThan(300);
  });

  test('packages leave alone what is kept for the database, which goes on, and the metrics show it', async () => {
    const { vnfdId } = await onboardRouter(server);
    const gauge = async (name: string) => {
      const page = await (await server.ask('/metrics')).text();
      const [, value] = new RegExp(`^${name}\\{folder="${disk.folder}"\\} (\\d+)$`, 'm').exec(page) ?? [];
      return Number(value);
    };
    const reserveBytes = await gauge('berth_data_directory_reserve_bytes');
    expect(reserveBytes).toBe(Math.floor((await gauge('berth_data_directory_size_bytes')) / 10));
    expect(await gauge('berth_data_directory_below_reserve')).toBe(0);
    disk.fill(reserveBytes - 512 * 1024);
    expect(await gauge('berth_data_directory_free_bytes')).toBeLessThan(reserveBytes);
    expect(await gauge('berth_data_directory_below_reserve')).toBe(1);
    const refused = await upload(server, await createPackage(server), await routerPackage());
    expect([refused.status, await refused.text()]).toEqual([507, expect.stringContaining('kept for the database')]);
    const id = await createInstance(server, vnfdId);
    expect(await operate(server, id, 'instantiate', instantiation)).toMatchObject({ operationState: 'COMPLETED' });
    expect((await readiness()).status).toBe(200);
  });

  test('a token or installation file that cannot be written is named, and none is left half written', async () => {
    disk.fill();
    await expect(ensureToken(disk.folder)).rejects.toThrow(`the token file ${disk.folder}/token cannot be written`);
    const mark = { id: installationId('11111111-1111-4111-8111-111111111111'), tick: 1 };
    const before = readFileSync(markFileIn(disk.folder), 'utf8');
    await expect(writeMark(disk.folder, mark)).rejects.toThrow(
      `the installation file ${markFileIn(disk.folder)} cannot be written`,
    );
    expect(readFileSync(markFileIn(disk.folder), 'utf8')).toBe(before);
    expect(readdirSync(disk.folder).filter((name) => name.startsWith('token') || name.endsWith('.part'))).toEqual([]);
  });

  test('an operation begun before waits, is not FAILED_TEMP, and completes once there is room', async () => {
    const { vnfdId } = await onboardRouter(server);
    const id = await createInstance(server, vnfdId);
    const [host] = server.fleet.all();
    host?.control.latency(200);
    const begun = await server.send('POST', `${instances}/${id}/instantiate`, instantiation);
    expect(begun.status).toBe(202);
    const stateOf = async () => (await bodyOf(await server.ask(begun.headers.get('location') ?? '')))['operationState'];
    await until(stateOf, (state) => state === 'PROCESSING', 'the operation does not begin');
    disk.fill();
    const waits = () => server.log.some((line) => line.includes('the operation waits for the database'));
    await until(
      () => Promise.resolve(waits()),
      (is) => is,
      'the operation takes no notice',
    );
    expect(await stateOf()).toBe('PROCESSING');
    host?.control.latency(0);
    disk.free();
    await until(stateOf, (state) => state === 'COMPLETED', 'the operation does not go on');
    expect(await readInstance(server, id)).toMatchObject({ instantiationState: 'INSTANTIATED' });
  });
});
