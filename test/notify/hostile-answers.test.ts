import { afterEach, describe, expect, test } from '@jest/globals';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createCaller, type Answer, type Call, type Caller } from '../../src/notify/call.js';

/** What a subscriber writes, byte for byte: no HTTP library would send most of it. */
type Script = (socket: Socket) => void;

const servers: Server[] = [];
const sockets = new Set<Socket>();
const timers = new Set<NodeJS.Timeout>();

afterEach(() => {
  for (const timer of timers) clearInterval(timer);
  timers.clear();
  for (const server of servers.splice(0)) server.close();
  for (const socket of sockets) socket.destroy();
  sockets.clear();
});

async function serve(script: Script): Promise<number> {
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
    socket.once('data', () => script(socket));
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const longMs = 20_000;
/** Where the test waits for it. */
const shortMs = 100;

const callerAt = (port: number, timeoutMs: number): Caller =>
  createCaller({ allowed: [`http://em.example:${port}`], onlyAllowed: true }, timeoutMs, async () => [
    { address: '127.0.0.1', family: 4 },
  ]);

interface Wish extends Pick<Call, 'wantsText' | 'signal'> {
  readonly limitMs?: number;
}

async function answerTo(script: Script, { limitMs = longMs, ...wish }: Wish = {}): Promise<Answer> {
  const port = await serve(script);
  const uri = `http://em.example:${port}/notify`;
  return callerAt(port, limitMs)({ method: 'POST', uri, headers: {}, body: '{}', ...wish });
}

/** A byte now and then, for ever. */
const trickle = (text: string): Script =>
  function (socket) {
    let at = 0;
    const timer = setInterval(() => {
      const next = text[at];
      at += 1;
      if (next !== undefined) socket.write(next);
      else socket.write('x');
    }, 5);
    timers.add(timer);
  };

const says =
  (...parts: readonly string[]): Script =>
  (socket) => {
    for (const part of parts) socket.write(part);
  };

const then =
  (first: Script, second: Script): Script =>
  (socket) => {
    first(socket);
    second(socket);
  };

const closes: Script = (socket) => socket.end();
const resets: Script = (socket) => setTimeout(() => socket.resetAndDestroy(), 20);

describe('the status of an answer decides, whatever becomes of the rest', () => {
  const taken: readonly (readonly [string, Script])[] = [
    ['a body that trickles', then(says('HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n'), trickle(''))],
    [
      'a body in chunks that trickles',
      then(says('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'), trickle('1\r\nx\r\n')),
    ],
    ['a body that never begins', says('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n')],
    ['a body without length that never ends', says('HTTP/1.1 200 OK\r\n\r\nx')],
    ['a body that is cut short', then(says('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc'), closes)],
    ['a body that ends in a reset', then(says('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc'), resets)],
    ['chunks that cannot be read', says('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', 'zz\r\n')],
    ['a body beyond the limit', says('HTTP/1.1 200 OK\r\n\r\n', 'x'.repeat(1_000_000))],
    ['100 Continue before it', says('HTTP/1.1 100 Continue\r\n\r\n', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')],
    [
      '103 Early Hints before it',
      says('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'),
    ],
    ['another answer behind it', says('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', 'HTTP/1.1 500 No\r\n\r\n')],
  ];

  test.each(taken)('200 with %s', async (_what, script) => {
    expect(await answerTo(script)).toMatchObject({ status: 200 });
  });

  test('204 with a body', async () => {
    expect(await answerTo(says('HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello'))).toMatchObject({
      status: 204,
    });
  });

  test('a redirect whose body trickles', async () => {
    const moved = says('HTTP/1.1 307 Temporary Redirect\r\nLocation: /x\r\nContent-Length: 9999\r\n\r\n');
    expect(await answerTo(then(moved, trickle('')))).toMatchObject({ status: 307 });
  });
});

describe('an answer without a status is an error with its own text', () => {
  const inVain = `it did not answer within ${shortMs} ms`;
  const failing: readonly (readonly [string, Script, string | RegExp])[] = [
    ['headers that trickle', trickle('HTTP/1.1 200 OK\r\nX-Slow: '), inVain],
    ['headers without end', says(`HTTP/1.1 200 OK\r\nX-Long: ${'x'.repeat(100_000)}`), /overflow/i],
    ['100 Continue and nothing', says('HTTP/1.1 100 Continue\r\n\r\n'), inVain],
    [
      '100 Continue without end',
      says('HTTP/1.1 100 Continue\r\n\r\n'.repeat(5_000)),
      'it sends one interim answer after the other',
    ],
    [
      '101 Switching Protocols',
      says('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'),
      'the connection ended without an answer',
    ],
    ['a connection that is closed at once', closes, 'socket hang up'],
    ['what is no HTTP', says('SSH-2.0-OpenSSH_9.2\r\n'), /^Parse Error/],
  ];

  test.each(failing)('%s', async (_what, script, why) => {
    const limitMs = why === inVain ? shortMs : longMs;
    expect(await answerTo(script, { limitMs })).toEqual({ why: expect.stringMatching(why) });
  });
});

test('a connection is gone once its call is over', async () => {
  await answerTo(then(says('HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n'), trickle('')));
  const [socket] = sockets;
  await new Promise((closed) => (socket?.closed === false ? socket.once('close', closed) : closed(undefined)));
  expect(sockets.size).toBe(0);
});

test('text that is wanted and does not come whole is no answer', async () => {
  const begun = says('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc');
  expect(await answerTo(then(begun, closes), { wantsText: true })).toEqual({ why: 'aborted' });
  expect(await answerTo(begun, { limitMs: shortMs, wantsText: true })).toEqual({
    why: `it did not answer within ${shortMs} ms`,
  });
});

test('a status that has come counts, even when Berth stops before the rest is there', async () => {
  const stopping = new AbortController();
  const channel = 'http.client.response.finish';
  const came = () => setImmediate(() => stopping.abort());
  subscribe(channel, came);
  const answer = await answerTo(says('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc'), { signal: stopping.signal });
  unsubscribe(channel, came);
  expect(stopping.signal.aborted).toBe(true);
  expect(answer).toMatchObject({ status: 200 });
});
