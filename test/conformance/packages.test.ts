/**
 * VNF package management, walked through: every resource and method that SOL005 and SOL003 define, in every state of a
 * package, for every media type that a client may ask for. Each answer is judged by the definitions.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connect, type Socket } from 'node:net';
import type { Client } from '../api/door.js';
import { token } from '../api/door.js';
import { minimalPackage, onboard, signedEdge } from '../flow/other-packages.js';
import { createPackage, onboarded, packages, upload } from '../flow/router.js';
import { startServer, until, type Server } from '../flow/server.js';
import { judged } from './judged.js';
import { isHere, judgeOf, operationsOf, whenHere } from './openapi.js';

const root = '/vnfpkgm/v2';
const files = ['sol005_vnfpkgm_openapi.json', 'sol003_package_openapi.json'];
const complaints: string[] = [];
const seen = new Set<string>();
/** Path of the package resource in each state. */
const at: Record<string, string> = {};
let server: Server;
let client: Client;
let uploading: Socket;

beforeAll(async () => {
  if (!isHere) return;
  server = await startServer();
  client = judged(
    server,
    files.map((file) => judgeOf(file, root)),
    seen,
    complaints,
  );
  const edge = await onboard(client, signedEdge());
  const single = await onboard(client, minimalPackage());
  const broken = await createPackage(client);
  await upload(client, broken, Buffer.from('no zip'));
  await onboarded(client, broken);
  at['none'] = `${packages}/none`;
  at['CREATED'] = `${packages}/${await createPackage(client)}`;
  at['UPLOADING'] = `${packages}/${await beginUpload()}`;
  at['ERROR'] = `${packages}/${broken}`;
  at['ONBOARDED'] = `${packages}/${String(edge['id'])}`;
  at['ONBOARDED, one file'] = `${packages}/${String(single['id'])}`;
  at['no VNFD'] = `${root}/onboarded_vnf_packages/none`;
  at['by VNFD'] = `${root}/onboarded_vnf_packages/${String(edge['vnfdId'])}`;
});
afterAll(async () => {
  if (!isHere) return;
  uploading.destroy();
  await server.stop();
});

/** A client that has sent a part of its package and does not go on. */
async function beginUpload(): Promise<string> {
  const id = await createPackage(client);
  const { hostname, port } = new URL(server.origin);
  uploading = connect({ host: hostname, port: Number(port) });
  uploading.on('error', () => undefined);
  const head = { host: 'x', authorization: `Bearer ${token}`, version: '2.1.0', 'content-type': 'application/zip' };
  const lines = Object.entries({ ...head, 'content-length': '1000' }).map(([name, value]) => `${name}: ${value}\r\n`);
  uploading.write(`PUT ${packages}/${id}/package_content HTTP/1.1\r\n${lines.join('')}\r\nPK`);
  const state = async () => (await (await client.ask(`${packages}/${id}`)).json()) as { onboardingState: string };
  await until(state, ({ onboardingState }) => onboardingState === 'UPLOADING', 'the upload does not begin');
  return id;
}

const accepts = ['*/*', 'application/zip', 'text/plain', 'application/json', 'image/png'];
const artifact = 'artifacts/ChangeLog.txt';

/** For each of `accepts`: what an onboarded package answers, and the others, S being 404 or 409 as its state has it. */
const S = 0;
const reading: readonly (readonly [string, readonly number[], readonly number[]])[] = [
  ['package_content', [200, 200, 406, 406, 406], [S, S, 406, 406, 406]],
  ['vnfd', [200, 200, 406, 406, 406], [S, S, S, 406, 406]],
  ['manifest', [200, 200, 200, 406, 406], [S, S, S, 406, 406]],
  ['artifacts', [200, 200, 406, 406, 406], [S, S, 406, 406, 406]],
  [artifact, [200, 200, 200, 200, 200], [S, S, S, S, S]],
  ['artifacts/none', [404, 404, 404, 404, 404], [S, S, S, S, S]],
];

whenHere('each file of a package', () => {
  const states = { none: 404, CREATED: 409, UPLOADING: 409, ERROR: 409, 'no VNFD': 404 };
  const answers = (path: string) =>
    Promise.all(accepts.map(async (accept) => (await client.ask(path, { headers: { accept } })).status));

  test.each(reading)('%s is read once it is onboarded, as what it is', async (resource, whole, before) => {
    for (const state of ['ONBOARDED', 'by VNFD'])
      expect([state, await answers(`${at[state]}/${resource}`)]).toEqual([state, whole]);
    for (const [state, status] of Object.entries(states)) {
      const wanted = before.map((each) => (each === S ? status : each));
      expect([state, await answers(`${at[state]}/${resource}`)]).toEqual([state, wanted]);
    }
  });

  test('is text too when a VNFD has one file, and is not there when a package has none such', async () => {
    expect(await answers(`${at['ONBOARDED, one file']}/vnfd`)).toEqual([200, 200, 200, 406, 406]);
    expect(await answers(`${at['ONBOARDED, one file']}/manifest`)).toEqual([404, 404, 404, 406, 406]);
  });

  test.each(['package_content', 'artifacts', artifact])('%s is read in parts', async (resource) => {
    const range = async (bytes: string) =>
      (await client.ask(`${at['ONBOARDED']}/${resource}`, { headers: { range: `bytes=${bytes}` } })).status;
    expect([await range('0-3'), await range('-1'), await range('99999999-')]).toEqual([206, 206, 416]);
  });
});

/** What each state answers to each change. */
const changes: readonly (readonly [string, string, unknown, Readonly<Record<string, number>>])[] = [
  ['PATCH', '', { userDefinedData: { a: 1 } }, { none: 404, CREATED: 200, UPLOADING: 200, ERROR: 200, ONBOARDED: 200 }],
  [
    'PATCH',
    '',
    { operationalState: 'ENABLED' },
    { none: 404, CREATED: 409, UPLOADING: 409, ERROR: 409, ONBOARDED: 409 },
  ],
  ['PATCH', '', { vnfmInfo: ['a'] }, { none: 404, CREATED: 409, UPLOADING: 409, ERROR: 409, ONBOARDED: 200 }],
  ['PATCH', '', {}, { none: 400, CREATED: 400, ONBOARDED: 400 }],
  ['PATCH', '', { operationalState: 'BROKEN' }, { CREATED: 400 }],
  ['PUT', '/package_content', {}, { none: 415, CREATED: 415, ONBOARDED: 415 }],
  [
    'POST',
    '/package_content/upload_from_uri',
    { addressInformation: 'http://127.0.0.1:1/x' },
    { none: 404, UPLOADING: 409, ERROR: 409, ONBOARDED: 409 },
  ],
  ['POST', '/package_content/upload_from_uri', {}, { CREATED: 400 }],
  ['DELETE', '', undefined, { none: 404, ONBOARDED: 409 }],
];

whenHere('a change', () => {
  test.each(changes)('%s %s of %j is answered as the state allows', async (method, resource, body, states) => {
    for (const [state, status] of Object.entries(states)) {
      const path = `${at[state]}${resource}`;
      const response = await (body === undefined ? client.ask(path, { method }) : client.send(method, path, body));
      expect([state, response.status]).toEqual([state, status]);
    }
  });

  test('of content is taken by no state but CREATED', async () => {
    for (const state of ['UPLOADING', 'ERROR', 'ONBOARDED']) {
      const response = await upload(client, at[state]?.split('/').at(-1) ?? '', Buffer.from('PK'));
      expect([state, response.status]).toEqual([state, 409]);
    }
  });

  test('to another revision than the client’s is refused', async () => {
    const headers = { 'if-match': '"0"' };
    expect((await client.send('PATCH', at['CREATED'] ?? '', { userDefinedData: {} }, headers)).status).toBe(412);
    expect((await client.ask(at['CREATED'] ?? '', { method: 'DELETE', headers })).status).toBe(412);
  });

  test('of a new package goes all the way to its end', async () => {
    const path = `${packages}/${await createPackage(client)}`;
    const source = { addressInformation: 'http://127.0.0.1:1/package.csar' };
    expect((await client.send('POST', `${path}/package_content/upload_from_uri`, source)).status).toBe(202);
    await onboarded(client, path.split('/').at(-1) ?? '');
    expect((await client.ask(path, { method: 'DELETE' })).status).toBe(204);
    expect((await client.send('POST', packages, { userDefinedData: 'x' })).status).toBe(400);
    expect((await client.send('POST', packages, {}, { 'content-type': 'text/plain' })).status).toBe(415);
  });
});

whenHere('a query', () => {
  const collections = [packages, `${root}/onboarded_vnf_packages`];

  test.each(collections)('of %s is answered in full, selected, and refused when it is none', async (collection) => {
    const status = async (query: string) => (await client.ask(`${collection}${query}`)).status;
    for (const query of [
      '',
      '?all_fields',
      '?fields=softwareImages/name',
      '?exclude_fields=softwareImages',
      '?exclude_default',
    ])
      expect([query, await status(query)]).toEqual([query, 200]);
    for (const query of [
      '?filter=x',
      '?fields=none',
      '?exclude_fields=id',
      '?exclude_fields=vnfmInfo',
      '?nextpage_opaque_marker=x',
    ])
      expect([query, await status(query)]).toEqual([query, 400]);
    expect((await client.ask(collection, { headers: { accept: 'text/html' } })).status).toBe(406);
  });

  test('of one package asks for no more than its Version and a token', async () => {
    for (const state of ['CREATED', 'ERROR', 'ONBOARDED', 'by VNFD']) {
      const path = at[state] ?? '';
      const status = async (headers: Record<string, string>) => (await client.ask(path, { headers })).status;
      expect([state, await status({})]).toEqual([state, 200]);
      expect([state, await status({ version: '' })]).toEqual([state, 400]);
      expect([state, await status({ version: '9.0.0' })]).toEqual([state, 406]);
      expect([state, await status({ authorization: '' })]).toEqual([state, 401]);
    }
    expect((await client.ask(`${at['ONBOARDED']}?include_signatures`)).status).toBe(200);
    expect((await client.ask(`${root}/api_versions`)).status).toBe(200);
  });
});

/** Template -> a path that has a resource. */
const pathOf = (template: string): string =>
  `${root}${template}`
    .replace('{vnfPkgId}', at['ONBOARDED']?.split('/').at(-1) ?? '')
    .replace('{vnfdId}', at['by VNFD']?.split('/').at(-1) ?? '')
    .replace('{artifactPath}', 'ChangeLog.txt')
    .replace('{subscriptionId}', 'none');

const defined = new Map<string, Set<string>>();
for (const file of isHere ? files : []) {
  for (const [path, methods] of operationsOf(file))
    defined.set(path, new Set([...(defined.get(path) ?? []), ...methods]));
}

whenHere('every resource', () => {
  test('has the methods that are defined, and answers others by 405 and their list', async () => {
    expect([...defined.keys()]).toContain('/vnf_packages/{vnfPkgId}/package_content');
    for (const [template, methods] of defined) {
      const wanted = [...methods, ...(methods.has('GET') ? ['HEAD'] : [])].toSorted();
      const others = ['PUT', 'POST', 'PATCH', 'DELETE', 'OPTIONS'].filter((method) => !methods.has(method));
      for (const method of others) {
        const response = await server.ask(pathOf(template), { method });
        const { status } = (await response.json()) as { status: number };
        expect([template, method, response.status, status, response.headers.get('allow')?.split(', ')]).toEqual([
          template,
          method,
          405,
          405,
          wanted,
        ]);
      }
    }
  });

  test('is the same under v1, for clients that send no Version', async () => {
    for (const [template, methods] of defined) {
      const older = pathOf(template).replace('/v2/', '/v1/');
      const ask = (path: string, method: string, version = '') => server.ask(path, { method, headers: { version } });
      const allowed = (await ask(older, 'OPTIONS')).headers.get('allow')?.split(', ') ?? [];
      expect([template, allowed.filter((method) => method !== 'HEAD')]).toEqual([template, [...methods].toSorted()]);
      if (!methods.has('GET')) continue;
      const there = await ask(pathOf(template), 'GET', '2.1.0');
      expect([template, (await ask(older, 'GET')).status]).toEqual([template, there.status]);
    }
  });

  test('was read or changed with success, and nothing was answered otherwise than defined', () => {
    const done = [...seen].filter((exchange) => /[23]\d\d$/.test(exchange)).map((exchange) => exchange.split(' '));
    const lacking = [...defined].flatMap(([template, methods]) => {
      const pattern = new RegExp(
        `^${root}${template.replace('{artifactPath}', '.+').replaceAll(/\{\w+\}/g, '[^/]+')}$`,
      );
      return [...methods]
        .filter((method) => !done.some(([used, path = '']) => used === method && pattern.test(path)))
        .map((method) => `${method} ${template}`);
    });
    // Subscriptions are walked through in subscriptions.test.ts.
    expect(lacking.filter((each) => !each.includes('/subscriptions'))).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
