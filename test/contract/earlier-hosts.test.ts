/** Hosts that were kept under the text by which an earlier build knew their hypervisor. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { hostId } from '../../src/shared/ids.js';
import { createPostgresStore } from '../../src/store/kysely/postgres/postgres.js';
import { createSqliteStore } from '../../src/store/kysely/sqlite/sqlite.js';
import type { Store } from '../../src/store/store.js';
import { insert, migratedBefore, postgresAt, sqliteFile } from './earlier-database.js';
import { describeWithPostgres, startPostgres, type Cluster } from './postgres-cluster.js';
import { ofType, refusalOf, valueOf } from './store-contract.js';
import { systemClock } from '../../src/system.js';

type Raw = ReturnType<typeof sqliteFile>;

/** As the build of d981a5c wrote them. */
const rows = [
  ['local', 'qemu://localhost/system', 'qemu+tls://localhost/system'],
  ['same', 'qemu:///system', 'qemu:///system'],
  ['rack', 'qemu://r%61ck', 'qemu+ssh://root@r%61ck'],
  ['own', 'qemu:///system?socket=/run/own', 'qemu:///system?socket=/run/own'],
] as const;

async function writeEarlier(raw: Raw): Promise<void> {
  await migratedBefore(raw, '0024-hypervisors');
  for (const [id, hypervisor, uri] of rows)
    await insert(raw, 'hosts', {
      ...{ id, zone: 'z', admin_state: 'active', generation: 7, facts: null, revision: 3 },
      ...{ origin: 'api', hypervisor, entry: JSON.stringify({ id, uri }) },
    });
  await raw.destroy();
}

async function goesOn(store: Store): Promise<void> {
  await store.open();
  expect((await store.addedHosts()).map(({ id }) => id)).toEqual(['local', 'own', 'rack', 'same']);
  const twin = (id: string, hypervisor: string) =>
    store.addHost({ id: hostId(id), zone: 'z', hypervisor, entry: { id, uri: hypervisor } });
  const known = ['qemu:///system', 'qemu://rack/system', 'qemu:///system?socket=/run/own'];
  const answers = await Promise.all(known.map((hypervisor, at) => twin(`x${String(at)}`, hypervisor)));
  for (const answer of answers) expect(refusalOf(answer)).toEqual(ofType('host-known'));
  // Two hosts that turn out to be one are changed and removed like others.
  const change = { zone: 'y', hypervisor: 'qemu:///system', entry: {}, obstacle: () => undefined };
  valueOf(await store.changeHost({ ...change, id: hostId('local') }));
  valueOf(await store.removeHost(hostId('local')));
}

it('they are known by today’s text in SQLite', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'berth-earlier-hosts-'));
  const file = join(dir, 'berth.sqlite');
  await writeEarlier(sqliteFile(file));
  const store = createSqliteStore({ file, clock: systemClock });
  await goesOn(store);
  await store.close();
  rmSync(dir, { recursive: true });
});

describeWithPostgres('in PostgreSQL', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startPostgres();
  });
  afterAll(() => cluster.stop());

  it('they are known by it, too', async () => {
    const url = await cluster.database();
    await writeEarlier(postgresAt(url));
    const store = createPostgresStore({ url, clock: systemClock, connections: 4 });
    await goesOn(store);
    await store.close();
  });
});
