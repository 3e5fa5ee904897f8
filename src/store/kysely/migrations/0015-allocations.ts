/**
 * Claims belong to allocations. What a VNFC held becomes one on its host and one for its addresses, with ids made from
 * its own: its record and the plans that are under way do not name them, and lifecycle/allocations.ts knows them so.
 */
import { sql, type Kysely } from 'kysely';

interface Before {
  readonly allocations: { readonly id: string; readonly vnfc_id: string; readonly owner: string };
  readonly instances: { readonly id: string; readonly flavour_id: string | null; readonly instantiated: string | null };
}

export async function up(db: Kysely<Before>): Promise<void> {
  await makeAllocations(db);
  await moveClaims(db);
  await moveLeftovers(db);
  // A batch from which unreadable rows are missing would look like the last.
  await nameOwners(db.withoutPlugins());
  for (const index of indexes) await sql.raw(`create ${index}`).execute(db);
}

const indexes: readonly string[] = [
  'unique index claims_exclusive on claims (host_id, kind, key) where exclusive = 1',
  'index claims_host on claims (host_id)',
  'index claims_allocation on claims (allocation_id)',
  'index leftovers_since on leftovers (since_ms)',
  'index allocations_instance on allocations (instance_id)',
  'index allocations_host on allocations (host_id)',
  'index allocations_operation on allocations (op_occ_id)',
  `index allocations_not_recorded on allocations (id) where owner <> 'record'`,
];

const idOfRow = sql.raw(`case when host_id = '*' then vnfc_id || '/addresses' else vnfc_id end`);

async function makeAllocations(db: Kysely<Before>): Promise<void> {
  await db.schema
    .createTable('allocations')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('vnfc_id', 'text', (column) => column.notNull())
    .addColumn('instance_id', 'text', (column) => column.notNull())
    .addColumn('host_id', 'text', (column) => column.notNull())
    .addColumn('op_occ_id', 'text', (column) => column.notNull().references('operations.id'))
    .addColumn('owner', 'text', (column) => column.notNull())
    .execute();
  await sql`insert into allocations (id, vnfc_id, instance_id, host_id, op_occ_id, owner)
    select ${idOfRow}, vnfc_id, min(instance_id), min(host_id), min(op_occ_id), 'operation'
    from claims group by vnfc_id, ${idOfRow}`.execute(db);
  await sql`create index allocations_vnfc on allocations (vnfc_id)`.execute(db);
}

/** The table is rewritten: SQLite adds no column that refers to another table and may not be null. */
async function moveClaims(db: Kysely<Before>): Promise<void> {
  await db.schema.alterTable('claims').renameTo('claims_before').execute();
  await db.schema
    .createTable('claims')
    .addColumn('host_id', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('cell', 'integer')
    .addColumn('exclusive', 'integer', (column) => column.notNull())
    .addColumn('amount', 'bigint', (column) => column.notNull())
    .addColumn('allocation_id', 'text', (column) => column.notNull().references('allocations.id').onDelete('cascade'))
    .execute();
  await sql`insert into claims (host_id, kind, key, cell, exclusive, amount, allocation_id)
    select host_id, kind, key, cell, exclusive, amount, ${idOfRow} from claims_before`.execute(db);
  await db.schema.dropTable('claims_before').execute();
}

/** A VNFC that moves may leave files of one name on several hosts. */
async function moveLeftovers(db: Kysely<Before>): Promise<void> {
  await db.schema.alterTable('leftovers').renameTo('leftovers_before').execute();
  await db.schema
    .createTable('leftovers')
    .addColumn('vnfc_id', 'text', (column) => column.notNull())
    .addColumn('host_id', 'text', (column) => column.notNull())
    .addColumn('pool', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('bases', 'text', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('since_ms', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('leftovers_place_key', ['vnfc_id', 'host_id', 'pool', 'name'])
    .execute();
  await sql`insert into leftovers (vnfc_id, host_id, pool, name, bases, reason, since_ms)
    select vnfc_id, host_id, pool, name, bases, reason, since_ms from leftovers_before`.execute(db);
  await db.schema.dropTable('leftovers_before').execute();
}

const batch = 100;

/** Instances whose record cannot be read keep what they have. */
async function nameOwners(db: Kysely<Before>): Promise<void> {
  for (let after: string | undefined = ''; after !== undefined;) {
    const rows: readonly Before['instances'][] = await db
      .selectFrom('instances')
      .select(['id', 'flavour_id', 'instantiated'])
      .where('flavour_id', 'is not', null)
      .where('id', '>', after)
      .orderBy('id')
      .limit(batch)
      .execute();
    for (const { id, instantiated } of rows) {
      const vnfcs = instantiated === null ? [] : vnfcsIn(instantiated);
      if (vnfcs === undefined) await sql`update allocations set owner = 'record' where instance_id = ${id}`.execute(db);
      for (const vnfc of vnfcs ?? [])
        await db.updateTable('allocations').set({ owner: 'record' }).where('vnfc_id', '=', vnfc).execute();
    }
    after = rows.length < batch ? undefined : rows.at(-1)?.id;
  }
  await sql`update allocations set owner = 'leftover' where owner = 'operation'
    and vnfc_id in (select vnfc_id from leftovers)
    and op_occ_id in (select id from operations where state in ('COMPLETED', 'FAILED', 'ROLLED_BACK'))`.execute(db);
}

/** Undefined: it cannot be read. */
function vnfcsIn(instantiated: string): readonly string[] | undefined {
  try {
    const { vnfcs } = JSON.parse(instantiated) as { readonly vnfcs?: unknown };
    if (!Array.isArray(vnfcs)) return undefined;
    const ids = vnfcs.map((vnfc: { readonly id?: unknown } | null) => vnfc?.id);
    return ids.every((id) => typeof id === 'string') ? ids : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}
