/**
 * Bodies of subscriptions to lifecycle changes (SOL003 clauses 5.5.2.15, 5.5.2.16, 5.5.3.12, 4.4.1.5; v3.3.1).
 */
import { Type } from 'typebox';
import { lifecycleNotificationTypes, type LifecycleNotificationsFilter } from '../../subscription/lifecycle-filter.js';
import { link, name, strict, text, uri as callbackUri, words } from '../schemas/shared.js';
import { few, subscriptionAuthentication, vnfProductsFromProviders } from '../schemas/subscription.js';

const lifecycleNotificationsFilter = Type.Object(
  {
    vnfInstanceSubscriptionFilter: Type.Optional(
      Type.Object(
        {
          vnfdIds: Type.Optional(Type.Array(name, few)),
          vnfProductsFromProviders: Type.Optional(vnfProductsFromProviders),
          vnfInstanceIds: Type.Optional(Type.Array(name, few)),
          vnfInstanceNames: Type.Optional(Type.Array(name, few)),
        },
        strict,
      ),
    ),
    notificationTypes: Type.Optional(Type.Array(words(...lifecycleNotificationTypes), few)),
    operationTypes: Type.Optional(
      Type.Array(
        words(
          ...(['INSTANTIATE', 'SCALE', 'SCALE_TO_LEVEL', 'CHANGE_FLAVOUR', 'TERMINATE', 'HEAL', 'OPERATE'] as const),
          ...(['CHANGE_EXT_CONN', 'MODIFY_INFO', 'CREATE_SNAPSHOT', 'REVERT_TO_SNAPSHOT', 'CHANGE_VNFPKG'] as const),
        ),
        few,
      ),
    ),
    operationStates: Type.Optional(
      Type.Array(
        words('STARTING', 'PROCESSING', 'COMPLETED', 'FAILED_TEMP', 'FAILED', 'ROLLING_BACK', 'ROLLED_BACK'),
        few,
      ),
    ),
  },
  strict,
);

const verbosity = words('FULL', 'SHORT');

export const lccnSubscriptionRequest = Type.Object(
  {
    filter: Type.Optional(lifecycleNotificationsFilter),
    callbackUri,
    authentication: Type.Optional(subscriptionAuthentication),
    verbosity: Type.Optional(verbosity),
  },
  strict,
);

export const lccnSubscription = Type.Object({
  id: text,
  filter: Type.Optional(Type.Unsafe<LifecycleNotificationsFilter>(lifecycleNotificationsFilter)),
  callbackUri,
  verbosity,
  _links: Type.Object({ self: link }),
});
