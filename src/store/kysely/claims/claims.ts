/**
 * Claims as rows. The unique index on exclusive ones prevents double allocation.
 */
import { sql, type SqlBool } from 'kysely';
import { allocationId, hostId, opOccId, vnfInstanceId, vnfcId } from '../../../shared/ids.js';
import type { Claim, ClaimKind } from '../../../inventory/model.js';
import type { ClaimRecords } from '../../claims.js';
import type { StoreDialect } from '../dialect.js';
import { keptQuery } from '../rows/kept-query.js';
import type { AllocationRow, ClaimRow, Db } from '../schema.js';
import { batches } from '../installation/ended.js';
import { claimKinds, resources } from '../../../inventory/resources/table.js';

type Verbs = Pick<ClaimRecords, 'claimsOn'>;

/** More than this in one `in (…)` would near the databases' limits on parameters. */
const batch = 500;

export const claimVerbs = ({ db }: StoreDialect): Verbs => ({
  claimsOn: (ids) => claimsOn(db, ids),
});

async function claimsOn(db: Db, ids: readonly string[]): Promise<readonly Claim[]> {
  const claims: Claim[] = [];
  for (let from = 0; from < ids.length; from += batch) {
    const rows = await selectClaims(db)
      .where('claims.host_id', 'in', ids.slice(from, from + batch))
      .execute();
    claims.push(...rows.map(claimOf));
  }
  return claims;
}

export async function claimsOfHost(tx: Db, host: string): Promise<readonly Claim[]> {
  return (await onHost.all(tx, { host })).map(claimOf);
}

/** Kinds that stay claimed as long as files of their VNFC are left behind. */
export const keptWithLeftovers = claimKinds.filter((kind) => resources[kind].staysWithLeftovers);

/** The first claim whose key another VNFC holds, on its host or in the fleet; the transaction must then be rolled back. */
export async function insertClaims(tx: Db, claims: readonly Claim[]): Promise<Claim | undefined> {
  const before: Claim[] = [];
  for (const some of batches(claims)) {
    const rows = some.map(rowOf);
    // A constraint violation would abort the transaction in PostgreSQL, and neither database would name the row.
    if ((await insert.change(tx, { rows })) !== some.length) return firstTaken(tx, some, before);
    before.push(...some);
  }
  return undefined;
}

/** `before`: those that were inserted already, whose keys are as taken as those of others. */
async function firstTaken(tx: Db, claims: readonly Claim[], before: readonly Claim[]): Promise<Claim> {
  const known = new Set(before.filter(({ exclusive }) => exclusive).map(nameOf));
  for (const claim of claims) {
    if (!claim.exclusive) continue;
    const { hostId: host, kind, key, allocationId: id } = claim;
    const name = nameOf(claim);
    const holder = await tx
      .selectFrom('claims')
      .select('allocation_id')
      .where(sql<SqlBool>`exclusive = 1`)
      .where('host_id', '=', host)
      .where('kind', '=', kind)
      .where('key', '=', key)
      .executeTakeFirst();
    if (known.has(name) || holder?.allocation_id !== id) return claim;
    known.add(name);
  }
  throw new Error('claims were not inserted, and none of them is in the way');
}

const nameOf = ({ hostId: host, kind, key }: Claim): string => `${host} ${kind} ${key}`;

const selectClaims = (db: Db) =>
  db
    .selectFrom('claims')
    .innerJoin('allocations', 'allocations.id', 'claims.allocation_id')
    .select(['claims.host_id', 'kind', 'key', 'cell', 'exclusive', 'amount', 'allocation_id'])
    .select(['vnfc_id', 'instance_id', 'op_occ_id'])
    .orderBy('claims.host_id')
    .orderBy('kind')
    .orderBy('key')
    .orderBy('vnfc_id')
    .orderBy('allocation_id')
    .orderBy('cell');

const onHost = keptQuery((db, { host }: { host: string }) => selectClaims(db).where('claims.host_id', '=', host));
const insert = keptQuery((db, { rows }: { rows: readonly ClaimRow[] }) =>
  db
    .insertInto('claims')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing()),
);

const rowOf = (claim: Claim): ClaimRow => ({
  host_id: claim.hostId,
  kind: claim.kind,
  key: claim.key,
  cell: claim.cell ?? null,
  exclusive: claim.exclusive ? 1 : 0,
  amount: claim.amount,
  allocation_id: claim.allocationId,
});

type JoinedRow = ClaimRow & Pick<AllocationRow, 'vnfc_id' | 'instance_id' | 'op_occ_id'>;

const claimOf = (row: JoinedRow): Claim => ({
  hostId: hostId(row.host_id),
  kind: row.kind as ClaimKind,
  key: row.key,
  ...(row.cell !== null && { cell: row.cell }),
  exclusive: row.exclusive === 1,
  amount: row.amount,
  allocationId: allocationId(row.allocation_id),
  vnfcId: vnfcId(row.vnfc_id),
  vnfInstanceId: vnfInstanceId(row.instance_id),
  opOccId: opOccId(row.op_occ_id),
});
