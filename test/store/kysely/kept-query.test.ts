/**
 * Queries that are compiled once: they answer as if they were built each time.
 */
import { expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { Kysely, sql, SqliteDialect } from 'kysely';
import { read } from '../../../src/store/kysely/rows/json.js';
import { CompiledQueries, keptQuery } from '../../../src/store/kysely/rows/kept-query.js';
import { ReadableRowsOnly, UnreadableRows } from '../../../src/store/kysely/rows/unreadable-rows.js';
import type { Db, JournalRow, Tables } from '../../../src/store/kysely/schema.js';

async function memory(): Promise<Db> {
  const unreadable = new UnreadableRows('memory', () => undefined);
  const db = new Kysely<Tables>({
    dialect: new SqliteDialect({ database: new Database(':memory:') }),
    plugins: [new ReadableRowsOnly(unreadable), new CompiledQueries()],
  });
  const journal = db.schema.createTable('journal').addColumn('op_occ_id', 'text').addColumn('seq', 'integer');
  await journal
    .addColumn('step_id', 'text')
    .addColumn('phase', 'text')
    .addColumn('at_ms', 'integer')
    .addColumn('output', 'text')
    .execute();
  await db.schema.createTable('subscriptions').addColumn('id', 'text').addColumn('document', 'text').execute();
  return db;
}

const line = (seq: number, output: string | null = null): JournalRow => ({
  ...{ op_occ_id: 'op', seq, step_id: `step-${String(seq)}`, phase: 'done', at_ms: 7, output },
});

/** With how often each was built. */
function queries() {
  const built = { insert: 0, of: 0, change: 0 };
  const insert = keptQuery((db, { lines }: { lines: readonly JournalRow[] }) => {
    built.insert += 1;
    return db.insertInto('journal').values(lines);
  });
  const of = keptQuery((db, { seqs }: { seqs: readonly number[] }) => {
    built.of += 1;
    return db.selectFrom('journal').select(['seq', 'output', 'phase']).where('seq', 'in', seqs).orderBy('seq');
  });
  const change = keptQuery(
    (db, { seq, set }: { seq: number; set: { output?: string | null | undefined; phase?: string } }) => {
      built.change += 1;
      return db.updateTable('journal').set(set).where('seq', '=', seq);
    },
  );
  return { built, insert, of, change };
}

test('other values and other databases: built once for each database and each length of a list', async () => {
  const { built, insert, of } = queries();
  const [one, other] = [await memory(), await memory()];
  await insert.change(one, { lines: [line(1), line(2, '"two"')] });
  await insert.change(one, { lines: [line(3), line(4)] });
  expect(built.insert).toBe(1);
  await insert.change(one, { lines: [line(5, '"five"')] });
  expect(built.insert).toBe(2);
  await insert.change(other, { lines: [line(9)] });
  expect(built.insert).toBe(3);
  expect(await of.all(one, { seqs: [2, 5] })).toEqual([
    { seq: 2, output: '"two"', phase: 'done' },
    { seq: 5, output: '"five"', phase: 'done' },
  ]);
  expect(await of.all(one, { seqs: [4, 9] })).toEqual([{ seq: 4, output: null, phase: 'done' }]);
  expect(await of.first(other, { seqs: [4, 9] })).toEqual({ seq: 9, output: null, phase: 'done' });
  expect(await of.first(other, { seqs: [4, 5] })).toBeUndefined();
  expect(built.of).toBe(2);
});

test('a member that is undefined is left out, null is written, and rows that change are counted', async () => {
  const { built, insert, of, change } = queries();
  const db = await memory();
  await insert.change(db, { lines: [line(1, '1'), line(2, '2')] });
  expect(await change.change(db, { seq: 1, set: { output: undefined, phase: 'failed' } })).toBe(1);
  expect(await change.change(db, { seq: 2, set: { output: null, phase: 'failed' } })).toBe(1);
  expect(await change.change(db, { seq: 3, set: { output: null, phase: 'failed' } })).toBe(0);
  expect(await of.all(db, { seqs: [1, 2] })).toEqual([
    { seq: 1, output: '1', phase: 'failed' },
    { seq: 2, output: null, phase: 'failed' },
  ]);
  expect(built.change).toBe(2);
});

test('it runs in the transaction that it is given', async () => {
  const { built, insert, of } = queries();
  const db = await memory();
  const rolledBack = db.transaction().execute(async (tx) => {
    await insert.change(tx, { lines: [line(1)] });
    expect(await of.all(tx, { seqs: [1] })).toHaveLength(1);
    throw new Error('back');
  });
  await expect(rolledBack).rejects.toThrow('back');
  expect(await of.all(db, { seqs: [1] })).toEqual([]);
  expect(built.of).toBe(1);
});

test('lists of more lengths than are kept answer as well', async () => {
  const { insert, of } = queries();
  const db = await memory();
  for (let seq = 1; seq <= 150; seq += 1) await insert.change(db, { lines: [line(seq)] });
  for (let length = 1; length <= 150; length += 1) {
    const seqs = Array.from({ length }, (_, at) => at + 1);
    expect(await of.all(db, { seqs })).toHaveLength(length);
  }
});

test('its rows are checked each time, and what was parsed to check them is not parsed again', async () => {
  const db = await memory();
  const all = keptQuery((from, { least }: { least: string }) =>
    from.selectFrom('subscriptions').select(['id', 'document']).where('id', '>', least).orderBy('id'),
  );
  const add = (id: string, document: string) =>
    sql`insert into subscriptions (id, document) values (${id}, ${document})`.execute(db);
  const document = { id: 'b', api: 'vnflcm', callbackUri: 'http://x', apiRoot: '', apiVersion: '1' };
  await add('b', JSON.stringify(document));
  const [row] = await all.all(db, { least: '' });
  expect(row?.document).toEqual(document);
  expect(row && read(row.document)).toBe(row?.document);
  await add('a', '{"id":"a"}');
  await add('c', 'no JSON');
  expect((await all.all(db, { least: '' })).map(({ id }) => id)).toEqual(['b']);
});

test('however long the lists and many the queries, what is kept is bounded, and the rest answers as well', async () => {
  const db = await memory();
  const compiled = db.getExecutor().plugins.find((plugin) => plugin instanceof CompiledQueries);
  for (let query = 0; query < 8; query += 1) {
    const { insert, of } = queries();
    for (let length = 251; length <= 300; length += 1) {
      if (query === 0) await insert.change(db, { lines: Array.from({ length: 20 }, () => line(length)) });
      const seqs = Array.from({ length }, (_, at) => at);
      expect(await of.all(db, { seqs })).toHaveLength(20 * (length - 251));
    }
  }
  expect(compiled?.bytes).toBeGreaterThan(3 * 1024 * 1024);
  expect(compiled?.bytes).toBeLessThanOrEqual(4 * 1024 * 1024);
});
