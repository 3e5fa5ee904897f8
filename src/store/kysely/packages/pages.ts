/**
 * Packages by the page: what lists show of them. What they hold is read for one package at a time.
 */
import { sql } from 'kysely';
import type { PackageRecords, PackageWhere } from '../../packages.js';
import type { PageAfter } from '../../page.js';
import type { StoreDialect } from '../dialect.js';
import { allowsNothing, among, keyOfId, nextRows, type InOrder } from '../rows/in-order.js';
import type { Db } from '../schema.js';
import { headOf, selectHeads } from './packages.js';

export const packagePages = ({ db }: StoreDialect): Pick<PackageRecords, 'packagePage'> => ({
  packagePage: (page, where) => packagePage(db, page, where),
});

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
