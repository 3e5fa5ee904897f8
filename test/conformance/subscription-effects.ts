/**
 * What each attribute of a subscription does, whatever the interface.
 */
import { expect } from '@jest/globals';
import { basic, effectsOf, seen, told, type Effect, type Shown } from './shown.js';
import { filter, lifecycleSubscriptions, subscriptions } from './world.js';

const [wanted] = filter.vnfProductsFromProviders;

/** `at`: where the filter has them; `name`: of what was seen. */
function ofProducts(at: string, name: string, ...path: readonly string[]): readonly Shown[] {
  const provider = `${at}/vnfProductsFromProviders/*`;
  const product = `${provider}/vnfProducts/*`;
  const products = (...more: readonly (string | number)[]) =>
    seen(name, 'filter', ...path, 'vnfProductsFromProviders', 0, ...more);
  return [
    [`${at}/vnfProductsFromProviders`, 'of whom', products('vnfProvider'), 'Berth'],
    [`${provider}/vnfProvider`, 'of whom', products('vnfProvider'), wanted?.vnfProvider],
    [`${provider}/vnfProducts`, 'of which products', products('vnfProducts'), wanted?.vnfProducts],
    [`${product}/vnfProductName`, 'of which product', products('vnfProducts', 0, 'vnfProductName'), 'Router'],
    [`${product}/versions`, 'of which versions', products('vnfProducts', 0, 'versions', 'length'), 1],
    [
      `${product}/versions/*/vnfSoftwareVersion`,
      'of which version',
      products('vnfProducts', 0, 'versions', 0, 'vnfSoftwareVersion'),
      '1.1.0',
    ],
    [
      `${product}/versions/*/vnfdVersions`,
      'of which VNFD versions',
      products('vnfProducts', 0, 'versions', 0, 'vnfdVersions'),
      ['1.1.0'],
    ],
  ];
}

/** One with a password, and one with a token. */
const ofCallback = (withPassword: string, path: string, withToken: string): readonly Shown[] => {
  const at = '/authentication';
  const oauth2 = `${at}/paramsOauth2ClientCredentials`;
  const password = basic('user', 'word');
  return [
    [
      '/callbackUri',
      'where; it must answer 204 at once',
      seen(withPassword, 'callbackUri'),
      expect.stringContaining(`/${path}`),
    ],
    [at, 'how Berth shows who it is', told(path), password],
    [`${at}/authType`, 'which of the two below', told(path), password],
    [`${at}/paramsBasic`, 'Basic', told(path), password],
    [`${at}/paramsBasic/userName`, 'Basic', told(path), password],
    [`${at}/paramsBasic/password`, 'Basic', told(path), password],
    [oauth2, 'Bearer', told(withToken), 'Bearer abc'],
    [`${oauth2}/clientId`, 'for the token', told('token'), basic('me', 'mine')],
    [`${oauth2}/clientPassword`, 'for the token', told('token'), basic('me', 'mine')],
    [`${oauth2}/tokenEndpoint`, 'where tokens are got', told(withToken), 'Bearer abc'],
  ];
};

const ofPackages = effectsOf(`POST ${subscriptions}`, [
  ['/filter', 'what is told', seen('byProduct', 'filter'), filter],
  [
    '/filter/notificationTypes',
    'what is told',
    seen('byProduct', 'filter', 'notificationTypes'),
    filter.notificationTypes,
  ],
  ...ofProducts('/filter', 'byProduct'),
  ['/filter/vnfdId', 'of which VNFD', seen('byVnfd', 'filter', 'vnfdId'), ['x']],
  [
    '/filter/vnfPkgId',
    'of which package',
    ({ seen: all, pkg }) => [all['byPackage']?.['filter'], pkg][0],
    expect.anything(),
  ],
  [
    '/filter/operationalState',
    'in which state; one or several',
    seen('byProduct', 'filter', 'operationalState'),
    'DISABLED',
  ],
  ['/filter/usageState', 'in which state; one or several', seen('byProduct', 'filter', 'usageState'), 'NOT_IN_USE'],
  ['/filter/vnfmInfo', 'for which VNFM', seen('byProduct', 'filter', 'vnfmInfo'), filter.vnfmInfo],
  ...ofCallback('byProduct', 'product', 'vnfd'),
]);

const instances = '/filter/vnfInstanceSubscriptionFilter';
const ofInstances = (...path: readonly (string | number)[]) =>
  seen('ofLifecycle', 'filter', 'vnfInstanceSubscriptionFilter', ...path);

const ofLifecycle = effectsOf(`POST ${lifecycleSubscriptions}`, [
  ['/filter', 'what is told', seen('ofLifecycle', 'filter', 'operationTypes'), ['HEAL']],
  [instances, 'of which instances', ofInstances('vnfdIds'), ['x']],
  [`${instances}/vnfdIds`, 'of which VNFD', ofInstances('vnfdIds'), ['x']],
  [`${instances}/vnfInstanceIds`, 'of which instances', ofInstances('vnfInstanceIds'), ['i']],
  [
    `${instances}/vnfInstanceNames`,
    'of instances that have this name at the time',
    seen('ofInstance', 'filter', 'vnfInstanceSubscriptionFilter', 'vnfInstanceNames'),
    ['edge'],
  ],
  ...ofProducts(instances, 'ofInstance', 'vnfInstanceSubscriptionFilter'),
  [
    '/filter/notificationTypes',
    'what is told',
    seen('ofLifecycle', 'filter', 'notificationTypes'),
    ['VnfLcmOperationOccurrenceNotification'],
  ],
  ['/filter/operationTypes', 'of which operations', seen('ofLifecycle', 'filter', 'operationTypes'), ['HEAL']],
  ['/filter/operationStates', 'which states they enter', seen('ofLifecycle', 'filter', 'operationStates'), ['FAILED']],
  ['/verbosity', 'SHORT: without what changed; FULL when left out', seen('ofLifecycle', 'verbosity'), 'SHORT'],
  ...ofCallback('ofLifecycle', 'lifecycle', 'instance'),
]);

export const subscriptionEffects: readonly Effect[] = [...ofPackages, ...ofLifecycle];
