/**
 * The first schema. Released migrations never change: a later one alters what an earlier one made.
 */
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await packagesAndInstances(db);
  await operationsAndJournal(db);
  await hostsAndClaims(db);
}

async function packagesAndInstances(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('packages')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('vnfd_id', 'text')
    .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('document', 'text', (column) => column.notNull())
    .execute();
  await sql`create unique index packages_vnfd_id on packages (vnfd_id) where vnfd_id is not null`.execute(db);
  await db.schema
    .createTable('instances')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('package_id', 'text', (column) => column.notNull().references('packages.id'))
    .addColumn('document', 'text', (column) => column.notNull())
    .execute();
  await sql`create index instances_package on instances (package_id)`.execute(db);
}

async function operationsAndJournal(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('operations')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('instance_id', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('start_time_ms', 'bigint', (column) => column.notNull())
    .addColumn('lease_owner', 'text')
    .addColumn('lease_until_ms', 'bigint')
    .addColumn('plan', 'text')
    .addColumn('document', 'text', (column) => column.notNull())
    .execute();
  await sql`create unique index operations_one_per_instance on operations (instance_id)
    where state not in ('COMPLETED', 'FAILED', 'ROLLED_BACK')`.execute(db);
  await sql`create index operations_state on operations (state, start_time_ms)`.execute(db);
  await db.schema
    .createTable('journal')
    .addColumn('op_occ_id', 'text', (column) => column.notNull().references('operations.id'))
    .addColumn('seq', 'integer', (column) => column.notNull())
    .addColumn('step_id', 'text', (column) => column.notNull())
    .addColumn('phase', 'text', (column) => column.notNull())
    .addColumn('at_ms', 'bigint', (column) => column.notNull())
    .addColumn('output', 'text')
    .addPrimaryKeyConstraint('journal_key', ['op_occ_id', 'seq'])
    .execute();
}

async function hostsAndClaims(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('hosts')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('zone', 'text', (column) => column.notNull())
    .addColumn('admin_state', 'text', (column) => column.notNull())
    .addColumn('generation', 'integer', (column) => column.notNull())
    .addColumn('facts', 'text')
    .execute();
  await db.schema
    .createTable('claims')
    .addColumn('host_id', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('cell', 'integer')
    .addColumn('exclusive', 'integer', (column) => column.notNull())
    .addColumn('amount', 'bigint', (column) => column.notNull())
    .addColumn('vnfc_id', 'text', (column) => column.notNull())
    .addColumn('instance_id', 'text', (column) => column.notNull())
    .addColumn('op_occ_id', 'text', (column) => column.notNull().references('operations.id'))
    .execute();
  await sql`create unique index claims_exclusive on claims (host_id, kind, key) where exclusive = 1`.execute(db);
  await sql`create index claims_host on claims (host_id)`.execute(db);
  await sql`create index claims_vnfc on claims (vnfc_id)`.execute(db);
}
