/**
 * Components that the SBOMs of onboarded packages name. Whatever is asked, a page of them is read along an index.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { sql } from 'kysely';
import type { PackageSbom, SbomImage } from '../../../package/sbom/model.js';
import { vnfPkgId, type VnfPkgId } from '../../../shared/ids.js';
import type { ComponentKey, ComponentPage, ComponentWhere, KnownComponent, Sboms } from '../../sbom.js';
import type { StoreDialect } from '../dialect.js';
import { instanceOf, selectInstances } from '../instances/instances.js';
import { read, write } from '../rows/json.js';
import type { Db } from '../schema.js';

export const sbomVerbs = ({ db }: StoreDialect): Sboms => ({
  componentPage: (page, where) => componentPage(db, page, where),
  sbomsOf: async (id) => {
    const rows = await db.selectFrom('sboms').selectAll().where('package_id', '=', id).orderBy('no').execute();
    return rows.map(({ no, path, image }) => ({ no, path, ...(image !== null && { image: read<SbomImage>(image) }) }));
  },
  instantiatedOf: (...args) => instantiatedOf(db, ...args),
});

/** Rows of one statement: well within what databases take as parameters. */
const batch = 200;

/** In the transaction that completes the onboarding of the package. */
export async function writeSboms(tx: Db, id: VnfPkgId, sboms: readonly PackageSbom[]): Promise<void> {
  const all = sboms.flatMap(({ components }, no) => components.map((component) => ({ ...component, no })));
  const components = all.map(({ name, group, version, purl, no }, seq) => ({
    ...{ package_id: id, seq, sbom_no: no, name, component_group: group ?? null },
    ...{ version: version ?? null, purl: purl ?? null },
  }));
  const names = all.flatMap(({ names: each, version, no }, seq) =>
    each.map((name) => ({ name, package_id: id, seq, sbom_no: no, version: version ?? null })),
  );
  await inBatches(sboms, (some, from) =>
    tx
      .insertInto('sboms')
      .values(some.map(({ path, image }, at) => ({ ...{ package_id: id, no: from + at, path }, image: jsonOf(image) })))
      .execute(),
  );
  await inBatches(components, (some) => tx.insertInto('sbom_components').values(some).execute());
  await inBatches(names, (some) => tx.insertInto('sbom_names').values(some).execute());
}

const jsonOf = (image: SbomImage | undefined): string | null => (image === undefined ? null : write(image));

async function inBatches<Row>(
  rows: readonly Row[],
  insert: (some: readonly Row[], from: number) => Promise<unknown>,
): Promise<void> {
  for (let from = 0; from < rows.length; from += batch) {
    await insert(rows.slice(from, from + batch), from);
    // Databases in this process answer without giving others their turn.
    await turn();
  }
}

async function componentPage(
  db: Db,
  { after, limit }: ComponentPage,
  where: ComponentWhere = {},
): Promise<readonly KnownComponent[]> {
  if (where.sboms?.length === 0) return [];
  const rows = await db
    .selectFrom(keysOf(db, { limit, ...(after && { after }) }, where).as('found'))
    .innerJoin('sbom_components as component', (join) =>
      join.onRef('component.package_id', '=', 'found.package_id').onRef('component.seq', '=', 'found.seq'),
    )
    .selectAll('component')
    .orderBy('component.package_id')
    .orderBy('component.seq')
    .execute();
  return rows.map(({ package_id, seq, sbom_no, name, component_group: group, version, purl }) => ({
    ...{ packageId: vnfPkgId(package_id), seq, sbom: sbom_no, name },
    ...(group !== null && { group }),
    ...(version !== null && { version }),
    ...(purl !== null && { purl }),
  }));
}

const beyond = ({ packageId, seq }: ComponentKey) => sql`(package_id, seq) > (${packageId}, ${seq})`;

/** By a name its own table tells, by a package its components do. */
function keysOf(db: Db, { after, limit }: ComponentPage, where: ComponentWhere) {
  const { name, version, packageId, sboms } = where;
  const narrowed = [
    sql`true`,
    ...(name === undefined ? [] : [sql`name = ${name}`]),
    ...(version === undefined ? [] : [sql`version = ${version}`]),
    ...(packageId === undefined ? [] : [sql`package_id = ${packageId}`]),
    ...(sboms === undefined ? [] : [sql`sbom_no in (${sql.join(sboms)})`]),
    ...(after === undefined ? [] : [after.packageId === packageId ? sql`seq > ${after.seq}` : beyond(after)]),
  ];
  return db
    .selectFrom(name === undefined ? 'sbom_components' : 'sbom_names')
    .select(['package_id', 'seq'])
    .where(sql<boolean>`${sql.join(narrowed, sql` and `)}`)
    .orderBy('package_id')
    .orderBy('seq')
    .limit(limit);
}

async function instantiatedOf(db: Db, ...[id, flavourIds, atMost]: Parameters<Sboms['instantiatedOf']>) {
  const flavours = flavourIds?.slice();
  if (flavours?.length === 0) return { instances: [], count: 0 };
  const { count } = await db
    .selectFrom('instances')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('package_id', '=', id)
    .where('flavour_id', 'is not', null)
    .$if(flavours !== undefined, (query) => query.where('flavour_id', 'in', flavours ?? []))
    .executeTakeFirstOrThrow();
  const rows = await selectInstances(db)
    .where('package_id', '=', id)
    .where('flavour_id', 'is not', null)
    .$if(flavours !== undefined, (query) => query.where('flavour_id', 'in', flavours ?? []))
    .orderBy('id')
    .limit(atMost)
    .execute();
  return { instances: rows.map(instanceOf), count: Number(count) };
}
