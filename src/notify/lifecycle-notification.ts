/**
 * VnfLcmOperationOccurrenceNotification, VnfIdentifierCreationNotification and VnfIdentifierDeletionNotification (SOL003
 * clauses 5.5.2.17 to 5.5.2.19).
 */
import { firstState, type LifecycleEvent, type OperationEvent } from '../subscription/lifecycle-event.js';
import { lifecycleNotificationTypeOf } from '../subscription/lifecycle-filter.js';
import type { SubscriptionTo } from '../subscription/model.js';

export function lifecycleNotification(event: LifecycleEvent, subscription: SubscriptionTo<'vnflcm'>): object {
  const { id, apiRoot } = subscription;
  return {
    id: event.id,
    notificationType: lifecycleNotificationTypeOf(event),
    subscriptionId: id,
    timeStamp: new Date(event.atMs).toISOString(),
    vnfInstanceId: event.vnfInstanceId,
    ...(event.what === 'OPERATION' && operationPart(event, subscription)),
    _links: {
      vnfInstance: { href: `${apiRoot}/vnf_instances/${event.vnfInstanceId}` },
      subscription: { href: `${apiRoot}/subscriptions/${id}` },
      ...(event.what === 'OPERATION' && {
        vnfLcmOpOcc: { href: `${apiRoot}/vnf_lcm_op_occs/${event.opOccId}` },
      }),
    },
  };
}

function operationPart(event: OperationEvent, { verbosity }: SubscriptionTo<'vnflcm'>): object {
  const { operation, operationState, isAutomaticInvocation, opOccId, error, resourceChanges, changedInfo } = event;
  return {
    notificationStatus: operationState === firstState(operation) ? 'START' : 'RESULT',
    operationState,
    operation,
    isAutomaticInvocation,
    verbosity,
    vnfLcmOpOccId: opOccId,
    ...(verbosity === 'FULL' && { ...resourceChanges, ...(changedInfo && { changedInfo }) }),
    ...(error && { error }),
  };
}
