/**
 * VNF packages (SOL005 VnfPkgInfo): one row each; the number of instances is counted, never stored.
 */
import { ok, type Outcome } from '../../shared/outcome.js';
import type { VnfPkgId, VnfdId } from '../../shared/ids.js';
import type { PackageChange, Store, VnfPkgRecord } from '../store.js';
import type { StoreDialect } from './dialect.js';
import type { Db } from './schema.js';
import { read, write } from './json.js';
import { lockRows } from './locks.js';
import { tellOfPackage } from './package-events.js';
import { notFound, stale, wrongState } from './refusals.js';

type Verbs = Pick<
  Store,
  'createPackage' | 'package' | 'packageByVnfdId' | 'packages' | 'modifyPackage' | 'deletePackage'
>;

export function packageVerbs(dialect: StoreDialect): Verbs {
  const { db, transaction } = dialect;
  const locked = lockedPackage(dialect);
  return {
    createPackage: (given) => transaction((tx) => create(tx, given)),
    package: (id) => readPackage(db, id),
    packageByVnfdId: (id) => readByVnfdId(db, id),
    packages: async () => (await select(db).orderBy('created_at_ms').orderBy('id').execute()).map(recordOf),
    modifyPackage: (id, change, ifRevision) => locked(id, (tx) => modify(tx, id, change, ifRevision)),
    deletePackage: (id, ifRevision) => locked(id, (tx) => remove(tx, id, ifRevision)),
  };
}

/** A transaction in which nobody else changes the package. */
export const lockedPackage =
  ({ transaction }: StoreDialect) =>
  <T>(id: VnfPkgId, work: (tx: Db) => Promise<T>): Promise<T> =>
    transaction(async (tx) => {
      await lockRows(tx, 'packages', [id]);
      return work(tx);
    });

export async function readPackage(db: Db, id: VnfPkgId): Promise<VnfPkgRecord | undefined> {
  const row = await select(db).where('packages.id', '=', id).executeTakeFirst();
  return row && recordOf(row);
}

export async function readByVnfdId(db: Db, id: VnfdId): Promise<VnfPkgRecord | undefined> {
  const row = await select(db).where('packages.vnfd_id', '=', id).executeTakeFirst();
  return row && recordOf(row);
}

const select = (db: Db) =>
  db
    .selectFrom('packages')
    .select('packages.document')
    .select((eb) =>
      eb
        .selectFrom('instances')
        .select((count) => count.fn.countAll<number>().as('count'))
        .whereRef('instances.package_id', '=', 'packages.id')
        .as('instances'),
    );

const recordOf = (row: { document: string; instances: number | null }): VnfPkgRecord => ({
  ...read<Omit<VnfPkgRecord, 'instances'>>(row.document),
  instances: row.instances ?? 0,
});

/** The record without its count, which other rows know. */
function columns(record: VnfPkgRecord) {
  const { instances: _counted, ...document } = record;
  return {
    vnfd_id: record.contents?.vnfd.id ?? null,
    created_at_ms: record.createdAtMs,
    document: write(document),
  };
}

async function create(tx: Db, given: Parameters<Store['createPackage']>[0]): Promise<VnfPkgRecord> {
  const record: VnfPkgRecord = {
    ...given,
    onboardingState: 'CREATED',
    operationalState: 'DISABLED',
    instances: 0,
    revision: 1,
  };
  await tx
    .insertInto('packages')
    .values({ id: record.id, ...columns(record) })
    .execute();
  return record;
}

export async function changePackage(
  tx: Db,
  record: VnfPkgRecord,
  changed: Partial<VnfPkgRecord>,
): Promise<Outcome<VnfPkgRecord>> {
  const next: VnfPkgRecord = { ...record, ...changed, revision: record.revision + 1 };
  await tx.updateTable('packages').set(columns(next)).where('id', '=', record.id).execute();
  await tellOfPackage(tx, record, next);
  return ok(next);
}

async function modify(tx: Db, ...args: Parameters<Store['modifyPackage']>): Promise<Outcome<VnfPkgRecord>> {
  const [id, changed, ifRevision] = args;
  const record = await readPackage(tx, id);
  if (!record) return notFound('VNF package', id);
  return (
    stale('VNF package', id, record.revision, ifRevision) ??
    refuseChange(record, changed) ??
    changePackage(tx, record, changed)
  );
}

/** Before it is ONBOARDED, only what the client itself keeps there. */
function refuseChange(record: VnfPkgRecord, { operationalState: wanted, vnfmInfo }: PackageChange) {
  if (wanted === undefined && vnfmInfo === undefined) return undefined;
  if (record.onboardingState !== 'ONBOARDED') return wrongOnboarding(record, ['ONBOARDED']);
  if (record.operationalState !== wanted) return undefined;
  return wrongState(`VNF package ${record.id} is ${wanted} already; nothing is to be changed.`);
}

async function remove(tx: Db, id: VnfPkgId, ifRevision?: number): Promise<Outcome<void>> {
  const record = await readPackage(tx, id);
  if (!record) return notFound('VNF package', id);
  const refused = stale('VNF package', id, record.revision, ifRevision) ?? refuseRemoval(record);
  if (refused) return refused;
  await tx.deleteFrom('packages').where('id', '=', id).execute();
  await tellOfPackage(tx, record, undefined);
  return ok(undefined);
}

function refuseRemoval(record: VnfPkgRecord): Outcome<never> | undefined {
  if (record.instances > 0) {
    const found = `VNF package ${record.id} is used by ${String(record.instances)} VNF instance(s)`;
    return wrongState(`${found}; terminate and delete them first.`);
  }
  if (record.operationalState === 'DISABLED') return undefined;
  return wrongState(`VNF package ${record.id} is ENABLED; set its operationalState to DISABLED first.`);
}

export const wrongOnboarding = (record: VnfPkgRecord, wanted: readonly string[]): Outcome<never> =>
  wrongState(`VNF package ${record.id} is ${record.onboardingState}; this needs it to be ${wanted.join(' or ')}.`);
