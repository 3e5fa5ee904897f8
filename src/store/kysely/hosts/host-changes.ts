/**
 * The counter of host changes: one row, so that changes of hosts are serialised. It is locked before the rows of hosts.
 */
import type { Db } from '../schema.js';

interface Counted {
  readonly revision: number;
  readonly topGeneration: number;
}

export async function countChange(tx: Db): Promise<Counted> {
  const row = await tx
    .updateTable('host_changes')
    .set((eb) => ({ count: eb('count', '+', 1) }))
    .returning(['count', 'top_generation'])
    .executeTakeFirstOrThrow();
  return { revision: row.count, topGeneration: row.top_generation };
}
