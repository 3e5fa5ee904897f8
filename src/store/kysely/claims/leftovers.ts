/**
 * Files that could not be removed with their VNFC. The claim on their disk space stays as long as the row does
 * (`allocations.ts`).
 */
import { sql } from 'kysely';
import type { Leftover } from '../../../lifecycle/leftover.js';
import { hostId, vnfcId } from '../../../shared/ids.js';
import type { ClaimRecords } from '../../claims.js';
import { releaseLeftovers } from './allocations.js';
import type { StoreDialect } from '../dialect.js';
import { read, write } from '../rows/json.js';
import type { Db, LeftoverRow, Tx } from '../schema.js';

type Verbs = Pick<ClaimRecords, 'keepLeftovers' | 'leftovers' | 'leftoversOn' | 'settleLeftovers'>;

export const leftoverVerbs = ({ db, transaction }: StoreDialect): Verbs => ({
  keepLeftovers: (all) => transaction((tx) => keep(tx, all)),
  leftovers: async (atMost) =>
    (await db.selectFrom('leftovers').selectAll().orderBy('since_ms').orderBy('name').limit(atMost).execute()).map(
      leftoverOf,
    ),
  leftoversOn: (host, page, vnfc) => leftOn(db, host, page, vnfc),
  settleLeftovers: (all) => transaction((tx) => settle(tx, all)),
});

async function leftOn(
  db: Db,
  ...[host, { after, limit }, vnfc]: Parameters<ClaimRecords['leftoversOn']>
): Promise<readonly Leftover[]> {
  let asked = db.selectFrom('leftovers').selectAll().where('host_id', '=', host);
  if (vnfc !== undefined) asked = asked.where('vnfc_id', '=', vnfc);
  if (after !== undefined)
    asked = asked.where(sql<boolean>`(vnfc_id, pool, name) > (${after.vnfcId}, ${after.pool}, ${after.name})`);
  const rows = await asked.orderBy('vnfc_id').orderBy('pool').orderBy('name').limit(limit).execute();
  return rows.map(leftoverOf);
}

/** A repeated report keeps the first time and takes the latest reason. */
async function keep(tx: Db, all: readonly Leftover[]): Promise<void> {
  for (const one of all) {
    await tx
      .insertInto('leftovers')
      .values(rowOf(one))
      .onConflict((conflict) =>
        conflict.columns(['vnfc_id', 'host_id', 'pool', 'name']).doUpdateSet({ reason: one.reason }),
      )
      .execute();
  }
}

/** The last one of a VNFC on a host releases its disk space, once the operation has released the rest. */
async function settle(tx: Tx, all: readonly Leftover[]): Promise<void> {
  for (const { vnfcId: vnfc, hostId: host, pool, name } of all) {
    await tx
      .deleteFrom('leftovers')
      .where('vnfc_id', '=', vnfc)
      .where('host_id', '=', host)
      .where('pool', '=', pool)
      .where('name', '=', name)
      .execute();
  }
  const places = new Map(all.map(({ vnfcId: vnfc, hostId: host }) => [`${vnfc} ${host}`, { vnfc, host }]));
  for (const { vnfc, host } of places.values()) {
    const still = await tx
      .selectFrom('leftovers')
      .select('name')
      .where('vnfc_id', '=', vnfc)
      .where('host_id', '=', host)
      .limit(1)
      .execute();
    if (still.length === 0) await releaseLeftovers(tx, vnfc, host);
  }
}

const rowOf = (one: Leftover): LeftoverRow => ({
  vnfc_id: one.vnfcId,
  host_id: one.hostId,
  pool: one.pool,
  name: one.name,
  bases: write(one.bases),
  reason: one.reason,
  since_ms: one.sinceMs,
});

const leftoverOf = (row: LeftoverRow): Leftover => ({
  vnfcId: vnfcId(row.vnfc_id),
  hostId: hostId(row.host_id),
  pool: row.pool,
  name: row.name,
  bases: read<readonly string[]>(row.bases),
  reason: row.reason,
  sinceMs: row.since_ms,
});
