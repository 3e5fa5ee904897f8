/**
 * Collections by the page. Every page is read along an index, from the key that the page before ended with: records that
 * come and go in between shift nothing. Only what lists show is read; what is large is read for one record at a time.
 */
import { sql } from 'kysely';
import { hostId, opOccId, vnfInstanceId } from '../../shared/ids.js';
import type { LcmOpOcc, VnfInstance } from '../../lifecycle/model.js';
import type {
  DecidedOperation,
  InstanceHead,
  InstanceWhere,
  MomentKey,
  OpOccHead,
  OpOccWhere,
  PackageWhere,
  PageAfter,
  Store,
} from '../store.js';
import type { StoreDialect } from './dialect.js';
import { momentOf } from './hosts.js';
import { keyOfMoment, nextRows, placesOf, type InOrder } from './in-order.js';
import { instanceOf, selectInstances } from './instances.js';
import { read } from './json.js';
import { headOf, selectHeads } from './packages.js';
import type { Db, OperationRow } from './schema.js';
import { subscriptionPage } from './subscriptions.js';

type Verbs = Pick<
  Store,
  | 'packagePage'
  | 'instancePage'
  | 'instantiatedPage'
  | 'instancesOf'
  | 'opOccPage'
  | 'decidedPage'
  | 'hostPage'
  | 'subscriptionPage'
>;

export const pageVerbs = ({ db }: StoreDialect): Verbs => ({
  packagePage: (page, where) => packagePage(db, page, where),
  instancePage: (page, where) => instancePage(db, page, where),
  instantiatedPage: (page) => instantiatedPage(db, page),
  instancesOf: (ids) => instancesOf(db, ids),
  opOccPage: (page, where) => opOccPage(db, page, where),
  decidedPage: (page, where) => decidedPage(db, page, where),
  hostPage: (page) => hostPage(db, page),
  subscriptionPage: (api, page) => subscriptionPage(db, api, page),
});

/** `in ()` is no SQL everywhere: a list that allows nothing answers nothing. */
const allowsNothing = (...lists: readonly (readonly string[] | undefined)[]): boolean =>
  lists.some((list) => list?.length === 0);

const among = (column: string, values: readonly string[]) => sql`${sql.ref(column)} in (${sql.join(values)})`;

async function packagePage(db: Db, page: PageAfter<string>, where: PackageWhere = {}) {
  const { ids, vnfdIds, onboarded = false } = where;
  if (allowsNothing(ids, vnfdIds)) return [];
  const asked: InOrder = {
    ...{ table: 'packages', order: ['id'], document: 'document', limit: page.limit },
    places: [{}],
    where: [
      // Both name one package each.
      ...(ids ? [among('id', ids)] : []),
      ...(vnfdIds ? [among('vnfd_id', vnfdIds)] : []),
      ...(onboarded ? [sql`vnfd_id is not null`] : []),
    ],
  };
  return nextRows(db, asked, keyOfId(page), async (found) => {
    const rows = await selectHeads(db)
      .select('packages.id')
      .where('packages.id', 'in', found)
      .orderBy('packages.id')
      .execute();
    return rows.map(headOf);
  });
}

const keyOfId = ({ after }: PageAfter<string>) => (after === undefined ? undefined : [after]);

async function instancePage(
  db: Db,
  page: PageAfter<string>,
  where: InstanceWhere = {},
): Promise<readonly InstanceHead[]> {
  const { ids, vnfdIds, names } = where;
  if (allowsNothing(ids, vnfdIds, names)) return [];
  const asked: InOrder = {
    ...{ table: 'instances', order: ['id'], document: 'document', limit: page.limit },
    places: (ids ? [{}] : placesOf(names ? { name: names } : { vnfd_id: vnfdIds })) ?? [{}],
    where: ids ? [among('id', ids)] : [],
  };
  return nextRows(db, asked, keyOfId(page), async (found) => {
    const rows = await db
      .selectFrom('instances')
      .select(['id', 'document', 'flavour_id'])
      .where('id', 'in', found)
      .orderBy('id')
      .execute();
    return rows.map(({ document, flavour_id }) => ({
      ...read<InstanceHead>(document),
      ...(flavour_id !== null && { flavourId: flavour_id }),
    }));
  });
}

async function instantiatedPage(db: Db, { after, limit }: PageAfter<string>) {
  const rows = await db
    .selectFrom('instances')
    .select(['id', 'revision'])
    .where('flavour_id', 'is not', null)
    .$if(after !== undefined, (query) => query.where('id', '>', after ?? ''))
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(({ id, revision }) => ({ id: vnfInstanceId(id), revision }));
}

async function instancesOf(db: Db, ids: readonly string[]): Promise<readonly VnfInstance[]> {
  if (ids.length === 0) return [];
  return (await selectInstances(db).where('id', 'in', ids).orderBy('id').execute()).map(instanceOf);
}

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

const decidedColumns = ['id', 'instance_id', 'operation', 'start_time_ms', 'explanation'] as const;

const decided = (row: Pick<OperationRow, (typeof decidedColumns)[number]>): DecidedOperation => ({
  id: opOccId(row.id),
  vnfInstanceId: vnfInstanceId(row.instance_id),
  operation: row.operation as LcmOpOcc['operation'],
  startTimeMs: row.start_time_ms,
  explanation: read(row.explanation ?? 'null'),
});

async function hostPage(db: Db, { after, limit }: PageAfter<string>) {
  const rows = await db
    .selectFrom('hosts')
    .select(['id', 'zone', 'admin_state', 'generation'])
    .$if(after !== undefined, (query) => query.where('id', '>', hostId(after ?? '')))
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(momentOf);
}
