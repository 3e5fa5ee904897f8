import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fastify, { type FastifyInstance } from 'fastify';
import { PassThrough } from 'node:stream';
import { Connections } from '../../../src/api/http/connections.js';
import { ProblemError } from '../../../src/api/http/problem-error.js';
import { installSlowReaderRule } from '../../../src/api/http/slow-readers.js';
import { BodiesUnderWay } from '../../../src/api/http/whole-body.js';
import { openDoor, token, type Door } from '../door.js';
import { rawClient, type RawClient } from './raw-client.js';
import { systemClock } from '../../../src/system.js';

const clients: RawClient[] = [];
async function say(origin: string, text = ''): Promise<RawClient> {
  const client = await rawClient(origin, text);
  clients.push(client);
  return client;
}
afterEach(() => clients.splice(0).forEach(({ socket }) => socket.destroy()));

const head = (line: string, ...more: string[]): string => [line, 'Host: berth', ...more, '', ''].join('\r\n');
const authorization = `Authorization: Bearer ${token}`;
const json = 'Content-Type: application/json';
const version = 'Version: 2.0.0';
const endless = 'Transfer-Encoding: chunked';

/** Half-closing is not enough: this client does not close its own half, and goes on to send. */
async function gone({ socket }: RawClient): Promise<void> {
  const more = setInterval(() => socket.write('5\r\nhello\r\n'), 20);
  if (!socket.destroyed) await new Promise((resolve) => socket.once('close', resolve));
  clearInterval(more);
}

describe('a refused request whose body never ends', () => {
  let door: Door;
  beforeEach(async () => {
    door = await openDoor({ store: { package: async () => undefined } });
  });
  afterEach(() => door.close());

  const refused = [
    ['401', head('POST /vnflcm/v2/vnf_instances HTTP/1.1', json, endless)],
    ['401', head('POST /vnflcm/v2/vnf_instances HTTP/1.1', json, 'Content-Length: 1000000')],
    ['400', head('POST /vnflcm/v2/vnf_instances HTTP/1.1', authorization, json, endless)],
    ['404', head('POST /nothing HTTP/1.1', authorization, json, endless)],
    ['405', head('PUT /vnflcm/v2/vnf_instances HTTP/1.1', authorization, version, json, endless)],
    ['406', head('POST /nfvi/v1/defragment HTTP/1.1', authorization, json, endless, 'Accept: text/html')],
    ['413', head('POST /nfvi/v1/defragment HTTP/1.1', authorization, json, 'Content-Length: 1000000')],
    ['415', head('POST /nfvi/v1/defragment HTTP/1.1', authorization, 'Content-Type: text/plain', endless)],
    ['415', head('POST /nfvi/v1/defragment HTTP/1.1', authorization, json, endless, 'Content-Encoding: gzip')],
    ['200', head('GET /healthz HTTP/1.1', endless)],
    [
      '404',
      head(
        'PUT /vnfpkgm/v2/vnf_packages/x/package_content HTTP/1.1',
        authorization,
        'Version: 2.1.0',
        'Content-Type: application/zip',
        endless,
      ),
    ],
  ] as const;

  async function closedAfter(status: string, text: string): Promise<void> {
    const client = await say(door.origin, text);
    expect(await client.untilSaid('\r\n\r\n')).toMatch(
      new RegExp(`^HTTP/1.1 ${status} .*\r\nconnection: close\r\n`, 'is'),
    );
    await gone(client);
  }

  test('is answered, and its connection is closed', async () => {
    await Promise.all(refused.map(([status, text]) => closedAfter(status, text)));
  });

  test('is not followed by another on its connection', async () => {
    const refused = head('POST /vnflcm/v2/vnf_instances HTTP/1.1', json, 'Content-Length: 5');
    const client = await say(door.origin, refused);
    await client.untilSaid('\r\n\r\n');
    client.socket.write(`hello${head('GET /healthz HTTP/1.1')}`);
    expect((await client.untilClosed()).match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 401']);
  });

  test('what is not HTTP does not keep its connection either', async () => {
    const client = await say(door.origin, 'hello, who is there?\r\n\r\n');
    expect(await client.untilClosed()).toMatch(/^HTTP\/1\.1 400 /);
    await gone(client);
  });
});

test('a refused request that was read to its end keeps its connection', async () => {
  const door = await openDoor({});
  const client = await say(door.origin, head('GET /vnflcm/v2/vnf_instances HTTP/1.1'));
  await client.untilSaid('HTTP/1.1 401');
  client.socket.write(head('GET /healthz HTTP/1.1'));
  await client.untilSaid('HTTP/1.1 200');
  await door.close();
});

describe('a body that is read whole', () => {
  const limits = { bytes: 10, ms: 30, togetherBytes: 15 };
  const statusOf = async (reading: Promise<unknown>): Promise<number> =>
    reading.then(
      () => 200,
      (error: unknown) => (error instanceof ProblemError ? error.problem.status : 0),
    );

  test('is refused when it does not come in time', async () => {
    const body = new PassThrough();
    body.write('abc');
    expect(await statusOf(new BodiesUnderWay(systemClock).read(body, limits))).toBe(408);
  });

  test('is refused when it is longer, as announced or as it comes', async () => {
    const underWay = new BodiesUnderWay(systemClock);
    expect(await statusOf(underWay.read(new PassThrough(), limits, 11))).toBe(413);
    const body = new PassThrough();
    body.write('twelve bytes');
    expect(await statusOf(underWay.read(body, limits))).toBe(413);
  });

  test('is refused while others hold what all may hold together', async () => {
    const underWay = new BodiesUnderWay(systemClock);
    const [first, second, third] = [new PassThrough(), new PassThrough(), new PassThrough()];
    const held = underWay.read(first, { ...limits, ms: 5000 });
    first.write('ten bytes!');
    expect(await statusOf(underWay.read(second.end('ten more!!'), limits))).toBe(503);
    first.end();
    expect((await held).toString()).toBe('ten bytes!');
    expect(await statusOf(underWay.read(third.end('ten again!'), limits))).toBe(200);
  });

  test('keeps no chunk that it came in, however small', async () => {
    const body = new PassThrough();
    const text = 'in chunks of one byte '.repeat(500);
    const reading = new BodiesUnderWay(systemClock).read(body, {
      bytes: text.length,
      ms: 5000,
      togetherBytes: text.length,
    });
    for (const sign of text) {
      const chunk = Buffer.from(sign);
      body.write(chunk);
      // Whoever keeps it would see this; it is read by then.
      await new Promise((resolve) => setImmediate(resolve));
      chunk.fill(0);
    }
    body.end();
    expect((await reading).toString()).toBe(text);
  });

  test('is refused when its client goes away', async () => {
    const body = new PassThrough();
    const reading = statusOf(new BodiesUnderWay(systemClock).read(body, limits));
    body.destroy();
    expect(await reading).toBe(400);
  });
});

describe('connections', () => {
  let server: FastifyInstance;
  afterEach(() => server.close());

  async function serverWith(install: (server: FastifyInstance) => void): Promise<string> {
    server = fastify({ forceCloseConnections: true });
    install(server);
    return server.listen({ port: 0, host: '127.0.0.1' });
  }

  test('beyond the limit take the place of the oldest that does nothing for a client with the token', async () => {
    const connections = new Connections({ connections: 3, served: 1 });
    const held = Promise.withResolvers<string>();
    const origin = await serverWith((to) => {
      connections.watch(to);
      to.addHook('onRequest', (request, reply, done) =>
        done(request.url === '/work' ? connections.serve(request.raw, reply.raw) : undefined),
      );
      to.get('/work', () => held.promise);
      to.get('/health', () => 'alive');
    });
    const worker = await say(origin, head('GET /work HTTP/1.1'));
    const [oldest, later] = [await say(origin), await say(origin)];
    const health = await say(origin, head('GET /health HTTP/1.1'));
    await health.untilSaid('alive');
    await oldest.untilClosed();
    expect(later.socket.destroyed).toBe(false);
    // The only place with the token is taken, and given back with the answer.
    health.socket.write(head('GET /work HTTP/1.1'));
    await health.untilSaid('HTTP/1.1 500');
    held.resolve('done');
    await worker.untilSaid('done');
    worker.socket.write(head('GET /work HTTP/1.1'));
    expect((await worker.untilSaid('HTTP/1.1 200')).length).toBeGreaterThan(0);
  });

  test('of which the client takes nothing are closed, after silence or after the whole time', async () => {
    const answer = 'x'.repeat(50_000_000);
    const open = async (limits: { silenceMs: number; wholeMs: number }): Promise<string> =>
      serverWith((to) => {
        installSlowReaderRule(to, limits, systemClock);
        to.get('/', () => answer);
      });
    for (const limits of [
      { silenceMs: 50, wholeMs: 60_000 },
      { silenceMs: 60_000, wholeMs: 50 },
    ]) {
      const origin = await open(limits);
      const client = await say(origin);
      client.socket.pause();
      const gone = new Promise<void>((resolve) =>
        server.server.once('connection', (socket) => socket.once('close', () => resolve())),
      );
      const stuck = await say(origin, head('GET / HTTP/1.1'));
      stuck.socket.pause();
      await gone;
      await server.close();
    }
  });
});
