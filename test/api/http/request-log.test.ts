import { expect, test } from '@jest/globals';
import { limitOf } from '../../../src/api/http/limits.js';
import { RefusalLog } from '../../../src/api/http/request-log.js';
import { openDoor } from '../door.js';

test('a client that is refused 600 times with long paths writes little, and its next line says what was left out', async () => {
  const door = await openDoor({});
  const body = '{}';
  const headers = { 'content-type': 'application/json', authorization: '' };
  const from = performance.now();
  for (let round = 0; round < 6; round += 1)
    await Promise.all(
      Array.from({ length: 100 }, () =>
        door.ask(`/${'x'.repeat(15_000)}`, { method: 'POST', body, headers }).then((each) => each.text()),
      ),
    );
  const tookSeconds = (performance.now() - from) / 1000;
  await door.close();
  const mostLines = limitOf('logBurst') + limitOf('logPerSecond') * tookSeconds + 1;
  expect(door.log.join('').length).toBeLessThan(mostLines * 1024);
});

test('refusals of one client are logged at a bounded rate, those of others as before', () => {
  let now = 0;
  const refusals = new RefusalLog({ burst: 2, perSecond: 1, clients: 10 }, () => now);
  const next = (client: string) => refusals.next(client);
  expect([next('a'), next('a'), next('a'), next('a'), next('b')]).toEqual([0, 0, 'leave out', 'leave out', 0]);
  now = 1000;
  expect([next('a'), next('a')]).toEqual([2, 'leave out']);
});

test('at most the configured number of clients is tracked', () => {
  const refusals = new RefusalLog({ burst: 1, perSecond: 0, clients: 2 }, () => 0);
  expect(['a', 'b', 'a', 'c', 'a', 'b'].map((each) => refusals.next(each))).toEqual([
    0,
    0,
    'leave out',
    0,
    'leave out',
    0,
  ]);
});
