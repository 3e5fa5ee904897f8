/**
 * Notifications about VNF instances and operations (SOL003 clauses 5.5.2.17 to 5.5.2.19), written in the transaction of
 * the change.
 */
import { extVirtualLinkInfo } from '../../../lifecycle/ext-link-info.js';
import { changedInfo, resourceChanges } from '../../../lifecycle/resource-changes.js';
import type { LcmOpOcc, LcmPlan, OperationState } from '../../../lifecycle/model.js';
import type { VnfInstanceId } from '../../../shared/ids.js';
import type { InstanceHead } from '../../instances.js';
import { firstState } from '../../../subscription/lifecycle-event.js';
import { read } from '../rows/json.js';
import { keptQuery } from '../rows/kept-query.js';
import type { Db, Tx } from '../schema.js';
import { announce } from '../subscriptions/announce.js';
import { readJournal } from '../operations/journal-entries.js';

/** Attributes of an instance that filters compare. */
const about = (instance: InstanceHead) => ({
  vnfInstanceId: instance.id,
  ...(instance.vnfInstanceName !== undefined && { vnfInstanceName: instance.vnfInstanceName }),
  vnfdId: instance.vnfdId,
  vnfProvider: instance.vnfProvider,
  vnfProductName: instance.vnfProductName,
  vnfSoftwareVersion: instance.vnfSoftwareVersion,
  vnfdVersion: instance.vnfdVersion,
});

export const tellOfIdentifier = (tx: Tx, what: 'CREATED' | 'DELETED', instance: InstanceHead): Promise<void> =>
  announce(tx, 'vnflcm', () => ({ what, ...about(instance) }));

const failing: readonly OperationState[] = ['FAILED_TEMP', 'FAILED', 'ROLLED_BACK'];
/** States whose notification includes the changes that the operation made. */
const telling: readonly OperationState[] = [...failing, 'COMPLETED', 'ROLLING_BACK'];

/** Announces a state that was entered. Modification of information has no STARTING in SOL003, so none is announced. */
export async function tellOfState(tx: Tx, occ: LcmOpOcc, plan: LcmPlan | undefined = occ.plan): Promise<void> {
  const { operation, operationState, error, isAutomaticInvocation } = occ;
  if (operationState === 'STARTING' && firstState(operation) !== 'STARTING') return;
  await announce(tx, 'vnflcm', async () => {
    const changes = telling.includes(operationState) ? await changesOf(tx, occ, plan) : {};
    return {
      ...{ what: 'OPERATION', opOccId: occ.id, operation, operationState, isAutomaticInvocation },
      ...about(await readHead(tx, occ.vnfInstanceId)),
      ...(error && failing.includes(operationState) && { error }),
      ...changes,
    };
  });
}

async function changesOf(tx: Db, { id, operationState }: LcmOpOcc, plan: LcmPlan | undefined) {
  if (plan === undefined) return {};
  const changes = resourceChanges(plan, await readJournal(tx, id));
  const info = operationState === 'COMPLETED' && plan.modifies ? changedInfo(plan.modifies) : undefined;
  const links = operationState === 'COMPLETED' ? plan.reconnects?.map(extVirtualLinkInfo) : undefined;
  return {
    ...(changes && { resourceChanges: changes }),
    ...(info && { changedInfo: info }),
    ...(links && { changedExtConnectivity: links }),
  };
}

const documentById = keptQuery((db, { id }: { id: VnfInstanceId }) =>
  db.selectFrom('instances').select('document').where('id', '=', id),
);

async function readHead(tx: Db, id: VnfInstanceId): Promise<InstanceHead> {
  const row = await documentById.first(tx, { id });
  if (row === undefined)
    throw new Error(`VNF instance ${id} cannot be read while an operation on it changes its state`);
  return read<InstanceHead>(row.document);
}
