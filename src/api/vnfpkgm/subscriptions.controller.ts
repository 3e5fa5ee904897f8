/**
 * Subscriptions to packages (SOL003 clauses 10.4.7 and 10.4.8, SOL005 clauses 9.4.8 and 9.4.9).
 */
import { checked } from '../http/check-body.js';
import { subscriptionsController, type SubscriptionRequest } from '../sol013/subscriptions.js';
import { pkgmSubscription, pkgmSubscriptionRequest } from './subscription-schemas.js';

type Request = SubscriptionRequest<'vnfpkgm'>;

export const PackageSubscriptionsController = subscriptionsController<'vnfpkgm', Request>({
  api: 'vnfpkgm',
  tag: 'vnfpkgm',
  name: 'PackageSubscriptionsController',
  paths: ['vnfpkgm/v2/subscriptions', 'vnfpkgm/v1/subscriptions'],
  request: checked<Request, typeof pkgmSubscriptionRequest>(pkgmSubscriptionRequest),
  resource: pkgmSubscription,
  own: () => ({}),
  shown: () => ({}),
});
