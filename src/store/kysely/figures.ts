/**
 * Sums and the few oldest, each read along an index that holds just these rows: operations that have ended and
 * the contents of packages are not read.
 */
import { sql, type SqlBool } from 'kysely';
import { opOccId, vnfInstanceId } from '../../shared/ids.js';
import type { LcmOperation, OperationState } from '../../lifecycle/model.js';
import type { Figures, OpenOperation, OpenOperations, OperationCount } from '../figures.js';
import type { OpOccHead } from '../operations.js';
import type { StoreDialect } from './dialect.js';
import { isOccupied } from './rows/free-lease.js';
import { read } from './rows/json.js';
import { active } from './operations/operations.js';
import type { Db } from './schema.js';

export const figureVerbs = ({ db, size }: StoreDialect): Figures => ({
  openOperations: (longest) => openOperations(db, longest),
  packageCounts: () => packageCounts(db),
  idleInstances: () => idleInstances(db),
  size,
});

async function openOperations(db: Db, longest: number): Promise<OpenOperations> {
  const counts = await countOpen(db);
  const isActive = ({ state }: { readonly state: string }) => active.includes(state as OperationState);
  const toDo = sum(counts.filter(isActive));
  const held = sum((await countHeld(db)).filter(isActive));
  return { counts, waiting: Math.max(0, toDo - held), longest: await longestOpen(db, longest) };
}

const sum = (counts: readonly { readonly count: number }[]): number =>
  counts.reduce((all, { count }) => all + count, 0);

/** Lists the states instead of excluding some, since the index is by state. */
const open: readonly OperationState[] = [...active, 'FAILED_TEMP'];

async function countOpen(db: Db): Promise<readonly OperationCount[]> {
  const rows = await db
    .selectFrom('operations')
    .select(['state', 'operation', (eb) => eb.fn.countAll<number>().as('count')])
    .where('state', 'in', open)
    .where('operation', 'is not', null)
    .groupBy(['state', 'operation'])
    .orderBy('state')
    .orderBy('operation')
    .execute();
  return rows.map(({ state, operation, count }) => ({
    operation: operation as LcmOperation,
    state: state as OperationState,
    count: Number(count),
  }));
}

async function countHeld(db: Db) {
  // Keeps SQLite from grouping along the index of states: the partial index has only these few rows.
  const state = sql<string>`state || ''`;
  const rows = await db
    .selectFrom('operations')
    .select([state.as('state'), (eb) => eb.fn.countAll<number>().as('count')])
    .where(isOccupied)
    .groupBy(state)
    .execute();
  return rows.map(({ state, count }) => ({ state, count: Number(count) }));
}

/** Must be the condition of the partial index, word for word. */
const isOpen = sql<SqlBool>`state not in ('COMPLETED', 'FAILED', 'ROLLED_BACK')`;

async function longestOpen(db: Db, atMost: number): Promise<readonly OpenOperation[]> {
  const rows = await db
    .selectFrom('operations')
    .select('document')
    .select((eb) =>
      eb
        .selectFrom('journal')
        .select('at_ms')
        .whereRef('journal.op_occ_id', '=', 'operations.id')
        .orderBy('seq', 'desc')
        .limit(1)
        .as('journal_ms'),
    )
    .where(isOpen)
    .orderBy('state_entered_ms')
    .orderBy('id')
    .limit(atMost)
    .execute();
  return rows.map(({ document, journal_ms }) => {
    const { id, vnfInstanceId: instance, operation, operationState, stateEnteredTimeMs } = read<OpOccHead>(document);
    return {
      ...{ id: opOccId(id), vnfInstanceId: vnfInstanceId(instance), operation, state: operationState },
      stateEnteredTimeMs,
      ...(journal_ms !== null && { journalMs: journal_ms }),
    };
  });
}

async function packageCounts(db: Db): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom('packages')
    .select(['state', (eb) => eb.fn.countAll<number>().as('count')])
    .where('state', 'is not', null)
    .groupBy('state')
    .orderBy('state')
    .execute();
  return new Map(rows.map(({ state, count }) => [String(state), Number(count)]));
}

async function idleInstances(db: Db): Promise<number> {
  const { count } = await db
    .selectFrom('instances')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('flavour_id', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(count);
}
