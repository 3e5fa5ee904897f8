/**
 * Allocations: what keeps each, how they are released, and orphans that nothing keeps. The commit of a plan makes an
 * allocation; a step, another commit or the end of an operation whose record does not name it releases it.
 */
import type { ExpressionBuilder } from 'kysely';
import { allocationIdsOf } from '../../../lifecycle/allocations.js';
import type { InstantiatedVnf } from '../../../lifecycle/model.js';
import type { Allocation, Claim } from '../../../inventory/model.js';
import {
  allocationId,
  hostId,
  opOccId,
  vnfInstanceId,
  vnfcId,
  type AllocationId,
  type VnfInstanceId,
} from '../../../shared/ids.js';
import type { ClaimRecords } from '../../claims.js';
import type { StoreDialect } from '../dialect.js';
import { keptWithLeftovers } from './claims.js';
import { handOver, sharedKeys } from './shared-addresses.js';
import { batches, recordEnded } from '../installation/ended.js';
import { bumpGenerations } from '../hosts/hosts.js';
import { keptQuery } from '../rows/kept-query.js';
import { lockRows } from '../rows/locks.js';
import type { AllocationRow, Db, Tables, Tx } from '../schema.js';

type Verbs = Pick<ClaimRecords, 'releaseAllocations' | 'ownerlessAllocations'>;

export const allocationVerbs = ({ db, transaction }: StoreDialect): Verbs => ({
  releaseAllocations: (ids) => transaction((tx) => release(tx, ids)),
  ownerlessAllocations: (atMost) => ownerless(db, atMost),
});

/** The allocations of these claims; throws when one of them is on two hosts or of two VNFCs. */
export function allocationsIn(claims: readonly Claim[]): readonly Allocation[] {
  const found = new Map<AllocationId, Allocation>();
  for (const { allocationId: id, vnfcId: vnfc, vnfInstanceId: instance, hostId: host, opOccId: opOcc } of claims) {
    const known = found.get(id);
    if (known === undefined) found.set(id, { id, vnfcId: vnfc, vnfInstanceId: instance, hostId: host, opOccId: opOcc });
    else if (known.hostId !== host || known.vnfcId !== vnfc)
      throw new Error(
        `allocation ${id} claims for VNFC ${known.vnfcId} on host ${known.hostId} and for VNFC ${vnfc} on host ${host}`,
      );
  }
  return [...found.values()];
}

/** Kept by the operation that makes them, until a record names them. */
export async function insertAllocations(tx: Db, all: readonly Allocation[]): Promise<void> {
  for (const some of batches(all)) await insert.change(tx, { rows: some.map(rowOf) });
}

const insert = keptQuery((db, { rows }: { rows: readonly AllocationRow[] }) =>
  db.insertInto('allocations').values(rows),
);

/** Those of these that the instance has. */
export async function hostsOfAllocations(
  tx: Db,
  instance: VnfInstanceId,
  ids: readonly AllocationId[],
): Promise<ReadonlyMap<string, string>> {
  const hosts = new Map<string, string>();
  for (const some of batches(ids)) {
    const rows = await tx
      .selectFrom('allocations')
      .select(['id', 'host_id'])
      .where('id', 'in', some)
      .where('instance_id', '=', instance)
      .execute();
    for (const row of rows) hosts.set(row.id, row.host_id);
  }
  return hosts;
}

/** Hosts that get resources back get a new generation. */
export async function release(tx: Tx, ids: readonly string[]): Promise<void> {
  await bumpGenerations(tx, await letGo(tx, ids));
}

/**
 * Removes allocations with their claims, except the disk space of files that their VNFC left behind on the host. Returns
 * the hosts that get resources back.
 */
export async function letGo(tx: Tx, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const touched = new Set<string>();
  for (const some of batches(ids)) {
    const held = await tx.selectFrom('allocations').selectAll().where('id', 'in', some).orderBy('id').execute();
    if (held.length === 0) continue;
    const hosts = [...new Set(held.map((row) => row.host_id))];
    await lockRows(tx, 'hosts', hosts);
    const left = await withLeftovers(tx, held);
    const gone = held.filter((row) => !left.includes(row));
    await removeAll(tx, gone);
    await keepSome(tx, left);
    await recordGone(tx, held);
    for (const host of hosts) touched.add(host);
  }
  return touched;
}

async function withLeftovers(tx: Db, held: readonly AllocationRow[]): Promise<readonly AllocationRow[]> {
  const vnfcs = held.map((row) => row.vnfc_id);
  const rows = await tx.selectFrom('leftovers').select(['vnfc_id', 'host_id']).where('vnfc_id', 'in', vnfcs).execute();
  const places = new Set(rows.map((row) => `${row.vnfc_id} ${row.host_id}`));
  return held.filter((row) => places.has(`${row.vnfc_id} ${row.host_id}`));
}

async function removeAll(tx: Db, gone: readonly AllocationRow[]): Promise<void> {
  if (gone.length === 0) return;
  const ids = gone.map((row) => row.id);
  const keys = await sharedKeys(tx, ids);
  await tx.deleteFrom('allocations').where('id', 'in', ids).execute();
  for (const key of keys) await handOver(tx, key);
}

async function keepSome(tx: Db, left: readonly AllocationRow[]): Promise<void> {
  if (left.length === 0) return;
  const ids = left.map((row) => row.id);
  await tx.deleteFrom('claims').where('allocation_id', 'in', ids).where('kind', 'not in', keptWithLeftovers).execute();
  await tx.updateTable('allocations').set({ owner: 'leftover' }).where('id', 'in', ids).execute();
}

/** A VNFC has ended when only leftovers keep its claims. */
async function recordGone(tx: Tx, released: readonly AllocationRow[]): Promise<void> {
  const vnfcs = [...new Set(released.map((row) => row.vnfc_id))];
  const rows = await tx
    .selectFrom('allocations')
    .select('vnfc_id')
    .where('vnfc_id', 'in', vnfcs)
    .where('owner', '!=', 'leftover')
    .execute();
  const stay = new Set(rows.map((row) => row.vnfc_id));
  await recordEnded(
    tx,
    'vnfc',
    vnfcs.filter((vnfc) => !stay.has(vnfc)),
  );
}

/** Releases what was kept for leftovers once there are none. */
export async function releaseLeftovers(tx: Tx, vnfc: string, host: string): Promise<void> {
  const rows = await tx
    .selectFrom('allocations')
    .select('id')
    .where('vnfc_id', '=', vnfc)
    .where('host_id', '=', host)
    .where('owner', '=', 'leftover')
    .execute();
  await release(
    tx,
    rows.map((row) => row.id),
  );
}

/** Allocations that the record names are now kept by the record; undefined: the record did not change. */
export async function nameOwners(tx: Db, id: VnfInstanceId, now: InstantiatedVnf | null | undefined): Promise<void> {
  if (now === undefined) return;
  for (const some of batches((now?.vnfcs ?? []).flatMap(allocationIdsOf))) {
    await named.change(tx, { id, some });
  }
}

const named = keptQuery((db, { id, some }: { id: VnfInstanceId; some: readonly AllocationId[] }) =>
  db
    .updateTable('allocations')
    .set({ owner: 'record' })
    .where('instance_id', '=', id)
    .where('owner', '=', 'operation')
    .where('id', 'in', some),
);

/** All of an instance, except what leftovers keep. */
const heldBy = keptQuery((db, { id }: { id: VnfInstanceId }) =>
  db
    .selectFrom('allocations')
    .select(['id', 'owner'])
    .where('instance_id', '=', id)
    .where('owner', '!=', 'leftover')
    .orderBy('id'),
);

/** At the end of an operation: allocations of the instance that its record does not name. */
export async function releaseUnnamed(
  tx: Tx,
  id: VnfInstanceId,
  now: InstantiatedVnf | null | undefined,
): Promise<void> {
  const rows = await heldBy.all(tx, { id });
  const stay = now === undefined ? undefined : new Set<string>((now?.vnfcs ?? []).flatMap(allocationIdsOf));
  const isNamed = (row: (typeof rows)[number]) => (stay === undefined ? row.owner === 'record' : stay.has(row.id));
  await release(
    tx,
    rows.filter((row) => !isNamed(row)).map((row) => row.id),
  );
}

/** Reads only rows that no record keeps, by the index of these. */
async function ownerless(db: Db, atMost: number): Promise<readonly Allocation[]> {
  const rows = await db
    .selectFrom('allocations')
    .selectAll()
    .where('owner', '!=', 'record')
    .where((row) => row.not(row.or([keptByOperation(row), keptByLeftovers(row)])))
    .orderBy('id')
    .limit(atMost)
    .execute();
  return rows.map(allocationOf);
}

type Row = ExpressionBuilder<Tables, 'allocations'>;

const keptByOperation = (row: Row) =>
  row.and([
    row('allocations.owner', '=', 'operation'),
    row.exists(
      row
        .selectFrom('operations')
        .select('operations.id')
        .whereRef('operations.id', '=', 'allocations.op_occ_id')
        .where('operations.state', 'not in', ['COMPLETED', 'FAILED', 'ROLLED_BACK']),
    ),
  ]);

const keptByLeftovers = (row: Row) =>
  row.and([
    row('allocations.owner', '=', 'leftover'),
    row.exists(
      row
        .selectFrom('leftovers')
        .select('leftovers.name')
        .whereRef('leftovers.vnfc_id', '=', 'allocations.vnfc_id')
        .whereRef('leftovers.host_id', '=', 'allocations.host_id'),
    ),
  ]);

const rowOf = (one: Allocation): AllocationRow => ({
  id: one.id,
  vnfc_id: one.vnfcId,
  instance_id: one.vnfInstanceId,
  host_id: one.hostId,
  op_occ_id: one.opOccId,
  owner: 'operation',
});

const allocationOf = (row: AllocationRow): Allocation => ({
  id: allocationId(row.id),
  vnfcId: vnfcId(row.vnfc_id),
  vnfInstanceId: vnfInstanceId(row.instance_id),
  hostId: hostId(row.host_id),
  opOccId: opOccId(row.op_occ_id),
});
