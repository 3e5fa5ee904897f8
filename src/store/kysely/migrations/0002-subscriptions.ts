/**
 * Subscriptions and what is still to be delivered to them. A delivery is written in the transaction of its event.
 */
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('subscriptions')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('api', 'text', (column) => column.notNull())
    .addColumn('identity', 'text', (column) => column.notNull().unique())
    .addColumn('document', 'text', (column) => column.notNull())
    .addColumn('last_seq', 'integer', (column) => column.notNull())
    .addColumn('due_ms', 'bigint')
    .addColumn('failures', 'integer', (column) => column.notNull())
    .addColumn('lease_owner', 'text')
    .addColumn('lease_until_ms', 'bigint')
    .execute();
  await db.schema.createIndex('subscriptions_due').on('subscriptions').column('due_ms').execute();
  await db.schema
    .createTable('deliveries')
    .addColumn('subscription_id', 'text', (column) =>
      column.notNull().references('subscriptions.id').onDelete('cascade'),
    )
    .addColumn('seq', 'integer', (column) => column.notNull())
    .addColumn('at_ms', 'bigint', (column) => column.notNull())
    .addColumn('event', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('deliveries_key', ['subscription_id', 'seq'])
    .execute();
}
