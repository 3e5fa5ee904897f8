/**
 * Recording a new occurrence: the only way an operation comes to be, and where SOL003's preconditions are checked.
 */
import { ok, type Outcome } from '../../../shared/outcome.js';
import type { LcmOpOcc, VnfInstance } from '../../../lifecycle/model.js';
import type { OperationRecords } from '../../operations.js';
import type { Tx } from '../schema.js';
import { notFound, stale, wrongState } from '../rows/refusals.js';
import { tellOfState } from '../instances/instance-events.js';
import { lockInstance } from '../instances/instances.js';
import { insertOperation, underWay } from './operations.js';

type InstanceState = Parameters<OperationRecords['beginOperation']>[1];

export async function beginOperation(
  tx: Tx,
  occ: LcmOpOcc,
  wanted: InstanceState,
  ifRevision: number | undefined,
): Promise<Outcome<LcmOpOcc>> {
  const instance = await lockInstance(tx, occ.vnfInstanceId);
  if (!instance) return notFound('VNF instance', occ.vnfInstanceId);
  const refused =
    stale('VNF instance', instance.id, instance.revision, ifRevision) ??
    (await underWay(tx, instance.id)) ??
    wrongInstanceState(instance, wanted);
  if (refused) return refused;
  await insertOperation(tx, occ);
  await tellOfState(tx, occ);
  return ok(occ);
}

function wrongInstanceState(instance: VnfInstance, wanted: InstanceState): Outcome<never> | undefined {
  const state = instance.instantiated ? 'INSTANTIATED' : 'NOT_INSTANTIATED';
  if (wanted === 'any' || wanted === state) return undefined;
  const next = wanted === 'INSTANTIATED' ? 'instantiate it first' : 'terminate it first';
  return wrongState(`VNF instance ${instance.id} is ${state}; this needs it to be ${wanted}: ${next}.`);
}
