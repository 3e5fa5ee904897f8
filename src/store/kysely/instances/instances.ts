/**
 * VNF instances (SOL003 VnfInstance). A foreign key refers to the package.
 */
import { ok, type Outcome } from '../../../shared/outcome.js';
import type { VnfInstanceId } from '../../../shared/ids.js';
import type { InstantiatedVnf, VnfInstance } from '../../../lifecycle/model.js';
import { changed } from '../../../lifecycle/operations/modify-info.js';
import type { InstanceRecords } from '../../instances.js';
import type { OperationEnd } from '../../operations.js';
import type { StoreDialect } from '../dialect.js';
import type { Db, Tx } from '../schema.js';
import { tellOfIdentifier } from './instance-events.js';
import { networkKey, recordEnded } from '../installation/ended.js';
import { read, write, writeOptional, type Parsed } from '../rows/json.js';
import { keptQuery } from '../rows/kept-query.js';
import { holdRow } from '../rows/locks.js';
import { notFound, stale, unprocessable, wrongState } from '../rows/refusals.js';
import { readPackageHead } from '../packages/packages.js';
import { underWay } from '../operations/operations.js';

type Verbs = Pick<InstanceRecords, 'createInstance' | 'instance' | 'deleteInstance'>;

export const instanceVerbs = ({ db, transaction }: StoreDialect): Verbs => ({
  createInstance: (instance) => transaction((tx) => create(tx, instance)),
  instance: (id) => readInstance(db, id),
  deleteInstance: (id, ifRevision) => transaction((tx) => remove(tx, id, ifRevision)),
});

export const selectInstances = (db: Db) => db.selectFrom('instances').select(['document', 'instantiated']);

const byId = keptQuery((db, { id }: { id: VnfInstanceId }) => selectInstances(db).where('id', '=', id));
const toChange = keptQuery((db, { id }: { id: VnfInstanceId }) => selectInstances(db).where('id', '=', id).forUpdate());
const change = keptQuery((db, { id, set }: { id: VnfInstanceId; set: ReturnType<typeof columns> }) =>
  db.updateTable('instances').set(set).where('id', '=', id),
);
const insert = keptQuery((db, row: ReturnType<typeof columns> & { id: string; package_id: string }) =>
  db.insertInto('instances').values(row),
);

export async function readInstance(db: Db, id: VnfInstanceId): Promise<VnfInstance | undefined> {
  const row = await byId.first(db, { id });
  return row && instanceOf(row);
}

/** Locks the row until the transaction is committed. */
export async function lockInstance(tx: Db, id: VnfInstanceId): Promise<VnfInstance | undefined> {
  const row = await toChange.first(tx, { id });
  return row && instanceOf(row);
}

export const instanceOf = (row: { readonly document: Parsed; readonly instantiated: Parsed | null }): VnfInstance => ({
  ...read<VnfInstance>(row.document),
  ...(row.instantiated !== null && { instantiated: read<InstantiatedVnf>(row.instantiated) }),
});

function columns({ instantiated, ...document }: VnfInstance) {
  const { vnfInstanceName: name } = document;
  return {
    vnfd_id: document.vnfdId,
    // PostgreSQL keeps no text with NUL in it.
    name: name === undefined || name.includes('\0') ? null : name,
    revision: document.revision,
    flavour_id: instantiated?.flavourId ?? null,
    instantiated: writeOptional(instantiated),
    document: write(document),
  };
}

/** What an operation changes of its instance when it ends. */
export async function changeInstance(tx: Tx, id: VnfInstanceId, wanted: OperationEnd['instance']): Promise<void> {
  if (wanted === undefined) return;
  const instance = await lockInstance(tx, id);
  if (!instance) throw new Error(`VNF instance ${id} is gone while an operation on it was under way`);
  const { instantiated: before, ...rest } = changed(instance, wanted.modifies ?? {});
  const after = wanted.instantiated === undefined ? before : (wanted.instantiated ?? undefined);
  const next = { ...rest, ...(after && { instantiated: after }), revision: instance.revision + 1 };
  await change.change(tx, { id, set: columns(next) });
  await recordEnded(tx, 'network', linksGone(before, after));
}

function linksGone(before: VnfInstance['instantiated'], after: VnfInstance['instantiated']): readonly string[] {
  const keys = (vnf: VnfInstance['instantiated']) =>
    (vnf?.virtualLinks ?? []).map(({ hostId, network }) => networkKey(hostId, network));
  const left = new Set(keys(after));
  return keys(before).filter((key) => !left.has(key));
}

async function create(tx: Tx, instance: VnfInstance): Promise<Outcome<VnfInstance>> {
  await holdRow(tx, 'packages', instance.vnfPkgId);
  const found = await readPackageHead(tx, instance.vnfPkgId);
  if (!found) return unprocessable(`There is no VNF package ${instance.vnfPkgId}; upload one with the VNFD wanted.`);
  if (found.onboardingState !== 'ONBOARDED' || found.operationalState !== 'ENABLED') {
    const state = `VNF package ${found.id} is ${found.onboardingState} and ${found.operationalState}`;
    return unprocessable(`${state}; instances need it ONBOARDED and ENABLED.`);
  }
  await insert.change(tx, { id: instance.id, package_id: instance.vnfPkgId, ...columns(instance) });
  await tellOfIdentifier(tx, 'CREATED', instance);
  return ok(instance);
}

async function remove(tx: Tx, id: VnfInstanceId, ifRevision?: number): Promise<Outcome<void>> {
  const instance = await lockInstance(tx, id);
  if (!instance) return notFound('VNF instance', id);
  const refused = stale('VNF instance', id, instance.revision, ifRevision) ?? (await refuseRemoval(tx, instance));
  if (refused) return refused;
  await tx.deleteFrom('instances').where('id', '=', id).execute();
  await tellOfIdentifier(tx, 'DELETED', instance);
  return ok(undefined);
}

async function refuseRemoval(tx: Db, instance: VnfInstance): Promise<Outcome<never> | undefined> {
  const running = await underWay(tx, instance.id);
  if (running) return running;
  if (!instance.instantiated) return undefined;
  return wrongState(`VNF instance ${instance.id} is INSTANTIATED; terminate it first.`);
}
