import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { endOnSilence } from '../../../src/api/http/end-on-silence.js';

const ended: Promise<string>[] = [];

/** What became of the body, and of the connection some time after it. */
async function read(body: IncomingMessage): Promise<string> {
  try {
    let text = '';
    for await (const chunk of body) text += String(chunk);
    await sleep(60);
    return `${text}, ${body.socket.destroyed ? 'and then silence' : 'open'}`;
  } catch (error) {
    return (error as Error).message;
  }
}

const server = createServer((incoming, response) => {
  endOnSilence(incoming, 30);
  ended.push(read(incoming).finally(() => response.end()));
});

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const send = () => {
  const { port } = server.address() as AddressInfo;
  const sent = request({ port, host: '127.0.0.1', method: 'PUT' });
  sent.on('error', () => undefined);
  return sent;
};

test('a body that stops coming ends with its reason, and so does the connection', async () => {
  const sent = send();
  sent.write('half');
  await new Promise((resolve) => sent.once('close', resolve));
  expect(await ended.pop()).toBe('nothing came for 0.03 s');
});

test('a body that has come is worked on for as long as it takes', async () => {
  const sent = send();
  sent.end('whole');
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  expect([response.statusCode, await ended.pop()]).toEqual([200, 'whole, open']);
  response.resume();
});
