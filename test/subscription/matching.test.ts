import { describe, expect, test } from '@jest/globals';
import { subscriptionId, vnfdId, vnfPkgId } from '../../src/shared/ids.js';
import { identityOf, wants } from '../../src/subscription/matching.js';
import type { Subscription } from '../../src/subscription/model.js';
import type { PackageEvent } from '../../src/subscription/package-event.js';
import { contradictionIn, type PkgmNotificationsFilter } from '../../src/subscription/package-filter.js';

const event = (change: Partial<PackageEvent> = {}): PackageEvent => ({
  api: 'vnfpkgm',
  id: 'e1',
  atMs: 0,
  what: 'ONBOARDED',
  vnfPkgId: vnfPkgId('p1'),
  vnfdId: vnfdId('vnfd-1'),
  vnfProvider: 'Acme',
  vnfProductName: 'Router',
  vnfSoftwareVersion: '1.0',
  vnfdVersion: '2.0',
  vnfmInfo: ['berth', 'other'],
  operationalState: 'ENABLED',
  usageState: 'NOT_IN_USE',
  ...change,
});

const subscription = (filter?: PkgmNotificationsFilter, callbackUri = 'http://em.example/n'): Subscription => ({
  api: 'vnfpkgm',
  id: subscriptionId('s1'),
  callbackUri,
  apiRoot: 'http://berth/vnfpkgm/v2',
  apiVersion: '2.1.0',
  createdAtMs: 0,
  ...(filter && { filter }),
});

const products = (vnfProvider: string, product?: string, software?: string, vnfd?: string) => ({
  vnfProductsFromProviders: [
    { vnfProvider: 'Nobody' },
    {
      vnfProvider,
      ...(product !== undefined && {
        vnfProducts: [
          {
            vnfProductName: product,
            ...(software !== undefined && {
              versions: [
                { vnfSoftwareVersion: '0.1' },
                { vnfSoftwareVersion: software, ...(vnfd !== undefined && { vnfdVersions: ['1.9', vnfd] }) },
              ],
            }),
          },
        ],
      }),
    },
  ],
});

type Case = readonly [string, PkgmNotificationsFilter | undefined, Partial<PackageEvent>, boolean];

const cases: readonly Case[] = [
  ['no filter takes all', undefined, {}, true],
  ['an empty filter takes all', {}, {}, true],
  ['an attribute without values asks nothing', { vnfdId: [], vnfProductsFromProviders: [] }, {}, true],
  ['onboarding by its type', { notificationTypes: ['VnfPackageOnboardingNotification'] }, {}, true],
  ['no change by the type of onboarding', { notificationTypes: ['VnfPackageOnboardingNotification'] }, { what: 'OP_STATE_CHANGE' }, false],
  ['a change of state by its type', { notificationTypes: ['VnfPackageChangeNotification'] }, { what: 'OP_STATE_CHANGE' }, true],
  ['a deletion as a change', { notificationTypes: ['VnfPackageChangeNotification'] }, { what: 'PKG_DELETE' }, true],
  ['no onboarding by the type of changes', { notificationTypes: ['VnfPackageChangeNotification'] }, {}, false],
  ['both types', { notificationTypes: ['VnfPackageChangeNotification', 'VnfPackageOnboardingNotification'] }, {}, true],
  ['one of several VNFDs', { vnfdId: ['vnfd-0', 'vnfd-1'] }, {}, true],
  ['no other VNFD', { vnfdId: ['vnfd-0'] }, {}, false],
  ['no VNFD of which the id is but a part', { vnfdId: ['vnfd-10', 'vnfd'] }, {}, false],
  ['a package by its id', { vnfPkgId: ['p1'] }, {}, true],
  ['no other package', { vnfPkgId: ['p2'] }, {}, false],
  ['a state given as one value', { operationalState: 'ENABLED' }, {}, true],
  ['a state given as a list', { operationalState: ['DISABLED'] }, { operationalState: 'DISABLED' }, true],
  ['no other state', { operationalState: 'DISABLED' }, {}, false],
  ['either state', { operationalState: ['ENABLED', 'DISABLED'] }, {}, true],
  ['a package in use', { usageState: ['IN_USE'] }, { usageState: 'IN_USE' }, true],
  ['no package that is not in use', { usageState: 'IN_USE' }, {}, false],
  ['a VNFM among those of the package', { vnfmInfo: ['third', 'other'] }, {}, true],
  ['no package for other VNFMs', { vnfmInfo: ['third'] }, {}, false],
  ['no package for no VNFM', { vnfmInfo: ['berth'] }, { vnfmInfo: [] }, false],
  ['all attributes at once', { vnfdId: ['vnfd-1'], operationalState: 'ENABLED', vnfmInfo: ['berth'] }, {}, true],
  ['not when one attribute of several fails', { vnfdId: ['vnfd-1'], operationalState: 'DISABLED' }, {}, false],
  ['a provider', products('Acme'), {}, true],
  ['no other provider', products('Evil'), {}, false],
  ['a product', products('Acme', 'Router'), {}, true],
  ['no other product', products('Acme', 'Firewall'), {}, false],
  ['no product of another provider', products('Evil', 'Router'), {}, false],
  ['a software version', products('Acme', 'Router', '1.0'), {}, true],
  ['no other software version', products('Acme', 'Router', '1.1'), {}, false],
  ['a VNFD version', products('Acme', 'Router', '1.0', '2.0'), {}, true],
  ['no other VNFD version', products('Acme', 'Router', '1.0', '2.1'), {}, false],
]; // prettier-ignore

describe('a subscription wants', () => {
  test.each(cases)('%s', (_name, filter, change, wanted) => {
    expect(wants(subscription(filter), event(change))).toBe(wanted);
  });
});

describe('a filter', () => {
  test.each([
    [{ vnfdId: ['a'], vnfPkgId: ['b'] }, 'vnfdId and vnfPkgId are both given'],
    [{ vnfProductsFromProviders: [], vnfPkgId: [] }, 'vnfProductsFromProviders and vnfPkgId are both given'],
  ])('may not say which packages in two ways: %j', (filter, complaint) => {
    expect(contradictionIn(filter)).toContain(complaint);
  });

  test('may say it in one, with all else', () => {
    expect(contradictionIn({ vnfPkgId: ['a'], operationalState: 'ENABLED', vnfmInfo: ['x'] })).toBeUndefined();
  });
});

describe('two subscriptions', () => {
  const identity = (filter?: PkgmNotificationsFilter, callback?: string) => identityOf(subscription(filter, callback));

  test('are the same whatever the order of members and values', () => {
    expect(identity({ vnfdId: ['a', 'b'], vnfmInfo: ['x'] })).toBe(identity({ vnfmInfo: ['x'], vnfdId: ['b', 'a'] }));
    expect(identity()).toBe(identity({}));
  });

  test('differ by filter or callback', () => {
    const all = [identity(), identity({ vnfdId: ['a'] }), identity({ vnfPkgId: ['a'] }), identity({}, 'http://x/')];
    expect(new Set(all).size).toBe(all.length);
  });
});
