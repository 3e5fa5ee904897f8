/**
 * Row locks: a transaction locks the rows that it decides on before it reads them, so that they do not change until it has
 * written. SQLite leaves them out, since a transaction locks the whole file. Order, to avoid deadlocks:
 * operation, package, instance, hosts by id, subscriptions by id. Where the row is read as well, one statement does
 * both (`lockOperation`, `lockInstance`, `lockHosts`).
 */
import type { Db } from '../schema.js';

type Lockable = 'packages' | 'hosts';

/** Exclusive: no other transaction may change or lock these rows. */
export async function lockRows(tx: Db, table: Lockable, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.selectFrom(table).select('id').where('id', 'in', ids).orderBy('id').forUpdate().execute();
}

/** Shared: no transaction may change this row, others may lock it as well. */
export async function holdRow(tx: Db, table: Lockable, id: string): Promise<void> {
  await tx.selectFrom(table).select('id').where('id', '=', id).forShare().execute();
}
