import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { limitOf } from '../../../src/api/http/limits.js';
import { bodyOf, openDoor, type Door } from '../door.js';

let door: Door;
beforeEach(async () => {
  door = await openDoor({});
});
afterEach(async () => {
  await door.close();
});

const instances = '/vnflcm/v2/vnf_instances';
const json = { 'content-type': 'application/json' };

async function answerTo(path: string, body: string | Buffer, headers: Record<string, string> = json) {
  const response = await door.ask(path, { method: 'POST', body, headers });
  const text = await response.text();
  return { status: response.status, bytes: text.length, body: JSON.parse(text) as Record<string, unknown> };
}

describe('a body that asks too much is refused in a short answer that names the place', () => {
  const many = (count: number) => `{"flavourId":"simple","extVirtualLinks":[${'{},'.repeat(count)}{}]}`;
  const deep = (depth: number) => `{"vnfdId":"x","metadata":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}}`;
  test.each([
    ['340,000 external links', `${instances}/x/instantiate`, many(340_000), '/extVirtualLinks'],
    ['3,000 external links', `${instances}/x/instantiate`, many(3000), '/extVirtualLinks'],
    ['metadata 4,387 deep', instances, deep(4387), '/metadata'],
    ['metadata 100,000 deep', instances, deep(100_000), '/metadata'],
    [
      'a name of 900 kB',
      instances,
      JSON.stringify({ vnfdId: 'x', vnfInstanceName: 'n'.repeat(900_000) }),
      '/vnfInstanceName',
    ],
    ['a name with NUL', instances, JSON.stringify({ vnfdId: 'x', vnfInstanceName: 'a\0b' }), '/vnfInstanceName'],
    ['a name of two lines', instances, JSON.stringify({ vnfdId: 'x', vnfInstanceName: 'a\nb' }), '/vnfInstanceName'],
    [
      '70 KiB of metadata',
      instances,
      JSON.stringify({ vnfdId: 'x', metadata: { a: 'n'.repeat(70_000) } }),
      '/metadata',
    ],
    [
      'the data of a package',
      '/vnfpkgm/v2/vnf_packages',
      JSON.stringify({ userDefinedData: { a: 'n'.repeat(70_000) } }),
      '/userDefinedData',
    ],
    ['half a surrogate pair', instances, '{"vnfdId":"\\ud800"}', '/vnfdId'],
  ])('%s', async (_, path, body, pointer) => {
    const answer = await answerTo(path, body);
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: expect.stringContaining(pointer) }] } });
    expect(answer.bytes).toBeLessThan(8 * 1024);
  });

  test('of many errors the first are told, and how many more there are', async () => {
    const body = JSON.stringify({ flavourId: 'simple', extVirtualLinks: Array.from({ length: 200 }, () => ({})) });
    const { body: answer } = await answerTo(`${instances}/x/instantiate`, body);
    expect(answer['errors']).toHaveLength(limitOf('errorsTold'));
    expect(answer['errorsLeftOut']).toBe(600 - limitOf('errorsTold'));
  });
});

test('every route that takes JSON says so when there is none, or none of its kind', async () => {
  const document = (await (await door.ask('/docs-json')).json()) as {
    paths: Record<string, Record<string, { requestBody?: { content: Record<string, unknown> } }>>;
  };
  const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { requestBody }]) =>
      requestBody?.content['application/json'] ? [[method.toUpperCase(), path.replace(/\{\w+\}/g, 'x')] as const] : [],
    ),
  );
  expect(routes.length).toBeGreaterThan(10);
  for (const [method, path] of routes) {
    for (const body of ['', 'null', '5', '"x"', 'true', '[]', '[[]]']) {
      const response = await door.ask(path, { method, headers: json, ...(body !== '' && { body }) });
      expect([method, path, body, response.status]).toEqual([method, path, body, 400]);
      await response.body?.cancel();
    }
  }
});

describe('a body larger than its route takes is refused with the limit', () => {
  test.each([
    [`${instances}/x/instantiate`, limitOf('jsonBytes')],
    ['/vnflcm/v2/vnf_lcm_op_occs/x/cancel', limitOf('smallJsonBytes')],
    ['/vnfpkgm/v2/vnf_packages/x/package_content/upload_from_uri', limitOf('smallJsonBytes')],
    ['/nfvi/v1/defragment', limitOf('smallJsonBytes')],
  ])('%s: %d bytes', async (path, limit) => {
    const { status, body } = await answerTo(path, `{"a":"${'x'.repeat(limit)}"}`);
    expect([status, body['detail']]).toEqual([413, `The body of this request may have ${limit} bytes at most.`]);
  });
});

describe('a body is UTF-8', () => {
  test('or refused with the place', async () => {
    const body = Buffer.concat([Buffer.from('{"vnfdId":"é'), Buffer.from([0xff]), Buffer.from('"}')]);
    const answer = await answerTo(instances, body);
    expect(answer).toMatchObject({ status: 400, body: { detail: expect.stringContaining('at byte 13') } });
  });

  test.each(['utf-16', 'iso-8859-1', '"latin1"', 'utf-7'])('and not said to be %s', async (charset) => {
    const answer = await answerTo(instances, '{}', { 'content-type': `application/json; charset=${charset}` });
    expect([answer.status, answer.body['type']]).toEqual([415, 'urn:berth:problem:unsupported-media-type']);
  });

  test.each(['utf-8', 'UTF-8', '"utf-8"', 'utf8'])('as %s says', async (charset) => {
    const answer = await answerTo(instances, '{}', { 'content-type': `application/json; charset=${charset}` });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ message: expect.stringContaining('vnfdId') }] } });
  });
});

test('the OpenAPI page shows the limits of bodies', async () => {
  const document = JSON.stringify(await bodyOf(await door.ask('/docs-json')));
  expect(document).toContain('x-max-json-bytes');
});
