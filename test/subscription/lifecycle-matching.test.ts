import { describe, expect, test } from '@jest/globals';
import { opOccId, subscriptionId, vnfdId, vnfInstanceId } from '../../src/shared/ids.js';
import type { IdentifierEvent, LifecycleEvent, OperationEvent } from '../../src/subscription/lifecycle-event.js';
import {
  contradictionInLifecycle,
  type LifecycleNotificationsFilter,
} from '../../src/subscription/lifecycle-filter.js';
import { wants } from '../../src/subscription/matching.js';
import type { SubscriptionTo } from '../../src/subscription/model.js';

const about = {
  api: 'vnflcm' as const,
  ...{ id: 'e1', atMs: 0, vnfInstanceId: vnfInstanceId('i1'), vnfInstanceName: 'edge' },
  ...{ vnfdId: vnfdId('vnfd-1'), vnfProvider: 'Acme', vnfProductName: 'Router' },
  ...{ vnfSoftwareVersion: '1.0', vnfdVersion: '2.0' },
};
const operation: OperationEvent = {
  ...about,
  ...{ what: 'OPERATION', opOccId: opOccId('o1'), operation: 'SCALE', operationState: 'COMPLETED' },
  isAutomaticInvocation: false,
};
const created: IdentifierEvent = { ...about, what: 'CREATED' };
const { vnfInstanceName: _named, ...nameless } = created;

const subscription = (filter?: LifecycleNotificationsFilter): SubscriptionTo<'vnflcm'> => ({
  ...{ api: 'vnflcm', id: subscriptionId('s1'), callbackUri: 'http://em.example/n', verbosity: 'FULL' },
  ...{ apiRoot: 'http://berth/vnflcm/v2', apiVersion: '2.0.0', createdAtMs: 0 },
  ...(filter && { filter }),
});

const ofInstances = (vnfInstanceSubscriptionFilter: LifecycleNotificationsFilter['vnfInstanceSubscriptionFilter']) => ({
  ...(vnfInstanceSubscriptionFilter && { vnfInstanceSubscriptionFilter }),
});

type Case = readonly [string, LifecycleNotificationsFilter | undefined, LifecycleEvent, boolean];
const cases: readonly Case[] = [
  ['no filter takes all', undefined, operation, true],
  ['an empty filter takes all', {}, created, true],
  ['an operation by its type', { notificationTypes: ['VnfLcmOperationOccurrenceNotification'] }, operation, true],
  ['no identifier by the type of operations', { notificationTypes: ['VnfLcmOperationOccurrenceNotification'] }, created, false],
  ['a creation by its type', { notificationTypes: ['VnfIdentifierCreationNotification'] }, created, true],
  ['no deletion by the type of creations', { notificationTypes: ['VnfIdentifierCreationNotification'] }, { ...created, what: 'DELETED' }, false],
  ['an operation by what it does', { operationTypes: ['HEAL', 'SCALE'] }, operation, true],
  ['no other operation', { operationTypes: ['HEAL'] }, operation, false],
  ['a state', { operationStates: ['COMPLETED'] }, operation, true],
  ['no other state', { operationStates: ['FAILED_TEMP'] }, operation, false],
  ['identifiers, of which operation types say nothing', { operationTypes: ['HEAL'], operationStates: ['FAILED'] }, created, true],
  ['an instance by its id', ofInstances({ vnfInstanceIds: ['i0', 'i1'] }), operation, true],
  ['no other instance', ofInstances({ vnfInstanceIds: ['i0'] }), operation, false],
  ['an instance by its name', ofInstances({ vnfInstanceNames: ['edge'] }), created, true],
  ['no instance of another name', ofInstances({ vnfInstanceNames: ['core'] }), created, false],
  ['no instance without a name by one', ofInstances({ vnfInstanceNames: ['edge'] }), nameless, false],
  ['an instance without a name by nothing', ofInstances({ vnfInstanceNames: [] }), nameless, true],
  ['a VNFD', ofInstances({ vnfdIds: ['vnfd-1'] }), operation, true],
  ['no other VNFD', ofInstances({ vnfdIds: ['vnfd-2'] }), operation, false],
  ['a provider', ofInstances({ vnfProductsFromProviders: [{ vnfProvider: 'Acme' }] }), operation, true],
  ['no other provider', ofInstances({ vnfProductsFromProviders: [{ vnfProvider: 'Evil' }] }), operation, false],
  ['not when one attribute of several fails', { ...ofInstances({ vnfdIds: ['vnfd-1'] }), operationTypes: ['HEAL'] }, operation, false],
]; // prettier-ignore

describe('a subscription to lifecycle changes wants', () => {
  test.each(cases)('%s', (_name, filter, event, wanted) => {
    expect(wants(subscription(filter), event)).toBe(wanted);
  });

  test('no event of another interface', () => {
    const { api: _api, filter: _filter, ...rest } = subscription();
    expect(wants({ ...rest, api: 'vnfpkgm' }, operation)).toBe(false);
  });
});

test.each<readonly [LifecycleNotificationsFilter, string | undefined]>([
  [ofInstances({ vnfdIds: [], vnfProductsFromProviders: [] }), 'vnfdIds and vnfProductsFromProviders are both given'],
  [ofInstances({ vnfInstanceIds: ['a'], vnfInstanceNames: ['b'] }), 'vnfInstanceIds and vnfInstanceNames are both'],
  [
    { notificationTypes: ['VnfIdentifierCreationNotification'], operationStates: ['FAILED'] },
    'operationStates is given',
  ],
  [{ notificationTypes: ['VnfLcmOperationOccurrenceNotification'], operationTypes: ['HEAL'] }, undefined],
  [{ operationTypes: ['HEAL'] }, undefined],
  [ofInstances({ vnfdIds: ['a'], vnfInstanceIds: ['b'] }), undefined],
])('a filter contradicts itself or does not: %j', (filter, complaint) => {
  const found = contradictionInLifecycle(filter);
  if (complaint === undefined) expect(found).toBeUndefined();
  else expect(found).toContain(complaint);
});
