/** PCI functions in quarantine that the operator took as they are (hosts/accepted-functions.ts). */
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('accepted_functions')
    .addColumn('host_id', 'text', (column) => column.notNull())
    .addColumn('address', 'text', (column) => column.notNull())
    .addColumn('accepted', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('accepted_functions_key', ['host_id', 'address'])
    .execute();
}
