/**
 * Components that the SBOMs of packages name: a row for each, and one for each of the names by which it is looked up. The
 * rows of a package go with it. Packages that were onboarded before have none.
 */
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('sboms')
    .addColumn('package_id', 'text', (column) => column.notNull().references('packages.id').onDelete('cascade'))
    .addColumn('no', 'integer', (column) => column.notNull())
    .addColumn('path', 'text', (column) => column.notNull())
    .addColumn('image', 'text')
    .addPrimaryKeyConstraint('sboms_key', ['package_id', 'no'])
    .execute();
  await db.schema
    .createTable('sbom_components')
    .addColumn('package_id', 'text', (column) => column.notNull().references('packages.id').onDelete('cascade'))
    .addColumn('seq', 'integer', (column) => column.notNull())
    .addColumn('sbom_no', 'integer', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('component_group', 'text')
    .addColumn('version', 'text')
    .addColumn('purl', 'text')
    .addPrimaryKeyConstraint('sbom_components_key', ['package_id', 'seq'])
    .execute();
  await db.schema
    .createTable('sbom_names')
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('package_id', 'text', (column) => column.notNull().references('packages.id').onDelete('cascade'))
    .addColumn('seq', 'integer', (column) => column.notNull())
    .addColumn('sbom_no', 'integer', (column) => column.notNull())
    .addColumn('version', 'text')
    .addPrimaryKeyConstraint('sbom_names_key', ['name', 'package_id', 'seq'])
    .execute();
  for (const index of indexes) await sql.raw(`create index ${index}`).execute(db);
}

const indexes: readonly string[] = [
  'sbom_names_package on sbom_names (package_id)',
  'sbom_names_version on sbom_names (name, version, package_id, seq)',
  'instances_running on instances (package_id, id, flavour_id) where flavour_id is not null',
];
