/** What the store dates by itself carries the time of the clock that it is given. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { installationId, vnfPkgId } from '../../../src/shared/ids.js';
import { createSqliteStore } from '../../../src/store/kysely/sqlite/sqlite.js';
import type { Store } from '../../../src/store/store.js';

const begin = Date.UTC(2031, 0, 1);
let folder = '';
let file = '';
let nowMs = begin;
let store: Store;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'berth-given-clock-'));
  file = join(folder, 'berth.db');
  nowMs = begin;
  store = createSqliteStore({ file, clock: { now: () => nowMs, elapsedMs: () => 0 } });
  await store.open();
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

async function comeAndGo(id: string): Promise<void> {
  await store.createPackage({ id: vnfPkgId(id), userDefinedData: {}, createdAtMs: 0 });
  expect(await store.deletePackage(vnfPkgId(id))).toMatchObject({ ok: true });
}

const ended = async (): Promise<readonly string[]> => [
  ...(await store.packageStanding(['early', 'late', 'last'].map(vnfPkgId))).keys(),
];

test('an id stays known as ended for two years of that clock', async () => {
  await comeAndGo('early');
  nowMs = Date.UTC(2032, 11, 31);
  await comeAndGo('late');
  expect(await ended()).toEqual(['early', 'late']);
  nowMs = Date.UTC(2033, 0, 2);
  await comeAndGo('last');
  expect(await ended()).toEqual(['last', 'late']);
});

test('a database is as old as its first start by that clock', async () => {
  await store.tickInstallation(installationId('of-this-test'), 1);
  nowMs += 1000;
  await store.tickInstallation(installationId('of-this-test'), 2);
  await store.close();
  const raw = new Database(file);
  try {
    expect(raw.prepare('select created_at_ms from installation').all([])).toEqual([{ created_at_ms: begin }]);
  } finally {
    raw.close();
  }
});
