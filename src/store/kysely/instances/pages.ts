/**
 * Pages of instances, as lists show them. instantiatedVnfInfo is read only for instances asked for by id.
 */
import { vnfInstanceId } from '../../../shared/ids.js';
import type { VnfInstance } from '../../../lifecycle/model.js';
import type { InstanceHead, InstanceRecords, InstanceWhere } from '../../instances.js';
import type { PageAfter } from '../../page.js';
import type { StoreDialect } from '../dialect.js';
import { allowsNothing, among, keyOfId, nextRows, placesOf, type InOrder } from '../rows/in-order.js';
import { read } from '../rows/json.js';
import type { Db } from '../schema.js';
import { instanceOf, selectInstances } from './instances.js';

type Verbs = Pick<InstanceRecords, 'instancePage' | 'instantiatedPage' | 'instancesOf'>;

export const instancePages = ({ db }: StoreDialect): Verbs => ({
  instancePage: (page, where) => instancePage(db, page, where),
  instantiatedPage: (page) => instantiatedPage(db, page),
  instancesOf: (ids) => instancesOf(db, ids),
});

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
