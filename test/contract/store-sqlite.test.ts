/** The store's contract, on SQLite files. */
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from '@jest/globals';
import { createSqliteStore } from '../../src/store/kysely/sqlite/sqlite.js';
import type { Store } from '../../src/store/store.js';
import { storeContract, type StoreBench } from './store-contract.js';

function sqliteBench(): StoreBench {
  let folder = '';
  let open: Store[] = [];
  const store = async (name: string): Promise<Store> => {
    const made = createSqliteStore({ file: join(folder, name) });
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

describe('the store on SQLite', () => storeContract(sqliteBench()));
