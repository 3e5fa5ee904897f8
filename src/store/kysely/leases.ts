/**
 * Who works on which operation. A lease is taken for a time and renewed; one that has run out is anybody's. Whoever
 * writes about an operation shows its lease in the same transaction.
 */
import type { OpOccId } from '../../shared/ids.js';
import type { LcmOpOcc } from '../../lifecycle/model.js';
import { LeaseLost, type Store } from '../store.js';
import type { StoreDialect } from './dialect.js';
import type { Db } from './schema.js';
import { anybodys } from './free-lease.js';
import { unowned } from './onboarding.js';
import { active, clearLease, operationOf, readOperation } from './operations.js';

type Verbs = Pick<Store, 'leaseOperation' | 'renewLease' | 'dropLease'>;

export const leaseVerbs = ({ transaction }: StoreDialect): Verbs => ({
  leaseOperation: (owner, nowMs, untilMs) => transaction((tx) => take(tx, owner, nowMs, untilMs)),
  renewLease: (id, owner, untilMs) => transaction((tx) => renew(tx, id, owner, untilMs)),
  dropLease: (id, owner) =>
    transaction(async (tx) => {
      if (await holds(tx, id, owner)) await clearLease(tx, id);
    }),
});

/** The occurrence, held by `owner`; throws LeaseLost otherwise. */
export async function readHeld(tx: Db, id: OpOccId, owner: string): Promise<LcmOpOcc> {
  if (!(await holds(tx, id, owner))) throw new LeaseLost(id);
  const occ = await readOperation(tx, id);
  if (!occ) throw new LeaseLost(id);
  return occ;
}

/** Locks the row against another that would take the lease, until what is written under it is committed. */
export async function holds(tx: Db, id: OpOccId, owner: string): Promise<boolean> {
  const row = await tx
    .selectFrom('operations')
    .select('lease_owner')
    .where('id', '=', id)
    .forShare()
    .executeTakeFirst();
  return row?.lease_owner === owner;
}

/** Of a database that nobody else can have open: whoever held these is dead. */
export async function forgetLeases(tx: Db): Promise<void> {
  const freed = { lease_owner: null, lease_until_ms: null };
  await tx.updateTable('operations').set(freed).where('lease_owner', 'is not', null).execute();
  await tx.updateTable('subscriptions').set(freed).where('lease_owner', 'is not', null).execute();
  await tx.updateTable('packages').set(unowned).where('lease_owner', 'is not', null).execute();
}

/** What another is about to take, or writes about at this moment, is passed over. */
async function take(tx: Db, owner: string, nowMs: number, untilMs: number): Promise<LcmOpOcc | undefined> {
  const row = await tx
    .selectFrom('operations')
    .select(['id', 'document', 'plan'])
    .where('state', 'in', active)
    .where(anybodys(nowMs))
    .orderBy('start_time_ms')
    .orderBy('id')
    .limit(1)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
  if (!row) return undefined;
  const lease = { lease_owner: owner, lease_until_ms: untilMs };
  await tx.updateTable('operations').set(lease).where('id', '=', row.id).execute();
  return operationOf(row);
}

async function renew(tx: Db, id: OpOccId, owner: string, untilMs: number): Promise<boolean> {
  const renewed = await tx
    .updateTable('operations')
    .set({ lease_until_ms: untilMs })
    .where('id', '=', id)
    .where('lease_owner', '=', owner)
    .executeTakeFirst();
  return Number(renewed.numUpdatedRows) === 1;
}
