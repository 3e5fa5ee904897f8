/**
 * Leases without times: a token that grows with every take and a beat that grows with every renewal. What was leased by
 * an older Berth stays so until somebody has watched it stand still. Of subscriptions, the pause until the next attempt
 * becomes a duration, and how long notifications have waited is counted instead of read off a clock.
 */
import { sql, type Kysely } from 'kysely';

interface Before {
  readonly packages: { readonly lease_until_ms: number | null };
}

const shared = ['operations', 'packages', 'subscriptions'] as const;

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('packages')
    .addColumn('under_way', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
  await (db as Kysely<Before & { packages: { under_way: number } }>)
    .updateTable('packages')
    .set({ under_way: 1 })
    .where('lease_until_ms', 'is not', null)
    .execute();
  for (const table of shared) await leaseColumns(db, table);
  await sql`create index packages_under_way on packages (created_at_ms) where under_way = 1`.execute(db);
  await db.schema
    .alterTable('subscriptions')
    .addColumn('waited_ms', 'bigint', (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema
    .alterTable('deliveries')
    .addColumn('waited_ms', 'bigint', (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema.alterTable('subscriptions').renameColumn('due_ms', 'waits_since_ms').execute();
}

async function leaseColumns(db: Kysely<unknown>, table: (typeof shared)[number]): Promise<void> {
  for (const column of ['lease_token', 'lease_beat', 'rest_ms']) {
    await db.schema
      .alterTable(table)
      .addColumn(column, 'bigint', (each) => each.notNull().defaultTo(0))
      .execute();
  }
  await db.schema.alterTable(table).addColumn('lease_session', 'integer').execute();
  await db.schema.alterTable(table).dropColumn('lease_until_ms').execute();
  const occupied = sql`create index ${sql.ref(`${table}_occupied`)} on ${sql.table(table)} (id)
    where (lease_owner is not null or rest_ms > 0)`;
  await occupied.execute(db);
}
