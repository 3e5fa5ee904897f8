/**
 * Bodies of subscriptions to packages (SOL003 clauses 10.5.2.3, 10.5.2.4, 10.5.3.4; SOL005 clause 9.5; v3.3.1).
 */
import { Type } from 'typebox';
import type { PkgmNotificationsFilter } from '../../subscription/package-filter.js';
import { link, name, strict, text, uri as callbackUri, words } from '../schemas/shared.js';
import { few, oneOrMore, subscriptionAuthentication, vnfProductsFromProviders } from '../schemas/subscription.js';

const pkgmNotificationsFilter = Type.Object(
  {
    notificationTypes: Type.Optional(
      Type.Array(words('VnfPackageOnboardingNotification', 'VnfPackageChangeNotification'), few),
    ),
    vnfProductsFromProviders: Type.Optional(vnfProductsFromProviders),
    vnfdId: Type.Optional(Type.Array(name, few)),
    vnfPkgId: Type.Optional(Type.Array(name, few)),
    operationalState: Type.Optional(oneOrMore('ENABLED', 'DISABLED')),
    usageState: Type.Optional(oneOrMore('IN_USE', 'NOT_IN_USE')),
    vnfmInfo: Type.Optional(Type.Array(name, few)),
  },
  strict,
);

export const pkgmSubscriptionRequest = Type.Object(
  {
    filter: Type.Optional(pkgmNotificationsFilter),
    callbackUri,
    authentication: Type.Optional(subscriptionAuthentication),
  },
  strict,
);

export const pkgmSubscription = Type.Object({
  id: text,
  filter: Type.Optional(Type.Unsafe<PkgmNotificationsFilter>(pkgmNotificationsFilter)),
  callbackUri,
  _links: Type.Object({ self: link }),
});
