/**
 * Collections by the page. Every page is read along an index, from the key that the page before ended with: records that
 * come and go in between shift nothing. Only what lists show is read; what is large is read for one record at a time.
 */
import { sql, type SelectQueryBuilder } from 'kysely';
import { hostId, opOccId, vnfInstanceId, vnfPkgId } from '../../shared/ids.js';
import type { LcmOpOcc, VnfInstance } from '../../lifecycle/model.js';
import type { Subscription } from '../../subscription/model.js';
import type { InstanceHead, MomentKey, OpOccHead, OpOccWhere, PageAfter, Store } from '../store.js';
import type { StoreDialect } from './dialect.js';
import { momentOf } from './hosts.js';
import { instanceOf, selectInstances } from './instances.js';
import { read } from './json.js';
import { headOf, selectHeads } from './packages.js';
import type { Db, Tables } from './schema.js';

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

async function packagePage(db: Db, page: PageAfter<string>, where: Parameters<Store['packagePage']>[1] = {}) {
  const { ids, vnfdIds, onboarded = false } = where;
  if (allowsNothing(ids, vnfdIds)) return [];
  const rows = await selectHeads(db)
    .$if(page.after !== undefined, (query) => query.where('packages.id', '>', vnfPkgId(page.after ?? '')))
    .$if(ids !== undefined, (query) => query.where('packages.id', 'in', ids ?? []))
    .$if(vnfdIds !== undefined, (query) => query.where('packages.vnfd_id', 'in', vnfdIds ?? []))
    .$if(onboarded, (query) => query.where('packages.vnfd_id', 'is not', null))
    .orderBy('packages.id')
    .limit(page.limit)
    .execute();
  return rows.map(headOf);
}

async function instancePage(
  db: Db,
  page: PageAfter<string>,
  where: Parameters<Store['instancePage']>[1] = {},
): Promise<readonly InstanceHead[]> {
  const { ids, vnfdIds, names } = where;
  if (allowsNothing(ids, vnfdIds, names)) return [];
  const rows = await db
    .selectFrom('instances')
    .select(['document', 'flavour_id'])
    .$if(page.after !== undefined, (query) => query.where('id', '>', page.after ?? ''))
    .$if(ids !== undefined, (query) => query.where('id', 'in', ids ?? []))
    .$if(vnfdIds !== undefined, (query) => query.where('vnfd_id', 'in', vnfdIds ?? []))
    .$if(names !== undefined, (query) => query.where('name', 'in', names ?? []))
    .orderBy('id')
    .limit(page.limit)
    .execute();
  return rows.map(({ document, flavour_id }) => ({
    ...read<InstanceHead>(document),
    ...(flavour_id !== null && { flavourId: flavour_id }),
  }));
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

type Operations<Row> = SelectQueryBuilder<Tables, 'operations', Row>;

/** A page of operations in their order, narrowed; undefined when nothing can be in it. */
function operationsAlong<Row>(
  query: Operations<Row>,
  { after, limit }: PageAfter<MomentKey>,
  where: OpOccWhere,
): Operations<Row> | undefined {
  const { ids, instanceIds, states, operations, startFromMs, startUntilMs } = where;
  if (allowsNothing(ids, instanceIds, states, operations)) return undefined;
  let narrowed = query;
  if (after) narrowed = narrowed.where(sql<boolean>`(start_time_ms, id) > (${after.ms}, ${after.id})`);
  if (ids) narrowed = narrowed.where('id', 'in', ids);
  if (instanceIds) narrowed = narrowed.where('instance_id', 'in', instanceIds);
  if (states) narrowed = narrowed.where('state', 'in', states);
  if (operations) narrowed = narrowed.where('operation', 'in', operations);
  if (startFromMs !== undefined) narrowed = narrowed.where('start_time_ms', '>=', startFromMs);
  if (startUntilMs !== undefined) narrowed = narrowed.where('start_time_ms', '<=', startUntilMs);
  return narrowed.orderBy('start_time_ms').orderBy('id').limit(limit);
}

async function opOccPage(db: Db, page: PageAfter<MomentKey>, where: OpOccWhere = {}): Promise<readonly OpOccHead[]> {
  const heads = db.selectFrom('operations').select(['document', 'rollback_supported']);
  const rows = (await operationsAlong(heads, page, where)?.execute()) ?? [];
  return rows.map(({ document, rollback_supported }) => ({
    ...read<OpOccHead>(document),
    ...(rollback_supported !== null && { rollbackSupported: rollback_supported === 1 }),
  }));
}

async function decidedPage(db: Db, page: PageAfter<MomentKey>, where: OpOccWhere = {}) {
  const decided = db
    .selectFrom('operations')
    .select(['id', 'instance_id', 'operation', 'start_time_ms', 'explanation'])
    .where('explanation', 'is not', null);
  const rows = (await operationsAlong(decided, page, where)?.execute()) ?? [];
  return rows.map((row) => ({
    id: opOccId(row.id),
    vnfInstanceId: vnfInstanceId(row.instance_id),
    operation: row.operation as LcmOpOcc['operation'],
    startTimeMs: row.start_time_ms,
    explanation: read(row.explanation ?? 'null'),
  }));
}

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

async function subscriptionPage(db: Db, api: string, { after, limit }: PageAfter<MomentKey>) {
  const rows = await db
    .selectFrom('subscriptions')
    .select('document')
    .where('api', '=', api)
    .$if(after !== undefined, (query) =>
      query.where(sql<boolean>`(created_at_ms, id) > (${after?.ms ?? 0}, ${after?.id ?? ''})`),
    )
    .orderBy('created_at_ms')
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(({ document }) => read<Subscription>(document));
}
