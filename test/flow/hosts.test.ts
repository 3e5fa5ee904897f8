/**
 * Hosts as data: added, changed and removed while Berth runs, on both databases and every replica.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { laptops, laptopText } from '../builders/simulated-hosts.js';
import { bodyOf, listOf } from '../api/door.js';
import { describeWithPostgres, startPostgres, type Cluster } from '../contract/postgres-cluster.js';
import { createInstance, instantiation, onboardRouter, operate, readInstance } from './router.js';
import { startServer, until, type Server } from './server.js';

const hosts = '/nfvi/v1/hosts';
if (laptopText === undefined) throw new Error('the shipped fleet has no template');
const template = laptopText;
const added = (id: string, change: object = {}) => ({ id, zone: 'rack-2', template, ...change });

const idsOf = async (server: Server) => (await listOf(await server.ask(hosts))).map((host) => host['id']);
const metricsOf = async (server: Server) => (await server.ask('/metrics')).text();

/** A router where it may be, which is not on the host of the configuration. */
async function routerElsewhere(server: Server): Promise<string> {
  await server.send('PATCH', `${hosts}/sim-1`, { adminState: 'draining' });
  const { vnfdId } = await onboardRouter(server);
  const id = await createInstance(server, vnfdId);
  expect(await operate(server, id, 'instantiate', instantiation)).toMatchObject({ operationState: 'COMPLETED' });
  return id;
}

async function hostOfRouter(server: Server, id: string): Promise<string> {
  const holders = await Promise.all(
    (await listOf(await server.ask(hosts))).map(async (host) => {
      const own = host['holders'] as readonly { readonly vnfInstanceId: string }[];
      return own.some(({ vnfInstanceId }) => vnfInstanceId === id) ? [String(host['id'])] : [];
    }),
  );
  const [only] = holders.flat();
  if (only === undefined) throw new Error(`router ${id} is on no host`);
  return only;
}

async function life(server: Server): Promise<void> {
  const posted = await server.send('POST', hosts, added('rack-a'));
  expect(posted.status).toBe(201);
  expect(posted.headers.get('location')).toBe(`${server.origin}${hosts}/rack-a`);
  expect(posted.headers.get('etag')).toMatch(/^"\d+-/);
  expect(await bodyOf(posted)).toMatchObject({ id: 'rack-a', zone: 'rack-2', origin: 'api', adminState: 'active' });
  await server.send('POST', hosts, added('rack-b'));
  await server.send('POST', hosts, added('rack-c', { bringBack: false }));
  expect(await idsOf(server)).toEqual(['rack-a', 'rack-b', 'rack-c', 'sim-1']);

  const id = await routerElsewhere(server);
  const on = await hostOfRouter(server, id);
  expect(on).toMatch(/^rack-/);
  expect(await metricsOf(server)).toMatch(new RegExp(`^berth_host_up\\{host="${on}".*\\} 1$`, 'm'));
  const refused = await server.ask(`${hosts}/${on}`, { method: 'DELETE' });
  const body = await bodyOf(refused);
  expect([refused.status, body['type']]).toEqual([409, 'urn:berth:problem:host-in-use']);
  expect(body['detail']).toContain(id);

  const ended = await operate(server, id, 'terminate', { terminationType: 'FORCEFUL' });
  expect(ended).toMatchObject({ operationState: 'COMPLETED' });
  expect((await server.ask(`${hosts}/${on}`, { method: 'DELETE' })).status).toBe(204);
  expect((await server.ask(`${hosts}/${on}`)).status).toBe(404);
  expect(await idsOf(server)).not.toContain(on);
  expect(await metricsOf(server)).not.toContain(`host="${on}"`);
}

describe('hosts that are added by API', () => {
  let dir: string;
  let server: Server;
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'berth-hosts-'));
    server = await startServer({ dir });
  });
  afterEach(async () => {
    await server.stop();
    rmSync(dir, { recursive: true });
  });

  test('take VNFCs, keep them from being removed, and leave nothing behind', () => life(server));

  test('are refused in the words of the configuration, and twice under one id', async () => {
    const refusal = async (body: object) => bodyOf(await server.send('POST', hosts, body));
    expect(await refusal({ id: 'x' })).toMatchObject({ status: 400, detail: expect.stringContaining('"like"') });
    expect(await refusal({ id: 'x', uri: 'qemu:///system', template })).toMatchObject({
      detail: 'The host is not valid: the host has no setting "uri".',
    });
    const cells = { ...template.cells, cores: 0 };
    expect(await refusal(added('x', { template: { ...template, cells } }))).toMatchObject({
      detail: 'The host is not valid: cells.cores is 0, must be >= 1.',
    });
    expect(await refusal(added('sim-1'))).toMatchObject({ status: 409, type: 'urn:berth:problem:host-known' });
    expect((await server.send('POST', hosts, added('x'))).status).toBe(201);
    expect(await refusal(added('x'))).toMatchObject({ status: 409, detail: expect.stringContaining('Host x') });
    expect((await server.send('POST', hosts, [])).status).toBe(400);
  });

  test('are changed and removed on the revision that was read', async () => {
    const posted = await server.send('POST', hosts, added('x'));
    const first = posted.headers.get('etag') ?? '';
    const moved = await server.send('PATCH', `${hosts}/x`, { zone: 'rack-9' }, { 'if-match': first });
    expect([moved.status, await bodyOf(moved)]).toMatchObject([200, { zone: 'rack-9', settings: { zone: 'rack-9' } }]);
    expect((await server.send('PATCH', `${hosts}/x`, { zone: 'z' }, { 'if-match': first })).status).toBe(412);
    expect((await server.send('PATCH', `${hosts}/x`, { adminState: 'down' }, { 'if-match': first })).status).toBe(412);
    const stale = await server.ask(`${hosts}/x`, { method: 'DELETE', headers: { 'if-match': first } });
    expect(stale.status).toBe(412);
    const now = (await server.ask(`${hosts}/x`)).headers.get('etag') ?? '';
    const both = await server.send('PATCH', `${hosts}/x`, { zone: null, adminState: 'down' }, { 'if-match': now });
    expect(await bodyOf(both)).toMatchObject({ zone: 'simulated', adminState: 'down' });
    expect((await server.send('PATCH', `${hosts}/x`, { zone: 7 })).status).toBe(400);
    expect((await server.send('PATCH', `${hosts}/x`, { unheard: 7 })).status).toBe(400);
    const fresh = (await server.ask(`${hosts}/x`)).headers.get('etag') ?? '';
    expect((await server.ask(`${hosts}/x`, { method: 'DELETE', headers: { 'if-match': fresh } })).status).toBe(204);
  });

  test('keep what VNFCs on them use, and change in the rest', async () => {
    await server.send('POST', hosts, added('x'));
    const id = await routerElsewhere(server);
    const smaller = { ...template, cells: { ...template.cells, cores: 2 } };
    const refused = await server.send('PATCH', `${hosts}/x`, { template: smaller });
    expect([refused.status, String((await bodyOf(refused))['detail'])]).toEqual([409, expect.stringContaining(id)]);
    expect((await server.send('PATCH', `${hosts}/x`, { zone: 'rack-9' })).status).toBe(200);
    expect(await readInstance(server, id)).toMatchObject({ instantiationState: 'INSTANTIATED' });
    await operate(server, id, 'terminate', { terminationType: 'FORCEFUL' });
    expect((await server.send('PATCH', `${hosts}/x`, { template: smaller })).status).toBe(200);
    const seen = await until(
      async () => bodyOf(await server.ask(`${hosts}/x`)),
      (host) => host['reachable'] === true,
      'the changed host was not read',
    );
    expect(seen).toMatchObject({ cells: [{ cpus: { total: 4 } }] });
  });

  test('are not those of the configuration, which say where they come from', async () => {
    expect(await bodyOf(await server.ask(`${hosts}/sim-1`))).toMatchObject({ origin: 'configuration' });
    for (const answer of [
      await server.ask(`${hosts}/sim-1`, { method: 'DELETE' }),
      await server.send('PATCH', `${hosts}/sim-1`, { zone: 'z' }),
    ])
      expect([answer.status, await bodyOf(answer)]).toMatchObject([
        409,
        { type: 'urn:berth:problem:configured-host', detail: expect.stringContaining('comes from the configuration') },
      ]);
    expect((await server.send('PATCH', `${hosts}/sim-1`, { adminState: 'down' })).status).toBe(200);
    expect((await server.ask(`${hosts}/none`, { method: 'DELETE' })).status).toBe(404);
  });
});

describe('hosts of a fleet file', () => {
  const configured = { kind: 'simulated', origin: 'fleet-file', source: 'the fleet file lab.yaml' } as const;

  test('are copied, and both stay over a restart with what runs on them', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'berth-hosts-'));
    let server = await startServer({ dir, configured: { ...configured, hosts: laptops(1) } });
    try {
      const posted = await server.send('POST', hosts, { id: 'copy', like: 'sim-1' });
      expect(await bodyOf(posted)).toMatchObject({ origin: 'api', settings: { template } });
      const id = await routerElsewhere(server);
      expect(await hostOfRouter(server, id)).toBe('copy');
      server = await server.restart();
      expect(await bodyOf(await server.ask(`${hosts}/copy`))).toMatchObject({ origin: 'api', reachable: true });
      expect(await readInstance(server, id)).toMatchObject({
        instantiatedVnfInfo: { vnfState: 'STARTED' },
      });
      const refused = await bodyOf(await server.ask(`${hosts}/sim-1`, { method: 'DELETE' }));
      expect(refused['detail']).toContain('the fleet file lab.yaml');
    } finally {
      await server.stop();
      rmSync(dir, { recursive: true });
    }
  });

  test('and those that were added with settings that cannot be used have one way out, which every door names', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'berth-hosts-'));
    let server = await startServer({ dir, configured: { ...configured, hosts: laptops(1) } });
    try {
      await server.send('POST', hosts, { id: 'copy', like: 'sim-1' });
      const id = await routerElsewhere(server);
      await server.stop();
      // As another version of Berth would have kept it.
      const raw = new Database(join(dir, 'simulated', 'berth.sqlite'));
      raw.exec(`update hosts set entry = json_set(entry, '$.warp', 9) where id = 'copy'`);
      raw.close();
      server = await startServer({ dir, configured: { ...configured, hosts: laptops(1) } });
      const shown = await bodyOf(await server.ask(`${hosts}/copy`));
      expect(shown).toMatchObject({ origin: 'api', reachable: false, settings: { warp: 9 } });
      expect(shown).toMatchObject({ unusableBecause: expect.stringContaining('no setting "warp"') });
      expect(shown).not.toHaveProperty('missing');
      const doors = [
        await server.send('POST', hosts, { id: 'copy', like: 'sim-1' }),
        await server.ask(`${hosts}/copy`, { method: 'DELETE' }),
        await server.send('PATCH', `${hosts}/copy`, { zone: 'q' }),
      ];
      expect(doors.map(({ status }) => status)).toEqual([409, 409, 400]);
      for (const door of doors) {
        const { detail } = await bodyOf(door);
        expect(detail).toContain('no setting "warp"');
        expect(detail).toContain('Correct them with PATCH /nfvi/v1/hosts/copy ("berth host set copy --file FILE")');
      }
      expect((await server.send('PATCH', `${hosts}/copy`, { warp: null })).status).toBe(200);
      const ended = await operate(server, id, 'terminate', { terminationType: 'FORCEFUL' });
      expect(ended).toMatchObject({ operationState: 'COMPLETED' });
      expect((await server.ask(`${hosts}/copy`, { method: 'DELETE' })).status).toBe(204);
    } finally {
      await server.stop();
      rmSync(dir, { recursive: true });
    }
  });

  test('that are gone from it can be removed, or added with what stands on them', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'berth-hosts-'));
    let server = await startServer({ dir, configured: { ...configured, hosts: laptops(3) } });
    try {
      await server.send('PATCH', `${hosts}/sim-3`, { adminState: 'down' });
      const id = await routerElsewhere(server);
      expect(await hostOfRouter(server, id)).toBe('sim-2');
      await server.stop();
      server = await startServer({ dir, configured: { ...configured, hosts: laptops(1) } });
      expect(await bodyOf(await server.ask(`${hosts}/sim-2`))).toMatchObject({ missing: true });
      expect((await server.ask(`${hosts}/sim-2`, { method: 'DELETE' })).status).toBe(409);
      expect((await server.ask(`${hosts}/sim-3`, { method: 'DELETE' })).status).toBe(204);
      expect((await server.send('POST', hosts, { id: 'sim-2', like: 'sim-1' })).status).toBe(201);
      const ended = await operate(server, id, 'terminate', { terminationType: 'FORCEFUL' });
      expect(ended).toMatchObject({ operationState: 'COMPLETED' });
      expect((await server.ask(`${hosts}/sim-2`, { method: 'DELETE' })).status).toBe(204);
      expect(await idsOf(server)).toEqual(['sim-1']);
    } finally {
      await server.stop();
      rmSync(dir, { recursive: true });
    }
  });
});

describeWithPostgres('replicas on one PostgreSQL', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startPostgres();
  });
  afterAll(() => cluster.stop());

  test('follow hosts that another one adds, changes and removes', async () => {
    const store = await cluster.database();
    const one = await startServer({ store });
    const two = await startServer({ store });
    try {
      await one.send('POST', hosts, added('shared'));
      const told = (wanted: object) =>
        until(
          async () => bodyOf(await two.ask(`${hosts}/shared`)),
          (host) => Object.entries(wanted).every(([name, value]) => host[name] === value),
          'the other replica did not follow',
        );
      await told({ origin: 'api', reachable: true, zone: 'rack-2' });
      expect((await two.send('PATCH', `${hosts}/shared`, { zone: 'rack-3' })).status).toBe(200);
      expect((await one.send('PATCH', `${hosts}/shared`, { adminState: 'down' })).status).toBe(200);
      await told({ zone: 'rack-3', adminState: 'down' });
      expect((await one.ask(`${hosts}/shared`, { method: 'DELETE' })).status).toBe(204);
      expect((await two.ask(`${hosts}/shared`)).status).toBe(404);
      await until(
        () => metricsOf(two),
        (page) => !page.includes('host="shared"'),
        'the other replica still measures the host',
      );
    } finally {
      await one.stop();
      await two.stop();
    }
  });

  test('take VNFCs and are removed there, too', async () => {
    const server = await startServer({ store: await cluster.database() });
    try {
      await life(server);
    } finally {
      await server.stop();
    }
  });
});
