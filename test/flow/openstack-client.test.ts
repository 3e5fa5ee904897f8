/**
 * What somebody with the stock OpenStack client can do: packages, and the lifecycle under vnflcm/v1, which that client asks
 * for unless told otherwise, and v2. Each command is one of the client's own.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clientMissing, OpenstackClient } from './openstack-client.js';
import { instantiation, onboarded, rested, routerPackage } from './router.js';
import { startServer, type Server } from './server.js';

if (clientMissing !== undefined) console.warn(`skipped: ${clientMissing}`);
const whenHere = clientMissing === undefined ? test : test.skip;

type Json = Record<string, unknown>;

let server: Server;
let clients: Readonly<Record<'1' | '2', OpenstackClient>>;
let dir: string;
let pkg: string;
const worked = new Set<string>();

beforeAll(async () => {
  if (clientMissing !== undefined) return;
  server = await startServer();
  // One process keeps to the version that its first command asks for.
  clients = { '1': new OpenstackClient(server.origin, '1'), '2': new OpenstackClient(server.origin, '2') };
  dir = mkdtempSync(join(tmpdir(), 'berth-openstack-'));
});
afterAll(async () => {
  if (clientMissing !== undefined) return;
  for (const client of Object.values(clients)) client.end();
  rmSync(dir, { recursive: true });
  await server.stop();
});

const file = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(dir, name), content);
  return join(dir, name);
};

/** What a command printed; the command has to succeed. `words` is its name, `rest` what it is given. */
async function run(api: '1' | '2', words: string, ...rest: readonly string[]): Promise<string> {
  const said = await clients[api].run(...words.split(' '), ...rest);
  expect([words, said]).toEqual([words, expect.objectContaining({ code: 0 })]);
  worked.add(`${api} ${words}`);
  return said.out;
}

const show = async (api: '1' | '2', words: string, ...rest: readonly string[]): Promise<Json> =>
  JSON.parse(await run(api, words, '-f', 'json', ...rest)) as Json;
const list = async (api: '1' | '2', words: string, ...rest: readonly string[]): Promise<readonly Json[]> =>
  JSON.parse(await run(api, words, '-f', 'json', ...rest)) as Json[];

/** A refusal is told with the words of Berth, by a client that fails. */
async function refused(api: '1' | '2', words: string, complaint: string, ...rest: readonly string[]): Promise<void> {
  const said = await clients[api].run(...words.split(' '), ...rest);
  expect([words, said]).toEqual([words, expect.objectContaining({ code: 1 })]);
  expect(`${said.out}${said.err}`).toContain(complaint);
  worked.add(`${api} ${words}`);
}

whenHere(
  'a package is uploaded, read in every form, changed and listed',
  async () => {
    pkg = String((await show('1', 'vnf package create', '--user-data', 'owner=lab'))['ID']);
    await run('1', 'vnf package upload', pkg, '--path', file('router.csar', await routerPackage()));
    await onboarded(server, pkg);
    expect(await show('1', 'vnf package show', pkg)).toMatchObject({
      'Onboarding State': 'ONBOARDED',
      'User Defined Data': { owner: 'lab' },
    });
    const csar = join(dir, 'again.csar');
    await run('1', 'vnf package download', pkg, '--file', csar);
    expect(readFileSync(csar).equals(await routerPackage())).toBe(true);
    await run('1', 'vnf package download', pkg, '--vnfd', '--type', 'both', '--file', join(dir, 'vnfd.zip'));
    expect(readFileSync(join(dir, 'vnfd.zip')).toString('latin1', 0, 2)).toBe('PK');
    const log = join(dir, 'ChangeLog.txt');
    await run('1', 'vnf package artifact download', pkg, 'ChangeLog.txt', '--file', log);
    expect(readFileSync(log, 'utf8')).toBe(readFileSync('vnf-catalog/router/package/ChangeLog.txt', 'utf8'));
    await run('1', 'vnf package update', pkg, '--operational-state', 'DISABLED');
    await run('1', 'vnf package update', pkg, '--operational-state', 'ENABLED', '--user-data', 'owner=other');
    expect(await list('1', 'vnf package list')).toMatchObject([{ Id: pkg, 'Operational State': 'ENABLED' }]);
    expect(await list('1', 'vnf package list', '--exclude_fields', 'checksum')).toHaveLength(1);
  },
  120_000,
);

const connections = { id: 'one', vimId: 'one', vimType: 'BERTH.LIBVIRT.V_1' };

/** As SOL003 v2.7.1 writes the same request: lists where later versions have maps. */
const instantiationV1 = {
  ...instantiation,
  vimConnectionInfo: [connections],
  extVirtualLinks: instantiation.extVirtualLinks.map(({ extCps, ...link }) => ({
    ...link,
    extCps: extCps.map(({ cpdId, cpConfig }) => ({
      cpdId,
      cpConfig: Object.values(cpConfig).map((config) => ({ ...config, cpConfigId: cpdId })),
    })),
  })),
};

const { id: _, ...connection } = connections;
const instantiationV2 = { ...instantiation, vimConnectionInfo: { one: connection } };

whenHere.each([
  ['1' as const, instantiationV1],
  ['2' as const, instantiationV2],
])(
  'a VNF lives its whole life through the API of major version %s',
  async (api, request) => {
    const vnfdId = String((await show('1', 'vnf package show', pkg))['VNFD ID']);
    await run(api, 'vnflcm versions');
    const vnf = String((await show(api, 'vnflcm create', vnfdId, '--name', `edge-${api}`))['ID']);
    const newest = async (): Promise<Json> => {
      const [occ] = (await list(api, 'vnflcm op list')).filter((each) => each['VNF Instance ID'] === vnf).slice(-1);
      return rested(server, `/vnflcm/v2/vnf_lcm_op_occs/${String(occ?.['ID'])}`);
    };
    await run(api, 'vnflcm instantiate', vnf, file(`instantiate-${api}.json`, JSON.stringify(request)));
    expect(await newest()).toMatchObject({ operation: 'INSTANTIATE', operationState: 'COMPLETED' });
    const shown = await show(api, 'vnflcm show', vnf);
    expect(shown).toMatchObject({ 'Instantiation State': 'INSTANTIATED' });
    expect(Array.isArray(shown['VIM Connection Info'])).toBe(api === '1');
    await run(api, 'vnflcm scale', vnf, '--type', 'SCALE_OUT', '--aspect-id', 'capacity', '--number-of-steps', '1');
    const scaled = await newest();
    expect(scaled).toMatchObject({ operation: 'SCALE', operationState: 'COMPLETED' });
    const occ = String(scaled['id']);
    expect(await show(api, 'vnflcm op show', occ)).toMatchObject({ 'Operation State': 'COMPLETED' });
    await refused(api, 'vnflcm op retry', 'COMPLETED', occ);
    await refused(api, 'vnflcm op rollback', 'COMPLETED', occ);
    await refused(api, 'vnflcm op fail', 'COMPLETED', occ);
    if (api === '1') await refused(api, 'vnflcm op cancel', 'COMPLETED', occ, '--cancel-mode', 'GRACEFUL');
    const change = file(`change-${api}.json`, JSON.stringify({ vnfInstanceName: `renamed-${api}` }));
    await run(api, 'vnflcm update', vnf, '--I', change);
    await newest();
    expect(await list(api, 'vnflcm list')).toMatchObject([{ ID: vnf, 'VNF Instance Name': `renamed-${api}` }]);
    await run(api, 'vnflcm terminate', vnf, '--termination-type', 'FORCEFUL');
    expect(await newest()).toMatchObject({ operation: 'TERMINATE', operationState: 'COMPLETED' });
    await run(api, 'vnflcm delete', vnf);
  },
  120_000,
);

whenHere('a package is taken away again, and the commands that work are these', async () => {
  await run('1', 'vnf package update', pkg, '--operational-state', 'DISABLED');
  await run('1', 'vnf package delete', pkg);
  expect([...worked].toSorted()).toHaveLength(37);
});
