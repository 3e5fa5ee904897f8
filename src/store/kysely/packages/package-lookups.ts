/**
 * Narrow questions about packages: what is asked is looked up by index, and the packages themselves stay unread.
 */
import { vnfPkgId, type VnfPkgId } from '../../../shared/ids.js';
import type { OnboardingState, PackageRecords, PackageScaling, VnfPkgHead } from '../../packages.js';
import type { StoreDialect } from '../dialect.js';
import { read } from '../rows/json.js';
import { keptQuery } from '../rows/kept-query.js';
import type { Db } from '../schema.js';

type Verbs = Pick<PackageRecords, 'scalingOf' | 'packageStates' | 'packageWithImage'>;

export const packageLookups = ({ db }: StoreDialect): Verbs => ({
  scalingOf: (ids) => scalingOf(db, ids),
  packageStates: (ids) => states(db, ids),
  packageWithImage: (sha256) => holderOf(db, sha256),
});

/** More than this in one `in (…)` would near the databases' limits on parameters. */
const batch = 500;

async function scalingOf(db: Db, ids: readonly VnfPkgId[]): Promise<ReadonlyMap<VnfPkgId, PackageScaling>> {
  const found = new Map<VnfPkgId, PackageScaling>();
  for (let from = 0; from < ids.length; from += batch) {
    const rows = await db
      .selectFrom('packages')
      .select(['id', 'scaling'])
      .where('id', 'in', ids.slice(from, from + batch))
      .execute();
    for (const { id, scaling } of rows) if (scaling !== null) found.set(vnfPkgId(id), read<PackageScaling>(scaling));
  }
  return found;
}

async function states(db: Db, ids: readonly VnfPkgId[]): Promise<ReadonlyMap<VnfPkgId, OnboardingState>> {
  const found = new Map<VnfPkgId, OnboardingState>();
  for (let from = 0; from < ids.length; from += batch) {
    const rows = await db
      .selectFrom('packages')
      .select(['id', 'document'])
      .where('id', 'in', ids.slice(from, from + batch))
      .execute();
    for (const { id, document } of rows) found.set(vnfPkgId(id), read<VnfPkgHead>(document).onboardingState);
  }
  return found;
}

const selectHolder = (db: Db, sha256: string) =>
  db.selectFrom('package_images').select('package_id').where('sha256', '=', sha256).orderBy('package_id').limit(1);

const holderBySha256 = keptQuery((db, { sha256 }: { sha256: string }) => selectHolder(db, sha256));

const usedHolder = keptQuery((db, { sha256 }: { sha256: string }) =>
  selectHolder(db, sha256).where((eb) =>
    eb.exists(
      eb
        .selectFrom('instances')
        .select('instances.id')
        .whereRef('instances.package_id', '=', 'package_images.package_id'),
    ),
  ),
);

async function holderOf(db: Db, sha256: string): Promise<VnfPkgId | undefined> {
  const holder = (await usedHolder.first(db, { sha256 })) ?? (await holderBySha256.first(db, { sha256 }));
  return holder && vnfPkgId(holder.package_id);
}
