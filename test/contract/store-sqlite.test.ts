/** The store's contract, on SQLite files. */
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createSqliteStore } from '../../src/store/kysely/sqlite/sqlite.js';
import type { Store } from '../../src/store/store.js';
import { exceptions, isExcepted, matches, recordStatements, wholeReads } from './whole-reads.js';
import { storeContract, type StoreBench } from './store-contract.js';
import { systemClock } from '../../src/system.js';

/** The bench opens and closes; copies and unreadable rows have tests of their own. */
const notInContract: readonly string[] = ['open', 'close', 'snapshot', 'unreadable'];

function sqliteBench(): StoreBench {
  let folder = '';
  let open: Store[] = [];
  const store = async (name: string): Promise<Store> => {
    const made = createSqliteStore({ file: join(folder, name), clock: systemClock });
    open.push(made);
    await made.open();
    return made;
  };
  return {
    fresh: async () => {
      folder = mkdtempSync(join(tmpdir(), 'berth-store-'));
      return store('berth.db');
    },
    // What is in the files now is what a killed process leaves: nothing is buffered outside of them.
    afterCrash: async () => {
      for (const suffix of ['', '-wal']) {
        const from = join(folder, `berth.db${suffix}`);
        if (existsSync(from)) cpSync(from, join(folder, `copy.db${suffix}`));
      }
      return store('copy.db');
    },
    clear: async () => {
      await Promise.all(open.map((one) => one.close()));
      open = [];
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const bench = sqliteBench();
const asked = recordStatements();
const called = new Set<string>();

describe('the store on SQLite', () => storeContract({ ...bench, fresh: async () => noting(await bench.fresh()) }));

/** Notes which verbs are called. */
const noting = (store: Store): Store =>
  new Proxy(store, {
    get: (target, name) => {
      if (typeof name === 'string') called.add(name);
      return Reflect.get(target, name) as unknown;
    },
  });

describe('what the contract asked of SQLite', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'berth-plans-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('is each verb, and reads no growing table from end to end', async () => {
    const file = join(folder, 'berth.db');
    const statements = asked.stop();
    const migrating = recordStatements();
    const store = createSqliteStore({ file, clock: systemClock });
    await store.open();
    const migrations = new Set(migrating.stop());
    const verbs = Object.keys(store);
    await store.close();
    expect(verbs.filter((verb) => !called.has(verb) && !notInContract.includes(verb))).toEqual([]);
    const found = wholeReads(
      file,
      statements.filter((one) => !migrations.has(one)),
    );
    expect(found.filter((one) => !isExcepted(one))).toEqual([]);
    expect(exceptions.filter((one) => !found.some((each) => matches(one, each)))).toEqual([]);
  });
});
