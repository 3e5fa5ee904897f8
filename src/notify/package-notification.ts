/**
 * VnfPackageOnboardingNotification and VnfPackageChangeNotification (SOL003 clauses 10.5.2.5, 10.5.2.6).
 */
import type { PackageEvent } from '../subscription/package-event.js';
import { notificationTypeOf } from '../subscription/package-filter.js';
import type { SubscriptionTo } from '../subscription/model.js';

export function packageNotification(event: PackageEvent, { id, apiRoot }: SubscriptionTo<'vnfpkgm'>): object {
  return {
    id: event.id,
    notificationType: notificationTypeOf(event),
    subscriptionId: id,
    timeStamp: new Date(event.atMs).toISOString(),
    vnfPkgId: event.vnfPkgId,
    vnfdId: event.vnfdId,
    ...(event.vnfmInfo.length > 0 && { vnfmInfo: event.vnfmInfo }),
    ...(event.what !== 'ONBOARDED' && { changeType: event.what }),
    ...(event.what === 'OP_STATE_CHANGE' && { operationalState: event.operationalState }),
    _links: {
      vnfPackage: { href: `${apiRoot}/vnf_packages/${event.vnfPkgId}` },
      ...(event.what !== 'PKG_DELETE' && {
        vnfPackageByVnfdId: { href: `${apiRoot}/onboarded_vnf_packages/${encodeURIComponent(event.vnfdId)}` },
      }),
      subscription: { href: `${apiRoot}/subscriptions/${id}` },
    },
  };
}
