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
  });
  afterAll(async () => {
    await server.stop();
    await cluster.stop();
  });

  test('brings a router up', async () => {
    const { vnfdId } = await onboardRouter(server);
    id = await createInstance(server, vnfdId);
    expect(await operate(server, id, 'instantiate', instantiation)).toMatchObject({ operationState: 'COMPLETED' });
  });

  test('knows it after a restart', async () => {
    server = await server.restart();
    expect(await readInstance(server, id)).toMatchObject({ instantiationState: 'INSTANTIATED' });
  });

  const metrics = async (): Promise<string> => (await server.ask('/metrics')).text();

  test('shows in its metrics how large the database is and what is in it', async () => {
    const page = await metrics();
    expect(page).toMatch(/^berth_store_size_bytes\{database="postgresql"\} [1-9]\d{6,}$/m);
    expect(page).toMatch(/^berth_store_up 1$/m);
    expect(page).toMatch(/^berth_instances\{state="STARTED"\} 1$/m);
    expect(page).toMatch(/^berth_packages\{state="ONBOARDED"\} 1$/m);
    expect(page).toMatch(/^berth_operations_open\{operation="INSTANTIATE",state="PROCESSING"\} 0$/m);
  });

  test('lives on without the database, and says that it is not ready', async () => {
    await cluster.stop();
    const page = await metrics();
    expect(page).toMatch(/^berth_store_up 0$/m);
    expect(page).toMatch(/^berth_store_seconds_count\{operation="\w+",result="trouble"\} [1-9]/m);
    expect(page).not.toMatch(/^berth_instances/m);
    const response = await server.ask('/readyz');
    expect(response.status).toBe(503);
    expect(await bodyOf(response)).toMatchObject({ ready: false, missing: [{ name: 'store' }] });
    expect((await server.ask('/healthz')).status).toBe(200);
  });
});
