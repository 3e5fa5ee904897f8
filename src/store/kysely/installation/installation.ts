/**
 * The identity of the database: one row, made at the first start, whose tick grows with every start and stop. The data
 * directory holds id and tick too, so that a foreign or older database is noticed.
 */
import { sql } from 'kysely';
import { installationId } from '../../../shared/ids.js';
import type { Installation, Ownership } from '../../ownership.js';
import type { StoreDialect } from '../dialect.js';
import type { Db, Tx } from '../schema.js';

type Verbs = Pick<Ownership, 'installation' | 'tickInstallation'>;

export const installationVerbs = ({ db, transaction }: StoreDialect): Verbs => ({
  installation: async () => ({ ...(await read(db)), isEmpty: await isEmpty(db) }),
  tickInstallation: (wanted, atLeast) => transaction((tx) => tick(tx, wanted, atLeast)),
});

const singleton = 1;

async function read(db: Db): Promise<Installation | undefined> {
  const row = await db
    .selectFrom('installation')
    .select(['id', 'tick'])
    .where('singleton', '=', singleton)
    .executeTakeFirst();
  return row && { id: installationId(row.id), tick: row.tick };
}

/** The first replica sets the id; one that starts at the same moment reads it. */
async function tick(tx: Tx, wanted: Installation['id'], atLeast: number): Promise<Installation> {
  await tx
    .insertInto('installation')
    .values({ singleton, id: wanted, tick: 0, created_at_ms: tx.clock.now() })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await tx
    .updateTable('installation')
    .set({ tick: sql<number>`case when tick < ${atLeast} then ${atLeast} else tick end + 1` })
    .where('singleton', '=', singleton)
    .execute();
  const now = await read(tx);
  if (now === undefined) throw new Error('the database does not keep the row of its installation');
  return now;
}

/** Whether the database is unused. Hosts do not count, since every start writes them. */
async function isEmpty(db: Db): Promise<boolean> {
  for (const table of ['packages', 'instances', 'operations', 'subscriptions', 'ended'] as const) {
    const row = await db.selectFrom(table).select('id').limit(1).executeTakeFirst();
    if (row !== undefined) return false;
  }
  return true;
}
