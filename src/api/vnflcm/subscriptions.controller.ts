/**
 * Subscriptions to lifecycle changes (SOL003 clauses 5.4.18 and 5.4.19).
 */
import { checked } from '../http/check-body.js';
import { subscriptionsController, type SubscriptionRequest } from '../sol013/subscriptions.js';
import { lccnSubscription, lccnSubscriptionRequest } from './subscription-schemas.js';

interface Request extends SubscriptionRequest<'vnflcm'> {
  readonly verbosity?: 'FULL' | 'SHORT';
}

export const LifecycleSubscriptionsController = subscriptionsController<'vnflcm', Request>({
  api: 'vnflcm',
  tag: 'vnflcm',
  name: 'LifecycleSubscriptionsController',
  paths: ['vnflcm/v2/subscriptions'],
  request: checked<Request, typeof lccnSubscriptionRequest>(lccnSubscriptionRequest),
  resource: lccnSubscription,
  own: ({ verbosity = 'FULL' }) => ({ verbosity }),
  shown: ({ verbosity }) => ({ verbosity }),
});
