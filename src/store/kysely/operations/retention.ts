/**
 * Removal of ended operations, in the order in which they began: few rows per transaction, so that nobody waits for it.
 */
import { sql } from 'kysely';
import { isTerminal, type OperationState } from '../../../lifecycle/model.js';
import type { Forgetting, Forgotten, OperationPlace, Retention } from '../../retention.js';
import type { OpOccHead } from '../../operations.js';
import type { StoreDialect } from '../dialect.js';
import { read } from '../rows/json.js';
import type { Db } from '../schema.js';

/** Removed in one transaction; one operation alone may have more. */
const mostJournalRows = 2_000;

export const retentionVerbs = ({ db, transaction, returnSpace }: StoreDialect): Retention => ({
  operationsBeyond: (kept) => beyond(db, kept),
  forgetOperations: (forgetting) => transaction((tx) => forget(tx, forgetting)),
  returnSpace,
});

async function beyond(db: Db, kept: number): Promise<number> {
  const { all } = await db
    .selectFrom('operations')
    .select((eb) => eb.fn.countAll().as('all'))
    .executeTakeFirstOrThrow();
  if (Number(all) <= kept) return 0;
  const { claiming } = await db
    .selectFrom('allocations')
    .select((eb) => eb.fn.count('op_occ_id').distinct().as('claiming'))
    .executeTakeFirstOrThrow();
  return Math.max(0, Number(all) - Number(claiming) - kept);
}

function oldestKept({ nowMs, keepDays }: Forgetting): number {
  const day = new Date(nowMs);
  return day.setUTCDate(day.getUTCDate() - keepDays);
}

interface Place extends OperationPlace {
  readonly state: string;
}

async function forget(tx: Db, forgetting: Forgetting): Promise<Forgotten> {
  const found = await next(tx, forgetting);
  const looked = forgetting.surplus > 0 ? found : found.filter(({ ms }) => ms < oldestKept(forgetting));
  const wanted = await removable(tx, looked, forgetting);
  const { taken, isAll } = await fewEnough(tx, wanted);
  await remove(tx, taken);
  const last = isAll ? looked.at(-1) : looked.find(({ id }) => id === taken.at(-1));
  const goesOn = !isAll || looked.length === forgetting.look;
  return { removed: taken.length, ...(goesOn && last && { reached: { ms: last.ms, id: last.id } }) };
}

async function next(tx: Db, { after, look }: Forgetting): Promise<readonly Place[]> {
  const rows = await tx
    .selectFrom('operations')
    .select(['id', 'start_time_ms', 'state'])
    .$if(after !== undefined, (query) =>
      query.where(sql<boolean>`(start_time_ms, id) > (${after?.ms ?? 0}, ${after?.id ?? ''})`),
    )
    .orderBy('start_time_ms')
    .orderBy('id')
    .limit(look)
    .execute();
  return rows.map(({ id, start_time_ms, state }) => ({ id, ms: start_time_ms, state }));
}

async function removable(tx: Db, looked: readonly Place[], forgetting: Forgetting) {
  const ended = looked.filter(({ state }) => isTerminal(state as OperationState)).map(({ id }) => id);
  const claiming = await claimingOf(tx, ended);
  const free = ended.filter((id) => !claiming.has(id));
  const endings = await endingsOf(tx, free);
  let left = forgetting.surplus;
  return free.filter((id) => {
    const goes = (endings.get(id) ?? Infinity) < oldestKept(forgetting) || left > 0;
    if (goes) left -= 1;
    return goes;
  });
}

async function claimingOf(tx: Db, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const rows = await tx
    .selectFrom('allocations')
    .select('op_occ_id')
    .distinct()
    .where('op_occ_id', 'in', ids)
    .execute();
  return new Set(rows.map((row) => row.op_occ_id));
}

async function endingsOf(tx: Db, ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.selectFrom('operations').select(['id', 'document']).where('id', 'in', ids).execute();
  return new Map(rows.map(({ id, document }) => [id, read<OpOccHead>(document).stateEnteredTimeMs]));
}

/** The first of them, as far as their journals are short enough together. */
async function fewEnough(tx: Db, ids: readonly string[]) {
  if (ids.length === 0) return { taken: ids, isAll: true };
  const rows = await tx
    .selectFrom('journal')
    .select(['op_occ_id', (eb) => eb.fn.countAll<number>().as('count')])
    .where('op_occ_id', 'in', ids)
    .groupBy('op_occ_id')
    .execute();
  const lines = new Map(rows.map(({ op_occ_id, count }) => [op_occ_id, Number(count)]));
  let sum = 0;
  const taken = ids.filter((id, at) => (sum += lines.get(id) ?? 0) <= mostJournalRows || at === 0);
  return { taken, isAll: taken.length === ids.length };
}

async function remove(tx: Db, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.deleteFrom('journal').where('op_occ_id', 'in', ids).execute();
  await tx.deleteFrom('operations').where('id', 'in', ids).execute();
}
