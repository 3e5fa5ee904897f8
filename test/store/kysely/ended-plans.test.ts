/**
 * Plans of operations that had ended before Berth forgot what it brought to guests: the migration takes it out.
 */
import Database from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { expect, test } from '@jest/globals';
import { up } from '../../../src/store/kysely/migrations/0005-leftovers.js';

test('the migration takes day-0 content and user data out of ended plans, and leaves those that go on', async () => {
  const db = new Kysely<{ operations: { id: string; state: string; plan: string | null } }>({
    dialect: new SqliteDialect({ database: new Database(':memory:') }),
  });
  await db.schema
    .createTable('operations')
    .addColumn('id', 'text')
    .addColumn('state', 'text')
    .addColumn('plan', 'text')
    .execute();
  const plan = JSON.stringify({
    steps: [
      { id: 'a', kind: 'content-volume', input: { name: 'day0.iso', content: 'c2VjcmV0' } },
      { id: 'b', kind: 'configure-guest', input: { command: ['x'], userData: 'secret' } },
      { id: 'c', kind: 'define-domain', input: { xml: '<domain/>' } },
    ],
  });
  const states = ['COMPLETED', 'FAILED', 'ROLLED_BACK', 'FAILED_TEMP', 'PROCESSING'];
  await db
    .insertInto('operations')
    .values(states.map((state) => ({ id: state, state, plan })))
    .execute();
  await db.insertInto('operations').values({ id: 'early', state: 'ROLLED_BACK', plan: null }).execute();
  await up(db);
  const rows = await db.selectFrom('operations').selectAll().where('plan', 'is not', null).execute();
  const secrets = rows.filter((row) => /c2VjcmV0|"secret"/.test(row.plan ?? '')).map((row) => row.state);
  expect(secrets.toSorted()).toEqual(['FAILED_TEMP', 'PROCESSING']);
  expect(rows.every((row) => row.plan?.includes('<domain/>'))).toBe(true);
  await db.destroy();
});
