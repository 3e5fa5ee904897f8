/**
 * The claims on a host as far as the guard of a commit needs them: a packed host has hundreds, and a new VNFC touches few.
 */
import { sql, type SqlBool } from 'kysely';
import type { Needed, Standing } from '../../../inventory/capacity-conflict.js';
import type { ClaimKind } from '../../../inventory/model.js';
import { hostId, vnfcId } from '../../../shared/ids.js';
import type { ClaimRow, Db } from '../schema.js';

export async function standingOn(tx: Db, host: string, needed: Needed): Promise<readonly Standing[]> {
  const sums = await sumsOn(tx, host, needed);
  const whole = needed.each.length === 0 ? [] : await rowsOn(tx, host, needed.each);
  const known: Standing[] = [...sums, ...whole];
  for (const [kind, keys] of needed.ofKeys) known.push(...(await rowsOn(tx, host, [kind], keys)));
  return known;
}

/** Of several VNFCs: which one is named does not matter, for nothing of these kinds is exclusive. */
async function sumsOn(tx: Db, host: string, { summed, once }: Needed): Promise<readonly Standing[]> {
  const rows = await tx
    .selectFrom('claims')
    .select(['kind', 'key', 'cell'])
    .select((eb) => [eb.fn.sum('amount').as('sum'), eb.fn.max('amount').as('one')])
    .where('host_id', '=', host)
    .where('kind', 'in', [...summed, ...once])
    .groupBy(['kind', 'key', 'cell'])
    .orderBy('kind')
    .orderBy('key')
    .orderBy('cell')
    .execute();
  const isOnce = new Set<string>(once);
  return rows.map((row) => {
    const amount = Number(isOnce.has(row.kind) ? row.one : row.sum);
    return standing({ ...row, host_id: host, exclusive: 0, amount, vnfc_id: '' });
  });
}

/** The unique index on exclusive claims has the keys; a parameter would keep SQLite from it. */
async function rowsOn(tx: Db, host: string, kinds: readonly ClaimKind[], keys?: readonly string[]) {
  const rows = await tx
    .selectFrom('claims')
    .innerJoin('allocations', 'allocations.id', 'claims.allocation_id')
    .select(['claims.host_id', 'kind', 'key', 'cell', 'exclusive', 'amount', 'vnfc_id'])
    .where(sql<SqlBool>`exclusive = 1`)
    .where('claims.host_id', '=', host)
    .where('kind', 'in', kinds)
    .$if(keys !== undefined, (query) => query.where('key', 'in', keys ?? []))
    .orderBy('kind')
    .orderBy('key')
    .execute();
  return rows.map(standing);
}

const standing = (row: Omit<ClaimRow, 'allocation_id'> & { readonly vnfc_id: string }): Standing => ({
  hostId: hostId(row.host_id),
  kind: row.kind as ClaimKind,
  key: row.key,
  ...(row.cell !== null && { cell: row.cell }),
  exclusive: row.exclusive === 1,
  amount: row.amount,
  vnfcId: vnfcId(row.vnfc_id),
});
