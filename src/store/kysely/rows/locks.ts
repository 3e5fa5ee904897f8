/**
 * Row locks: what a transaction decides on, it locks before it looks, so that nothing it has read changes until it has
 * written. SQLite leaves them out, for there a transaction has the whole file. Order, so that no two wait for each other:
 * operation, package, instance, hosts by id, subscriptions by id. Where the row is read as well, one statement does
 * both (`lockOperation`, `lockInstance`, `lockHosts`).
 */
import type { Db } from '../schema.js';

type Lockable = 'packages' | 'hosts';

/** Nobody else may change these rows, or lock them. */
export async function lockRows(tx: Db, table: Lockable, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.selectFrom(table).select('id').where('id', 'in', ids).orderBy('id').forUpdate().execute();
}

/** Nobody may change this row; others may rely on it, too. */
export async function holdRow(tx: Db, table: Lockable, id: string): Promise<void> {
  await tx.selectFrom(table).select('id').where('id', '=', id).forShare().execute();
}
