/**
 * Background tasks that one replica runs for all: a row for each, with a lease.
 */
import type { DutyRows, Take } from '../../lease.js';
import type { StoreDialect } from '../dialect.js';
import { freed, renewed, takeable, takenBy } from './free-lease.js';
import type { Db } from '../schema.js';

export const dutyVerbs = ({ transaction, session }: StoreDialect): DutyRows => ({
  takeDuty: (name, asked) => transaction((tx) => take(tx, name, asked, session())),
  renewDuty: (name, token) => transaction((tx) => change(tx, name, token, renewed)),
  dropDuty: async (name, token) => {
    await transaction((tx) => change(tx, name, token, freed));
  },
});

async function take(tx: Db, name: string, asked: Take, session: number | null): Promise<number | undefined> {
  await tx
    .insertInto('duties')
    .values({ id: name, lease_owner: null, lease_session: null })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
  const row = await tx
    .updateTable('duties')
    .set(takenBy(asked.owner, session))
    .where('id', '=', name)
    .where(takeable(asked))
    .returning('lease_token')
    .executeTakeFirst();
  return row?.lease_token;
}

async function change(tx: Db, name: string, token: number, to: typeof renewed | typeof freed): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('duties')
    .set(to)
    .where('id', '=', name)
    .where('lease_token', '=', token)
    .where('lease_owner', 'is not', null)
    .executeTakeFirstOrThrow();
  return Number(numUpdatedRows) === 1;
}
