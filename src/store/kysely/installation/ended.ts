/**
 * Ids of what was removed, kept for as long as it may reappear: after a power loss a host may have domains and volumes
 * again that were removed seconds before. An id in this table once belonged to this installation.
 */
import type { Db, Tx } from '../schema.js';

export type EndedKind = 'vnfc' | 'image' | 'package' | 'network';

/** Of a host that was unreachable for longer, the audit reports what reappears instead of removing it. */
const keptYears = 2;
/** More than this in one statement would near the databases' limits on parameters. */
const batch = 300;

export async function recordEnded(tx: Tx, kind: EndedKind, ids: readonly string[]): Promise<void> {
  const nowMs = tx.clock.now();
  for (const some of batches([...new Set(ids)])) {
    await tx
      .insertInto('ended')
      .values(some.map((id) => ({ kind, id, at_ms: nowMs })))
      .onConflict((conflict) => conflict.columns(['kind', 'id']).doUpdateSet({ at_ms: nowMs }))
      .execute();
  }
  if (ids.length > 0) await tx.deleteFrom('ended').where('at_ms', '<', oldestKept(nowMs)).execute();
}

function oldestKept(nowMs: number): number {
  const day = new Date(nowMs);
  return day.setUTCFullYear(day.getUTCFullYear() - keptYears);
}

/** What an ended network is recorded as. */
export const networkKey = (hostId: string, network: string): string => `${hostId}/${network}`;

/** Those of the ids that have ended. */
export async function endedOf(db: Db, kind: EndedKind, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const some of batches(ids)) {
    const rows = await db.selectFrom('ended').select('id').where('kind', '=', kind).where('id', 'in', some).execute();
    for (const { id } of rows) found.add(id);
  }
  return found;
}

export function* batches<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < all.length; from += batch) yield all.slice(from, from + batch);
}
