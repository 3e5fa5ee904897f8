import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { bodyOf, openDoor, type Door } from '../door.js';

let door: Door;
beforeEach(async () => {
  door = await openDoor({});
});
afterEach(async () => {
  await door.close();
});

test.each([
  ['operate', { changeStateTo: 'STOPPED', stopType: 'GRACEFUL', gracefulStopTimeout: 1e300 }, '/gracefulStopTimeout'],
  ['terminate', { terminationType: 'GRACEFUL', gracefulTerminationTimeout: 86_401 }, '/gracefulTerminationTimeout'],
])('%s does not wait longer than a day for a guest to stop', async (task, body, pointer) => {
  const response = await door.send('POST', `/vnflcm/v2/vnf_instances/x/${task}`, body);
  expect(await bodyOf(response)).toMatchObject({ status: 400, errors: [{ pointer }] });
});
