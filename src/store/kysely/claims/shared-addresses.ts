/**
 * Virtual addresses: every VNFC that shares one has a row, and one of these rows is exclusive. When its VNFC
 * is removed another row becomes exclusive, so that the address stays claimed as long as a VNFC has it.
 */
import { sql } from 'kysely';
import { fleetWide } from '../../../inventory/model.js';
import type { Db } from '../schema.js';

/** Repeats the condition of the partial index as literals: the query is planned before parameters are known. */
const isShared = sql<boolean>`other.exclusive = 0 and other.host_id = ${sql.lit(fleetWide)}`;

/** Addresses of these allocations that are shared: by others, or when nobody holds them. */
export async function sharedKeys(tx: Db, allocationIds: readonly string[]): Promise<readonly string[]> {
  const rows = await tx
    .selectFrom('claims')
    .innerJoin('claims as other', 'other.key', 'claims.key')
    .select('claims.key')
    .distinct()
    .where('claims.allocation_id', 'in', allocationIds)
    .where('claims.host_id', '=', fleetWide)
    .where('claims.kind', '=', 'ip')
    .where(isShared)
    .execute();
  return rows.map(({ key }) => key);
}

/**
 * Makes another sharing row exclusive unless one is; there is none when all were removed together. A row that another transaction
 * removes meanwhile is no longer there when it is written: then the next one is taken.
 */
export async function handOver(tx: Db, key: string): Promise<void> {
  for (let tried = 0; tried < mostTries; tried += 1) {
    if ((await isHeld(tx, key)) || !(await isHandedTo(tx, key, await nextOf(tx, key)))) return;
  }
  throw new Error(
    `address ${key} has no holder: each of ${String(mostTries)} VNFCs that share it was removed meanwhile`,
  );
}

/** More VNFCs than one instance removes at once. */
const mostTries = 1_000;

async function isHeld(tx: Db, key: string): Promise<boolean> {
  const holder = await tx
    .selectFrom('claims')
    .select('allocation_id')
    .where(sql<boolean>`exclusive = 1`)
    .where('host_id', '=', fleetWide)
    .where('kind', '=', 'ip')
    .where('key', '=', key)
    .executeTakeFirst();
  return holder !== undefined;
}

async function nextOf(tx: Db, key: string): Promise<string | undefined> {
  const next = await tx
    .selectFrom('claims as other')
    .select('allocation_id')
    .where('other.key', '=', key)
    .where(isShared)
    .orderBy('allocation_id')
    .limit(1)
    .executeTakeFirst();
  return next?.allocation_id;
}

/** False: there is nobody. */
async function isHandedTo(tx: Db, key: string, allocation: string | undefined): Promise<boolean> {
  if (allocation === undefined) return false;
  await tx
    .updateTable('claims')
    .set({ exclusive: 1 })
    .where('allocation_id', '=', allocation)
    .where('host_id', '=', fleetWide)
    .where('kind', '=', 'ip')
    .where('key', '=', key)
    .execute();
  return true;
}
