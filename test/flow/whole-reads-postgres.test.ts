/** What a server at work asks of PostgreSQL, by itself and for every route that is read: no growing table from end to end. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { createPostgresStore } from '../../src/store/kysely/postgres/postgres.js';
import { describeWithPostgres, startPostgres, type Cluster } from '../contract/postgres-cluster.js';
import { fillTables, isExceptedHere, recordQueries, wholeReadsOf } from '../contract/whole-reads-postgres.js';
import { askEverything } from './every-read.js';
import { runningRouter } from './router.js';
import { startServer, type Server } from './server.js';
import { systemClock } from '../../src/system.js';

describeWithPostgres('a server with its store in PostgreSQL', () => {
  let cluster: Cluster;
  let url = '';
  let server: Server | undefined;
  let client: Client;
  beforeAll(async () => {
    cluster = await startPostgres();
    // What it looks at by itself would keep rows from being seen by an index alone.
    await cluster.run('alter system set autovacuum = off');
    await cluster.run('select pg_reload_conf()');
    url = await cluster.database();
    const store = createPostgresStore({ url, clock: systemClock, connections: 2 });
    await store.open();
    await store.close();
    client = new Client({ connectionString: url });
    await client.connect();
  });
  afterAll(async () => {
    await server?.stop();
    await client.end();
    await cluster.stop();
  });

  test('reads no growing table whole, for no route and not by itself', async () => {
    const asked = recordQueries();
    server = await startServer({ store: url });
    await runningRouter(server);
    await askEverything(server);
    await server.stop();
    server = undefined;
    const statements = asked.stop();
    expect(statements.length).toBeGreaterThan(50);
    await fillTables(client);
    const found = await wholeReadsOf(client, statements);
    // Not vacuous: the judge finds what is excepted.
    expect(found.length).toBeGreaterThan(3);
    expect(found.filter((one) => !isExceptedHere(one))).toEqual([]);
  }, 120_000);

  test('would be found to, if it did', async () => {
    const whole = [
      { statement: 'select id from operations where document = $1', values: ['x'] },
      { statement: 'select count(*) from instances where package_id is not null', values: [] },
    ];
    const found = await wholeReadsOf(client, [
      ...whole,
      { statement: 'select id from operations where id = $1', values: ['x'] },
    ]);
    expect(found.map(({ scan }) => scan.replace(/ USING.*/, ''))).toEqual(['SCAN operations', 'SCAN instances']);
  });
});
