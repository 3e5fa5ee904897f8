/**
 * What Accept may refuse: only what could have been answered otherwise (RFC 9110 clause 12.1). Every route is walked.
 */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { bodyOf, openDoor, type Door } from '../door.js';

let door: Door;
beforeEach(async () => {
  door = await openDoor({});
});
afterEach(() => door.close());

interface Operation {
  readonly responses: Readonly<Record<string, { readonly content?: object }>>;
}

/** Method, path, and the media types of success. */
async function routes(): Promise<readonly (readonly [string, string, readonly string[]])[]> {
  const { paths } = (await (await door.ask('/docs-json')).json()) as {
    paths: Record<string, Record<string, Operation>>;
  };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { responses }]) => {
      const success = Object.entries(responses).find(([status]) => status.startsWith('2'))?.[1];
      return [method.toUpperCase(), path.replace(/\{\w+\}/g, 'x'), Object.keys(success?.content ?? {})] as const;
    }),
  );
}

const statusWith = async (method: string, path: string, accept: string): Promise<number> => {
  const response = await door.ask(path, { method, headers: { accept } });
  await response.body?.cancel();
  return response.status;
};

test('an answer without a body is given whatever Accept says, on every route', async () => {
  const silent = (await routes()).filter(([, , types]) => types.length === 0);
  const isFile = (path: string) => /vnfd$|manifest$|artifacts|package_content$|metrics$|backup$/.test(path);
  const walked = silent.filter(([method, path]) => method !== 'GET' || !isFile(path));
  expect(walked.length).toBeGreaterThan(15);
  for (const [method, path] of walked) {
    expect([method, path, await statusWith(method, path, 'application/zip')]).not.toEqual([method, path, 406]);
  }
});

test('JSON is not sent to those who ask for something else, on every route', async () => {
  const json = (await routes()).filter(([, , types]) => types.includes('application/json'));
  expect(json.length).toBeGreaterThan(15);
  for (const [method, path] of json) {
    expect([method, path, await statusWith(method, path, 'image/png')]).toEqual([method, path, 406]);
  }
});

test.each([
  ['POST', '/vnflcm/v2/vnf_instances', 'accept-post', 'application/json'],
  ['PATCH', '/vnflcm/v2/vnf_instances/x', 'accept-patch', 'application/merge-patch+json, application/json'],
  [
    'PUT',
    '/vnfpkgm/v2/vnf_packages/x/package_content',
    'accept',
    'application/zip, application/octet-stream, multipart/form-data',
  ],
])(
  'a body of a type that %s does not take is 415 with the types that it takes',
  async (method, path, header, types) => {
    const response = await door.ask(path, { method, body: 'a: 1', headers: { 'content-type': 'text/yaml' } });
    expect([response.status, response.headers.get(header)]).toEqual([415, types]);
    expect(await bodyOf(response)).toMatchObject({
      detail: expect.stringMatching(/takes application\/.*not text\/yaml/),
    });
  },
);

test('a body without Content-Type is 415 and says so', async () => {
  const path = '/vnflcm/v2/vnf_instances';
  const response = await door.ask(path, { method: 'POST', body: new Blob(['{}']) });
  expect(await bodyOf(response)).toMatchObject({
    status: 415,
    detail: `${path} takes application/json; the request names no Content-Type.`,
  });
});

test('a body in another coding is 415 with what is taken', async () => {
  const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
  const response = await door.ask('/vnflcm/v2/vnf_instances', { method: 'POST', body: '{}', headers });
  expect([response.status, response.headers.get('accept-encoding')]).toEqual([415, 'identity']);
});
