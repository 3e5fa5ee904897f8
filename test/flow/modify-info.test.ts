/** What clients change of an instance and of a package by JSON Merge Patch (RFC 7396). */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { bodyOf } from '../api/door.js';
import {
  createInstance,
  instances,
  instantiation,
  onboardRouter,
  operate,
  packages,
  readInstance,
  rested,
} from './router.js';
import { startServer, type Server } from './server.js';

let server: Server;
let pkg: Record<string, unknown>;
let id: string;
beforeAll(async () => {
  server = await startServer();
  pkg = await onboardRouter(server);
  id = await createInstance(server, pkg['vnfdId']);
});
afterAll(async () => {
  await server.stop();
});

async function patch(body: unknown): Promise<Record<string, unknown>> {
  const response = await server.send('PATCH', `${instances}/${id}`, body);
  expect([response.status, await response.text()]).toEqual([202, '']);
  const occ = await rested(server, response.headers.get('location') ?? '');
  expect(occ).toMatchObject({ operationState: 'COMPLETED' });
  return occ;
}

test('null removes a name, a description and whole maps of an instance', async () => {
  const given = { vnfInstanceName: 'a', vnfInstanceDescription: 'b', metadata: { a: 1, b: { c: 1, d: 2 } } };
  await patch(given);
  expect(await readInstance(server, id)).toMatchObject(given);
  await patch({ metadata: { b: { c: null } } });
  expect(await readInstance(server, id)).toMatchObject({ metadata: { a: 1, b: { d: 2 } } });
  const occ = await patch({ vnfInstanceName: null, vnfInstanceDescription: null, metadata: null });
  expect(occ['changedInfo']).toEqual({ metadata: {} });
  const after = await readInstance(server, id);
  expect(after['metadata']).toEqual({});
  expect(Object.keys(after)).not.toEqual(expect.arrayContaining(['vnfInstanceName']));
  expect(Object.keys(after)).not.toEqual(expect.arrayContaining(['vnfInstanceDescription']));
  const named = await server.ask(`${instances}?filter=(eq,vnfInstanceName,a)`);
  expect(await named.json()).toEqual([]);
});

test('null removes all that a client keeps with a package, and what it said of VNFMs', async () => {
  const path = `${packages}/${String(pkg['id'])}`;
  const send = async (body: unknown) => {
    const response = await server.send('PATCH', path, body);
    return [response.status, await response.json()];
  };
  await server.send('PATCH', path, { userDefinedData: { a: 1 }, vnfmInfo: ['other'] });
  expect(await send({ userDefinedData: { b: { c: 2 } } })).toEqual([200, { userDefinedData: { a: 1, b: { c: 2 } } }]);
  expect(await send({ userDefinedData: null })).toEqual([200, { userDefinedData: {} }]);
  expect(await send({ vnfmInfo: null })).toEqual([200, { vnfmInfo: pkg['vnfmInfo'] }]);
  expect(await bodyOf(await server.ask(path))).toMatchObject({ userDefinedData: {}, vnfmInfo: pkg['vnfmInfo'] });
  expect((await send({ operationalState: null }))[0]).toBe(400);
});

const vim = { vimId: 'v', vimType: 'ETSINFV.OPENSTACK_KEYSTONE.V_3', interfaceInfo: { endpoint: 'http://x' } };

test('VIM connections are kept without credentials, named by links, and removed by null', async () => {
  await patch({ vimConnectionInfo: { one: { ...vim, accessInfo: { username: 'u', password: 'p' } }, two: vim } });
  const kept = { one: { ...vim, accessInfo: { username: 'u', password: '(not kept)' } }, two: vim };
  expect((await readInstance(server, id))['vimConnectionInfo']).toEqual(kept);
  await patch({ vimConnectionInfo: { one: { extra: { a: 1 }, vimId: null }, two: null } });
  const { vimId: _gone, ...rest } = kept.one;
  expect((await readInstance(server, id))['vimConnectionInfo']).toEqual({ one: { ...rest, extra: { a: 1 } } });
  const bare = await server.send('PATCH', `${instances}/${id}`, { vimConnectionInfo: { 'a/b': { vimId: 'v' } } });
  expect(await bodyOf(bare)).toMatchObject({ status: 400, errors: [{ pointer: '/vimConnectionInfo/a~1b' }] });

  const through = (vimConnectionId: string) => ({
    ...instantiation,
    vimConnectionInfo: { three: vim },
    extVirtualLinks: instantiation.extVirtualLinks.map((link) => ({
      ...link,
      vimConnectionId,
      resourceProviderId: 'provider',
    })),
  });
  const stray = await server.send('POST', `${instances}/${id}/instantiate`, through('four'));
  expect(await bodyOf(stray)).toMatchObject({ status: 400, detail: expect.stringContaining('there are one, three') });
  await operate(server, id, 'instantiate', through('three'));
  const { vimConnectionInfo, instantiatedVnfInfo } = (await readInstance(server, id)) as {
    vimConnectionInfo: Record<string, unknown>;
    instantiatedVnfInfo: { extVirtualLinkInfo: readonly unknown[] };
  };
  expect(vimConnectionInfo).toMatchObject({ one: {}, three: vim });
  expect(Object.keys(vimConnectionInfo)).toHaveLength(3);
  expect(instantiatedVnfInfo.extVirtualLinkInfo[0]).toMatchObject({
    resourceHandle: { vimConnectionId: 'three', resourceProviderId: 'provider', resourceId: 'berth-west' },
  });
  await patch({ vimConnectionInfo: null });
  expect(Object.keys((await readInstance(server, id))['vimConnectionInfo'] as object)).toHaveLength(1);
});

test('values that the VNFD does not declare are refused at the door', async () => {
  const one = await createInstance(server, pkg['vnfdId'], 'other');
  const answers = [
    await server.send('PATCH', `${instances}/${one}`, { extensions: { role: 'a' } }),
    await server.send('PATCH', `${instances}/${one}`, { vnfConfigurableProperties: { router_confg: '{}' } }),
    await server.send('POST', `${instances}/${one}/instantiate`, { ...instantiation, additionalParams: { a: 1 } }),
  ];
  expect(await Promise.all(answers.map(bodyOf))).toMatchObject([
    { status: 422, errors: [{ pointer: '/extensions/role', message: expect.stringContaining('declares none') }] },
    { status: 400, detail: expect.stringContaining('(perhaps `router_config`)') },
    { status: 400, errors: [{ pointer: '/additionalParams/a' }] },
  ]);
});
