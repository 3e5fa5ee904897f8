import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openDoor, token, type Door } from '../door.js';
import { rawClient } from './raw-client.js';

const requests = 60;
const workMs = 5;

let door: Door;
/** Of the door that is open: requests of one before may still be under way. */
let counted = { looks: 0 };
let held: Promise<void> = Promise.resolve();
beforeEach(async () => {
  const mine = (counted = { looks: 0 });
  held = Promise.resolve();
  door = await openDoor({
    store: {
      // As a database in this process does: nobody else has a turn meanwhile.
      instancePage: () => {
        mine.looks += 1;
        for (const until = performance.now() + workMs; performance.now() < until;);
        return held.then(() => []);
      },
    },
  });
});
afterEach(() => door.close());

const request = (path: string): string =>
  `GET ${path} HTTP/1.1\r\nHost: berth\r\nAuthorization: Bearer ${token}\r\nVersion: 2.0.0\r\n\r\n`;

const waitUntil = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
};

/** The most requests that began while nobody else had a turn. */
async function mostInOneTurn(work: () => Promise<unknown>): Promise<number> {
  let [most, before, isOver] = [0, counted.looks, false];
  const look = (): void => {
    most = Math.max(most, counted.looks - before);
    before = counted.looks;
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
  expect(counted.looks).toBe(requests);
  expect(most).toBeLessThanOrEqual(6);
});

test('the health check does not wait for them', async () => {
  const client = await rawClient(door.origin, request('/vnflcm/v2/vnf_instances').repeat(200));
  await waitUntil(() => counted.looks > 0);
  const health = await fetch(`${door.origin}/healthz`);
  expect(health.status).toBe(200);
  expect(counted.looks).toBeLessThan(200);
  client.socket.destroy();
});

test('requests of one connection are begun one after the other', async () => {
  let release: () => void = () => undefined;
  held = new Promise((resolve) => (release = resolve));
  const client = await rawClient(door.origin, request('/vnflcm/v2/vnf_instances').repeat(20) + request('/end'));
  await waitUntil(() => counted.looks > 0);
  for (let turns = 0; turns < 50; turns += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(counted.looks).toBe(1);
  release();
  await client.untilSaid('There is nothing at /end');
  expect(counted.looks).toBe(20);
  client.socket.destroy();
});

test('a connection that sends more without waiting than it may is closed', async () => {
  const client = await rawClient(door.origin, request('/vnflcm/v2/vnf_instances').repeat(400));
  await client.untilClosed();
  expect(counted.looks).toBeLessThan(400);
  expect((await fetch(`${door.origin}/healthz`)).status).toBe(200);
});
