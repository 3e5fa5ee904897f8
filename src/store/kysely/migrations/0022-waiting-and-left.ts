/**
 * Two questions that looked at whole tables find their rows in an index: subscriptions to which something is to be
 * delivered, and what VNFCs left on a host, asked for before the host is removed.
 */
import { sql, type Kysely } from 'kysely';

const indexes: readonly string[] = [
  'subscriptions_waiting on subscriptions (waits_since_ms, id) where waits_since_ms is not null',
  'leftovers_host on leftovers (host_id)',
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const index of indexes) await sql.raw(`create index ${index}`).execute(db);
  await sql`drop index subscriptions_due`.execute(db);
}
