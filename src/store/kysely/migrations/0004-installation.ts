/**
 * Whose everything is: the installation's id, and what has ended, so that what is met on
 * hosts and in the data directory is known by looking up ids.
 */
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('installation')
    .addColumn('singleton', 'integer', (column) => column.primaryKey())
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('tick', 'integer', (column) => column.notNull())
    .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
    .addCheckConstraint('installation_only_one', sql`singleton = 1`)
    .execute();
  await db.schema
    .createTable('ended')
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('at_ms', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('ended_key', ['kind', 'id'])
    .execute();
  await db.schema.createIndex('ended_at').on('ended').column('at_ms').execute();
}
