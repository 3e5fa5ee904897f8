/**
 * An update of an operation writes what has changed: plans and explanations are large.
 */
import { expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import type { LcmOpOcc } from '../../../src/lifecycle/model.js';
import {
  insertOperation,
  moved,
  readOperation,
  updateOperation,
} from '../../../src/store/kysely/operations/operations.js';
import { CompiledQueries } from '../../../src/store/kysely/rows/kept-query.js';
import type { Db, Tables } from '../../../src/store/kysely/schema.js';
import { sampleOperation } from '../../contract/store-samples.js';

const columns = [
  ...['id', 'instance_id', 'operation', 'start_time_ms', 'state', 'state_entered_ms', 'document', 'params'],
  ...['explanation', 'plan', 'rollback_supported', 'waited', 'lease_owner'],
];

/** A table of operations, and the columns that each update of it writes. */
async function operations(): Promise<{ readonly db: Db; readonly written: string[][] }> {
  const written: string[][] = [];
  const db = new Kysely<Tables>({
    dialect: new SqliteDialect({ database: new Database(':memory:') }),
    plugins: [new CompiledQueries()],
    log: ({ query }) => {
      const [, set] = /^update "operations" set (.*) where/.exec(query.sql) ?? [];
      if (set !== undefined) written.push([...set.matchAll(/"(\w+)" = \?/g)].map(([, name = '']) => name));
    },
  });
  let table = db.schema.createTable('operations');
  for (const column of columns) table = table.addColumn(column, 'text');
  await table.execute();
  return { db, written };
}

test('the explanation is written when there is another one, and the state when it is entered', async () => {
  const { db, written } = await operations();
  const begun: LcmOpOcc = { ...sampleOperation('op1', 'i1'), explanation: { placed: 'on h1' } };
  await insertOperation(db, begun);
  const cancelled: LcmOpOcc = { ...begun, isCancelPending: true, revision: 2 };
  await updateOperation(db, begun, cancelled);
  const going = moved(cancelled, 'PROCESSING', 9);
  await updateOperation(db, cancelled, going, { waited: null });
  const refused: LcmOpOcc = { ...moved(going, 'FAILED_TEMP', 10), explanation: { placed: 'nowhere' } };
  await updateOperation(db, going, refused);
  expect(written).toEqual([
    ['document'],
    ['state', 'state_entered_ms', 'document', 'waited'],
    ['state', 'state_entered_ms', 'explanation', 'document'],
  ]);
  expect(await readOperation(db, begun.id)).toEqual(refused);
});
