/**
 * Claims as rows. The unique index on exclusive ones is the last word against double allocation.
 */
import { hostId, opOccId, vnfInstanceId, vnfcId, type VnfcId } from '../../../shared/ids.js';
import type { Claim, ClaimKind } from '../../../inventory/model.js';
import type { ClaimRecords } from '../../claims.js';
import type { StoreDialect } from '../dialect.js';
import type { ClaimRow, Db } from '../schema.js';
import { recordEnded } from '../installation/ended.js';
import { bumpGenerations } from '../hosts/hosts.js';
import { lockRows } from '../rows/locks.js';
import { claimKinds, resources } from '../../../inventory/resources/table.js';

type Verbs = Pick<ClaimRecords, 'claimsOn' | 'releaseClaims'>;

/** More than this in one `in (…)` would near the databases' limits on parameters. */
const batch = 500;

export const claimVerbs = ({ db, transaction }: StoreDialect): Verbs => ({
  claimsOn: (ids) => claimsOn(db, ids),
  releaseClaims: (ids) => transaction((tx) => release(tx, ids)),
});

async function claimsOn(db: Db, ids: readonly string[]): Promise<readonly Claim[]> {
  const claims: Claim[] = [];
  for (let from = 0; from < ids.length; from += batch) {
    const rows = await selectClaims(db)
      .where('host_id', 'in', ids.slice(from, from + batch))
      .execute();
    claims.push(...rows.map(claimOf));
  }
  return claims;
}

export async function claimsOfHost(tx: Db, host: string): Promise<readonly Claim[]> {
  return (await selectClaims(tx).where('host_id', '=', host).execute()).map(claimOf);
}

/**
 * Releases all that these VNFCs hold, but for the disk space of what they left behind; the hosts that get something back
 * are of a new generation.
 */
export async function release(tx: Db, ids: readonly VnfcId[]): Promise<void> {
  for (let from = 0; from < ids.length; from += batch) {
    const vnfcs = ids.slice(from, from + batch);
    const held = await tx
      .selectFrom('claims')
      .select(['host_id', 'vnfc_id'])
      .distinct()
      .where('vnfc_id', 'in', vnfcs)
      .execute();
    const hosts = [...new Set(held.map((row) => row.host_id))];
    await lockRows(tx, 'hosts', hosts);
    const left = tx.selectFrom('leftovers').select('vnfc_id').where('vnfc_id', 'in', vnfcs);
    await tx
      .deleteFrom('claims')
      .where('vnfc_id', 'in', vnfcs)
      .where((row) => row.or([row('kind', 'not in', keptWithLeftovers), row('vnfc_id', 'not in', left)]))
      .execute();
    await recordEnded(
      tx,
      'vnfc',
      held.map((row) => row.vnfc_id),
    );
    await bumpGenerations(tx, hosts);
  }
}

/** Kinds that stay claimed as long as something of their VNFC is left. */
export const keptWithLeftovers = claimKinds.filter((kind) => resources[kind].staysWithLeftovers);

export async function insertClaim(tx: Db, claim: Claim): Promise<void> {
  await tx.insertInto('claims').values(rowOf(claim)).execute();
}

const selectClaims = (db: Db) =>
  db
    .selectFrom('claims')
    .selectAll()
    .orderBy('host_id')
    .orderBy('kind')
    .orderBy('key')
    .orderBy('vnfc_id')
    .orderBy('cell');

const rowOf = (claim: Claim): ClaimRow => ({
  host_id: claim.hostId,
  kind: claim.kind,
  key: claim.key,
  cell: claim.cell ?? null,
  exclusive: claim.exclusive ? 1 : 0,
  amount: claim.amount,
  vnfc_id: claim.vnfcId,
  instance_id: claim.vnfInstanceId,
  op_occ_id: claim.opOccId,
});

const claimOf = (row: ClaimRow): Claim => ({
  hostId: hostId(row.host_id),
  kind: row.kind as ClaimKind,
  key: row.key,
  ...(row.cell !== null && { cell: row.cell }),
  exclusive: row.exclusive === 1,
  amount: row.amount,
  vnfcId: vnfcId(row.vnfc_id),
  vnfInstanceId: vnfInstanceId(row.instance_id),
  opOccId: opOccId(row.op_occ_id),
});
