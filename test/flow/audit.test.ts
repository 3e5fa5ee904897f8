/** What nobody owns: named, and removed on request; what has ended and comes back goes by itself. */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { bodyOf, listOf } from '../api/door.js';
import { hostId, vnfcId } from '../../src/shared/ids.js';
import { createInstance, instances, instantiation, onboardRouter, operate, readInstance } from './router.js';
import { startServer, until, type Server } from './server.js';

const MiB = 1024 * 1024;
const audit = '/nfvi/v1/audit';
const sim1 = hostId('sim-1');
const stranger = '0aab46aa-f9a1-4989-88bc-0b7ab2a922c3';
const otherInstallation = 'dddddddd-0000-4000-8000-000000000000';
const ref = (name: string) => ({ pool: 'berth', name });

let server: Server;
beforeEach(async () => {
  server = await startServer();
});
afterEach(async () => {
  await server.stop();
});

/** Berth looks at a host again when it is reached again. */
function lookAgain(): void {
  const { control } = server.fleet.of(sim1);
  control.disconnect();
  control.connect();
}

const named = async () => listOf(await server.ask(audit));
const namesOf = async () => (await named()).map(({ kind, name, whose }) => [kind, name, whose].join(' ')).sort();
const audited = (expected: readonly string[]) =>
  until(
    namesOf,
    (names) => JSON.stringify(names) === JSON.stringify([...expected].sort()),
    'the audit names otherwise',
  );
const remove = async (name: string) => {
  const entry = (await named()).find((one) => one['name'] === name);
  return server.ask(`${audit}/${String(entry?.['id'])}`, { method: 'DELETE' });
};

/** A router that runs, with the XML of its domain. */
async function running() {
  const { vnfdId } = await onboardRouter(server);
  const id = await createInstance(server, vnfdId);
  expect(await operate(server, id, 'instantiate', instantiation)).toMatchObject({ operationState: 'COMPLETED' });
  const { vnfcResourceInfo } = (await readInstance(server, id))['instantiatedVnfInfo'] as {
    readonly vnfcResourceInfo: readonly { readonly id: string }[];
  };
  const vnfc = vnfcId(vnfcResourceInfo[0]?.id ?? '');
  return { id, vnfc, xml: await server.fleet.of(sim1).domainXml(vnfc) };
}

/** The same domain as another's would be: other ids, another name, another owner or none. */
const alien = (xml: string, vnfc: string, uuid: string, owner: string | undefined): string =>
  xml
    .replaceAll(vnfc, uuid)
    .replace(/<name>[^<]*/, `<name>berth-${uuid.slice(0, 8)}-x-0`)
    .replace(/ installationId="[^"]*"/, owner === undefined ? '' : ` installationId="${owner}"`);

describe('the audit', () => {
  test('names nothing of what instances and packages own', async () => {
    await running();
    await server.fleet.of(sim1).ensureBlank(ref('berth-by-hand.qcow2'), MiB);
    lookAgain();
    await audited(['volume berth-by-hand.qcow2 unknown']);
  });

  test('names what nobody owns with whose it is, and removes it on request only', async () => {
    const { vnfc, xml } = await running();
    const engine = server.fleet.of(sim1);
    const own = /installationId="([^"]*)"/.exec(xml)?.[1] ?? '';
    const uuids = [1, 2, 3].map((n) => `${String(n).repeat(8)}-0000-4000-8000-000000000000`);
    await engine.ensureDomain(alien(xml, vnfc, uuids[0] ?? '', own));
    await engine.ensureDomain(alien(xml, vnfc, uuids[1] ?? '', otherInstallation));
    await engine.ensureDomain(alien(xml, vnfc, uuids[2] ?? '', undefined));
    const volume = `berth-${stranger}-data.qcow2`;
    const base = `berth-base-${'ab'.repeat(32)}-dddddddd0000.raw`;
    await engine.ensureBlank(ref(volume), MiB);
    await engine.ensureContent(ref(base), new Uint8Array(8));
    await engine.ensureBlank(ref('backup-of-somebody.qcow2'), MiB);
    await engine.ensureNetwork({ name: 'berth-0aab46aaf9a1-left', bridge: 'bvlleft' });
    lookAgain();
    await audited([
      'domain berth-11111111-x-0 this',
      'domain berth-22222222-x-0 other',
      'domain berth-33333333-x-0 unknown',
      `volume ${volume} unknown`,
      `volume ${base} other`,
      'network berth-0aab46aaf9a1-left unknown',
    ]);
    const metrics = await (await server.ask('/metrics')).text();
    expect(metrics).toContain('berth_audit_entries{host="sim-1",kind="domain",whose="other"} 1');
    for (const name of ['berth-22222222-x-0', base]) {
      const refused = await remove(name);
      expect([refused.status, String((await bodyOf(refused))['detail'])]).toEqual([
        409,
        expect.stringContaining('belongs to installation dddddddd'),
      ]);
    }
    for (const name of ['berth-11111111-x-0', 'berth-33333333-x-0', volume, 'berth-0aab46aaf9a1-left']) {
      expect((await remove(name)).status).toBe(204);
    }
    expect(await namesOf()).toEqual(['domain berth-22222222-x-0 other', `volume ${base} other`].sort());
    expect((await engine.listVolumes('berth')).map(({ name }) => name)).toContain('backup-of-somebody.qcow2');
    expect((await server.ask(`${audit}/nothing`, { method: 'DELETE' })).status).toBe(404);
  });

  test('does not remove what another volume stands on', async () => {
    const engine = server.fleet.of(sim1);
    const [below, above] = [`berth-${stranger}-root.qcow2`, 'somebodys-snapshot.qcow2'];
    await engine.ensureBlank(ref(below), MiB);
    await engine.ensureOverlay(ref(above), ref(below), MiB);
    lookAgain();
    await audited([`volume ${below} unknown`]);
    const refused = await remove(below);
    expect([refused.status, String((await bodyOf(refused))['detail'])]).toEqual([409, expect.stringContaining(above)]);
    await engine.removeVolume(ref(above));
    expect((await remove(below)).status).toBe(204);
  });

  test.each([
    ['of another installation', otherInstallation, 'other', 'belongs to installation'],
    ['of nobody known', undefined, 'unknown', 'uses it'],
  ])('does not remove disk and network of a domain %s', async (_, owner, whose, why) => {
    const { vnfc, xml } = await running();
    const engine = server.fleet.of(sim1);
    const [network, domain, disk] = [
      'berth-0aab46aaf9a1-left',
      'berth-0aab46aaf9a1-x-0',
      `berth-${stranger}-root.qcow2`,
    ];
    const strange = alien(xml, vnfc, stranger, owner).replace(/<name>[^<]*/, `<name>${domain}`);
    await engine.ensureBlank(ref(disk), MiB);
    await engine.ensureNetwork({ name: network, bridge: 'bvlleft' });
    await engine.ensureDomain(strange.replace(/(<source network=)"[^"]*"/, `$1"${network}"`));
    lookAgain();
    await audited([`domain ${domain} ${whose}`, `volume ${disk} ${whose}`, `network ${network} ${whose}`]);
    for (const name of [disk, network]) {
      const refused = await remove(name);
      expect([refused.status, String((await bodyOf(refused))['detail'])]).toEqual([409, expect.stringContaining(why)]);
    }
    if (whose === 'other') return;
    for (const name of [domain, disk, network]) expect((await remove(name)).status).toBe(204);
  });

  test('names archives that the database does not know, and keeps them until they are to go', async () => {
    const folder = join(server.dir, 'packages', 'of-another-database');
    mkdirSync(folder, { recursive: true });
    server = await server.restart();
    await audited(['archive of-another-database unknown']);
    expect(existsSync(folder)).toBe(true);
    expect((await remove('of-another-database')).status).toBe(204);
    expect(existsSync(folder)).toBe(false);
  });
});

describe('what has ended and is there again after a power cut', () => {
  test('is removed, and does not stand in the way of its successor', async () => {
    const { id, vnfc, xml } = await running();
    expect(await operate(server, id, 'terminate', { terminationType: 'FORCEFUL' })).toMatchObject({
      operationState: 'COMPLETED',
    });
    const engine = server.fleet.of(sim1);
    await engine.ensureDomain(xml);
    expect(await operate(server, id, 'instantiate', instantiation)).toMatchObject({ operationState: 'COMPLETED' });
    await engine.ensureBlank(ref(`berth-${vnfc}-data.qcow2`), MiB);
    lookAgain();
    await until(
      async () => (await engine.listVolumes('berth')).filter(({ name }) => name.includes(vnfc)).length,
      (count) => count === 0,
      'volumes of an ended VNFC are there',
    );
    expect((await engine.listDomains()).map(({ uuid }) => uuid)).not.toContain(vnfc);
    expect((await readInstance(server, id))['instantiationState']).toBe('INSTANTIATED');
  });

  test('is removed with its domain as soon as its host is looked at', async () => {
    const { id, vnfc, xml } = await running();
    await operate(server, id, 'terminate', { terminationType: 'FORCEFUL' });
    expect((await server.ask(`${instances}/${id}`, { method: 'DELETE' })).status).toBe(204);
    const engine = server.fleet.of(sim1);
    await engine.ensureDomain(xml);
    lookAgain();
    await until(
      () => engine.listDomains(),
      (domains) => !domains.some(({ uuid }) => uuid === vnfc),
      'it is there still',
    );
  });
});

test('claims without an owner are named, and released on request', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'berth-audit-'));
  const first = await startServer({ dir });
  const { vnfdId } = await onboardRouter(first);
  const id = await createInstance(first, vnfdId);
  await operate(first, id, 'instantiate', instantiation);
  await operate(first, id, 'terminate', { terminationType: 'FORCEFUL' });
  await first.stop();
  const raw = new Database(join(dir, 'berth.sqlite'));
  for (const host of ['sim-1', '*'])
    raw.exec(`insert into allocations (id, vnfc_id, instance_id, host_id, op_occ_id, owner)
      select 'lost-' || '${host}', 'x', instance_id, '${host}', id, 'operation' from operations limit 1`);
  raw.close();
  const second = await startServer({ dir, fleet: first.fleet });
  try {
    const lost = () =>
      until(
        async () => (await listOf(await second.ask(audit))).filter((one) => one['kind'] === 'allocation'),
        (all) => all.length > 0,
        'the audit names no allocation',
      );
    const all = await until(lost, (found) => found.length === 2, 'the audit does not name both');
    expect(all.map((one) => [one['name'], one['hostId'], one['whose']]).sort()).toEqual([
      ['lost-*', undefined, 'this'],
      ['lost-sim-1', 'sim-1', 'this'],
    ]);
    for (const one of all)
      expect((await second.ask(`${audit}/${String(one['id'])}`, { method: 'DELETE' })).status).toBe(204);
    expect(await listOf(await second.ask(audit))).toEqual([]);
  } finally {
    await second.stop();
    rmSync(dir, { recursive: true, force: true });
  }
});
