import { expect, test } from '@jest/globals';
import { opOccId, subscriptionId, vnfdId, vnfInstanceId } from '../../src/shared/ids.js';
import { problem } from '../../src/shared/problem.js';
import { bodyOf } from '../../src/notify/bodies.js';
import type { OperationEvent } from '../../src/subscription/lifecycle-event.js';
import type { SubscriptionTo } from '../../src/subscription/model.js';

const event: OperationEvent = {
  ...{ api: 'vnflcm', id: 'e1', atMs: 0, vnfInstanceId: vnfInstanceId('i1'), vnfdId: vnfdId('d1') },
  ...{ vnfProvider: 'Acme', vnfProductName: 'Router', vnfSoftwareVersion: '1', vnfdVersion: '1' },
  ...{ what: 'OPERATION', opOccId: opOccId('o1'), operation: 'SCALE', operationState: 'FAILED_TEMP' },
  ...{ isAutomaticInvocation: true, error: problem('operation-failed', 'no') },
  resourceChanges: { affectedVnfcs: [] },
  changedInfo: { vnfInstanceName: 'two' },
};
const to = (verbosity: 'FULL' | 'SHORT'): SubscriptionTo<'vnflcm'> => ({
  ...{ id: subscriptionId('s1'), api: 'vnflcm', callbackUri: 'http://em.example/n', verbosity },
  ...{ apiRoot: 'http://berth/vnflcm/v2', apiVersion: '2.0.0', createdAtMs: 1 },
});

const short = {
  ...{ id: 'e1', notificationType: 'VnfLcmOperationOccurrenceNotification', subscriptionId: 's1' },
  ...{ timeStamp: '1970-01-01T00:00:00.000Z', vnfInstanceId: 'i1', notificationStatus: 'RESULT' },
  ...{ operationState: 'FAILED_TEMP', operation: 'SCALE', isAutomaticInvocation: true, verbosity: 'SHORT' },
  ...{ vnfLcmOpOccId: 'o1', error: event.error },
  _links: {
    vnfInstance: { href: 'http://berth/vnflcm/v2/vnf_instances/i1' },
    subscription: { href: 'http://berth/vnflcm/v2/subscriptions/s1' },
    vnfLcmOpOcc: { href: 'http://berth/vnflcm/v2/vnf_lcm_op_occs/o1' },
  },
};

test('a result says what failed, and what changed unless the subscription is SHORT', () => {
  expect(bodyOf(event, to('SHORT'))).toEqual(short);
  const full = { ...short, verbosity: 'FULL', affectedVnfcs: [], changedInfo: { vnfInstanceName: 'two' } };
  expect(bodyOf(event, to('FULL'))).toEqual(full);
});

test.each([
  ['SCALE', 'STARTING', 'START'],
  ['SCALE', 'PROCESSING', 'RESULT'],
  ['MODIFY_INFO', 'PROCESSING', 'START'],
  ['MODIFY_INFO', 'COMPLETED', 'RESULT'],
] as const)('%s entering %s is a %s', (operation, operationState, notificationStatus) => {
  const told = bodyOf({ ...event, operation, operationState }, to('FULL'));
  expect(told).toMatchObject({ notificationStatus });
});

test.each(['CREATED', 'DELETED'] as const)(
  'an identifier that is %s is told without anything of operations',
  (what) => {
    const { id, api, atMs, vnfInstanceId: instance, vnfdId: vnfd } = event;
    const product = { vnfProvider: 'A', vnfProductName: 'R', vnfSoftwareVersion: '1', vnfdVersion: '1' };
    const told = bodyOf({ id, api, atMs, vnfInstanceId: instance, vnfdId: vnfd, ...product, what }, to('FULL'));
    const names = ['id', 'notificationType', 'subscriptionId', 'timeStamp', 'vnfInstanceId', '_links'];
    expect(Object.keys(told)).toEqual(names);
    const type = what === 'CREATED' ? 'VnfIdentifierCreationNotification' : 'VnfIdentifierDeletionNotification';
    expect(told).toMatchObject({ notificationType: type, _links: { vnfInstance: {}, subscription: {} } });
  },
);
