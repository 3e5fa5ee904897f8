/**
 * Virtual addresses: every VNFC that shares one has a row, and one of these rows is exclusive. When its VNFC
 * is removed another row becomes exclusive, so that the address stays claimed as long as a VNFC has it.
 */
import { sql } from 'kysely';
import { fleetWide } from '../../../inventory/model.js';
import type { Db } from '../schema.js';

/** Repeats the condition of the partial index as literals: the query is planned before parameters are known. */
const isShared = sql<boolean>`other.exclusive = 0 and other.host_id = ${sql.lit(fleetWide)}`;

/** Addresses of these allocations that others share. */
export async function sharedKeys(tx: Db, allocationIds: readonly string[]): Promise<readonly string[]> {
  const rows = await tx
    .selectFrom('claims')
    .innerJoin('claims as other', 'other.key', 'claims.key')
    .select('claims.key')
    .distinct()
    .where('claims.allocation_id', 'in', allocationIds)
    .where('claims.host_id', '=', fleetWide)
    .where('claims.kind', '=', 'ip')
    .where('claims.exclusive', '=', 1)
    .where(isShared)
    .execute();
  return rows.map(({ key }) => key);
}

/** Makes another sharing row exclusive; there is none when all were removed together. */
export async function handOver(tx: Db, key: string): Promise<void> {
  const next = await tx
    .selectFrom('claims as other')
    .select('allocation_id')
    .where('other.key', '=', key)
    .where(isShared)
    .orderBy('allocation_id')
    .limit(1)
    .executeTakeFirst();
  if (next === undefined) return;
  await tx
    .updateTable('claims')
    .set({ exclusive: 1 })
    .where('allocation_id', '=', next.allocation_id)
    .where('host_id', '=', fleetWide)
    .where('kind', '=', 'ip')
    .where('key', '=', key)
    .execute();
}
