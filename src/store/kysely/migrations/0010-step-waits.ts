/** How long the steps under way of an operation have waited so far (JSON), so that their times do not begin again. */
import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('operations').addColumn('waited', 'text').execute();
}
