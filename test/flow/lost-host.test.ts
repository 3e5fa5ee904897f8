/**
 * A host that is gone: from the configuration, or for good.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { bodyOf, listOf } from '../api/door.js';
import { operate, readInstance, runningRouter } from './router.js';
import { startServer, until, type Server } from './server.js';

const hosts = '/nfvi/v1/hosts';
let dir: string;
let server: Server;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'berth-lost-'));
});
afterEach(async () => {
  await server.stop();
  rmSync(dir, { recursive: true, force: true });
});

/** A router on sim-2; `after`: the fleet that Berth is started with then. */
async function routerOnSecond(after: { readonly hosts: number; readonly away?: number }): Promise<string> {
  server = await startServer({ dir, hosts: 2 });
  await server.send('PATCH', `${hosts}/sim-1`, { adminState: 'draining' });
  const id = await runningRouter(server);
  await server.stop();
  server = await startServer({ dir, ...after });
  return id;
}

const claimed = async () => (await listOf(await server.ask(hosts))).map((host) => [host['id'], host['holders']]);
const metrics = async () => (await server.ask('/metrics')).text();

describe('a host that the configuration no longer has', () => {
  test('is named at start and listed as missing, with what stands on it', async () => {
    const id = await routerOnSecond({ hosts: 1 });
    const warned = server.log.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(warned).toContainEqual(
      expect.objectContaining({
        hostId: 'sim-2',
        count: 1,
        vnfcs: [expect.objectContaining({ vnfInstanceId: id })],
        msg: expect.stringContaining('berth host lost sim-2'),
      }),
    );
    expect(await bodyOf(await server.ask(`${hosts}/sim-2`))).toMatchObject({
      missing: true,
      reachable: false,
      holders: [{ vnfInstanceId: id }],
    });
    const page = await metrics();
    expect(page).toMatch(/^berth_host_missing_vnfcs\{host="sim-2"\} 1$/m);
    expect(page).not.toMatch(/^berth_vnfc_up\{/m);
  });

  test('holds TERMINATE up with the way out, until it is declared lost', async () => {
    const id = await routerOnSecond({ hosts: 1 });
    const first = await operate(server, id, 'terminate', { terminationType: 'FORCEFUL' });
    expect(first['operationState']).toBe('FAILED_TEMP');
    expect(JSON.stringify(first['error'])).toContain('berth host lost sim-2');
    const lost = await server.send('POST', `${hosts}/sim-2/lost`, {});
    expect(await bodyOf(lost)).toMatchObject({ adminState: 'lost', holders: [{ vnfInstanceId: id }] });
    await server.ask(`/vnflcm/v2/vnf_lcm_op_occs/${String(first['id'])}/fail`, { method: 'POST' });
    const occ = await operate(server, id, 'terminate', { terminationType: 'GRACEFUL' });
    expect(occ).toMatchObject({ operationState: 'COMPLETED' });
    expect(String(occ['warnings'])).toMatch(/Host sim-2 is declared lost.*domain of VNFC .* may still run there/);
    expect(await readInstance(server, id)).toMatchObject({ instantiationState: 'NOT_INSTANTIATED' });
    expect(Object.fromEntries(await claimed())).toMatchObject({ 'sim-2': [] });
  });
});

describe('a configured host that does not come back', () => {
  test('can be declared lost while it does not answer, and only then', async () => {
    const id = await routerOnSecond({ hosts: 2, away: 1 });
    const alive = await server.send('POST', `${hosts}/sim-1/lost`, {});
    expect([alive.status, await bodyOf(alive)]).toMatchObject([409, { detail: expect.stringContaining('answers') }]);
    expect((await server.send('POST', `${hosts}/sim-2/lost`, {})).status).toBe(200);
    const start = await operate(server, id, 'operate', { changeStateTo: 'STARTED' });
    expect(JSON.stringify(start['error'])).toContain('berth host found sim-2');
    await server.ask(`/vnflcm/v2/vnf_lcm_op_occs/${String(start['id'])}/fail`, { method: 'POST' });
    const end = await operate(server, id, 'terminate', { terminationType: 'FORCEFUL' });
    expect(end).toMatchObject({ operationState: 'COMPLETED', warnings: expect.any(Array) });
  });

  test('is rid of what ended meanwhile when it answers again, and takes nothing new before it is found', async () => {
    const id = await routerOnSecond({ hosts: 2, away: 1 });
    const engine = server.fleet.all()[1]!;
    await server.send('POST', `${hosts}/sim-2/lost`, {});
    await operate(server, id, 'terminate', { terminationType: 'FORCEFUL' });
    engine.control.connect();
    await until(
      () => Promise.resolve(server.log.join('\n')),
      (log) => log.includes('was declared lost and answers again'),
      'nothing was said of the host',
    );
    expect(await bodyOf(await server.ask(`${hosts}/sim-2`))).toMatchObject({ adminState: 'lost', reachable: true });
    const left = () => Promise.all([engine.listDomains(), engine.listVolumes('berth')]);
    await until(
      left,
      ([domains, volumes]) => domains.length === 0 && volumes.every(({ name }) => name.startsWith('berth-base-')),
      'what ended while the host was away is still there',
    );
    expect(await listOf(await server.ask('/nfvi/v1/audit'))).toEqual([]);
    const found = await server.send('POST', `${hosts}/sim-2/found`, {});
    expect(await bodyOf(found)).toMatchObject({ adminState: 'active' });
    expect((await server.send('POST', `${hosts}/sim-2/found`, {})).status).toBe(409);
  });
});
