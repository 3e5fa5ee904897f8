import { afterEach, expect, test } from '@jest/globals';
import { bodyOf } from '../api/door.js';
import { createInstance, instantiation, onboardRouter, operate } from './router.js';
import { startServer, type Server } from './server.js';

let server: Server;
afterEach(async () => {
  await server.stop();
});

test('CPUs that a domain of others is pinned to are dedicated to nobody, until it is gone', async () => {
  server = await startServer();
  const { vnfdId } = await onboardRouter(server);
  const hand = server.fleet.all()[0]!.control;
  hand.useForeign('win11', { cpus: [1, 2, 3, 4, 5, 6, 7] });
  server = await server.restart();
  const [cell] = (await bodyOf(await server.ask('/nfvi/v1/hosts/sim-1')))['cells'] as readonly {
    readonly cpus: { readonly free: readonly number[]; readonly foreign: readonly unknown[] };
  }[];
  expect(cell?.cpus.free).toEqual([]);
  expect(cell?.cpus.foreign.at(-1)).toEqual({ id: 7, takenBy: 'domain win11, which is not Berth’s, is pinned to it' });

  const refused = await operate(server, await createInstance(server, vnfdId), 'instantiate', instantiation);
  expect(refused).toMatchObject({ operationState: 'ROLLED_BACK' });
  expect(JSON.stringify(refused['error'])).toContain('win11, which is not Berth’s, is pinned to it');

  hand.useForeign('win11', {});
  server = await server.restart();
  const placed = await operate(server, await createInstance(server, vnfdId, 'edge-2'), 'instantiate', instantiation);
  expect(placed).toMatchObject({ operationState: 'COMPLETED' });
});
