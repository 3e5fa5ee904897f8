/**
 * VNF packages (SOL005 VnfPkgInfo): one row each; the number of instances is counted, never stored.
 */
import { ok, type Outcome } from '../../../shared/outcome.js';
import type { VnfPkgId, VnfdId } from '../../../shared/ids.js';
import type { VnfPackage } from '../../../package/model.js';
import type {
  PackageChange,
  PackageRecords,
  PackageScaling,
  VnfPkgHead,
  VnfPkgRecord,
  VnfPkgSummary,
} from '../../packages.js';
import type { StoreDialect } from '../dialect.js';
import type { Db, Tx } from '../schema.js';
import { recordEnded } from '../installation/ended.js';
import { read, write, type Parsed } from '../rows/json.js';
import { keptQuery } from '../rows/kept-query.js';
import { lockRows } from '../rows/locks.js';
import { tellOfPackage } from './package-events.js';
import { notFound, stale, wrongState } from '../rows/refusals.js';

type Verbs = Pick<PackageRecords, 'createPackage' | 'package' | 'packageByVnfdId' | 'modifyPackage' | 'deletePackage'>;

export function packageVerbs(dialect: StoreDialect): Verbs {
  const { db, transaction } = dialect;
  const locked = lockedPackage(dialect);
  return {
    createPackage: (given) => transaction((tx) => create(tx, given)),
    package: (id) => readPackage(db, id),
    packageByVnfdId: (id) => readByVnfdId(db, id),
    modifyPackage: (id, change, ifRevision) => locked(id, (tx) => modify(tx, id, change, ifRevision)),
    deletePackage: (id, ifRevision) => locked(id, (tx) => remove(tx, id, ifRevision)),
  };
}

/** A transaction in which nobody else changes the package. */
export const lockedPackage =
  ({ transaction }: StoreDialect) =>
  <T>(id: VnfPkgId, work: (tx: Tx) => Promise<T>): Promise<T> =>
    transaction(async (tx) => {
      await lockRows(tx, 'packages', [id]);
      return work(tx);
    });

export async function readPackage(db: Db, id: VnfPkgId): Promise<VnfPkgRecord | undefined> {
  const row = await byId.first(db, { id });
  return row && recordOf(row);
}

export async function readByVnfdId(db: Db, id: VnfdId): Promise<VnfPkgRecord | undefined> {
  const row = await byVnfdId.first(db, { id });
  return row && recordOf(row);
}

export async function readPackageHead(db: Db, id: VnfPkgId): Promise<VnfPkgHead | undefined> {
  const row = await headById.first(db, { id });
  return row && headOf(row);
}

export const selectHeads = (db: Db) =>
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

const select = (db: Db) => selectHeads(db).select(['packages.contents', 'packages.artifacts']);

const byId = keptQuery((db, { id }: { id: VnfPkgId }) => select(db).where('packages.id', '=', id));
const byVnfdId = keptQuery((db, { id }: { id: VnfdId }) => select(db).where('packages.vnfd_id', '=', id));
const headById = keptQuery((db, { id }: { id: VnfPkgId }) => selectHeads(db).where('packages.id', '=', id));

interface HeadRow {
  readonly document: Parsed;
  readonly instances: number | null;
}

export const headOf = (row: HeadRow): VnfPkgHead => ({
  ...read<Omit<VnfPkgHead, 'instances'>>(row.document),
  instances: row.instances ?? 0,
});

interface WholeRow extends HeadRow {
  readonly contents: Parsed | null;
  readonly artifacts: string | null;
}

function recordOf(row: WholeRow): VnfPkgRecord {
  const { summary: _shown, ...record } = headOf(row);
  if (row.contents === null || row.artifacts === null) return record;
  const additionalArtifacts = read<VnfPackage['additionalArtifacts']>(row.artifacts);
  return { ...record, contents: { ...read<VnfPackage>(row.contents), additionalArtifacts } };
}

/** The record without its count, which other rows know, and without what it holds, which is written once. */
function columns(record: VnfPkgRecord) {
  const { instances: _counted, contents, ...head } = record;
  return {
    vnfd_id: contents?.vnfd.id ?? null,
    created_at_ms: record.createdAtMs,
    state: record.onboardingState,
    document: write({ ...head, ...(contents && { summary: summaryOf(contents) }) }),
  };
}

function contentColumns({ additionalArtifacts, ...contents }: VnfPackage) {
  return { contents: write(contents), artifacts: write(additionalArtifacts), scaling: write(scalingOf(contents.vnfd)) };
}

const scalingOf = ({ flavours }: VnfPackage['vnfd']): PackageScaling =>
  Object.fromEntries(
    flavours.map(({ id, aspects }) => [
      id,
      aspects.map(({ id: aspectId, maxScaleLevel }) => ({ id: aspectId, maxScaleLevel })),
    ]),
  );

function summaryOf(contents: VnfPackage): VnfPkgSummary {
  const { vnfd, compatibleSpecificationVersions, securityOption, signingCertificate } = contents;
  const { id, provider, productName, softwareVersion, version, vnfmInfo } = vnfd;
  return {
    vnfd: { id, provider, productName, softwareVersion, version, vnfmInfo },
    compatibleSpecificationVersions,
    securityOption,
    ...(signingCertificate !== undefined && { signingCertificate }),
  };
}

async function create(tx: Db, given: Parameters<PackageRecords['createPackage']>[0]): Promise<VnfPkgRecord> {
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
  tx: Tx,
  record: VnfPkgRecord,
  changed: Partial<VnfPkgRecord>,
): Promise<Outcome<VnfPkgRecord>> {
  const next: VnfPkgRecord = { ...record, ...changed, revision: record.revision + 1 };
  await tx.updateTable('packages').set(columns(next)).where('id', '=', record.id).execute();
  if (changed.contents) await writeContents(tx, record.id, changed.contents);
  await tellOfPackage(tx, record, next);
  return ok(next);
}

async function writeContents(tx: Db, id: VnfPkgId, contents: VnfPackage): Promise<void> {
  await tx.updateTable('packages').set(contentColumns(contents)).where('id', '=', id).execute();
  const images = [...new Set(contents.softwareImages.map((image) => image.sha256))];
  if (images.length === 0) return;
  await tx
    .insertInto('package_images')
    .values(images.map((sha256) => ({ sha256, package_id: id })))
    .execute();
}

async function modify(tx: Tx, ...args: Parameters<PackageRecords['modifyPackage']>): Promise<Outcome<VnfPkgRecord>> {
  const [id, changed, ifRevision] = args;
  const record = await readPackage(tx, id);
  if (!record) return notFound('VNF package', id);
  return (
    stale('VNF package', id, record.revision, ifRevision) ??
    refuseChange(record, changed) ??
    changePackage(tx, ...applied(record, changed))
  );
}

/** Null takes away what a client said; the VNFD's own counts again. */
function applied(record: VnfPkgRecord, { vnfmInfo, ...changed }: PackageChange): [VnfPkgRecord, Partial<VnfPkgRecord>] {
  const { vnfmInfo: _said, ...rest } = record;
  if (vnfmInfo === null) return [rest, changed];
  return [record, { ...changed, ...(vnfmInfo !== undefined && { vnfmInfo }) }];
}

/** Before it is ONBOARDED, only what the client itself keeps there. */
function refuseChange(record: VnfPkgRecord, { operationalState: wanted, vnfmInfo }: PackageChange) {
  if (wanted === undefined && vnfmInfo === undefined) return undefined;
  if (record.onboardingState !== 'ONBOARDED') return wrongOnboarding(record, ['ONBOARDED']);
  if (record.operationalState !== wanted) return undefined;
  return wrongState(`VNF package ${record.id} is ${wanted} already; nothing is to be changed.`);
}

async function remove(tx: Tx, id: VnfPkgId, ifRevision?: number): Promise<Outcome<void>> {
  const record = await readPackage(tx, id);
  if (!record) return notFound('VNF package', id);
  const refused = stale('VNF package', id, record.revision, ifRevision) ?? refuseRemoval(record);
  if (refused) return refused;
  const images = await tx.selectFrom('package_images').select('sha256').where('package_id', '=', id).execute();
  await tx.deleteFrom('packages').where('id', '=', id).execute();
  await recordEnded(tx, 'package', [id]);
  await recordEnded(
    tx,
    'image',
    images.map((image) => image.sha256),
  );
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
