/**
 * vnflcm/v1 is v2 under another path, with lists where v2 has maps: each request reaches the same command, each answer
 * shows the same resource.
 */
import type { LcmCommands } from '../../../src/workflow/commands.js';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { LcmOpOcc, VnfInstance } from '../../../src/lifecycle/model.js';
import { instance } from '../../builders/instance.js';
import { instantiated } from '../../builders/vnfc.js';
import { sampleOperation } from '../../contract/store-samples.js';
import { bodyOf, listOf, openDoor, type Door } from '../door.js';

let door: Door;
let asked: unknown[] = [];
let occ: LcmOpOcc = sampleOperation('o1', 'i1');
const extVirtualLinks = [
  {
    id: 'l1',
    resourceId: 'net',
    extCps: [{ cpdId: 'c1', configs: [{ cpConfigId: 'a', addresses: [] }] }],
  },
];
const vnf: VnfInstance = instance({
  vimConnectionInfo: { one: { vimType: 'X', vimId: 'v' } },
  instantiated: instantiated({ extVirtualLinks }),
});

beforeAll(async () => {
  const begin: LcmCommands['begin'] = async (_operation, _id, body) => {
    asked.push(body);
    return { ok: true as const, value: occ };
  };
  door = await openDoor({
    store: {
      instance: async () => vnf,
      instancePage: async ({ after }) => (after === undefined ? [{ ...vnf, flavourId: 'simple' }] : []),
      scalingOf: async () => new Map(),
      opOcc: async () => occ,
      opOccPage: async ({ after }) => (after === undefined ? [occ] : []),
      journal: async () => [],
    },
    lcm: { begin },
  });
});
afterAll(() => door.close());
beforeEach(() => {
  asked = [];
  occ = sampleOperation('o1', 'i1');
});

const at = '/vnflcm/v1/vnf_instances/i1';
const operation = '/vnflcm/v1/vnf_lcm_op_occs/o1';

/** Notifications are those of v2 and link to its resources: who subscribes reads v2. */
const ofV2Only = 'subscriptions';

test('every route of v2 but those of subscriptions is there, with the same methods, and no other', async () => {
  const { paths } = (await (await door.ask('/docs-json')).json()) as { paths: Record<string, object> };
  const below = (root: string) =>
    Object.entries(paths)
      .filter(([path]) => path.startsWith(root))
      .map(([path, methods]) => `${Object.keys(methods).toSorted().join()} ${path.slice(root.length)}`)
      .toSorted();
  expect(below('/vnflcm/v1/').length).toBeGreaterThan(8);
  expect(below('/vnflcm/v1/')).toEqual(below('/vnflcm/v2/').filter((route) => !route.includes(ofV2Only)));
});

test('the page shows lists where v1 has them', async () => {
  const { paths } = (await (await door.ask('/docs-json')).json()) as { paths: Record<string, Record<string, unknown>> };
  const read = JSON.stringify(paths['/vnflcm/v1/vnf_instances/{vnfInstanceId}']?.['get']);
  expect(read).toContain('"vimConnectionInfo":{"type":"array"');
  const change = JSON.stringify(paths['/vnflcm/v1/vnf_instances/{vnfInstanceId}']?.['patch']);
  expect(change).toContain('vimConnectionInfoDeleteIds');
});

describe('versions', () => {
  test('are told of both', async () => {
    const { apiVersions } = await bodyOf(await door.ask('/vnflcm/api_versions'));
    expect(apiVersions).toEqual(
      expect.arrayContaining(['1.3.0', '2.0.0'].map((version) => ({ version, isDeprecated: false }))),
    );
    expect(await bodyOf(await door.ask('/vnflcm/v1/api_versions'))).toMatchObject({
      apiVersions: [{ version: '1.3.0' }],
    });
  });

  test.each([
    ['1.3.0', 200],
    ['', 200],
    ['2.0.0', 406],
  ])('in the header: %p is %d, and the answer says 1.3.0', async (version, status) => {
    const response = await door.ask(at, { headers: { version } });
    expect([response.status, response.headers.get('version')]).toEqual([status, '1.3.0']);
  });
});

describe('an instance', () => {
  const self = `/vnflcm/v1/vnf_instances/${vnf.id}`;
  const links = {
    self: { href: expect.stringContaining(self) },
    terminate: { href: expect.stringContaining(`${self}/`) },
    changeExtConn: { href: expect.stringMatching(/\/change_ext_conn$/) },
  };

  test('shows lists, and leads to v1', async () => {
    const body = await bodyOf(await door.ask(at));
    expect(body).toMatchObject({
      vimConnectionInfo: expect.arrayContaining([{ id: 'one', vimType: 'X', vimId: 'v' }]),
      instantiatedVnfInfo: {
        extVirtualLinkInfo: [{ id: 'l1', currentVnfExtCpData: [{ cpdId: 'c1', cpConfig: [{ cpConfigId: 'a' }] }] }],
      },
      _links: links,
    });
  });

  test('is found in lists by what is in its lists', async () => {
    const find = (vim: string) =>
      door.ask(`/vnflcm/v1/vnf_instances?all_fields&filter=(eq,vimConnectionInfo/vimId,${vim})`);
    expect(await listOf(await find('v'))).toMatchObject([{ id: vnf.id, vimConnectionInfo: expect.any(Array) }]);
    expect(await listOf(await find('w'))).toEqual([]);
  });
});

const protocol = { cpProtocolData: [{ layerProtocol: 'IP_OVER_ETHERNET' }] };
const request = (cpConfig: readonly object[], connections: readonly object[] = []) => ({
  flavourId: 'simple',
  vimConnectionInfo: connections,
  extVirtualLinks: [{ id: 'l', resourceId: 'n', extCps: [{ cpdId: 'c', cpConfig }] }],
});

describe('instantiate', () => {
  test('is asked for as in v2', async () => {
    const body = request(
      [{ ...protocol }, { cpConfigId: 'b', ...protocol }, { ...protocol }],
      [{ id: 'one', vimType: 'X', accessInfo: { region: 'r' } }],
    );
    const response = await door.send('POST', `${at}/instantiate`, body);
    expect([response.status, response.headers.get('location')]).toEqual([202, `${door.origin}${operation}`]);
    expect(asked).toEqual([
      {
        flavourId: 'simple',
        vimConnectionInfo: { one: { vimType: 'X', accessInfo: { region: 'r' } } },
        extVirtualLinks: [
          {
            id: 'l',
            resourceId: 'n',
            extCps: [{ cpdId: 'c', cpConfig: { default: protocol, b: protocol, 'default-3': protocol } }],
          },
        ],
      },
    ]);
  });

  test.each([
    ['a map of v2', { flavourId: 's', vimConnectionInfo: { one: { vimType: 'X' } } }, '/vimConnectionInfo'],
    ['a connection without id', request([], [{ vimType: 'X' }]), '/vimConnectionInfo/0'],
    [
      'an id twice',
      request(
        [],
        [
          { id: 'a', vimType: 'X' },
          { id: 'a', vimType: 'Y' },
        ],
      ),
      '/vimConnectionInfo/1/id',
    ],
    [
      'a configuration twice',
      request([
        { cpConfigId: 'a', ...protocol },
        { cpConfigId: 'a', ...protocol },
      ]),
      '/extVirtualLinks/0/extCps/0/cpConfig/1/cpConfigId',
    ],
    [
      'a connection of a name that no map takes',
      request([], [{ id: '__proto__', vimType: 'X' }]),
      '/vimConnectionInfo/0/id',
    ],
    [
      'a configuration of such a name',
      request([{ cpConfigId: '__proto__', ...protocol }]),
      '/extVirtualLinks/0/extCps/0/cpConfig/0/cpConfigId',
    ],
    ['an unknown member', { flavourId: 's', vnfPkgId: 'x' }, '/vnfPkgId'],
  ])('with %s is refused with the place', async (_, body, pointer) => {
    const answer = await bodyOf(await door.send('POST', `${at}/instantiate`, body));
    expect(answer).toMatchObject({
      status: 400,
      errors: expect.arrayContaining([expect.objectContaining({ pointer })]),
    });
    expect(asked).toEqual([]);
  });
});

describe('change_ext_conn', () => {
  const change = ({ flavourId: _none, ...rest }: ReturnType<typeof request>) => rest;

  test('is asked for as in v2', async () => {
    const body = change(request([{ cpConfigId: 'b', ...protocol }], [{ id: 'one', vimType: 'X' }]));
    const response = await door.send('POST', `${at}/change_ext_conn`, body);
    expect([response.status, response.headers.get('location')]).toEqual([202, `${door.origin}${operation}`]);
    expect(asked).toEqual([
      {
        vimConnectionInfo: { one: { vimType: 'X' } },
        extVirtualLinks: [{ id: 'l', resourceId: 'n', extCps: [{ cpdId: 'c', cpConfig: { b: protocol } }] }],
      },
    ]);
  });

  test.each([
    [
      'a map of v2',
      { extVirtualLinks: [{ id: 'l', resourceId: 'n', extCps: [{ cpdId: 'c', cpConfig: { b: null } }] }] },
    ],
    ['a configuration twice', change(request([1, 2].map(() => ({ cpConfigId: 'b', ...protocol }))))],
  ])('with %s is refused with the place', async (_, body) => {
    const answer = await bodyOf(await door.send('POST', `${at}/change_ext_conn`, body));
    const pointer = expect.stringContaining('/extVirtualLinks/0/extCps/0/cpConfig');
    expect(answer).toMatchObject({
      status: 400,
      errors: expect.arrayContaining([expect.objectContaining({ pointer })]),
    });
    expect(asked).toEqual([]);
  });
});

test('a patch changes connections by id, and removes those that are named', async () => {
  const body = {
    vnfInstanceName: 'n',
    vimConnectionInfo: [{ id: 'a', vimType: 'Y' }],
    vimConnectionInfoDeleteIds: ['b'],
  };
  expect((await door.send('PATCH', at, body)).status).toBe(202);
  expect((await door.send('PATCH', at, { metadata: { a: null } })).status).toBe(202);
  expect(asked).toEqual([
    { vnfInstanceName: 'n', vimConnectionInfo: { a: { vimType: 'Y' }, b: null } },
    { metadata: { a: null } },
  ]);
});

test.each([
  [
    'a connection that it removes as well',
    { vimConnectionInfo: [{ id: 'a', vimType: 'Y' }], vimConnectionInfoDeleteIds: ['a'] },
  ],
  ['a connection of a name that no map takes', { vimConnectionInfo: [{ id: '__proto__', vimType: 'Y' }] }],
])('a patch with %s is refused with the place', async (_, body) => {
  const answer = await bodyOf(await door.send('PATCH', at, body));
  expect(answer).toMatchObject({
    status: 400,
    errors: [expect.objectContaining({ pointer: '/vimConnectionInfo/0/id' })],
  });
  expect(asked).toEqual([]);
});

test('a body that both versions write alike reaches the command unchanged', async () => {
  const body = { type: 'SCALE_OUT', aspectId: 'a' };
  expect((await door.send('POST', `${at}/scale`, body)).status).toBe(202);
  expect(asked).toEqual([body]);
});

test('an operation shows its request as v1 writes it, and leads to v1', async () => {
  const operationParams = {
    vimConnectionInfo: { a: { vimType: 'Y' }, b: null },
    extVirtualLinks: [
      { id: 'l', resourceId: 'n', extCps: [{ cpdId: 'c', cpConfig: { x: protocol } }, { cpdId: 'd' }] },
    ],
    metadata: { vimConnectionInfo: { left: 'as it is' } },
  };
  occ = { ...occ, operationParams };
  const shown = {
    operationParams: {
      vimConnectionInfo: [{ id: 'a', vimType: 'Y' }],
      vimConnectionInfoDeleteIds: ['b'],
      extVirtualLinks: [
        {
          id: 'l',
          resourceId: 'n',
          extCps: [{ cpdId: 'c', cpConfig: [{ cpConfigId: 'x', ...protocol }] }, { cpdId: 'd' }],
        },
      ],
      metadata: operationParams.metadata,
    },
    _links: {
      self: { href: `${door.origin}${operation}` },
      vnfInstance: { href: expect.stringContaining('/vnflcm/v1/') },
    },
  };
  expect(await bodyOf(await door.ask(operation))).toMatchObject(shown);
  expect(await listOf(await door.ask('/vnflcm/v1/vnf_lcm_op_occs?all_fields'))).toMatchObject([shown]);
});
