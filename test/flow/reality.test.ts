import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { VnfcId } from '../../src/shared/ids.js';
import { bodyOf } from '../api/door.js';
import {
  createInstance,
  instances,
  instantiation,
  onboardRouter,
  operate,
  opOccs,
  readInstance,
  runningRouter,
} from './router.js';
import { startServer, until, type Server } from './server.js';

let server: Server;
beforeEach(async () => {
  server = await startServer();
});
afterEach(async () => {
  await server.stop();
});

const warnings = () => server.log.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
const hand = () => server.fleet.all()[0]!.control;
const engine = () => server.fleet.all()[0]!;
const start = { changeStateTo: 'STARTED' };

interface Info {
  readonly vnfState: string;
  readonly vnfcInfo: readonly { readonly id: string; readonly vnfcState: string }[];
  readonly vnfcResourceInfo: readonly { readonly metadata: { readonly live: { readonly state: string } } }[];
}

const infoOf = async (id: string): Promise<Info> => (await readInstance(server, id))['instantiatedVnfInfo'] as Info;

const statesOf = async (id: string): Promise<readonly string[]> => {
  const { vnfState, vnfcInfo } = await infoOf(id);
  return [vnfState, ...vnfcInfo.map((vnfc) => vnfc.vnfcState)];
};

const becomes = (id: string, wanted: readonly string[]) =>
  until(
    () => statesOf(id),
    (states) => states.join() === wanted.join(),
    `states are not ${wanted.join()}`,
  );

const vnfcsOf = async (id: string): Promise<readonly VnfcId[]> =>
  (await infoOf(id)).vnfcInfo.map((vnfc) => vnfc.id as VnfcId);

const metrics = async (): Promise<string> => (await server.ask('/metrics')).text();

const domainStates = async () => (await engine().listDomains()).map((domain) => domain.state);

async function twoRunning(): Promise<{ readonly id: string; readonly vnfcs: readonly VnfcId[] }> {
  const id = await runningRouter(server);
  await operate(server, id, 'scale', { type: 'SCALE_OUT', aspectId: 'capacity' });
  return { id, vnfcs: await vnfcsOf(id) };
}

describe('an operation that was given up', () => {
  test('INSTANTIATE leaves a VNF that says STOPPED and can be started', async () => {
    const id = await createInstance(server, (await onboardRouter(server))['vnfdId']);
    hand().failNext('ensureStarted', 'Rejected', 'no');
    const occ = await operate(server, id, 'instantiate', instantiation);
    await server.ask(`${opOccs}/${String(occ['id'])}/fail`, { method: 'POST' });
    expect(await statesOf(id)).toEqual(['STOPPED', 'STOPPED']);
    expect(await operate(server, id, 'operate', start)).toMatchObject({ operationState: 'COMPLETED' });
    expect([await statesOf(id), await domainStates()]).toEqual([['STARTED', 'STARTED'], ['running']]);
  });

  test('OPERATE STARTED leaves what was started STARTED and the rest STOPPED; a second one starts that', async () => {
    const { id } = await twoRunning();
    await operate(server, id, 'operate', { changeStateTo: 'STOPPED' });
    hand().failNext('ensureStarted', 'Rejected', 'no');
    const occ = await operate(server, id, 'operate', start);
    await server.ask(`${opOccs}/${String(occ['id'])}/fail`, { method: 'POST' });
    const [, ...states] = await statesOf(id);
    expect(states).toEqual((await domainStates()).map((state) => (state === 'running' ? 'STARTED' : 'STOPPED')));
    expect(states).toContain('STOPPED');
    expect(await operate(server, id, 'operate', start)).toMatchObject({ operationState: 'COMPLETED' });
    expect(await domainStates()).toEqual(['running', 'running']);
  });

  test('keeps a VNFC with its disks that a start did not reach: scaling does not remove it', async () => {
    const { id, vnfcs } = await twoRunning();
    await operate(server, id, 'operate', { changeStateTo: 'STOPPED' });
    hand().failNext('ensureStarted', 'Rejected', 'no');
    const occ = await operate(server, id, 'operate', start);
    await server.ask(`${opOccs}/${String(occ['id'])}/fail`, { method: 'POST' });
    const scaled = await operate(server, id, 'scale', { type: 'SCALE_OUT', aspectId: 'capacity' });
    expect(scaled).toMatchObject({ operationState: 'COMPLETED' });
    expect(await vnfcsOf(id)).toEqual(expect.arrayContaining([...vnfcs]));
    expect(await domainStates()).toHaveLength(3);
  });
});

describe('a domain that changes without an operation', () => {
  test.each([
    ['QEMU dies', (uuid: VnfcId) => hand().crashDomain(uuid), /^crashed$/],
    ['the guest powers off', (uuid: VnfcId) => hand().powerOffGuest(uuid), /^shutdown$/],
    ['someone destroys it', (uuid: VnfcId) => void engine().ensureStopped(uuid, 0), /^destroyed$/],
    ['someone removes it', (uuid: VnfcId) => void engine().removeDomain(uuid), /^(destroyed|undefined)$/],
  ])('%s: recorded as STOPPED, warned of once, counted, and started again when asked', async (_, end, reason) => {
    const { id, vnfcs } = await twoRunning();
    end(vnfcs[0]!);
    await becomes(id, ['STARTED', 'STOPPED', 'STARTED']);
    const warned = () => warnings().filter((line) => line['vnfcId'] === vnfcs[0]);
    await until(
      () => Promise.resolve(warned()),
      (all) => all.length > 0,
      'nothing was warned of',
    );
    await server.send('PATCH', `${instances}/${id}`, { vnfInstanceDescription: 'looked at again' });
    expect(warned()).toMatchObject([
      { vnfInstanceId: id, hostId: 'sim-1', msg: expect.stringContaining('ended without an operation') },
    ]);
    expect(String(warned()[0]!['reason'])).toMatch(reason);
    expect(await metrics()).toMatch(
      /^berth_vnfc_unexpected_changes_total\{host="sim-1",change="ended",reason="[a-z]+"\} 1$/m,
    );
  });

  test('the only VNFC: the VNF is STOPPED, and a start starts it', async () => {
    const id = await runningRouter(server);
    hand().crashDomain((await vnfcsOf(id))[0]!);
    await becomes(id, ['STOPPED', 'STOPPED']);
    expect(await operate(server, id, 'operate', start)).toMatchObject({ operationState: 'COMPLETED' });
    expect([await statesOf(id), await domainStates()]).toEqual([['STARTED', 'STARTED'], ['running']]);
  });

  test('and is wanted until an operation says otherwise', async () => {
    const id = await runningRouter(server);
    hand().crashDomain((await vnfcsOf(id))[0]!);
    await becomes(id, ['STOPPED', 'STOPPED']);
    expect(await metrics()).toMatch(/^berth_vnfc_wanted\{.*\} 1$/m);
    expect(await operate(server, id, 'operate', { changeStateTo: 'STOPPED' })).toMatchObject({
      operationState: 'COMPLETED',
    });
    expect(await metrics()).toMatch(/^berth_vnfc_wanted\{.*\} 0$/m);
  });

  test('one of two: a start starts it and leaves the other alone; then there is nothing to do', async () => {
    const { id, vnfcs } = await twoRunning();
    hand().crashDomain(vnfcs[0]!);
    await becomes(id, ['STARTED', 'STOPPED', 'STARTED']);
    const occ = await operate(server, id, 'operate', start);
    expect(occ).toMatchObject({
      operationState: 'COMPLETED',
      resourceChanges: { affectedVnfcs: [{ id: vnfcs[0] }] },
    });
    expect(await domainStates()).toEqual(['running', 'running']);
    const again = await server.send('POST', `${instances}/${id}/operate`, start);
    expect([again.status, await bodyOf(again)]).toMatchObject([409, { detail: expect.stringContaining('already') }]);
  });

  test('started by hand: STARTED is recorded and said', async () => {
    const id = await runningRouter(server);
    await operate(server, id, 'operate', { changeStateTo: 'STOPPED' });
    await engine().ensureStarted((await vnfcsOf(id))[0]!);
    await becomes(id, ['STARTED', 'STARTED']);
    await until(metrics, (page) => page.includes('change="started"'), 'the start was not counted');
  });

  test('while Berth was away: found when it is back', async () => {
    const { id, vnfcs } = await twoRunning();
    hand().disconnect();
    await engine().stop();
    server = await server.restart();
    hand().crashDomain(vnfcs[1]!);
    hand().connect();
    await becomes(id, ['STARTED', 'STARTED', 'STOPPED']);
  });

  test('what operations do is no surprise', async () => {
    const { id } = await twoRunning();
    await operate(server, id, 'operate', { changeStateTo: 'STOPPED' });
    await operate(server, id, 'operate', start);
    await operate(server, id, 'scale', { type: 'SCALE_IN', aspectId: 'capacity' });
    await operate(server, id, 'terminate', { terminationType: 'FORCEFUL' });
    expect(warnings().filter((line) => String(line['msg']).includes('without an operation'))).toEqual([]);
    expect(await metrics()).not.toMatch(/^berth_vnfc_unexpected_changes_total\{/m);
  });
});

describe('a host out of reach', () => {
  test('leaves up, healthy and live unknown instead of what they were', async () => {
    const id = await runningRouter(server);
    expect(await metrics()).toMatch(/^berth_vnfc_up\{.*\} 1$/m);
    hand().disconnect();
    const page = await metrics();
    for (const name of ['up', 'guest_healthy', 'agent_connected']) expect(page).not.toMatch(`berth_vnfc_${name}{`);
    const { vnfState, vnfcResourceInfo } = await infoOf(id);
    expect([vnfState, vnfcResourceInfo[0]!.metadata.live]).toEqual(['STARTED', { state: 'unknown' }]);
    hand().connect();
    await until(metrics, (now) => /^berth_vnfc_up\{.*\} 1$/m.test(now), 'the VNFC is not seen again');
  });
});

test('an agent is connected once its guest has booted, and is known to be by a Berth that comes later', async () => {
  const id = await runningRouter(server);
  const agent = async () => /^berth_vnfc_agent_connected\{.*\} (\d)$/m.exec(await metrics())?.[1];
  await until(agent, (value) => value === '1', 'the agent did not speak up');
  server = await server.restart();
  await until(agent, (value) => value === '1', 'the agent that answers is not known to');
  await operate(server, id, 'operate', { changeStateTo: 'STOPPED' });
  expect(await agent()).toBe('0');
});
