import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { bodyOf, listOf } from '../api/door.js';
import {
  createInstance,
  instances,
  instantiation,
  onboardRouter,
  operate,
  opOccs,
  readInstance,
  rested,
  runningRouter,
} from './router.js';
import { startServer, type Server } from './server.js';

let server: Server;
beforeEach(async () => {
  server = await startServer();
});
afterEach(async () => {
  await server.stop();
});

const hand = () => server.fleet.all()[0]!.control;
const engine = () => server.fleet.all()[0]!;

async function created(): Promise<string> {
  return createInstance(server, (await onboardRouter(server))['vnfdId']);
}

async function ask(occ: Record<string, unknown>, task: string): Promise<Response> {
  return server.ask(`${opOccs}/${String(occ['id'])}/${task}`, { method: 'POST' });
}

const again = (occ: Record<string, unknown>) => rested(server, `${opOccs}/${String(occ['id'])}`);

const linksOf = (body: Record<string, unknown>) => Object.keys(body['_links'] as object);

describe('a step that fails', () => {
  test('parks the operation with the words of the hypervisor, and retry goes on', async () => {
    const id = await created();
    hand().failNext('ensureStarted', 'Rejected', 'cannot allocate hugepages');
    const occ = await operate(server, id, 'instantiate', instantiation);
    expect(occ).toMatchObject({ operationState: 'FAILED_TEMP', error: { status: 500 } });
    expect(JSON.stringify(occ['error'])).toContain('cannot allocate hugepages');
    expect(linksOf(occ)).toEqual(['self', 'vnfInstance', 'retry', 'rollback', 'fail']);
    expect((await ask(occ, 'retry')).status).toBe(202);
    expect(await again(occ)).toMatchObject({ operationState: 'COMPLETED' });
    expect(await readInstance(server, id)).toMatchObject({ instantiationState: 'INSTANTIATED' });
  });

  test('is undone by rollback, which leaves nothing', async () => {
    const id = await created();
    hand().failNext('ensureStarted', 'Rejected', 'no');
    const occ = await operate(server, id, 'instantiate', instantiation);
    expect((await ask(occ, 'rollback')).status).toBe(202);
    const ended = await again(occ);
    expect(ended).toMatchObject({ operationState: 'ROLLED_BACK' });
    expect(ended).not.toHaveProperty('resourceChanges');
    expect(await engine().listDomains()).toEqual([]);
    const [host] = await listOf(await server.ask('/nfvi/v1/hosts'));
    expect(host).toMatchObject({ holders: [] });
    expect(await readInstance(server, id)).toMatchObject({ instantiationState: 'NOT_INSTANTIATED' });
  });

  test('can be given up; what is real is shown and terminate removes it', async () => {
    const id = await created();
    hand().failNext('ensureStarted', 'Rejected', 'no');
    const occ = await operate(server, id, 'instantiate', instantiation);
    const response = await ask(occ, 'fail');
    expect([response.status, (await bodyOf(response))['operationState']]).toEqual([200, 'FAILED']);
    expect(await readInstance(server, id)).toMatchObject({
      instantiatedVnfInfo: { vnfcInfo: [{ vnfcState: 'STOPPED' }] },
    });
    const end = await operate(server, id, 'terminate', { terminationType: 'FORCEFUL' });
    expect(end).toMatchObject({ operationState: 'COMPLETED' });
    expect(await engine().listDomains()).toEqual([]);
  });
});

describe('a scale out that was given up', () => {
  test('leaves a VNFC that the next scaling removes instead of counting it', async () => {
    const id = await runningRouter(server);
    hand().failNext('ensureStarted', 'Rejected', 'no');
    const occ = await operate(server, id, 'scale', { type: 'SCALE_OUT', aspectId: 'capacity' });
    expect((await ask(occ, 'fail')).status).toBe(200);
    const next = await operate(server, id, 'scale', { type: 'SCALE_OUT', aspectId: 'capacity' });
    expect(next).toMatchObject({ operationState: 'COMPLETED' });
    const states = (await engine().listDomains()).map((domain) => domain.state);
    expect(states).toEqual(['running', 'running']);
    expect(await readInstance(server, id)).toMatchObject({
      instantiatedVnfInfo: { vnfcInfo: [{ vnfcState: 'STARTED' }, { vnfcState: 'STARTED' }] },
    });
  });
});

describe('what cannot be done', () => {
  test('for want of a host is rolled back with the reasons of every host', async () => {
    const id = await created();
    const drained = await server.send('PATCH', '/nfvi/v1/hosts/sim-1', { adminState: 'draining' });
    expect(await bodyOf(drained)).toMatchObject({ id: 'sim-1', adminState: 'draining' });
    const occ = await operate(server, id, 'instantiate', instantiation);
    expect(occ).toMatchObject({
      operationState: 'ROLLED_BACK',
      error: {
        type: 'urn:berth:problem:no-placement',
        status: 409,
        explanation: { decision: 'refused', hosts: [{ hostId: 'sim-1', fits: false, reasons: [expect.any(String)] }] },
      },
    });
  });

  test.each([
    ['another flavour', { ...instantiation, flavourId: 'none' }, 'none'],
    ['another level', { ...instantiation, instantiationLevelId: 'none' }, 'none'],
    ['an external link without its CP', { ...instantiation, extVirtualLinks: [] }, 'west'],
  ])('with %s is refused before anything is recorded', async (_, body, named) => {
    const id = await created();
    const response = await server.send('POST', `${instances}/${id}/instantiate`, body);
    expect(response.status).toBe(400);
    expect(JSON.stringify(await bodyOf(response))).toContain(named);
    expect(await listOf(await server.ask(opOccs))).toEqual([]);
  });

  test('in the state that it is in is 409', async () => {
    const id = await created();
    for (const [task, body] of [
      ['scale', { type: 'SCALE_OUT', aspectId: 'capacity' }],
      ['operate', { changeStateTo: 'STOPPED' }],
      ['terminate', { terminationType: 'FORCEFUL' }],
    ] as const) {
      const response = await server.send('POST', `${instances}/${id}/${task}`, body);
      expect([task, response.status]).toEqual([task, 409]);
    }
  });

  test('while another operation waits for a decision is 409, deleting included', async () => {
    const id = await created();
    hand().failNext('ensureStarted', 'Rejected', 'no');
    const occ = await operate(server, id, 'instantiate', instantiation);
    const second = await server.send('POST', `${instances}/${id}/instantiate`, instantiation);
    expect(await bodyOf(second)).toMatchObject({ status: 409, type: 'urn:berth:problem:wrong-state' });
    expect((await server.ask(`${instances}/${id}`, { method: 'DELETE' })).status).toBe(409);
    expect((await ask(occ, 'rollback')).status).toBe(202);
    await again(occ);
    expect((await ask(occ, 'retry')).status).toBe(409);
    expect((await ask(occ, 'fail')).status).toBe(409);
    const cancel = await server.send('POST', `${opOccs}/${String(occ['id'])}/cancel`, { cancelMode: 'GRACEFUL' });
    expect(cancel.status).toBe(409);
  });

  test('for a VNFD that is not there, or disabled, is 422', async () => {
    const unknown = await server.send('POST', instances, { vnfdId: 'none' });
    expect(await bodyOf(unknown)).toMatchObject({ status: 422, detail: expect.stringContaining('none') });
    const info = await onboardRouter(server);
    await server.send('PATCH', `/vnfpkgm/v2/vnf_packages/${String(info['id'])}`, { operationalState: 'DISABLED' });
    const disabled = await server.send('POST', instances, { vnfdId: info['vnfdId'] });
    expect(disabled.status).toBe(422);
  });
});

describe('a host that cannot be reached', () => {
  test('is shown so, and comes back by itself', async () => {
    const reachable = async () => (await bodyOf(await server.ask('/nfvi/v1/hosts/sim-1')))['reachable'];
    hand().disconnect();
    expect(await reachable()).toBe(false);
    expect(await (await server.ask('/metrics')).text()).toContain('berth_host_up{host="sim-1",zone="lab"} 0');
    hand().connect();
    let seen = await reachable();
    while (!seen) seen = await reachable();
    expect(seen).toBe(true);
  });
});

test('everything is there after a restart', async () => {
  const id = await runningRouter(server);
  const before = await readInstance(server, id);
  server = await server.restart();
  const after = await readInstance(server, id);
  const stable = (body: Record<string, unknown>) => {
    const info = body['instantiatedVnfInfo'] as Record<string, unknown>;
    return [info['extCpInfo'], info['scaleStatus'], info['vnfcInfo']];
  };
  expect(stable(after)).toEqual(stable(before));
  const end = await operate(server, id, 'terminate', { terminationType: 'FORCEFUL' });
  expect(end).toMatchObject({ operationState: 'COMPLETED' });
});
