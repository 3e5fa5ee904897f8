/**
 * Operations and decisions of placement by the page. Plans and params are not read.
 */
import { sql } from 'kysely';
import { opOccId, vnfInstanceId, type OpOccId } from '../../../shared/ids.js';
import type { LcmOpOcc } from '../../../lifecycle/model.js';
import type { DecidedOperation, OpOccHead, OpOccWhere, OperationRecords } from '../../operations.js';
import type { MomentKey, PageAfter } from '../../page.js';
import type { StoreDialect } from '../dialect.js';
import { allowsNothing, among, keyOfMoment, nextRows, placesOf, type InOrder } from '../rows/in-order.js';
import { read } from '../rows/json.js';
import type { Db, OperationRow } from '../schema.js';

export const operationPages = ({
  db,
}: StoreDialect): Pick<OperationRecords, 'opOccPage' | 'decidedPage' | 'decision'> => ({
  opOccPage: (page, where) => opOccPage(db, page, where),
  decidedPage: (page, where) => decidedPage(db, page, where),
  decision: (id) => decision(db, id),
});

const alongTime = ['start_time_ms', 'id'];

/** Operations in their order; what it does not narrow by, the caller compares. */
function operationsInOrder(lists: Parameters<typeof placesOf>[0], where: OpOccWhere, limit: number): InOrder {
  const { ids, startFromMs, startUntilMs } = where;
  return {
    ...{ table: 'operations', order: alongTime, document: 'document', limit },
    places: (ids ? [{}] : placesOf(lists)) ?? [{}],
    where: [
      ...(ids ? [among('id', ids)] : []),
      ...(startFromMs === undefined ? [] : [sql`start_time_ms >= ${startFromMs}`]),
      ...(startUntilMs === undefined ? [] : [sql`start_time_ms <= ${startUntilMs}`]),
    ],
  };
}

async function opOccPage(db: Db, page: PageAfter<MomentKey>, where: OpOccWhere = {}): Promise<readonly OpOccHead[]> {
  const { ids, instanceIds, states, operations } = where;
  if (allowsNothing(ids, instanceIds, states, operations)) return [];
  const lists = instanceIds ? { instance_id: instanceIds } : { state: states, operation: operations };
  return nextRows(db, operationsInOrder(lists, where, page.limit), keyOfMoment(page), async (found) => {
    const rows = await db
      .selectFrom('operations')
      .select(['id', 'document', 'rollback_supported'])
      .where('id', 'in', found)
      .orderBy('start_time_ms')
      .orderBy('id')
      .execute();
    return rows.map(({ document, rollback_supported }) => ({
      ...read<OpOccHead>(document),
      ...(rollback_supported !== null && { rollbackSupported: rollback_supported === 1 }),
    }));
  });
}

async function decidedPage(db: Db, page: PageAfter<MomentKey>, where: OpOccWhere = {}) {
  const { ids, instanceIds, states, operations } = where;
  if (allowsNothing(ids, instanceIds, states, operations)) return [];
  const lists = instanceIds ? { instance_id: instanceIds } : { operation: operations };
  const along = operationsInOrder(lists, where, page.limit);
  const asked = { ...along, where: [...along.where, sql`explanation is not null`], document: 'explanation' };
  return nextRows(db, asked, keyOfMoment(page), async (found) => {
    const rows = await db
      .selectFrom('operations')
      .select(decidedColumns)
      .where('id', 'in', found)
      .orderBy('start_time_ms')
      .orderBy('id')
      .execute();
    return rows.map(decided);
  });
}

async function decision(db: Db, id: OpOccId): Promise<DecidedOperation | undefined> {
  const row = await db
    .selectFrom('operations')
    .select(decidedColumns)
    .where('id', '=', id)
    .where('explanation', 'is not', null)
    .executeTakeFirst();
  return row && decided(row);
}

const decidedColumns = ['id', 'instance_id', 'operation', 'start_time_ms', 'explanation'] as const;

const decided = (row: Pick<OperationRow, (typeof decidedColumns)[number]>): DecidedOperation => ({
  id: opOccId(row.id),
  vnfInstanceId: vnfInstanceId(row.instance_id),
  operation: row.operation as LcmOpOcc['operation'],
  startTimeMs: row.start_time_ms,
  explanation: read(row.explanation ?? 'null'),
});
