/**
 * Hosts are data: where each comes from, its settings, and by which address its hypervisor is known. One row counts the
 * changes, and remembers the highest generation of hosts that are gone: a host of the same name never has one of theirs.
 */
import type { Kysely } from 'kysely';

interface After {
  readonly host_changes: {
    readonly singleton: number;
    readonly count: number;
    readonly top_generation: number;
  };
}

export async function up(db: Kysely<After>): Promise<void> {
  for (const column of ['origin', 'entry', 'hypervisor'])
    await db.schema.alterTable('hosts').addColumn(column, 'text').execute();
  await db.schema
    .alterTable('hosts')
    .addColumn('revision', 'integer', (column) => column.notNull().defaultTo(1))
    .execute();
  await db.schema.createIndex('hosts_hypervisor').on('hosts').column('hypervisor').execute();
  await db.schema.createIndex('hosts_origin').on('hosts').columns(['origin', 'id']).execute();
  await db.schema
    .createTable('host_changes')
    .addColumn('singleton', 'integer', (column) => column.primaryKey())
    .addColumn('count', 'integer', (column) => column.notNull())
    .addColumn('top_generation', 'integer', (column) => column.notNull())
    .execute();
  await db.insertInto('host_changes').values({ singleton: 1, count: 1, top_generation: 0 }).execute();
}
