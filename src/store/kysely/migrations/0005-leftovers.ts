/**
 * Files that could not be removed with their VNFC, and what ended operations keep: day-0 content and user data leave
 * their plans.
 */
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('leftovers')
    .addColumn('vnfc_id', 'text', (column) => column.notNull())
    .addColumn('host_id', 'text', (column) => column.notNull())
    .addColumn('pool', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('bases', 'text', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('since_ms', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('leftovers_key', ['vnfc_id', 'pool', 'name'])
    .execute();
  await db.schema.createIndex('leftovers_since').on('leftovers').column('since_ms').execute();
}
