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
import { keptQuery } from '../rows/kept-query.js';
import { active, clearLease, operationOf, selectOperations } from './operations.js';
import type { Db, OperationRow } from '../schema.js';

type Verbs = Pick<OperationRecords, 'leaseOperation' | 'renewLease' | 'dropLease'>;

export const leaseVerbs = ({ transaction, session }: StoreDialect): Verbs => ({
  leaseOperation: (asked) => transaction((tx) => take(tx, asked, session())),
  renewLease: (id, token, waited) => transaction((tx) => renew(tx, id, token, waited)),
  dropLease: (id, token, waited) =>
    transaction(async (tx) => {
      if (await renew(tx, id, token, waited)) await clearLease(tx, id);
    }),
});

/** Locked against another that would take the lease, until what is written under it is committed. */
const leaseById = keptQuery((db, { id }: { id: OpOccId }) =>
  db.selectFrom('operations').select(['lease_owner', 'lease_token']).where('id', '=', id).forShare(),
);
const wholeById = keptQuery((db, { id }: { id: OpOccId }) =>
  selectOperations(db).select(['lease_owner', 'lease_token']).where('id', '=', id).forShare(),
);

/** The occurrence, held under this token; throws LeaseLost otherwise. */
export async function readHeld(tx: Db, id: OpOccId, token: number): Promise<LcmOpOcc> {
  const row = await wholeById.first(tx, { id });
  if (row === undefined || !isHeld(row, token)) throw new LeaseLost(id);
  return operationOf(row);
}

export async function holds(tx: Db, id: OpOccId, token: number): Promise<boolean> {
  const row = await leaseById.first(tx, { id });
  return row !== undefined && isHeld(row, token);
}

const isHeld = (row: Pick<OperationRow, 'lease_owner' | 'lease_token'>, token: number): boolean =>
  row.lease_owner !== null && row.lease_token === token;

/** Of a database that nobody else can have open: whoever held these is dead, and a new start tries all again. */
export async function forgetLeases(tx: Db): Promise<void> {
  for (const work of ['operations', 'packages', 'subscriptions', 'duties'] as const) {
    await tx.updateTable(work).set(freed).where(isOccupied).execute();
  }
}

const oldestFree = keptQuery((db, asked: Pick<Take, 'inHand' | 'lapsed'>) =>
  selectOperations(db)
    .select(['id', 'waited', 'lease_token'])
    .where('state', 'in', active)
    .where(takeable(asked))
    .orderBy('start_time_ms')
    .orderBy('id')
    .limit(1)
    .forUpdate()
    .skipLocked(),
);
const taken = keptQuery((db, { id, owner, session }: { id: string; owner: string; session: number | null }) =>
  db.updateTable('operations').set(takenBy(owner, session)).where('id', '=', id),
);

/** What another is about to take, or writes about at this moment, is passed over. */
async function take(tx: Db, asked: Take, session: number | null): Promise<LeasedOperation | undefined> {
  const { inHand, lapsed } = asked;
  const row = await oldestFree.first(tx, { inHand, lapsed });
  if (!row) return undefined;
  await taken.change(tx, { id: row.id, owner: asked.owner, session });
  return {
    token: row.lease_token + 1,
    work: operationOf(row),
    waited: row.waited === null ? {} : read<Waited>(row.waited),
  };
}

const renewal = keptQuery((db, { id, token, set }: { id: OpOccId; token: number; set: { waited?: string } }) =>
  db
    .updateTable('operations')
    .set({ ...renewed, ...set })
    .where('id', '=', id)
    .where('lease_token', '=', token)
    .where('lease_owner', 'is not', null),
);

async function renew(tx: Db, id: OpOccId, token: number, waited?: Waited): Promise<boolean> {
  return (await renewal.change(tx, { id, token, set: waited ? { waited: write(waited) } : {} })) === 1;
}
