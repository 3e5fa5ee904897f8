/**
 * VnfPackageOnboardingNotification and VnfPackageChangeNotification (SOL003 clauses 10.5.2.5, 10.5.2.6).
 */
import type { PackageEvent } from './package-event.js';
import { notificationTypeOf } from './package-filter.js';
import type { Addressed, Told } from './told.js';

export const toldOfPackage = (event: PackageEvent, { apiRoot }: Addressed): Told => ({
  notificationType: notificationTypeOf(event),
  attributes: {
    vnfPkgId: event.vnfPkgId,
    vnfdId: event.vnfdId,
    ...(event.vnfmInfo.length > 0 && { vnfmInfo: event.vnfmInfo }),
    ...(event.what !== 'ONBOARDED' && { changeType: event.what }),
    ...(event.what === 'OP_STATE_CHANGE' && { operationalState: event.operationalState }),
  },
  links: {
    vnfPackage: `${apiRoot}/vnf_packages/${event.vnfPkgId}`,
    ...(event.what !== 'PKG_DELETE' && {
      vnfPackageByVnfdId: `${apiRoot}/onboarded_vnf_packages/${encodeURIComponent(event.vnfdId)}`,
    }),
  },
});
