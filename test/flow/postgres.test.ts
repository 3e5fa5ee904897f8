/** The whole server with its store in PostgreSQL. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { bodyOf } from '../api/door.js';
import { describeWithPostgres, startPostgres, type Cluster } from '../contract/postgres-cluster.js';
import { createInstance, instantiation, onboardRouter, operate, readInstance } from './router.js';
import { startServer, type Server } from './server.js';

describeWithPostgres('a server with its store in PostgreSQL', () => {
  let cluster: Cluster;
  let server: Server;
  let id = '';
  beforeAll(async () => {
    cluster = await startPostgres();
    server = await startServer({ store: await cluster.database() });
  }, 60_000);
  afterAll(async () => {
    await server.stop();
    await cluster.stop();
  }, 60_000);

  test('brings a router up', async () => {
    const { vnfdId } = await onboardRouter(server);
    id = await createInstance(server, vnfdId);
    expect(await operate(server, id, 'instantiate', instantiation)).toMatchObject({ operationState: 'COMPLETED' });
  }, 30_000);

  test('knows it after a restart', async () => {
    server = await server.restart();
    expect(await readInstance(server, id)).toMatchObject({ instantiationState: 'INSTANTIATED' });
  }, 30_000);

  test('lives on without the database, and says that it is not ready', async () => {
    await cluster.stop();
    const response = await server.ask('/readyz');
    expect(response.status).toBe(503);
    expect(await bodyOf(response)).toMatchObject({ ready: false, missing: [{ name: 'store' }] });
    expect((await server.ask('/healthz')).status).toBe(200);
  }, 30_000);
});
