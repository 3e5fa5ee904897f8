/**
 * The claims on a host that the guard of a commit needs: a full host has hundreds, and a new VNFC touches few.
 */
import { sql, type SqlBool } from 'kysely';
import type { Needed, Standing } from '../../../inventory/capacity-conflict.js';
import type { ClaimKind } from '../../../inventory/model.js';
import { hostId, vnfcId } from '../../../shared/ids.js';
import { keptQuery } from '../rows/kept-query.js';
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
  const rows = await sums.all(tx, { host, kinds: [...summed, ...once] });
  const isOnce = new Set<string>(once);
  return rows.map((row) => {
    const amount = Number(isOnce.has(row.kind) ? row.one : row.sum);
    return standing({ ...row, host_id: host, exclusive: 0, amount, vnfc_id: '' });
  });
}

const sums = keptQuery((db, { host, kinds }: { host: string; kinds: readonly ClaimKind[] }) =>
  db
    .selectFrom('claims')
    .select(['kind', 'key', 'cell'])
    .select((eb) => [eb.fn.sum('amount').as('sum'), eb.fn.max('amount').as('one')])
    .where('host_id', '=', host)
    .where('kind', 'in', kinds)
    .groupBy(['kind', 'key', 'cell'])
    .orderBy('kind')
    .orderBy('key')
    .orderBy('cell'),
);

async function rowsOn(tx: Db, host: string, kinds: readonly ClaimKind[], keys?: readonly string[]) {
  const rows =
    keys === undefined
      ? await exclusiveRows.all(tx, { host, kinds })
      : await exclusiveOfKeys.all(tx, { host, kinds, keys });
  return rows.map(standing);
}

interface OnHost {
  readonly host: string;
  readonly kinds: readonly ClaimKind[];
}

/** A literal, since with a parameter SQLite would not use the unique index on exclusive claims. */
const selectExclusive = (db: Db, { host, kinds }: OnHost) =>
  db
    .selectFrom('claims')
    .innerJoin('allocations', 'allocations.id', 'claims.allocation_id')
    .select(['claims.host_id', 'kind', 'key', 'cell', 'exclusive', 'amount', 'vnfc_id'])
    .where(sql<SqlBool>`exclusive = 1`)
    .where('claims.host_id', '=', host)
    .where('kind', 'in', kinds)
    .orderBy('kind')
    .orderBy('key');

const exclusiveRows = keptQuery((db, given: OnHost) => selectExclusive(db, given));

const exclusiveOfKeys = keptQuery((db, given: OnHost & { readonly keys: readonly string[] }) =>
  selectExclusive(db, given).where('key', 'in', given.keys),
);

const standing = (row: Omit<ClaimRow, 'allocation_id'> & { readonly vnfc_id: string }): Standing => ({
  hostId: hostId(row.host_id),
  kind: row.kind as ClaimKind,
  key: row.key,
  ...(row.cell !== null && { cell: row.cell }),
  exclusive: row.exclusive === 1,
  amount: row.amount,
  vnfcId: vnfcId(row.vnfc_id),
});
