/** Rows that cannot be read: each member taken from each document in turn, and text that is no JSON. */
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { opOccId, vnfInstanceId } from '../../../src/shared/ids.js';
import { misfitOf } from '../../../src/store/kysely/rows/row-shapes.js';
import { createSqliteStore } from '../../../src/store/kysely/sqlite/sqlite.js';
import type { UnreadableRow } from '../../../src/store/connection.js';
import type { Store } from '../../../src/store/store.js';
import { begun } from '../../contract/store-samples.js';
import { everyInstance, everyOpOcc } from '../../builders/whole-tables.js';
import { systemClock } from '../../../src/system.js';

let dir: string;
let file: string;
let store: Store;
let told: UnreadableRow[];
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'berth-unreadable-'));
  file = join(dir, 'berth.sqlite');
  await open();
  await begun(store, 'op1');
  await begun(store, 'op2');
});
afterEach(async () => {
  await store.close();
  rmSync(dir, { recursive: true });
});

const take = () => store.leaseOperation({ owner: 'me', inHand: [], lapsed: [] });

async function open(): Promise<void> {
  told = [];
  store = createSqliteStore({ file, clock: systemClock, onUnreadable: (row) => void told.push(row) });
  await store.open();
}

/** While Berth is stopped, somebody changes the document. */
async function harm(table: string, id: string, document: string): Promise<void> {
  await store.close();
  const raw = new Database(file);
  raw.prepare(`update ${table} set document = ? where id = ?`).run([document, id]);
  raw.close();
  await open();
}

describe('an operation that cannot be read', () => {
  beforeEach(() => harm('operations', 'op1', '{"id": "op1", '));

  it('is left out of lists, named once, and keeps no other from being carried out', async () => {
    expect((await everyOpOcc(store)).map(({ id }) => id)).toEqual(['op2']);
    await everyOpOcc(store);
    expect(told).toEqual([{ table: 'operations', id: 'op1', reason: 'its document is no JSON' }]);
    expect(await store.unreadable()).toEqual(told);
    const taken = [await take(), await take()];
    expect(taken.map((each) => each?.work.id)).toContain('op2');
  });

  it('is explained to whoever asks for it: file, table, row, and the way back', async () => {
    await everyOpOcc(store);
    await expect(store.opOcc(opOccId('op1'))).rejects.toMatchObject({
      kind: 'damaged',
      problem: { status: 500, type: 'urn:berth:problem:store-damaged', table: 'operations', row: 'op1' },
      message: expect.stringMatching(
        `row op1 of table operations in the database file ${file} .*Restore it from a backup`,
      ),
    });
    expect(await store.opOcc(opOccId('other'))).toBeUndefined();
  });
});

it('an instance is explained though no list met it before', async () => {
  await harm('instances', 'instance-of-op1', '[]');
  await expect(store.instance(vnfInstanceId('instance-of-op1'))).rejects.toMatchObject({ kind: 'damaged' });
  expect((await everyInstance(store)).map(({ id }) => id)).toEqual(['instance-of-op2']);
});

it('every member that is relied on is missed when it is gone, and none else', () => {
  const document = {
    ...{ id: 'i', vnfPkgId: 'p', vnfdId: 'v', vnfProvider: 'a', vnfProductName: 'b', vnfSoftwareVersion: '1' },
    ...{ vnfdVersion: '1', metadata: {}, extensions: {}, vnfConfigurableProperties: {}, revision: 1 },
  };
  expect(misfitOf('instances', { document: JSON.stringify({ ...document, later: true }) })).toBeUndefined();
  for (const member of Object.keys(document)) {
    const without = JSON.stringify({ ...document, [member]: undefined });
    expect(misfitOf('instances', { document: without })).toBe(`document.${member} is missing or of another kind`);
  }
});
