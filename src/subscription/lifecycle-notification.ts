/**
 * VnfLcmOperationOccurrenceNotification, VnfIdentifierCreationNotification and VnfIdentifierDeletionNotification (SOL003
 * clauses 5.5.2.17 to 5.5.2.19).
 */
import { defined } from '../shared/defined.js';
import { firstState, type LifecycleEvent, type OperationEvent } from './lifecycle-event.js';
import { lifecycleNotificationTypeOf } from './lifecycle-filter.js';
import type { Addressed, Told } from './told.js';

/** SHORT leaves out what changed (SOL003 clause 5.5.3.23). */
export interface Verbosity {
  readonly verbosity: 'FULL' | 'SHORT';
}

export function toldOfLifecycle(event: LifecycleEvent, { apiRoot, verbosity }: Addressed & Verbosity): Told {
  const { vnfInstanceId } = event;
  const vnfInstance = `${apiRoot}/vnf_instances/${vnfInstanceId}`;
  const notificationType = lifecycleNotificationTypeOf(event);
  if (event.what !== 'OPERATION') return { notificationType, attributes: { vnfInstanceId }, links: { vnfInstance } };
  return {
    notificationType,
    attributes: { vnfInstanceId, ...operationPart(event, verbosity) },
    links: { vnfInstance, vnfLcmOpOcc: `${apiRoot}/vnf_lcm_op_occs/${event.opOccId}` },
  };
}

function operationPart(event: OperationEvent, verbosity: Verbosity['verbosity']): object {
  const { operation, operationState, isAutomaticInvocation, opOccId, error, resourceChanges, changedInfo } = event;
  const { changedExtConnectivity } = event;
  return {
    notificationStatus: operationState === firstState(operation) ? 'START' : 'RESULT',
    operationState,
    operation,
    isAutomaticInvocation,
    verbosity,
    vnfLcmOpOccId: opOccId,
    ...(verbosity === 'FULL' && {
      ...resourceChanges,
      ...(changedInfo && { changedInfo }),
      ...defined({ changedExtConnectivity }),
    }),
    ...(error && { error }),
  };
}
