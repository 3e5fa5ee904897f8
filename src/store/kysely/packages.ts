/**
 * VNF packages (SOL005 VnfPkgInfo): one row each; the number of instances is counted, never stored.
 */
import { ok, type Outcome } from '../../shared/outcome.js';
import type { VnfPkgId, VnfdId } from '../../shared/ids.js';
import type { Store, VnfPkgRecord } from '../store.js';
import type { StoreDialect } from './dialect.js';
import type { Db } from './schema.js';
import { read, write } from './json.js';
import { lockRows } from './locks.js';
import { notFound, stale, unprocessable, wrongState } from './refusals.js';

type Verbs = Pick<
  Store,
  | 'createPackage'
  | 'package'
  | 'packageByVnfdId'
  | 'packages'
  | 'setOnboarding'
  | 'completeOnboarding'
  | 'modifyPackage'
  | 'deletePackage'
>;

export function packageVerbs({ db, transaction }: StoreDialect): Verbs {
  const locked = <T>(id: VnfPkgId, work: (tx: Db) => Promise<T>): Promise<T> =>
    transaction(async (tx) => {
      await lockRows(tx, 'packages', [id]);
      return work(tx);
    });
  return {
    createPackage: (given) => transaction((tx) => create(tx, given)),
    package: (id) => readPackage(db, id),
    packageByVnfdId: (id) => readByVnfdId(db, id),
    packages: async () => (await select(db).orderBy('created_at_ms').orderBy('id').execute()).map(recordOf),
    setOnboarding: (id, from, change) => locked(id, (tx) => setOnboarding(tx, id, from, change)),
    completeOnboarding: (id, contents) => locked(id, (tx) => complete(tx, id, contents)),
    modifyPackage: (id, change, ifRevision) => locked(id, (tx) => modify(tx, id, change, ifRevision)),
    deletePackage: (id, ifRevision) => locked(id, (tx) => remove(tx, id, ifRevision)),
  };
}

export async function readPackage(db: Db, id: VnfPkgId): Promise<VnfPkgRecord | undefined> {
  const row = await select(db).where('packages.id', '=', id).executeTakeFirst();
  return row && recordOf(row);
}

async function readByVnfdId(db: Db, id: VnfdId): Promise<VnfPkgRecord | undefined> {
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

async function change(tx: Db, record: VnfPkgRecord, changed: Partial<VnfPkgRecord>): Promise<Outcome<VnfPkgRecord>> {
  const next: VnfPkgRecord = { ...record, ...changed, revision: record.revision + 1 };
  await tx.updateTable('packages').set(columns(next)).where('id', '=', record.id).execute();
  return ok(next);
}

async function setOnboarding(tx: Db, ...args: Parameters<Store['setOnboarding']>): Promise<Outcome<VnfPkgRecord>> {
  const [id, from, changed] = args;
  const record = await readPackage(tx, id);
  if (!record) return notFound('VNF package', id);
  if (!from.includes(record.onboardingState)) return wrongOnboarding(record, from);
  return change(tx, record, changed);
}

async function complete(tx: Db, ...args: Parameters<Store['completeOnboarding']>): Promise<Outcome<VnfPkgRecord>> {
  const [id, contents] = args;
  const record = await readPackage(tx, id);
  if (!record) return notFound('VNF package', id);
  if (record.onboardingState !== 'PROCESSING') return wrongOnboarding(record, ['PROCESSING']);
  const other = await readByVnfdId(tx, contents.vnfd.id);
  if (other) {
    const found = `VNF package ${other.id} is already onboarded with vnfdId ${contents.vnfd.id}`;
    return unprocessable(`${found}; delete that package first, or give the new VNFD another descriptor_id.`);
  }
  return change(tx, record, { onboardingState: 'ONBOARDED', operationalState: 'ENABLED', contents });
}

async function modify(tx: Db, ...args: Parameters<Store['modifyPackage']>): Promise<Outcome<VnfPkgRecord>> {
  const [id, changed, ifRevision] = args;
  const record = await readPackage(tx, id);
  if (!record) return notFound('VNF package', id);
  return (
    stale('VNF package', id, record.revision, ifRevision) ??
    refuseOperationalState(record, changed.operationalState) ??
    change(tx, record, changed)
  );
}

function refuseOperationalState(record: VnfPkgRecord, wanted: VnfPkgRecord['operationalState'] | undefined) {
  if (wanted === undefined) return undefined;
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

const wrongOnboarding = (record: VnfPkgRecord, wanted: readonly string[]): Outcome<never> =>
  wrongState(`VNF package ${record.id} is ${record.onboardingState}; this needs it to be ${wanted.join(' or ')}.`);
