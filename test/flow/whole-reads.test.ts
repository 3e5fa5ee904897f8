/** What a server at work asks of SQLite, by itself and for every route that is read: no growing table from end to end. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bodyOf, listOf } from '../api/door.js';
import { createSqliteStore } from '../../src/store/kysely/sqlite/sqlite.js';
import { isExcepted, recordStatements, wholeReads } from '../contract/whole-reads.js';
import { instances, opOccs, packages, runningRouter } from './router.js';
import { startServer, type Server } from './server.js';

let dir: string;
let server: Server;
let migrations: ReadonlySet<string>;
let asked: ReturnType<typeof recordStatements>;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'berth-reads-'));
  const migrating = recordStatements();
  const store = createSqliteStore({ file: join(dir, 'berth.sqlite') });
  await store.open();
  await store.close();
  migrations = new Set(migrating.stop());
  asked = recordStatements();
  server = await startServer({ dir });
  await runningRouter(server);
}, 60_000);
afterAll(() => {
  rmSync(dir, { recursive: true });
});

/** A backup names the archives that it takes along; it is read in its copy. */
const ofBackup = /^select id, json_extract\(document, '\$\.sha256'\) as sha256 from packages/;

/** Narrowed as docs/collections.md says. */
const filtered: readonly string[] = [
  `${opOccs}?filter=(eq,operationState,COMPLETED);(gt,startTime,2026-01-01T00:00:00Z)`,
  `${opOccs}?filter=(neq,operation,SCALE)`,
  `${opOccs}?filter=(eq,vnfInstanceId,none)&all_fields`,
  `${instances}?filter=(eq,vnfInstanceName,none)`,
  `${instances}?filter=(in,vnfdId,a,b)&all_fields`,
  `${instances}?filter=(cont,vnfProvider,Berth)`,
  `${packages}?filter=(eq,vnfdId,none)&all_fields`,
  '/nfvi/v1/placements?filter=(eq,operation,SCALE)',
  '/nfvi/v1/placements?filter=(eq,vnfInstanceId,none)',
  '/nfvi/v1/sbom?component=openssl',
];

/** Every GET of the API, on what is there. */
async function routes(): Promise<readonly string[]> {
  const first = async (path: string) => String((await listOf(await server.ask(path)))[0]?.['id']);
  const [pkg, instance, operation] = [await first(packages), await first(instances), await first(opOccs)];
  const vnfdId = String((await listOf(await server.ask(packages)))[0]?.['vnfdId']);
  const ids: Readonly<Record<string, string>> = {
    ...{ vnfPkgId: pkg, vnfInstanceId: instance, vnfLcmOpOccId: operation, opOccId: operation },
    ...{ vnfdId, hostId: 'sim-1' },
  };
  const { paths } = (await bodyOf(await server.ask('/docs-json'))) as { paths: Readonly<Record<string, object>> };
  return Object.entries(paths)
    .filter(([, methods]) => 'get' in methods)
    .map(([path]) => path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? 'none'));
}

test('every route that is read, and what Berth asks by itself, reads no growing table whole', async () => {
  const all = await routes();
  expect(all.length).toBeGreaterThan(30);
  const answers = [];
  for (const path of [...all, ...filtered]) answers.push((await server.ask(path)).status);
  expect(answers.filter((status) => status >= 500)).toEqual([]);
  expect(answers.filter((status) => status === 200).length).toBeGreaterThan(25);
  await server.stop();
  const statements = asked.stop().filter((one) => !migrations.has(one));
  expect(statements.length).toBeGreaterThan(50);
  const found = wholeReads(join(dir, 'berth.sqlite'), statements);
  expect(found.filter((one) => !isExcepted(one) && !ofBackup.test(one.statement))).toEqual([]);
}, 60_000);
