/**
 * Who works on which operation. A lease is taken, and kept by renewing it; one that nobody renews is anybody's. Whoever
 * writes about an operation shows the token of its lease in the same transaction.
 */
import type { OpOccId } from '../../../shared/ids.js';
import type { LcmOpOcc } from '../../../lifecycle/model.js';
import type { LeasedOperation, Take, Waited } from '../../lease.js';
import { LeaseLost, type OperationRecords } from '../../operations.js';
import type { StoreDialect } from '../dialect.js';
import { freed, isOccupied, renewed, takeable, takenBy } from '../rows/free-lease.js';
import { read, write } from '../rows/json.js';
import { active, clearLease, operationColumns, operationOf, readOperation } from './operations.js';
import type { Db } from '../schema.js';

type Verbs = Pick<OperationRecords, 'leaseOperation' | 'renewLease' | 'dropLease'>;

export const leaseVerbs = ({ transaction, session }: StoreDialect): Verbs => ({
  leaseOperation: (asked) => transaction((tx) => take(tx, asked, session())),
  renewLease: (id, token, waited) => transaction((tx) => renew(tx, id, token, waited)),
  dropLease: (id, token, waited) =>
    transaction(async (tx) => {
      if (await renew(tx, id, token, waited)) await clearLease(tx, id);
    }),
});

/** The occurrence, held under this token; throws LeaseLost otherwise. */
export async function readHeld(tx: Db, id: OpOccId, token: number): Promise<LcmOpOcc> {
  if (!(await holds(tx, id, token))) throw new LeaseLost(id);
  const occ = await readOperation(tx, id);
  if (!occ) throw new LeaseLost(id);
  return occ;
}

/** Locks the row against another that would take the lease, until what is written under it is committed. */
export async function holds(tx: Db, id: OpOccId, token: number): Promise<boolean> {
  const row = await tx
    .selectFrom('operations')
    .select(['lease_owner', 'lease_token'])
    .where('id', '=', id)
    .forShare()
    .executeTakeFirst();
  return row !== undefined && row.lease_owner !== null && row.lease_token === token;
}

/** Of a database that nobody else can have open: whoever held these is dead, and a new start tries all again. */
export async function forgetLeases(tx: Db): Promise<void> {
  for (const work of ['operations', 'packages', 'subscriptions', 'duties'] as const) {
    await tx.updateTable(work).set(freed).where(isOccupied).execute();
  }
}

/** What another is about to take, or writes about at this moment, is passed over. */
async function take(tx: Db, asked: Take, session: number | null): Promise<LeasedOperation | undefined> {
  const row = await tx
    .selectFrom('operations')
    .select(['id', ...operationColumns, 'waited', 'lease_token'])
    .where('state', 'in', active)
    .where(takeable(asked))
    .orderBy('start_time_ms')
    .orderBy('id')
    .limit(1)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
  if (!row) return undefined;
  await tx.updateTable('operations').set(takenBy(asked.owner, session)).where('id', '=', row.id).execute();
  return {
    token: row.lease_token + 1,
    work: operationOf(row),
    waited: row.waited === null ? {} : read<Waited>(row.waited),
  };
}

async function renew(tx: Db, id: OpOccId, token: number, waited?: Waited): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('operations')
    .set({ ...renewed, ...(waited && { waited: write(waited) }) })
    .where('id', '=', id)
    .where('lease_token', '=', token)
    .where('lease_owner', 'is not', null)
    .executeTakeFirstOrThrow();
  return Number(numUpdatedRows) === 1;
}
