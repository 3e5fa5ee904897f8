/**
 * What a page is narrowed by stands before the order of the collection in an index: a page is then read from one place of
 * the index, or from a few that are merged, and never searched for among rows that do not fit.
 */
import { sql, type Kysely } from 'kysely';

const indexes: readonly string[] = [
  'operations_state_start on operations (state, start_time_ms, id)',
  'operations_state_kind on operations (state, operation, start_time_ms, id)',
  'operations_decided_kind on operations (operation, start_time_ms, id) where explanation is not null',
  'operations_decided_instance on operations (instance_id, start_time_ms, id) where explanation is not null',
  'packages_onboarded on packages (id) where vnfd_id is not null',
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const index of indexes) await sql.raw(`create index ${index}`).execute(db);
  await sql`drop index operations_state`.execute(db);
}
