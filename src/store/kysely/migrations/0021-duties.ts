/** Background tasks that one replica does for all, each with the lease of the one that does it. */
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('duties')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('lease_owner', 'text')
    .addColumn('lease_session', 'integer')
    .addColumn('lease_token', 'bigint', (column) => column.notNull().defaultTo(0))
    .addColumn('lease_beat', 'bigint', (column) => column.notNull().defaultTo(0))
    .addColumn('rest_ms', 'bigint', (column) => column.notNull().defaultTo(0))
    .execute();
}
