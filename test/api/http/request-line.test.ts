import { afterEach, beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { limitOf } from '../../../src/api/http/limits.js';
import { plainTarget } from '../../../src/api/http/request-line.js';
import { bodyOf, openDoor, token, type Door } from '../door.js';
import { rawClient } from './raw-client.js';
import { Tried } from '../../builders/tried.js';

let door: Door;
const asked: string[] = [];
const none = (id: string) => {
  asked.push(id);
  return Promise.resolve(undefined);
};
beforeEach(async () => {
  door = await openDoor({
    store: {
      instance: none,
      opOcc: none,
      package: none,
      packageByVnfdId: none,
      host: none,
      instancePage: async () => [],
    },
  });
});
afterEach(() => door.close());

const instances = '/vnflcm/v2/vnf_instances';

async function statusOf(target: string, host = 'berth', version: readonly string[] = ['2.0.0']): Promise<string> {
  const head = [
    `GET ${target} HTTP/1.1`,
    `Host: ${host}`,
    `Authorization: Bearer ${token}`,
    ...version.map((each) => `Version: ${each}`),
    'Connection: close',
    '',
    '',
  ];
  const client = await rawClient(door.origin, head.join('\r\n'));
  const answer = await client.untilClosed();
  client.socket.destroy();
  return answer.slice(9, 12);
}

test.each([
  `${instances}/a%00b`,
  `${instances}/%ff`,
  `${instances}/%ed%a0%80`,
  `${instances}/%0a`,
  `${instances}/%zz`,
  `/vnfpkgm/v1/vnf_packages/x/artifacts/a%00/b`,
  `/nothing/%00`,
  `${instances}?filter=%ff`,
  `${instances}?filter=(eq,id,a%00)`,
  `${instances}?%ed%b0%80`,
  `${instances}?nextpage_opaque_marker=%`,
])('%s is refused before anything is looked up by it', async (target) => {
  expect(await statusOf(target)).toBe('400');
  expect(asked).toEqual([]);
});

test.each(['a b', 'a/b', '"', 'a\xffb', '[::1', 'x:port', 'a?b', 'a,b'])('the Host %j is refused', async (host) => {
  expect(await statusOf(instances, host)).toBe('400');
});

test.each(['berth', 'berth.example:8080', '10.0.0.1:1', '[::1]:8080', 'a_b-c.d'])(
  'the Host %s is taken',
  async (host) => {
    expect(await statusOf(instances, host)).toBe('200');
  },
);

/** A path in which every letter is escaped, in one case and the other. */
const spelt = (path: string, hex: (code: number) => string) =>
  path.replaceAll(/[a-z0-9_]/g, (sign) => `%${hex(sign.charCodeAt(0))}`);

test.each([
  ['/vnfl%63m/v2/vnf_instances'],
  ['/vnflcm/%76%32/vnf%5Finstances'],
  ['/vnfl%63m/v2/vnf_instances?exclude_default'],
  [spelt(instances, (code) => code.toString(16))],
  [spelt(instances, (code) => code.toString(16).toUpperCase())],
])('%s is held against the same rules as without escapes', async (path) => {
  expect(await statusOf(path, 'berth', [])).toBe('400');
  expect(await statusOf(path, 'berth', ['1.9.9'])).toBe('406');
  expect(await statusOf(path)).toBe('200');
});

test.each(['/%64ocs', '/health%7A', '/docs-js%6Fn'])('%s needs no token, as without escapes', async (path) => {
  const client = await rawClient(door.origin, `GET ${path} HTTP/1.1\r\nHost: b\r\nConnection: close\r\n\r\n`);
  expect((await client.untilClosed()).slice(9, 12)).toBe('200');
  client.socket.destroy();
});

test('escapes that a path needs stay', () => {
  expect(plainTarget('/a%2Fb%2f%25%7E%c3%a9?x=%41')).toBe('/a%2Fb%2f%25~%c3%a9?x=%41');
  expect(plainTarget('/%2541')).toBe('/%2541');
});

test.each([
  ['a query', `${instances}?filter=(eq,id,${'x'.repeat(limitOf('targetChars'))})`],
  ['a path', `/${'x/'.repeat(limitOf('targetChars') / 2)}`],
  ['an identifier', `${instances}/${'x'.repeat(limitOf('pathPartChars') + 1)}`],
  ['a target beyond what the head may have', `${instances}?filter=${'x'.repeat(20_000)}`],
])('%s that is too long is 414 with the limit', async (_, target) => {
  const response = await door.ask(target);
  const limit = new RegExp(`may have (${limitOf('targetChars')}|${limitOf('pathPartChars')}) characters at most`);
  expect(await bodyOf(response)).toMatchObject({
    status: 414,
    type: 'urn:berth:problem:uri-too-long',
    detail: expect.stringMatching(limit),
  });
});

test('a head that is too large for another reason is 431', async () => {
  const response = await door.ask(instances, { headers: { 'x-much': 'x'.repeat(20_000) } });
  expect(await bodyOf(response)).toMatchObject({ status: 431 });
});

test('whatever stands in a path parameter, the answer is a problem of the client, and what is looked up is what was sent', async () => {
  const at = fc.constantFrom(
    (id: string) => `${instances}/${id}`,
    (id: string) => `/vnflcm/v2/vnf_lcm_op_occs/${id}`,
    (id: string) => `/vnfpkgm/v2/vnf_packages/${id}`,
    (id: string) => `/vnfpkgm/v2/onboarded_vnf_packages/${id}`,
    (id: string) => `/nfvi/v1/hosts/${id}`,
  );
  const text = fc
    .string({ unit: 'binary', minLength: 1, maxLength: 50 })
    .filter((each) => each.isWellFormed() && each !== '.' && each !== '..');
  const tried = new Tried('an identifier that is looked up');
  await fc.assert(
    fc.asyncProperty(at, text, async (path, id) => {
      asked.length = 0;
      const response = await door.ask(path(encodeURIComponent(id)));
      const body = await bodyOf(response);
      expect([404, 400]).toContain(response.status);
      if (tried.is(response.status === 404)) expect(asked).toEqual([id]);
      expect(JSON.stringify(body).isWellFormed()).toBe(true);
    }),
    { numRuns: 60 },
  );
  tried.expectShare(1 / 4);
});

test('a long path is cut in the answer and in the log, which names the client', async () => {
  const response = await door.ask(`/${'x'.repeat(15_000)}`, { method: 'POST' });
  expect((await response.text()).length).toBeLessThan(1024);
  const [line = ''] = door.log.filter((each) => each.includes('xxx'));
  expect(line.length).toBeLessThan(1024);
  expect(JSON.parse(line)).toMatchObject({ client: '127.0.0.1', method: 'POST' });
});
