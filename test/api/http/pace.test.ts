import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openDoor, token, type Door } from '../door.js';
import { rawClient } from './raw-client.js';

const requests = 60;
const workMs = 5;

let door: Door;
let looks = 0;
beforeEach(async () => {
  looks = 0;
  door = await openDoor({
    store: {
      // As a database in this process does: nobody else has a turn meanwhile.
      instancePage: () => {
        looks += 1;
        for (const until = performance.now() + workMs; performance.now() < until;);
        return Promise.resolve([]);
      },
    },
  });
});
afterEach(() => door.close());

const request = (path: string): string =>
  `GET ${path} HTTP/1.1\r\nHost: berth\r\nAuthorization: Bearer ${token}\r\nVersion: 2.0.0\r\n\r\n`;

/** The most requests that began while nobody else had a turn. */
async function mostInOneTurn(work: () => Promise<unknown>): Promise<number> {
  let [most, before, isOver] = [0, looks, false];
  const look = (): void => {
    most = Math.max(most, looks - before);
    before = looks;
    if (!isOver) setImmediate(look);
  };
  look();
  await work();
  isOver = true;
  return most;
}

test('requests that come in one packet do not hold the loop together', async () => {
  const most = await mostInOneTurn(async () => {
    const client = await rawClient(door.origin, request('/vnflcm/v2/vnf_instances').repeat(requests) + request('/end'));
    await client.untilSaid('There is nothing at /end');
    client.socket.destroy();
  });
  expect(looks).toBe(requests);
  expect(most).toBeLessThanOrEqual(6);
});

test('the health check does not wait for them', async () => {
  const client = await rawClient(door.origin, request('/vnflcm/v2/vnf_instances').repeat(200));
  while (looks === 0) await new Promise((resolve) => setImmediate(resolve));
  const health = await fetch(`${door.origin}/healthz`);
  expect(health.status).toBe(200);
  expect(looks).toBeLessThan(200);
  client.socket.destroy();
});
