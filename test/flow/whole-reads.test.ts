/** What a server at work asks of SQLite, by itself and for every route that is read: no growing table from end to end. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSqliteStore } from '../../src/store/kysely/sqlite/sqlite.js';
import { isExcepted, recordStatements, wholeReads } from '../contract/whole-reads.js';
import { askEverything } from './every-read.js';
import { runningRouter } from './router.js';
import { startServer, type Server } from './server.js';
import { systemClock } from '../../src/system.js';

let dir: string;
let server: Server;
let migrations: ReadonlySet<string>;
let asked: ReturnType<typeof recordStatements>;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'berth-reads-'));
  const migrating = recordStatements();
  const store = createSqliteStore({ file: join(dir, 'berth.sqlite'), clock: systemClock });
  await store.open();
  await store.close();
  migrations = new Set(migrating.stop());
  asked = recordStatements();
  server = await startServer({ dir });
  await runningRouter(server);
});
afterAll(() => {
  rmSync(dir, { recursive: true });
});

/** A backup names the archives that it takes along; it is read in its copy. */
const ofBackup = /^select id, json_extract\(document, '\$\.sha256'\) as sha256 from packages/;

test('every route that is read, and what Berth asks by itself, reads no growing table whole', async () => {
  await askEverything(server);
  await server.stop();
  const statements = asked.stop().filter((one) => !migrations.has(one));
  expect(statements.length).toBeGreaterThan(50);
  const found = wholeReads(join(dir, 'berth.sqlite'), statements);
  expect(found.filter((one) => !isExcepted(one) && !ofBackup.test(one.statement))).toEqual([]);
});
