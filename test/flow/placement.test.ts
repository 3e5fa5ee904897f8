import { afterEach, expect, it } from '@jest/globals';
import { bodyOf } from '../api/door.js';
import {
  createInstance,
  instances,
  instantiation,
  onboardRouter,
  operate,
  opOccs,
  rested,
  runningRouter,
} from './router.js';
import { startServer, type Server } from './server.js';

let server: Server | undefined;

afterEach(async () => {
  await server?.stop();
  server = undefined;
});

const hostsOf = async (client: Server) =>
  ((await (await client.ask('/nfvi/v1/hosts?fields=id')).json()) as { id: string }[]).map((host) => host.id);

it('a dry run answers what instantiating would, claims nothing, and capacity follows what runs', async () => {
  server = await startServer({ hosts: 2 });
  const info = await onboardRouter(server);
  const vnfdId = String(info['vnfdId']);
  const capacity = async (more = '') => bodyOf(await server!.ask(`/nfvi/v1/capacity?vnfd=${vnfdId}${more}`));
  const before = await capacity();
  expect(before).toMatchObject({ isAtLeast: false, reserved: 0 });
  expect(Number(before['fits'])).toBeGreaterThan(1);
  const reserved = await capacity('&reserve=n+1');
  expect(Number(reserved['fits'])).toBe(Number(before['fits']) / 2);
  expect(await capacity('&reserved=n+1')).toMatchObject({
    status: 400,
    detail: 'The query has reserved, which is not known (perhaps `reserve`); known are flavour, level, reserve, vnfd.',
  });

  const ask = { instantiate: { vnfdId, request: instantiation } };
  const dry = await bodyOf(await server.send('POST', '/nfvi/v1/placements/dry-run', ask));
  expect(dry).toMatchObject({ fits: true, explanation: { decision: 'placed' } });
  expect(await capacity()).toEqual(before);

  const undeclared = { ...instantiation, vnfConfigurableProperties: { router_conf: '{}' } };
  const unlike = { instantiate: { vnfdId, request: undeclared } };
  expect(await bodyOf(await server.send('POST', '/nfvi/v1/placements/dry-run', unlike))).toMatchObject({
    status: 400,
    detail: expect.stringContaining('vnfConfigurableProperties/router_conf is not declared by the VNFD'),
  });

  const id = await createInstance(server, vnfdId);
  expect(await operate(server, id, 'instantiate', instantiation)).toMatchObject({ operationState: 'COMPLETED' });
  expect((await capacity())['fits']).toBe(Number(before['fits']) - 1);

  const grown = { scale: { vnfInstanceId: id, aspectId: 'capacity', scaleLevel: 1 } };
  expect(await bodyOf(await server.send('POST', '/nfvi/v1/placements/dry-run', grown))).toMatchObject({ fits: true });
});

it('a dry run with hosts drained says where their VNFCs would go, and with a host added that there is room', async () => {
  server = await startServer({ hosts: 2 });
  const id = await runningRouter(server);
  const hosts = await hostsOf(server);
  const ask = async (body: unknown) => bodyOf(await server!.send('POST', '/nfvi/v1/placements/dry-run', body));
  const away = await Promise.all(hosts.map((host) => ask({ assume: { drain: [host] } })));
  const moved = away.find((one) => (one['placements'] as unknown[]).length > 0);
  expect(moved).toMatchObject({ fits: true });
  expect(await ask({ assume: { drain: hosts } })).toMatchObject({ fits: false, explanation: { decision: 'refused' } });
  const added = { drain: hosts, add: [{ like: hosts[0] }] };
  const placed = await ask({ assume: added });
  expect(placed).toMatchObject({ fits: true, placements: [{ hostId: `${String(hosts[0])}+1` }] });
  expect((await server.send('POST', '/nfvi/v1/placements/dry-run', {})).status).toBe(400);
  expect((await server.send('POST', '/nfvi/v1/placements/dry-run', { assume: { drain: ['none'] } })).status).toBe(400);
  expect((await server.ask(`${instances}/${id}`)).status).toBe(200);
});

const [west, east] = instantiation.extVirtualLinks;
const toNowhere = { ...instantiation, extVirtualLinks: [{ ...west, resourceId: 'berth-nowhere' }, east] };
const nowhere = /extVirtualLinks west: no host has a network "berth-nowhere"; the fleet has .*berth-east.*berth-west/;

it('a network that no host has is refused before the operation begins, as the dry run refuses it', async () => {
  server = await startServer();
  const { vnfdId } = await onboardRouter(server);
  const id = await createInstance(server, vnfdId);
  const refusal = { status: 400, type: 'urn:berth:problem:unknown-reference', detail: expect.stringMatching(nowhere) };
  const dryRun = { instantiate: { vnfdId, request: toNowhere } };
  expect(await bodyOf(await server.send('POST', '/nfvi/v1/placements/dry-run', dryRun))).toMatchObject(refusal);
  const answer = await server.send('POST', `${instances}/${id}/instantiate`, toNowhere);
  expect(answer.status).toBe(400);
  expect(await bodyOf(answer)).toMatchObject(refusal);
  expect(await (await server.ask(opOccs)).json()).toEqual([]);
  expect(await operate(server, id, 'instantiate', instantiation)).toMatchObject({ operationState: 'COMPLETED' });
});

it('a network that a host of which nothing is known may have is refused by the operation', async () => {
  server = await startServer({ hosts: 2, away: 1 });
  const { vnfdId } = await onboardRouter(server);
  const id = await createInstance(server, vnfdId);
  expect(await operate(server, id, 'instantiate', toNowhere)).toMatchObject({
    operationState: 'ROLLED_BACK',
    error: { status: 400, detail: expect.stringMatching(nowhere) },
  });
});

it('a placement is explained by its operation, in JSON and in plain sentences, placed or refused', async () => {
  server = await startServer({ hosts: 1 });
  const info = await onboardRouter(server);
  const [host] = await hostsOf(server);
  await server.send('PATCH', `/nfvi/v1/hosts/${String(host)}`, { adminState: 'draining' });
  const id = await createInstance(server, info['vnfdId']);
  const begun = await server.send('POST', `${instances}/${id}/instantiate`, instantiation);
  const occ = await rested(server, begun.headers.get('location') ?? '');
  expect(occ).toMatchObject({ operationState: 'ROLLED_BACK' });
  const path = `/nfvi/v1/placements/${String(occ['id'])}`;
  const explained = await bodyOf(await server.ask(path));
  expect(explained).toMatchObject({ decision: 'refused', relaxations: [`fits when ${String(host)} is active again`] });
  expect(occ['error']).toMatchObject({ explanation: explained });
  const text = await server.ask(path, { headers: { accept: 'text/plain' } });
  expect(text.headers.get('content-type')).toContain('text/plain');
  expect(await text.text()).toContain(`It fits when ${String(host)} is active again.`);
  expect((await server.ask('/nfvi/v1/placements/none')).status).toBe(404);
  const refused = await (await server.ask('/nfvi/v1/placements?filter=(eq,decision,refused)')).json();
  expect(refused).toMatchObject([{ vnfLcmOpOccId: occ['id'], vnfInstanceId: id, summary: explained['summary'] }]);
  expect(await (await server.ask('/nfvi/v1/placements?filter=(eq,decision,placed)')).json()).toEqual([]);
  const dry = { instantiate: { vnfdId: info['vnfdId'], request: instantiation } };
  const answer = await bodyOf(await server.send('POST', '/nfvi/v1/placements/dry-run', dry));
  expect(answer).toMatchObject({ fits: false, explanation: { decision: 'refused' } });
});

it('defragmentation answers the slots there are, and refuses what it cannot read', async () => {
  server = await startServer({ hosts: 1 });
  const info = await onboardRouter(server);
  const ask = (body: unknown) => server!.send('POST', '/nfvi/v1/defragment', body);
  const vdus = await bodyOf(await server.ask(`/nfvi/v1/capacity?vnfd=${String(info['vnfdId'])}`));
  const answer = await bodyOf(await ask({ vnfdId: info['vnfdId'], vduId: 'router', slots: 1 }));
  expect(answer).toMatchObject({ slotsNow: vdus['fits'], isEnough: true, moves: [] });
  expect((await ask({ vnfdId: 'none', vduId: 'router', slots: 1 })).status).toBe(400);
  expect((await ask({ vnfdId: info['vnfdId'], vduId: 'router', slots: 0 })).status).toBe(400);
  expect((await server.ask('/nfvi/v1/capacity')).status).toBe(400);
});
