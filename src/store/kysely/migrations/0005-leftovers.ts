/**
 * Files that could not be removed with their VNFC, and what ended operations keep: day-0 content and user data leave
 * their plans.
 */
import type { Kysely } from 'kysely';
import { withoutGuestContent } from '../../../lifecycle/ended-plan.js';
import type { LcmPlan } from '../../../lifecycle/model.js';

interface Before {
  readonly operations: { readonly id: string; readonly state: string; readonly plan: string | null };
}

export async function up(db: Kysely<Before>): Promise<void> {
  await cleanEndedPlans(db);
  await db.schema
    .createTable('leftovers')
    .addColumn('vnfc_id', 'text', (column) => column.notNull())
    .addColumn('host_id', 'text', (column) => column.notNull())
    .addColumn('pool', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('bases', 'text', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('since_ms', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('leftovers_key', ['vnfc_id', 'pool', 'name'])
    .execute();
  await db.schema.createIndex('leftovers_since').on('leftovers').column('since_ms').execute();
}

const ended = ['COMPLETED', 'FAILED', 'ROLLED_BACK'];

/** Plan by plan: together they may be larger than memory. */
async function cleanEndedPlans(db: Kysely<Before>): Promise<void> {
  for (let after = ''; ;) {
    const row = await db
      .selectFrom('operations')
      .select(['id', 'plan'])
      .where('id', '>', after)
      .where('plan', 'is not', null)
      .where('state', 'in', ended)
      .orderBy('id')
      .limit(1)
      .executeTakeFirst();
    if (row?.plan == null) return;
    const plan = JSON.parse(row.plan) as LcmPlan;
    const clean = withoutGuestContent(plan);
    if (clean !== plan) {
      await db
        .updateTable('operations')
        .set({ plan: JSON.stringify(clean) })
        .where('id', '=', row.id)
        .execute();
    }
    after = row.id;
  }
}
