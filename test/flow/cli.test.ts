import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { complaintOf, createProgram } from '../../src/cli/program.js';
import { token } from '../api/door.js';
import { laptopText } from '../builders/simulated-hosts.js';
import { routerPackage } from './router.js';
import { startServer, type Server } from './server.js';
import { systemClock } from '../../src/system.js';

let server: Server;
const folder = mkdtempSync(join(tmpdir(), 'berth-cli-'));
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

/** What the command prints. */
async function berth(...args: string[]): Promise<string> {
  const said: string[] = [];
  const environment = { BERTH_URL: server.origin, BERTH_TOKEN: token };
  const program = createProgram({ clock: systemClock, environment, out: (text) => said.push(text) });
  await program.parseAsync(['node', 'berth', ...args]);
  return said.join('\n');
}

const json = async (...args: string[]) => JSON.parse(await berth('--json', ...args)) as Record<string, unknown>;

async function complaint(...args: string[]): Promise<string> {
  try {
    return await berth(...args);
  } catch (error) {
    return complaintOf(error);
  }
}

test('the command line carries a VNF through its life', async () => {
  const csar = join(folder, 'router.csar');
  writeFileSync(csar, await routerPackage());
  expect(await berth('package', 'upload', csar)).toMatch(/ONBOARDED +ENABLED +NOT_IN_USE/);
  const [info] = (await json('package', 'list')) as unknown as { id: string; vnfdId: string }[];
  const vnf = await json('vnf', 'create', info?.vnfdId ?? '', '--name', 'edge');
  const id = String(vnf['id']);
  const links = ['--link', 'west=berth-west,10.1.0.0/24', '--link', 'east=berth-east,10.2.0.0/24'];
  expect(await berth('vnf', 'instantiate', id, ...links)).toMatch(/INSTANTIATE .*: COMPLETED/);
  expect(await berth('vnf', 'show', id)).toMatch(/router-0 +sim-1 +0:\d+ +(running|-) +10\.1\.0\.\d+\/24/);
  expect(await berth('host', 'list')).toMatch(/sim-1 +lab +active +yes +simulated \(none\) +5 of 8/);
  expect(await berth('vnf', 'scale', id, 'out', '--aspect', 'capacity')).toContain('is COMPLETED');
  expect(await berth('vnf', 'operate', id, 'stop')).toContain('is COMPLETED');
  expect(await berth('vnf', 'operate', id, 'start')).toContain('is COMPLETED');
  expect(await berth('vnf', 'terminate', id)).toContain('is COMPLETED');
  expect(await berth('op', 'list')).toMatch(/INSTANTIATE[^]*SCALE[^]*OPERATE[^]*TERMINATE/);
  expect(await berth('vnf', 'delete', id)).toContain('is deleted');
  expect(await berth('package', 'disable', info?.id ?? '')).toContain('is DISABLED');
  expect(await berth('package', 'delete', info?.id ?? '')).toContain('is deleted');
});

test('hosts are added, set and removed', async () => {
  const file = join(folder, 'host.json');
  writeFileSync(file, JSON.stringify({ zone: 'from-file', template: laptopText }));
  expect(await berth('host', 'add', 'rack-1', '--file', file, '--zone', 'west')).toContain('host rack-1 is added');
  expect(await berth('host', 'add', 'rack-2', '--like', 'rack-1')).toContain('host rack-2 is added');
  expect(await berth('host', 'list')).toMatch(/rack-1 +west +active .* api\n.*rack-2 +simulated [^]* configuration/);
  expect(await berth('host', 'set', 'rack-1', '--zone', 'east')).toBe('host rack-1 is active, in zone east');
  expect(await berth('host', 'set', 'rack-1', 'draining')).toBe('host rack-1 is draining');
  expect(await complaint('host', 'set', 'rack-1')).toContain('Say what to set');
  expect(await complaint('host', 'add', 'rack-3')).toContain('"like"');
  expect(await complaint('host', 'remove', 'sim-1')).toContain('comes from the configuration');
  for (const id of ['rack-1', 'rack-2']) expect(await berth('host', 'remove', id)).toBe(`host ${id} is removed`);
  expect(await complaint('host', 'show', 'rack-1')).toContain('no host rack-1');
});

test('a failed operation is shown with its cause, and can be retried or failed', async () => {
  const csar = join(folder, 'router.csar');
  await berth('package', 'upload', csar);
  const [info] = (await json('package', 'list')) as unknown as { vnfdId: string }[];
  const id = String((await json('vnf', 'create', info?.vnfdId ?? ''))['id']);
  server.fleet.all()[0]?.control.failNext('ensureStarted', 'Rejected', 'cannot allocate memory');
  const links = ['--link', 'west=berth-west,10.1.0.0/24', '--link', 'east=berth-east,10.2.0.0/24'];
  expect(await complaint('vnf', 'instantiate', id, ...links)).toContain('cannot allocate memory');
  const occs = (await json('op', 'list')) as unknown as { id: string; operationState: string }[];
  const failed = occs.find((occ) => occ.operationState === 'FAILED_TEMP')?.id ?? '';
  expect(await berth('op', 'show', failed)).toContain('cannot allocate memory');
  expect(await berth('op', 'rollback', failed)).toContain(failed);
  expect(await complaint('op', 'wait', failed)).toMatch(/ROLLED_BACK|cannot allocate memory/);
});

test('what Berth refuses is said in its words', async () => {
  expect(await complaint('vnf', 'show', 'none')).toBe('Not found (404)\nThere is no VNF instance none.');
  const notZip = join(folder, 'not.csar');
  writeFileSync(notZip, 'not a zip');
  expect(await complaint('package', 'upload', notZip)).toMatch(
    /The VNF package is refused \(422\)[^]*\n {2}error CSAR-/,
  );
});

test('a host is drained and made active again', async () => {
  expect(await berth('host', 'set', 'sim-1', 'draining')).toBe('host sim-1 is draining');
  expect(await complaint('host', 'set', 'sim-1', 'asleep')).toContain('must be equal to one of the allowed values');
  expect(await berth('host', 'set', 'sim-1', 'active')).toBe('host sim-1 is active');
  expect(await berth('host', 'show', 'sim-1')).toMatch(/CELL +SHARED CPUS/);
});

test('a Berth that is not there, or a token that is not, is said plainly', async () => {
  const program = (environment: Record<string, string>) =>
    createProgram({ clock: systemClock, environment, out: () => undefined }).parseAsync([
      'node',
      'berth',
      'host',
      'list',
    ]);
  const url = 'http://127.0.0.1:1';
  const gone = await program({ BERTH_URL: url, BERTH_TOKEN: token }).catch((error: unknown) => complaintOf(error));
  expect(gone).toMatch(/^Berth does not answer at .*--url: connect ECONNREFUSED /);
  const lost = await program({ BERTH_URL: url, BERTH_DATA_DIR: folder }).catch((error: unknown) => complaintOf(error));
  expect(lost).toMatch(/^The token cannot be read .*--data-dir/);
});

test('a file that is not there and a Berth that does not answer are named, with what to do', async () => {
  expect(await complaint('package', 'upload', '/no/such.csar')).toContain('The file /no/such.csar cannot be read');
  expect(await complaint('package', 'upload')).toContain('either a file or --from-uri');
  expect(await complaint('package', 'upload', '--from-uri', 'http://127.0.0.1:9/a.csar')).toContain('is not https');
  const nowhere = 'http://127.0.0.1:9';
  expect(await complaint('--url', nowhere, 'host', 'list')).toContain(`does not answer at ${nowhere}; start it`);
  expect(await complaint('--url', 'nonsense', 'host', 'list')).toContain('"nonsense" is no URL');
});
