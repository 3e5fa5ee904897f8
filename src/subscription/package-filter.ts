/**
 * PkgmNotificationsFilter (SOL003 clause 10.5.3.4, SOL005 clause 9.5.3.4): all attributes given have to match.
 */
import { anyOf, type OneOrMore } from './any-of.js';
import type { PackageEvent } from './package-event.js';
import { matchesProducts, type ProviderProducts } from './provider-products.js';

export type PkgmNotificationType = 'VnfPackageOnboardingNotification' | 'VnfPackageChangeNotification';

export interface PkgmNotificationsFilter {
  readonly notificationTypes?: readonly PkgmNotificationType[];
  readonly vnfProductsFromProviders?: readonly ProviderProducts[];
  readonly vnfdId?: readonly string[];
  readonly vnfPkgId?: readonly string[];
  readonly operationalState?: OneOrMore<PackageEvent['operationalState']>;
  readonly usageState?: OneOrMore<PackageEvent['usageState']>;
  readonly vnfmInfo?: readonly string[];
}

export const notificationTypeOf = ({ what }: PackageEvent): PkgmNotificationType =>
  what === 'ONBOARDED' ? 'VnfPackageOnboardingNotification' : 'VnfPackageChangeNotification';

export const matchesPackage = (filter: PkgmNotificationsFilter, event: PackageEvent): boolean =>
  anyOf(filter.notificationTypes, notificationTypeOf(event)) &&
  matchesProducts(filter.vnfProductsFromProviders, event) &&
  anyOf(filter.vnfdId, event.vnfdId) &&
  anyOf(filter.vnfPkgId, event.vnfPkgId) &&
  anyOf(filter.operationalState, event.operationalState) &&
  anyOf(filter.usageState, event.usageState) &&
  anyOf(filter.vnfmInfo, event.vnfmInfo);

const alternatives = ['vnfProductsFromProviders', 'vnfdId', 'vnfPkgId'] as const;

/** Why a filter cannot be used, as the end of a sentence; undefined when it can. */
export function contradictionIn(filter: PkgmNotificationsFilter): string | undefined {
  const given = alternatives.filter((name) => filter[name] !== undefined);
  if (given.length < 2) return undefined;
  return `${given.join(' and ')} are both given; of ${alternatives.join(', ')} a filter has one at most`;
}
