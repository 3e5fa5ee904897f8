/**
 * Collections are read by the page: what lists do not show moves out of the documents into columns of its own, and what
 * they are ordered and narrowed by gets a column and an index. Rows are moved in batches, so that the memory this takes
 * does not grow with the database.
 */
import { sql, type Kysely } from 'kysely';
import { movePackages, moveInstances, moveOperations, moveSubscriptions, type Moving } from './0007-moves.js';

export async function up(db: Kysely<Moving>): Promise<void> {
  await addColumns(db);
  // A batch from which unreadable rows are missing would look like the last.
  const all = db.withoutPlugins();
  await movePackages(all);
  await moveInstances(all);
  await moveOperations(all);
  await moveSubscriptions(all);
  await addIndexes(db);
}

const texts: Readonly<Record<string, readonly string[]>> = {
  packages: ['contents', 'artifacts'],
  instances: ['instantiated', 'flavour_id', 'vnfd_id', 'name'],
  operations: ['params', 'explanation', 'operation'],
};

async function addColumns(db: Kysely<Moving>): Promise<void> {
  for (const [table, columns] of Object.entries(texts)) {
    for (const column of columns) await db.schema.alterTable(table).addColumn(column, 'text').execute();
  }
  await db.schema
    .alterTable('instances')
    .addColumn('revision', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema.alterTable('operations').addColumn('rollback_supported', 'integer').execute();
  await db.schema
    .alterTable('subscriptions')
    .addColumn('created_at_ms', 'bigint', (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema
    .createTable('package_images')
    .addColumn('sha256', 'text', (column) => column.notNull())
    .addColumn('package_id', 'text', (column) => column.notNull().references('packages.id').onDelete('cascade'))
    .addPrimaryKeyConstraint('package_images_key', ['sha256', 'package_id'])
    .execute();
}

const indexes: readonly string[] = [
  'package_images_package on package_images (package_id)',
  'instances_vnfd on instances (vnfd_id, id)',
  'instances_name on instances (name, id)',
  'instances_instantiated on instances (id, revision) where flavour_id is not null',
  'operations_start on operations (start_time_ms, id)',
  'operations_instance on operations (instance_id, start_time_ms, id)',
  'operations_kind on operations (operation, start_time_ms, id)',
  'operations_decided on operations (start_time_ms, id) where explanation is not null',
  'subscriptions_created on subscriptions (api, created_at_ms, id)',
];

async function addIndexes(db: Kysely<Moving>): Promise<void> {
  for (const index of indexes) await sql.raw(`create index ${index}`).execute(db);
}
