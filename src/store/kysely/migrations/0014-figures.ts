/**
 * What metrics ask for at every scrape stands in an index: operations that have not ended by how long they are in their
 * state, packages by state, instances that are not instantiated. Rows whose document does not tell stay without: lists
 * leave them out and name them.
 */
import { sql, type Kysely } from 'kysely';

interface Before {
  readonly operations: {
    readonly instance_id: string;
    readonly id: string;
    readonly document: string;
    readonly state_entered_ms: number | null;
  };
  readonly packages: { readonly id: string; readonly document: string; readonly state: string | null };
}

const batch = 100;

const indexes: readonly string[] = [
  `operations_open on operations (state_entered_ms, id) where state not in ('COMPLETED', 'FAILED', 'ROLLED_BACK')`,
  'packages_state on packages (state)',
  'instances_idle on instances (id) where flavour_id is null',
];

export async function up(db: Kysely<Before>): Promise<void> {
  await db.schema.alterTable('operations').addColumn('state_entered_ms', 'bigint').execute();
  await db.schema.alterTable('packages').addColumn('state', 'text').execute();
  // A batch from which unreadable rows are missing would look like the last.
  const all = db.withoutPlugins();
  await fillOperations(all);
  await fillPackages(all);
  for (const index of indexes) await sql.raw(`create index ${index}`).execute(db);
}

/** Only those that have not ended: there is one per instance at most, found by the index that says so. */
async function fillOperations(db: Kysely<Before>): Promise<void> {
  for (let after: string | undefined = ''; after !== undefined;) {
    const { rows } = await sql<Before['operations']>`select instance_id, id, document from operations
      where state not in ('COMPLETED', 'FAILED', 'ROLLED_BACK') and instance_id > ${after}
      order by instance_id limit ${batch}`.execute(db);
    for (const { id, document } of rows) {
      const entered = member(document, 'stateEnteredTimeMs');
      if (typeof entered !== 'number') continue;
      await db.updateTable('operations').set({ state_entered_ms: entered }).where('id', '=', id).execute();
    }
    after = rows.length < batch ? undefined : rows.at(-1)?.instance_id;
  }
}

async function fillPackages(db: Kysely<Before>): Promise<void> {
  for (let after: string | undefined = ''; after !== undefined;) {
    const found: readonly Before['packages'][] = await db
      .selectFrom('packages')
      .select(['id', 'document', 'state'])
      .where('id', '>', after)
      .orderBy('id')
      .limit(batch)
      .execute();
    for (const { id, document } of found) {
      const state = member(document, 'onboardingState');
      if (typeof state === 'string') await db.updateTable('packages').set({ state }).where('id', '=', id).execute();
    }
    after = found.length < batch ? undefined : found.at(-1)?.id;
  }
}

function member(document: string, name: string): unknown {
  try {
    const value: unknown = JSON.parse(document);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
