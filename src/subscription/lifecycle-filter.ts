/**
 * LifecycleChangeNotificationsFilter (SOL003 clauses 5.5.3.12, 4.4.1.5): all attributes given have to match.
 */
import type { LcmOperation, OperationState } from '../lifecycle/model.js';
import { anyOf } from './any-of.js';
import type { LifecycleEvent } from './lifecycle-event.js';
import { matchesProducts, type ProviderProducts } from './provider-products.js';

export type LifecycleNotificationType = (typeof lifecycleNotificationTypes)[number];
export const lifecycleNotificationTypes = [
  'VnfLcmOperationOccurrenceNotification',
  'VnfIdentifierCreationNotification',
  'VnfIdentifierDeletionNotification',
] as const;

/** Operations that Berth does not have are never told of. */
type OperationType =
  | LcmOperation
  | 'SCALE_TO_LEVEL'
  | 'CHANGE_FLAVOUR'
  | 'HEAL'
  | 'CHANGE_EXT_CONN'
  | 'CREATE_SNAPSHOT'
  | 'REVERT_TO_SNAPSHOT'
  | 'CHANGE_VNFPKG';

export interface LifecycleNotificationsFilter {
  readonly vnfInstanceSubscriptionFilter?: InstanceFilter;
  readonly notificationTypes?: readonly LifecycleNotificationType[];
  readonly operationTypes?: readonly OperationType[];
  readonly operationStates?: readonly OperationState[];
}

interface InstanceFilter {
  readonly vnfdIds?: readonly string[];
  readonly vnfProductsFromProviders?: readonly ProviderProducts[];
  readonly vnfInstanceIds?: readonly string[];
  readonly vnfInstanceNames?: readonly string[];
}

const types: Readonly<Record<LifecycleEvent['what'], LifecycleNotificationType>> = {
  OPERATION: 'VnfLcmOperationOccurrenceNotification',
  CREATED: 'VnfIdentifierCreationNotification',
  DELETED: 'VnfIdentifierDeletionNotification',
};

export const lifecycleNotificationTypeOf = ({ what }: LifecycleEvent): LifecycleNotificationType => types[what];

export const matchesLifecycle = (filter: LifecycleNotificationsFilter, event: LifecycleEvent): boolean =>
  matchesInstance(filter.vnfInstanceSubscriptionFilter ?? {}, event) &&
  anyOf(filter.notificationTypes, lifecycleNotificationTypeOf(event)) &&
  // These ask of operations only.
  (event.what !== 'OPERATION' ||
    (anyOf<string>(filter.operationTypes, event.operation) && anyOf(filter.operationStates, event.operationState)));

const matchesInstance = (filter: InstanceFilter, event: LifecycleEvent): boolean =>
  anyOf(filter.vnfdIds, event.vnfdId) &&
  matchesProducts(filter.vnfProductsFromProviders, event) &&
  anyOf(filter.vnfInstanceIds, event.vnfInstanceId) &&
  // An instance without a name has none that is asked for.
  anyOf(filter.vnfInstanceNames, event.vnfInstanceName ?? []);

const alternatives = [
  ['vnfdIds', 'vnfProductsFromProviders'],
  ['vnfInstanceIds', 'vnfInstanceNames'],
] as const;
const ofOperations = ['operationTypes', 'operationStates'] as const;

/** Why a filter cannot be used, as the end of a sentence; undefined when it can. */
export function contradictionInLifecycle(filter: LifecycleNotificationsFilter): string | undefined {
  const instances = filter.vnfInstanceSubscriptionFilter ?? {};
  const both = alternatives.find((names) => names.every((name) => instances[name] !== undefined));
  if (both !== undefined)
    return `${both.join(' and ')} are both given in vnfInstanceSubscriptionFilter; of these a filter has one at most`;
  const given = ofOperations.find((name) => filter[name] !== undefined);
  const { notificationTypes = lifecycleNotificationTypes } = filter;
  if (given === undefined || anyOf(notificationTypes, types.OPERATION)) return undefined;
  return `${given} is given, and notificationTypes leaves ${types.OPERATION} out, of which alone it speaks`;
}
