import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { hostId, opOccId, vnfPkgId } from '../../../src/shared/ids.js';
import { createSqliteStore } from '../../../src/store/kysely/sqlite/sqlite.js';
import type { Store } from '../../../src/store/store.js';
import { begun, cpuClaim, planCommit, sampleOperation } from '../../contract/store-samples.js';
import { everyHost } from '../../builders/whole-tables.js';
import { systemClock } from '../../../src/system.js';

/** A process that holds a file as Berth does, and says so. */
const holding = `
  const database = new (require('better-sqlite3'))(process.argv[1]);
  database.exec('pragma locking_mode = exclusive; begin exclusive; commit');
  console.log('held');
  setInterval(() => database, 1000);
`;

describe('the SQLite file', () => {
  let folder = '';
  let file = '';
  let stores: Store[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'berth-sqlite-'));
    file = join(folder, 'data', 'berth.db');
  });
  afterEach(async () => {
    await Promise.allSettled(stores.map((store) => store.close()));
    stores = [];
    rmSync(folder, { recursive: true, force: true });
  });
  const opened = async (): Promise<Store> => {
    const store = createSqliteStore({ file, clock: systemClock, lockTimeoutMs: 10 });
    stores.push(store);
    await store.open();
    return store;
  };

  it('commits once in a turn of the event loop, so that others have theirs between', async () => {
    const store = await opened();
    let [turns, isOver] = [0, false];
    const look = (): void => {
      turns += 1;
      if (!isOver) setImmediate(look);
    };
    look();
    const records = Array.from({ length: 50 }, (_, at) => vnfPkgId(`p${String(at)}`));
    await Promise.all(records.map((id) => store.createPackage({ id, userDefinedData: {}, createdAtMs: 1 })));
    isOver = true;
    expect(turns).toBeGreaterThanOrEqual(50);
  });

  it('is made with its folder, readable by its owner only', async () => {
    await opened();
    const modes = [file, `${file}-wal`, join(folder, 'data')].map((path) => statSync(path).mode & 0o077);
    expect(modes).toEqual([0, 0, 0]);
  });

  it('is refused to a second Berth with a sentence, and free again when the first has closed', async () => {
    const first = await opened();
    await expect(opened()).rejects.toThrow(`the database file ${file} is in use by another Berth; stop that one`);
    await first.ping();
    await first.close();
    await expect(opened()).resolves.toBeDefined();
  });

  it('is free the moment its holder is killed', async () => {
    await (await opened()).close();
    const holder = spawn(process.execPath, ['-e', holding, file], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(holder.stdout, 'data');
    await expect(opened()).rejects.toThrow('in use by another Berth');
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    await expect(opened()).resolves.toBeDefined();
  });

  it('is refused when it is no database, and left as it is', async () => {
    file = join(folder, 'notes.txt');
    const notes = 'these are my notes, not a database, and they are long enough to be looked at'.repeat(20);
    writeFileSync(file, notes);
    await expect(opened()).rejects.toThrow(`The database file ${file} is no SQLite database`);
    expect(readFileSync(file, 'utf8')).toBe(notes);
  });

  it('is refused when a newer Berth has written it', async () => {
    await (await opened()).close();
    const raw = new Database(file);
    raw.exec("insert into kysely_migration values ('9999-from-the-future', '2030-01-01')");
    raw.close();
    await expect(opened()).rejects.toThrow(/written by a newer Berth.*9999-from-the-future/);
  });

  it('is migrated once: opening it again changes nothing', async () => {
    const first = await opened();
    await first.ensureHost(hostId('h1'), 'west');
    await first.close();
    expect(await everyHost(await opened())).toHaveLength(1);
  });

  it('itself refuses what the verbs check first: two operations on an instance, a package in use deleted', async () => {
    const store = await opened();
    await begun(store, 'op1');
    await store.ensureHost(hostId('h1'), 'west');
    await store.commitPlan(planCommit('op1', [cpuClaim('op1', 1)]));
    await store.close();
    const raw = new Database(file);
    raw.pragma('foreign_keys = ON');
    const document = JSON.stringify(sampleOperation('op2', 'instance-of-op1'));
    const second = `insert into operations (id, instance_id, state, start_time_ms, document)
      values ('op2', 'instance-of-op1', 'FAILED_TEMP', 1, '${document}')`;
    expect(() => raw.exec(second)).toThrow(/UNIQUE constraint failed/);
    expect(() => raw.exec('insert into claims select * from claims')).toThrow(/UNIQUE constraint failed/);
    expect(() => raw.exec('delete from packages')).toThrow(/FOREIGN KEY constraint failed/);
    raw.close();
  });

  it('holds every answered write, however many come at once', async () => {
    const store = await opened();
    await begun(store, 'op1');
    const entry = { opOccId: opOccId('op1'), stepId: 'a', phase: 'started', atMs: 1 } as const;
    const seqs = Array.from({ length: 50 }, (_, index) => index);
    await Promise.all(seqs.map((seq) => store.appendJournal([{ ...entry, seq }], 1)));
    expect((await store.journal(opOccId('op1'))).map((one) => one.seq)).toEqual(seqs);
  });
});
