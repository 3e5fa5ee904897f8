/**
 * `vnfProductsFromProviders` of notification filters (SOL003 clauses 4.4.1.5, 10.5.3.4): a tree in which every level
 * may be left out, and then matches all.
 */
import { anyOf } from './any-of.js';

export interface ProviderProducts {
  readonly vnfProvider: string;
  readonly vnfProducts?: readonly {
    readonly vnfProductName: string;
    readonly versions?: readonly { readonly vnfSoftwareVersion: string; readonly vnfdVersions?: readonly string[] }[];
  }[];
}

export interface Product {
  readonly vnfProvider: string;
  readonly vnfProductName: string;
  readonly vnfSoftwareVersion: string;
  readonly vnfdVersion: string;
}

export const matchesProducts = (wanted: readonly ProviderProducts[] | undefined, found: Product): boolean =>
  some(
    wanted,
    (provider) =>
      provider.vnfProvider === found.vnfProvider &&
      some(
        provider.vnfProducts,
        (product) =>
          product.vnfProductName === found.vnfProductName &&
          some(
            product.versions,
            (version) =>
              version.vnfSoftwareVersion === found.vnfSoftwareVersion && anyOf(version.vnfdVersions, found.vnfdVersion),
          ),
      ),
  );

const some = <T>(list: readonly T[] | undefined, test: (item: T) => boolean): boolean =>
  list === undefined || list.length === 0 || list.some(test);
