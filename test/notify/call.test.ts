import { afterEach, describe, expect, test } from '@jest/globals';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AccessTokens } from '../../src/notify/access-tokens.js';
import { createCaller, type Caller } from '../../src/notify/call.js';
import type { Resolve } from '../../src/notify/callback-address.js';
import type { ClientCredentials } from '../../src/subscription/authentication.js';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

/** The port of a server on loopback that any origin of it may be called at by name. */
async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return (server.address() as AddressInfo).port;
}

const toLoopback: Resolve = async () => [{ address: '127.0.0.1', family: 4 }];

const caller = (port: number, resolve = toLoopback, timeoutMs = 5000): Caller =>
  createCaller({ allowed: [`http://em.example:${port}`], onlyAllowed: true }, timeoutMs, resolve);

const get = (port: number, path = '/') =>
  ({ method: 'GET', uri: `http://em.example:${port}${path}`, headers: {} }) as const;

describe('a call', () => {
  test('goes to the address that was judged, under the name of the URI, which is resolved once', async () => {
    let resolved = 0;
    const port = await serve((request, response) => response.end(request.headers.host));
    const call = caller(port, async (name) => {
      resolved += 1;
      return toLoopback(name);
    });
    expect(await call({ ...get(port), wantsText: true })).toEqual({ status: 200, text: `em.example:${port}` });
    expect(resolved).toBe(1);
  });

  test('follows no redirect', async () => {
    const paths: (string | undefined)[] = [];
    const port = await serve((request, response) => {
      paths.push(request.url);
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    expect(await caller(port)(get(port))).toMatchObject({ status: 302 });
    expect(paths).toEqual(['/']);
  });

  test('ends in time when nothing is answered, or an answer never ends', async () => {
    const port = await serve((request, response) => {
      if (request.url === '/slow') response.writeHead(200).write('x');
    });
    for (const path of ['/', '/slow'])
      expect(await caller(port, toLoopback, 50)({ ...get(port, path), wantsText: true })).toEqual({
        why: 'it did not answer within 50 ms',
      });
  });

  test('ends in time when a name is never resolved', async () => {
    const never: Resolve = () => new Promise(() => undefined);
    expect(await caller(1, never, 20)(get(1))).toEqual({ why: 'it did not answer within 20 ms' });
  });

  test('is broken off when Berth stops', async () => {
    const stopping = new AbortController();
    const port = await serve(() => stopping.abort());
    expect(await caller(port)({ ...get(port), signal: stopping.signal })).toEqual({ why: 'Berth is stopping' });
  });

  test('reads only what it needs of an answer', async () => {
    const port = await serve((_request, response) => response.end(Buffer.alloc(10_000_000, 'x')));
    const answer = await caller(port)({ ...get(port), wantsText: true });
    expect('text' in answer && answer.text.length).toBeLessThanOrEqual(64 * 1024);
  });

  test('says why nobody answers', async () => {
    const port = await serve(() => undefined);
    servers[0]?.close();
    expect(await caller(port)(get(port))).toEqual({ why: `connect ECONNREFUSED 127.0.0.1:${port}` });
  });
});

describe('access tokens', () => {
  const credentials = (change: Partial<ClientCredentials> = {}): ClientCredentials => ({
    kind: 'oauth2',
    clientId: 'berth & co',
    clientPassword: 'p:w%',
    tokenEndpoint: 'http://as.example/token',
    ...change,
  });

  function open(grant: object = { access_token: 't', token_type: 'bearer', expires_in: 100 }, status = 200) {
    const world = { nowMs: 0, calls: [] as Parameters<Caller>[0][] };
    const tokens = new AccessTokens(
      async (call) => {
        world.calls.push(call);
        return { status, text: JSON.stringify(grant) };
      },
      { elapsedMs: () => world.nowMs },
    );
    return { world, tokens };
  }

  test('are asked for with the form-encoded client in the header (RFC 6749 clause 2.3.1)', async () => {
    const { tokens, world } = open();
    expect(await tokens.token(credentials())).toMatchObject({ token: 't' });
    const header = world.calls[0]?.headers['authorization'] ?? '';
    expect(Buffer.from(header.replace('Basic ', ''), 'base64').toString()).toBe('berth+%26+co:p%3Aw%25');
  });

  test('are kept until shortly before their end, or until they are forgotten', async () => {
    const { tokens, world } = open();
    await tokens.token(credentials());
    world.nowMs = 94_999;
    await tokens.token(credentials());
    expect(world.calls).toHaveLength(1);
    world.nowMs = 95_000;
    await tokens.token(credentials());
    expect(world.calls).toHaveLength(2);
    tokens.forget(credentials());
    await tokens.token(credentials());
    expect(world.calls).toHaveLength(3);
  });

  test('are not shared with whoever knows the client but not its password', async () => {
    const { tokens, world } = open();
    await tokens.token(credentials());
    await tokens.token(credentials({ clientPassword: 'guessed' }));
    expect(world.calls).toHaveLength(2);
  });

  test.each([
    [{ access_token: 't', token_type: 'mac' }, 200, 'answers no bearer token'],
    [{ access_token: 'a\r\nx: y', token_type: 'Bearer' }, 200, 'answers no bearer token'],
    [{ token_type: 'Bearer' }, 200, 'answers no bearer token'],
    ['no object', 200, 'answers no bearer token'],
    [{ error: 'invalid_client' }, 400, 'answers 400, not 200'],
  ])('are not taken from an answer like %j', async (grant, status, why) => {
    const { tokens } = open(grant as object, status);
    const tokenEndpoint = 'http://as.example/token?key=hidden';
    expect(await tokens.token(credentials({ tokenEndpoint }))).toEqual({
      why: `the token endpoint http://as.example/token ${why}`,
    });
  });
});
