/**
 * What a VNFC stands on and how a host is set up, over HTTP and by the command, with a host that changes meanwhile.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { VnfcId } from '../../src/shared/ids.js';
import type { Stack, StackRow } from '../../src/workflow/commands.js';
import { bodyOf } from '../api/door.js';
import { berthCommand } from './berth-command.js';
import { operate, readInstance, runningRouter } from './router.js';
import { startServer, type Server } from './server.js';

let server: Server;
let id: string;
let vnfc: VnfcId;
beforeAll(async () => {
  server = await startServer();
  id = await runningRouter(server);
  const now = (await readInstance(server, id))['instantiatedVnfInfo'] as {
    vnfcResourceInfo: readonly { id: string }[];
  };
  vnfc = now.vnfcResourceInfo[0]!.id as VnfcId;
});
afterAll(() => server.stop());

const hand = () => server.fleet.all()[0]!.control;

const ask = (of: string) => server.ask(`/nfvi/v1/vnfcs/${of}/stack`);
const stack = async () => (await bodyOf(await ask(vnfc))) as unknown as Stack;

const layer = ({ layers }: Stack, name: string) => layers.find((each) => each.layer === name)!;
const row = (read: Stack, name: string, key: string): StackRow | undefined =>
  layer(read, name).rows.find((each) => each.key === key);
const differing = ({ layers }: Stack) => layers.flatMap(({ rows }) => rows).filter(({ differs }) => differs);

const berth = (...args: string[]) => berthCommand(server, ...args);

describe('the stack of a VNFC', () => {
  test('is shown from the application to the cores, and is as planned', async () => {
    const read = await stack();
    expect(read).toMatchObject({ vnfcId: vnfc, vnfInstanceId: id, hostId: 'sim-1', state: 'running', differences: [] });
    expect(read.layers.map((each) => each.layer)).toEqual([
      'application',
      'guest',
      'hardware',
      'hypervisor',
      'physical',
    ]);
    expect(differing(read)).toEqual([]);
    expect(read.layers.filter((each) => each.unknownBecause !== undefined)).toEqual([]);
    expect(row(read, 'application', 'health')).toMatchObject({ now: 'healthy' });
    expect(row(read, 'guest', 'os')).toMatchObject({ now: 'simulated guest' });
    expect(row(read, 'hardware', 'disk vda')).toMatchObject({
      device: 'para',
      now: expect.stringContaining('virtio-blk'),
    });
    expect(row(read, 'physical', 'vcpu 0')).toMatchObject({ note: expect.stringMatching(/CPU \d+: cell 0, socket 0/) });
  });

  test('marks what somebody changed, as it runs now', async () => {
    const planned = await server.fleet.all()[0]!.domainXml(vnfc);
    hand().editRunning(vnfc, (xml) =>
      xml
        .replace(/(<vcpupin [^>]*cpuset=)"[^"]*"/, '$1"3"')
        .replace(/<model type="virtio"\/>/, '<model type="e1000e"/>'),
    );
    const read = await stack();
    expect(row(read, 'physical', 'vcpu 0')).toMatchObject({ now: 'CPU 3', differs: true });
    expect(differing(read).filter(({ name }) => name.startsWith('interface'))).toMatchObject([{ device: 'emulated' }]);
    expect(read.differences).toEqual([expect.stringContaining('vCPU 0 on CPUs: 3, planned')]);
    expect(await berth('vnf', 'stack', id)).toMatch(/^! +vCPU 0 +CPU 3 +CPU \d+$/m);
    hand().editRunning(vnfc, () => planned);
  });

  test('of a stopped VNFC is its definition, and says that there is no guest to ask', async () => {
    await operate(server, id, 'operate', { changeStateTo: 'STOPPED', stopType: 'FORCEFUL' });
    const read = await stack();
    expect(read.state).toBe('shutoff');
    expect(row(read, 'application', 'state')).toMatchObject({ now: 'STOPPED', planned: 'STOPPED', differs: false });
    expect(layer(read, 'hardware').source).toContain('does not run');
    expect(layer(read, 'guest').unknownBecause).toContain('does not run');
    expect(row(read, 'guest', 'os')?.now).toBeUndefined();
    await operate(server, id, 'operate', { changeStateTo: 'STARTED' });
  });

  test('says of a guest that hangs that it does not answer, and shows the rest', async () => {
    hand().changeGuest(vnfc, { hung: true });
    const read = await stack();
    expect(layer(read, 'guest').unknownBecause).toContain('not responding');
    expect(row(read, 'application', 'health')).toEqual({
      ...{ key: 'health', name: 'Health', planned: 'healthy', differs: false },
    });
    expect(row(read, 'hardware', 'cpu-count')).toMatchObject({ differs: false });
    hand().changeGuest(vnfc, { hung: false });
  });

  test('shows nothing as live of a host out of reach, and why', async () => {
    hand().disconnect('its cable is out');
    const read = await stack();
    expect(read.state).toBe('unknown');
    for (const each of read.layers) expect(each.unknownBecause).toBe('Host sim-1 is out of reach: its cable is out.');
    expect(row(read, 'physical', 'vcpu 0')?.now).toBeUndefined();
    expect(row(read, 'physical', 'vcpu 0')?.planned).toMatch(/^CPU/);
    expect(await berth('vnf', 'stack', id)).toContain('its cable is out');
    hand().connect();
  });

  test('is read once for all who ask at the same time', async () => {
    hand().latency(50);
    const answers = await Promise.all(Array.from({ length: 10 }, async () => bodyOf(await ask(vnfc))));
    hand().latency(0);
    expect(new Set(answers.map(({ readAt }) => readAt)).size).toBe(1);
  });

  test('says that a domain is gone, and that a VNFC never was', async () => {
    await server.fleet.all()[0]!.removeDomain(vnfc);
    const read = await stack();
    expect(read.state).toBe('absent');
    expect(layer(read, 'hardware').unknownBecause).toContain('it is gone');
    expect((await ask('11111111-2222-4333-8444-555555555555')).status).toBe(404);
    expect((await ask('no-uuid')).status).toBe(404);
  });
});

describe('the audit of a host', () => {
  test('is shown over HTTP and by the command', async () => {
    const audit = await bodyOf(await server.ask('/nfvi/v1/hosts/sim-1/audit'));
    expect(audit).toMatchObject({ hostId: 'sim-1', right: expect.arrayContaining(['HOST-CELL-NO-CPUS']) });
    const said = await berth('host', 'audit');
    expect(said).toMatch(/^host sim-1, as of \S+: \d+ findings, \d+ rules hold, \d+ to look for on the host$/m);
    expect(said).toBe((await berth('host', 'audit', 'sim-1')).replace(/as of \S+:/, /as of \S+:/.exec(said)![0]));
  });

  test('is refused for a host that is not there, or does not answer', async () => {
    expect((await server.ask('/nfvi/v1/hosts/nobody/audit')).status).toBe(404);
    hand().disconnect('its cable is out');
    const refused = await server.ask('/nfvi/v1/hosts/sim-1/audit');
    expect(refused.status).toBe(503);
    expect(await bodyOf(refused)).toMatchObject({ detail: expect.stringContaining('its cable is out') });
    expect(await berth('host', 'audit')).toContain('its cable is out');
  });
});
