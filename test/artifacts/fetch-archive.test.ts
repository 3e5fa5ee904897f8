/**
 * Fetching packages on loopback: what is allowed comes, everything else is refused before a connection is made.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { defaultFetchRules, fetchArchive, type FetchRules, type Resolve } from '../../src/artifacts/fetch-archive.js';
import { isPublicAddress } from '../../src/artifacts/public-address.js';

type Answer = (request: IncomingMessage, response: ServerResponse) => unknown;

const requests: IncomingMessage[] = [];
const content = Buffer.alloc(300_000, 'package ');
let origin = '';
let port = 0;

const redirect =
  (location: () => string): Answer =>
  (_, response) =>
    response.writeHead(302, { location: location() }).end();

const answers: Readonly<Record<string, Answer>> = {
  '/package': (_, response) => response.writeHead(200, { 'content-length': content.length }).end(content),
  '/elsewhere': redirect(() => '/package'),
  '/inside': redirect(() => `http://localhost:${port}/package`),
  '/metadata': redirect(() => 'http://169.254.169.254/latest/meta-data'),
  '/file': redirect(() => 'file:///etc/passwd'),
  '/round': redirect(() => '/round'),
  '/packed': (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(content),
  '/cut': (_, response) => {
    response.writeHead(200, { 'content-length': content.length });
    response.write(content.subarray(0, 1000), () => response.destroy());
  },
  '/slow': (_, response) => response.writeHead(200).write('a'),
  '/silent': () => undefined,
};

const server = createServer((request, response) => {
  requests.push(request);
  const answer = answers[request.url ?? ''];
  if (answer === undefined) response.writeHead(404).end();
  else answer(request, response);
});

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
  origin = `http://127.0.0.1:${port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

interface Wish extends Partial<FetchRules> {
  readonly resolve?: Resolve;
}

const never = new AbortController().signal;
const nobody: Resolve = (name) => Promise.reject(new Error(`nobody is called ${name}`));

const fetched = (address: string, { resolve = nobody, ...rules }: Wish = {}) =>
  fetchArchive({ address }, { ...defaultFetchRules, allowed: [origin], ...rules }, never, resolve);

async function refusal(address: string, wish?: Wish): Promise<string> {
  const outcome = await fetched(address, wish);
  if (outcome.ok) throw new Error('it was fetched');
  expect(outcome.problem).toMatchObject({ status: 422 });
  return outcome.problem.detail;
}

async function bytesOf(outcome: Awaited<ReturnType<typeof fetched>>): Promise<Buffer> {
  if (!outcome.ok) throw new Error(outcome.problem.detail);
  const chunks: Uint8Array[] = [];
  for await (const chunk of outcome.value.content) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('a package', () => {
  test('comes from an allowed origin, with its length', async () => {
    const outcome = await fetched(`${origin}/package`);
    expect(outcome.ok && outcome.value.expectedBytes).toBe(content.length);
    expect((await bytesOf(outcome)).equals(content)).toBe(true);
  });

  test('comes by a redirect within what is allowed', async () => {
    expect((await bytesOf(await fetched(`${origin}/elsewhere`))).length).toBe(content.length);
  });

  test('comes from the address that was judged, resolved once', async () => {
    const asked: string[] = [];
    const resolve: Resolve = (name) => {
      asked.push(name);
      return Promise.resolve([{ address: '127.0.0.1', family: 4 }]);
    };
    const allowed = [`http://*.example:${port}`];
    const outcome = await fetched(`http://packages.example:${port}/package`, { allowed, resolve });
    expect((await bytesOf(outcome)).length).toBe(content.length);
    expect(asked).toEqual(['packages.example']);
    expect(requests.at(-1)?.headers.host).toBe(`packages.example:${port}`);
  });

  test('is asked for with credentials, which stay at their origin', async () => {
    const rules = { ...defaultFetchRules, allowed: [origin, `http://localhost:${port}`] };
    const resolve: Resolve = () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]);
    const before = requests.length;
    const credentials = { userName: 'a', password: 'b' };
    const outcome = await fetchArchive({ address: `${origin}/inside`, credentials }, rules, never, resolve);
    expect((await bytesOf(outcome)).length).toBe(content.length);
    const seen = requests.slice(before).map(({ headers }) => headers.authorization);
    expect(seen).toEqual([`Basic ${Buffer.from('a:b').toString('base64')}`, undefined]);
  });
});

const at =
  (...addresses: readonly string[]): Resolve =>
  () =>
    Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));

describe('nothing is connected to when', () => {
  test.each<readonly [string, () => string, RegExp, Wish?]>([
    ['the address is loopback', () => 'https://127.0.0.1/a', /127\.0\.0\.1, which is not public/],
    ['the address is loopback in another writing', () => 'https://2130706433/a', /127\.0\.0\.1, which is not public/],
    ['the address is IPv6 loopback', () => 'https://[::1]/a', /::1, which is not public/],
    ['the address is IPv4 in IPv6', () => 'https://[::ffff:10.0.0.1]/a', /which is not public/],
    ['the name is of a private address', () => 'https://a.example/', /10\.1\.2\.3, which/, { resolve: at('10.1.2.3') }],
    [
      'the name is of a public and a private address',
      () => 'https://a.example/',
      /192\.168\.1\.1, which/,
      { resolve: at('8.8.8.8', '192.168.1.1') },
    ],
    ['the name is of nobody', () => 'https://a.example/', /cannot be resolved: nobody/],
    ['it is plain http', () => 'http://a.example/', /is not https/, { resolve: at('8.8.8.8') }],
    ['the port is not the allowed one', () => 'http://127.0.0.1:1/a', /is not https/],
    ['only allowed origins may be fetched', () => 'https://a.example/', /not among/, { onlyAllowed: true }],
    ['it is a file', () => 'file:///etc/passwd', /no http or https URI/],
    ['it is no URI', () => 'package.csar', /no http or https URI/],
    ['it has a password in it', () => `${origin.replace('//', '//user:secret@')}/package`, /without user information/],
  ])('%s', async (_, address, why, wish = {}) => {
    const before = requests.length;
    const detail = await refusal(address(), wish);
    expect(detail).toMatch(why);
    expect(detail).not.toContain('secret');
    expect(requests.length).toBe(before);
  });
});

describe('a package is refused when', () => {
  test.each<readonly [string, string, RegExp, Wish?]>([
    ['it redirects to an origin that is not allowed', '/inside', /http:\/\/localhost:\d+ is not https/],
    ['it redirects to a link-local address', '/metadata', /169\.254\.169\.254 is not https/],
    ['it redirects to a file', '/file', /no http or https URI/],
    ['it redirects forever', '/round', /redirects more than 5 times/],
    ['it is not there', '/none', /the server answers 404/],
    ['it comes encoded', '/packed', /content encoding/],
    ['the server says nothing', '/silent', /nothing came for 50 ms/, { idleMs: 50 }],
  ])('%s', async (_, path, why, wish = {}) => {
    expect(await refusal(`${origin}${path}`, wish)).toMatch(why);
  });
});

describe('a transfer that has begun fails when', () => {
  test.each<readonly [string, string, Wish?]>([
    ['the server cuts it off', '/cut'],
    ['the server pauses too long', '/slow', { idleMs: 50 }],
    ['it takes too long in all', '/slow', { totalMs: 150 }],
  ])('%s', async (_, path, wish = {}) => {
    await expect(bytesOf(await fetched(`${origin}${path}`, wish))).rejects.toThrow();
  });
});

test('a transfer ends when it is told to, and when its receiver closes it', async () => {
  const told = new AbortController();
  const rules = { ...defaultFetchRules, allowed: [origin] };
  const slow = await fetchArchive({ address: `${origin}/slow` }, rules, told.signal);
  setTimeout(() => told.abort(new Error('enough')), 20);
  await expect(bytesOf(slow)).rejects.toThrow();
  const closed = await fetched(`${origin}/slow`);
  const gone = once(requests.at(-1)!.socket, 'close');
  if (closed.ok) closed.value.close();
  await gone;
});

test.each([
  '0.0.0.0', '10.0.0.1', '100.64.0.1', '127.1.2.3', '169.254.169.254', '172.31.0.1', '192.168.0.1', '198.18.0.1',
  '224.0.0.1', '255.255.255.255', '::', '::1', 'fe80::1', 'fc00::1', 'ff02::1', '::ffff:8.8.8.8', '64:ff9b::a00:1',
  '2001:db8::1', '2002:7f00:1::', 'example.org', '',
])('%s is not public', (address) => expect(isPublicAddress(address)).toBe(false)); // prettier-ignore

test.each(['8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00::1'])('%s is public', (address) =>
  expect(isPublicAddress(address)).toBe(true),
);
