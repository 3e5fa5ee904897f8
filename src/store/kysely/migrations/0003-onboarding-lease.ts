/**
 * A lease on packages that are uploaded or read, so that replicas know whose work that is.
 */
import type { Kysely } from 'kysely';

interface Before {
  readonly packages: { readonly id: string; readonly document: string; readonly lease_until_ms: number | null };
}

export async function up(db: Kysely<Before>): Promise<void> {
  await db.schema.alterTable('packages').addColumn('lease_owner', 'text').execute();
  await db.schema.alterTable('packages').addColumn('lease_until_ms', 'bigint').execute();
  const rows = await db.selectFrom('packages').select(['id', 'document']).execute();
  const underWay = rows.filter(({ document }) => ['UPLOADING', 'PROCESSING'].includes(stateIn(document)));
  for (const { id } of underWay) {
    await db.updateTable('packages').set({ lease_until_ms: 0 }).where('id', '=', id).execute();
  }
}

const stateIn = (document: string): string =>
  (JSON.parse(document) as { readonly onboardingState: string }).onboardingState;
