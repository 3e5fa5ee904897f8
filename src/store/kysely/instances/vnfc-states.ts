/**
 * Records observed states of VNFCs outside operations.
 */
import { isTerminal, type VnfState } from '../../../lifecycle/model.js';
import { found, withVnfState } from '../../../lifecycle/vnf-state.js';
import type { HostId, VnfcId, VnfInstanceId } from '../../../shared/ids.js';
import type { InstanceRecords } from '../../instances.js';
import type { OperationRecords } from '../../operations.js';
import type { StoreDialect } from '../dialect.js';
import { changeInstance, instanceOf, lockInstance, selectInstances } from './instances.js';
import { keptQuery } from '../rows/kept-query.js';
import { readUnderWay } from '../operations/operations.js';
import type { Db, Tx } from '../schema.js';

type Verbs = Pick<InstanceRecords, 'instancesOn' | 'instanceOf' | 'recordVnfcStates'> &
  Pick<OperationRecords, 'operationUnderWay'>;

export const vnfcStateVerbs = ({ db, transaction }: StoreDialect): Verbs => ({
  instancesOn: async (id) => {
    const rows = await onHost.all(db, { id });
    return rows.map(instanceOf);
  },
  instanceOf: async (id) => {
    const row = await holderOf.first(db, { id });
    return row && instanceOf(row);
  },
  operationUnderWay: (id) => underWayOn(db, id),
  recordVnfcStates: (id, revision, states) => transaction((tx) => record(tx, id, revision, states)),
});

const onHost = keptQuery((db, { id }: { id: HostId }) =>
  selectInstances(db)
    .where('id', 'in', (eb) => eb.selectFrom('allocations').select('instance_id').distinct().where('host_id', '=', id))
    .orderBy('id'),
);

const holderOf = keptQuery((db, { id }: { id: VnfcId }) =>
  selectInstances(db).where('id', '=', (eb) =>
    eb.selectFrom('allocations').select('instance_id').where('vnfc_id', '=', id).limit(1),
  ),
);

async function underWayOn(db: Db, id: VnfInstanceId) {
  const occ = await readUnderWay(db, id);
  return occ !== undefined && !isTerminal(occ.operationState) ? occ : undefined;
}

async function record(
  tx: Tx,
  id: VnfInstanceId,
  revision: number,
  states: ReadonlyMap<VnfcId, VnfState>,
): Promise<boolean> {
  const instance = await lockInstance(tx, id);
  const now = instance?.instantiated;
  if (now === undefined || instance?.revision !== revision || (await underWayOn(tx, id)) !== undefined) return false;
  const vnfcs = now.vnfcs.map((vnfc) => {
    const state = states.get(vnfc.id);
    return state === undefined ? vnfc : found(vnfc, state);
  });
  await changeInstance(tx, id, { instantiated: withVnfState({ ...now, vnfcs }) });
  return true;
}
