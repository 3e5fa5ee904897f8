import { afterEach, describe, expect, test } from '@jest/globals';
import { bodyOf, openDoor, token, type Door } from '../door.js';

let door: Door | undefined;
const open = async (parts: Parameters<typeof openDoor>[0] = {}): Promise<Door> => (door = await openDoor(parts));
afterEach(async () => {
  await door?.close();
});

const instances = '/vnflcm/v2/vnf_instances';

describe('the token', () => {
  test('is asked for with a challenge and a problem', async () => {
    const { ask } = await open();
    const response = await ask(instances, { headers: { authorization: '' } });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="berth"');
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(response.headers.get('version')).toBe('2.0.0');
    expect(await bodyOf(response)).toMatchObject({ type: 'urn:berth:problem:unauthorized', status: 401 });
  });

  test.each([
    ['another token', { authorization: 'Bearer guess' }],
    ['a prefix of it', { authorization: `Bearer ${token.slice(0, -1)}` }],
    ['Basic', { authorization: `Basic ${token}` }],
  ])('does not let %s pass', async (_, headers) => {
    const { ask } = await open();
    expect((await ask(instances, { headers })).status).toBe(401);
  });

  test('of another scheme is 401 that names the scheme, and no fault of the token', async () => {
    const { ask } = await open();
    const response = await ask(instances, { headers: { authorization: 'Digest username="x"' } });
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="berth"']);
    expect(await bodyOf(response)).toMatchObject({ detail: expect.stringContaining('the scheme Digest') });
  });

  test.each(['Bearer', 'Bearer a b', 'bearer  ', token, '"', 'Bearer\t'])(
    'written as %j is 400',
    async (authorization) => {
      const { ask } = await open();
      const response = await ask(instances, { headers: { authorization } });
      expect([response.status, response.headers.get('www-authenticate')]).toEqual([
        400,
        'Bearer realm="berth", error="invalid_request"',
      ]);
      expect(JSON.stringify(await bodyOf(response))).not.toContain(token);
    },
  );

  test('as X-Auth-Token counts beside an Authorization for somebody else', async () => {
    const { ask } = await open({ store: { instancePage: async () => [] } });
    const headers = { authorization: 'Basic cHJveHk6cHJveHk=', 'x-auth-token': token };
    expect((await ask(instances, { headers })).status).toBe(200);
  });

  test('may come as X-Auth-Token', async () => {
    const { ask } = await open({ store: { instancePage: async () => [] } });
    const response = await ask(instances, { headers: { authorization: '', 'x-auth-token': token } });
    expect(response.status).toBe(200);
  });

  test('is required before anything is said about a path', async () => {
    const { ask } = await open();
    expect((await ask('/nothing/here', { headers: { authorization: '' } })).status).toBe(401);
  });

  test('is not needed for health, readiness and the documentation', async () => {
    const { ask } = await open();
    for (const path of ['/healthz', '/readyz', '/docs', '/docs-json', '/docs/swagger-ui.css']) {
      expect([path, (await ask(path, { headers: { authorization: '' } })).status]).toEqual([path, 200]);
    }
  });

  test('guards the metrics unless they are configured open', async () => {
    const metrics = { render: async () => Buffer.from('up 1\n') };
    const closed = await open({ metrics });
    expect((await closed.ask('/metrics', { headers: { authorization: '' } })).status).toBe(401);
    await closed.close();
    const { ask } = await open({ metrics, options: { openMetrics: true } });
    const response = await ask('/metrics', { headers: { authorization: '' } });
    expect([response.status, await response.text()]).toEqual([200, 'up 1\n']);
  });
});

describe('the Version header', () => {
  test('missing is 400', async () => {
    const { ask } = await open();
    const response = await ask(instances, { headers: { version: '' } });
    expect(await bodyOf(response)).toMatchObject({ status: 400, type: 'urn:berth:problem:api-version-missing' });
  });

  test('of a version that is not served is 406', async () => {
    const { ask } = await open();
    const response = await ask(instances, { headers: { version: '1.3.0' } });
    expect(await bodyOf(response)).toMatchObject({ status: 406, detail: expect.stringContaining('2.0.0') });
  });

  test('may be left out on the alias vnfpkgm/v1', async () => {
    const { ask } = await open({ store: { packagePage: async () => [] } });
    expect((await ask('/vnfpkgm/v1/vnf_packages')).status).toBe(200);
  });

  test.each([`${instances}/api_versions`, '/vnfpkgm/v2/vnf_packages/x/artifacts/api_versions'])(
    'is asked for at %s, which ends like the path of versions',
    async (path) => {
      const { ask } = await open();
      expect((await ask(path, { headers: { version: '' } })).status).toBe(400);
    },
  );

  test('may be left out to ask for versions', async () => {
    const { ask } = await open();
    const response = await ask('/vnflcm/v2/api_versions', { headers: { version: '' } });
    expect(await bodyOf(response)).toEqual({
      uriPrefix: '/vnflcm/v2',
      apiVersions: [{ version: '2.0.0', isDeprecated: false }],
    });
    const both = await bodyOf(await ask('/vnfpkgm/api_versions'));
    expect(both['apiVersions']).toHaveLength(2);
    expect((await ask('/nothing/api_versions')).status).toBe(404);
  });
});

describe('a path', () => {
  test('that does not exist is 404', async () => {
    const { ask } = await open();
    const response = await ask('/vnflcm/v2/vnf_snapshots');
    expect(await bodyOf(response)).toMatchObject({ status: 404, type: 'urn:berth:problem:not-found' });
  });

  test.each([
    ['without a Version', { version: '' }],
    ['with a body of another type', { 'content-type': 'text/yaml' }],
    ['with a body that is not JSON', { 'content-type': 'application/json' }],
    ['with an Accept that nobody serves', { accept: 'text/html' }],
  ])('that does not exist is 404 %s too', async (_, headers) => {
    const { ask } = await open();
    const response = await ask('/vnflcm/v2/vnf_instances/x/nothing', { method: 'POST', body: '{"a":', headers });
    expect(response.status).toBe(404);
  });

  test.each([
    ['PUT', instances, 'GET, HEAD, POST'],
    ['DELETE', '/vnflcm/v2/vnf_lcm_op_occs/x', 'GET, HEAD'],
    ['GET', `${instances}/x/instantiate`, 'POST'],
    ['OPTIONS', '/healthz', 'GET, HEAD'],
  ])('that exists without the method %s is 405 with Allow', async (method, path, allow) => {
    const { ask } = await open();
    const response = await ask(path, { method });
    expect([response.status, response.headers.get('allow')]).toEqual([405, allow]);
    expect(await bodyOf(response)).toMatchObject({ type: 'urn:berth:problem:method-not-allowed' });
  });

  test('with a broken escape is 400 and still a problem', async () => {
    const { ask } = await open();
    const response = await ask(`${instances}/%zz`);
    expect(response.status).toBe(400);
    expect(await bodyOf(response)).toMatchObject({ type: 'urn:berth:problem:malformed-request' });
  });
});

describe('media types', () => {
  test('that nobody can serve are 406', async () => {
    const { ask } = await open();
    const response = await ask(instances, { headers: { accept: 'text/html' } });
    expect(await bodyOf(response)).toMatchObject({ status: 406, detail: expect.stringContaining('application/json') });
  });

  test.each([
    ['POST', instances, 'text/plain'],
    ['POST', instances, 'application/merge-patch+json'],
    ['POST', instances, 'application/x-www-form-urlencoded'],
    ['PATCH', `${instances}/x`, 'application/zip'],
    ['PUT', '/vnfpkgm/v2/vnf_packages/x/package_content', 'application/json'],
  ])('of a body that %s %s does not take (%s) are 415', async (method, path, type) => {
    const { ask } = await open();
    const response = await ask(path, { method, body: '{}', headers: { 'content-type': type } });
    expect(await bodyOf(response)).toMatchObject({ status: 415, type: 'urn:berth:problem:unsupported-media-type' });
  });
});

describe('a body', () => {
  test('that is not JSON is 400', async () => {
    const { ask } = await open();
    const headers = { 'content-type': 'application/json' };
    const response = await ask(instances, { method: 'POST', body: '{"vnfdId":', headers });
    expect(await bodyOf(response)).toMatchObject({ status: 400, type: 'urn:berth:problem:malformed-request' });
  });

  test('that is missing is 400', async () => {
    const { ask } = await open();
    const response = await ask(instances, { method: 'POST' });
    expect(await bodyOf(response)).toMatchObject({ status: 400, detail: expect.stringContaining('must be object') });
  });

  test('past the limit is 413', async () => {
    const { send } = await open();
    const response = await send('POST', instances, { vnfdId: 'x'.repeat(2 * 1024 * 1024) });
    expect(await bodyOf(response)).toMatchObject({ status: 413, type: 'urn:berth:problem:payload-too-large' });
  });

  test('with several errors gets all of them by JSON pointer', async () => {
    const { send } = await open();
    const body = { extVirtualLinks: [{ id: 'a', resourceId: 7, extCps: [{ 'cp/d': 1 }] }] };
    const response = await send('POST', `${instances}/x/instantiate`, body);
    expect(await bodyOf(response)).toMatchObject({
      status: 400,
      errors: [
        { pointer: '', message: "must have required property 'flavourId'" },
        { pointer: '/extVirtualLinks/0/resourceId', message: 'must be string' },
        { pointer: '/extVirtualLinks/0/extCps/0', message: "must have required property 'cpdId'" },
        { pointer: '/extVirtualLinks/0/extCps/0/cp~1d', message: 'is not known here; known are cpdId, cpConfig' },
      ],
    });
  });

  test('that tries to reach a prototype is 400', async () => {
    const { ask } = await open();
    const body = '{"vnfdId":"x","__proto__":{"admin":true}}';
    const headers = { 'content-type': 'application/json' };
    expect((await ask(instances, { method: 'POST', body, headers })).status).toBe(400);
  });
});

test('a fault is answered with the request id under which it is logged, once, and without its words', async () => {
  const broken = () => Promise.reject(new Error('the disk said something secret'));
  const { ask, log } = await open({ store: { instancePage: broken } });
  const response = await ask(instances);
  const body = await bodyOf(response);
  expect(body).toMatchObject({ status: 500, type: 'urn:berth:problem:internal-error' });
  expect(JSON.stringify(body)).not.toContain('secret');
  const lines = log.filter((line) => line.includes('something secret'));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain(String(body['requestId']));
  expect(response.headers.get('x-request-id')).toBe(body['requestId']);
});

test('readiness lists what is missing', async () => {
  const { ask } = await open({
    readiness: [
      { name: 'store', check: async () => undefined },
      { name: 'engines', check: async () => 'host a has not been started yet' },
      { name: 'other', check: () => Promise.reject(new Error('no answer')) },
    ],
  });
  const response = await ask('/readyz');
  expect(response.status).toBe(503);
  expect(await bodyOf(response)).toEqual({
    ready: false,
    missing: [
      { name: 'engines', detail: 'host a has not been started yet' },
      { name: 'other', detail: 'no answer' },
    ],
  });
});

test('answered requests are reported by route, not by path', async () => {
  const seen: unknown[] = [];
  const metrics = { requestFinished: (...args: unknown[]) => void seen.push(args.slice(0, 3)) };
  const { ask } = await open({ metrics, store: { instance: async () => undefined } });
  await ask(`${instances}/some-id`);
  await ask('/nothing');
  expect(seen).toEqual([
    ['GET', `${instances}/:vnfInstanceId`, 404],
    ['GET', '(none)', 404],
  ]);
});
