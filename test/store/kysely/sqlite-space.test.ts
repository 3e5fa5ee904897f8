import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { vnfPkgId } from '../../../src/shared/ids.js';
import { createSqliteStore } from '../../../src/store/kysely/sqlite/sqlite.js';
import type { Store } from '../../../src/store/store.js';
import { systemClock } from '../../../src/system.js';

let folder = '';
let file = '';
let store: Store | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'berth-space-'));
  file = join(folder, 'berth.db');
});
afterEach(async () => {
  await store?.close();
  rmSync(folder, { recursive: true });
});

const MiB = 1024 * 1024;
const open = async (): Promise<Store> => {
  store = createSqliteStore({ file, clock: systemClock });
  await store.open();
  return store;
};

/** Packages of 60 KB each. */
async function fill(into: Store, count: number): Promise<void> {
  const userDefinedData = { text: 'x'.repeat(60_000) };
  for (let at = 0; at < count; at += 1) {
    await into.createPackage({ id: vnfPkgId(`p${String(at)}`), userDefinedData, createdAtMs: at });
  }
}

const empty = async (into: Store, count: number): Promise<void> => {
  for (let at = 0; at < count; at += 1) await into.deletePackage(vnfPkgId(`p${String(at)}`));
};

async function returned(from: Store): Promise<number> {
  for (let turns = 1; ; turns += 1) if (!(await from.returnSpace())) return turns;
}

const bytes = (): number => statSync(file).size;

test('room goes back a part at a time, and some is kept for the next rows', async () => {
  const berth = await open();
  expect(await berth.returnSpace()).toBe(false);
  await fill(berth, 300);
  await empty(berth, 300);
  expect(await returned(berth)).toBeGreaterThan(3);
  await berth.close();
  expect(bytes()).toBeGreaterThan(4 * MiB);
  expect(bytes()).toBeLessThan(6 * MiB);
});

test('room goes back while others write', async () => {
  const berth = await open();
  await fill(berth, 200);
  await empty(berth, 200);
  const id = vnfPkgId('other');
  const [, record] = await Promise.all([
    returned(berth),
    berth.createPackage({ id, userDefinedData: {}, createdAtMs: 1 }),
    fill(berth, 20),
  ]);
  expect(await berth.package(id)).toEqual(record);
});

/** As a build left it that did not know of this. */
async function earlierFile(): Promise<void> {
  const berth = await open();
  await fill(berth, 100);
  await berth.close();
  const raw = new Database(file);
  raw.pragma('auto_vacuum = NONE');
  raw.exec('vacuum');
  expect(raw.pragma('auto_vacuum', { simple: true })).toBe(0);
  raw.close();
}

test('the file of an earlier build is recreated at the first start, with all that is in it', async () => {
  await earlierFile();
  const berth = await open();
  expect((await berth.packagePage({ limit: 3 })).map(({ id }) => id)).toEqual(['p0', 'p1', 'p10']);
  await empty(berth, 100);
  expect(await returned(berth)).toBeGreaterThan(0);
  await berth.close();
  expect(bytes()).toBeLessThan(5 * MiB);
});
