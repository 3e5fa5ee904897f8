/** Contract of what is told of instances and operations: each state that is entered, once, with what was changed. */
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { LcmPlan } from '../../src/lifecycle/model.js';
import { opOccId, subscriptionId, vnfInstanceId, vnfPkgId } from '../../src/shared/ids.js';
import { problem } from '../../src/shared/problem.js';
import type { OperationEnd } from '../../src/store/operations.js';
import type { Store } from '../../src/store/store.js';
import type { LifecycleEvent } from '../../src/subscription/lifecycle-event.js';
import type { SubscriptionTo } from '../../src/subscription/model.js';
import { vnfc } from '../builders/vnfc.js';
import { valueOf, type StoreBench, type UseStore } from './store-contract.js';
import { freeOnly, onboard, planCommit, sampleInstance, sampleOperation, samplePlan } from './store-samples.js';

const i1 = vnfInstanceId('i1');
const subscribed: SubscriptionTo<'vnflcm'> = {
  ...{ id: subscriptionId('s1'), api: 'vnflcm', callbackUri: 'http://em.example/n', verbosity: 'FULL' },
  ...{ apiRoot: 'http://berth/vnflcm/v2', apiVersion: '2.0.0', createdAtMs: 1 },
};

/** What is told from now on, in the order in which it comes. */
async function told(store: Store): Promise<readonly LifecycleEvent[]> {
  const all: LifecycleEvent[] = [];
  for (;;) {
    const next = await store.leaseDelivery(freeOnly('me'));
    if (next === undefined) return all;
    if (next.work.event.api === 'vnflcm') all.push(next.work.event);
    await store.endDelivery(next, { result: 'over', atMs: 1 });
  }
}

const words = (all: readonly LifecycleEvent[]): readonly string[] =>
  all.map((event) => (event.what === 'OPERATION' ? `${event.operation} ${event.operationState}` : event.what));

const adding: LcmPlan = {
  ...samplePlan,
  vnfcs: [{ after: vnfc() }],
  steps: [
    {
      ...{ id: 'define', kind: 'define-domain', stage: 1, lane: 'a', timeoutMs: 1 },
      input: { hostId: vnfc().hostId, vnfcId: vnfc().id, xml: '' },
    },
  ],
};

export function storeLifecycleEventsContract(use: UseStore, bench: StoreBench): void {
  const begin = async (id: string, operation: 'INSTANTIATE' | 'MODIFY_INFO' = 'INSTANTIATE') => {
    valueOf(await use().beginOperation({ ...sampleOperation(id, 'i1'), operation }, 'any'));
    await use().leaseOperation(freeOnly('me'));
  };
  const end = (id: string, state: OperationEnd['state'], change: Partial<OperationEnd> = {}) =>
    use().endOperation({ opOccId: opOccId(id), token: 1, state, nowMs: 9, ...change });

  describe('what happens to an instance', () => {
    beforeEach(async () => {
      valueOf(await use().createSubscription(subscribed));
      valueOf(await use().createInstance(sampleInstance('i1', await onboard(use()))));
    });

    it('is told from its creation over each state of its operations to its deletion, in order', async () => {
      await begin('op1');
      await use().commitPlan({ ...planCommit('op1', []), generations: [], plan: adding });
      await end('op1', 'FAILED_TEMP', { error: problem('operation-failed', 'no') });
      const request = { opOccId: opOccId('op1'), from: ['FAILED_TEMP'], nowMs: 9 } as const;
      valueOf(await use().requestState({ ...request, to: 'ROLLING_BACK' }));
      const leased = await use().leaseOperation(freeOnly('me'));
      await end('op1', 'ROLLED_BACK', { token: leased?.token ?? 0 });
      valueOf(await use().deleteInstance(i1));
      const all = await told(use());
      expect(words(all)).toEqual([
        'CREATED',
        'INSTANTIATE STARTING',
        'INSTANTIATE PROCESSING',
        'INSTANTIATE FAILED_TEMP',
        'INSTANTIATE ROLLING_BACK',
        'INSTANTIATE ROLLED_BACK',
        'DELETED',
      ]);
      expect(new Set(all.map(({ id }) => id)).size).toBe(7);
      expect(all[0]).toMatchObject({ vnfInstanceId: 'i1', vnfInstanceName: 'name of i1', vnfProvider: 'Acme' });
      const errors = all.map((event) => event.what === 'OPERATION' && event.error?.detail);
      expect(errors).toEqual([false, undefined, undefined, 'no', undefined, 'no', false]);
    });

    it('is told with the resources that were changed once something was, and not before', async () => {
      await begin('op1');
      await use().commitPlan({ ...planCommit('op1', []), generations: [], plan: adding });
      await use().appendJournal([{ opOccId: opOccId('op1'), seq: 1, stepId: 'define', phase: 'done', atMs: 1 }], 1);
      await end('op1', 'COMPLETED');
      const changes = (await told(use())).map((event) => event.what === 'OPERATION' && event.resourceChanges);
      expect(changes).toEqual([
        false,
        undefined,
        undefined,
        expect.objectContaining({
          affectedVnfcs: [expect.objectContaining({ id: vnfc().id, changeType: 'ADDED' })],
        }),
      ]);
    });

    it('is told of a modification from PROCESSING on, and what it changed at its end', async () => {
      await begin('op1', 'MODIFY_INFO');
      const plan = { ...samplePlan, steps: [], modifies: { vnfInstanceName: 'two', vnfInstanceDescription: null } };
      await use().commitPlan({ ...planCommit('op1', []), generations: [], plan });
      await end('op1', 'COMPLETED', { instance: { modifies: plan.modifies } });
      const all = await told(use());
      expect(words(all)).toEqual(['CREATED', 'MODIFY_INFO PROCESSING', 'MODIFY_INFO COMPLETED']);
      expect(all[2]).toMatchObject({ vnfInstanceName: 'two', changedInfo: { vnfInstanceName: 'two' } });
      expect(all[1]).not.toHaveProperty('changedInfo');
    });

    it('is told of an operation that is given up', async () => {
      await begin('op1');
      await end('op1', 'FAILED_TEMP');
      valueOf(await use().failOperation({ opOccId: opOccId('op1'), nowMs: 9, instance: { instantiated: null } }));
      expect(words(await told(use())).at(-1)).toBe('INSTANTIATE FAILED');
    });

    it('is not told when it did not happen, nor of cancellations that change no state', async () => {
      await begin('op1');
      expect((await use().beginOperation(sampleOperation('op2', 'i1'), 'any')).ok).toBe(false);
      expect((await use().deleteInstance(i1)).ok).toBe(false);
      valueOf(await use().requestCancel(opOccId('op1'), 'GRACEFUL'));
      await expect(end('op1', 'COMPLETED', { token: 99 })).rejects.toThrow('lease');
      expect(words(await told(use()))).toEqual(['CREATED', 'INSTANTIATE STARTING']);
    });

    it('is told after a crash between the change and its delivery, and is of its interface only', async () => {
      const { verbosity: _none, filter: _all, ...rest } = subscribed;
      const packages = { ...rest, api: 'vnfpkgm', id: subscriptionId('s2') } as const;
      valueOf(await use().createSubscription(packages));
      await use().modifyPackage(vnfPkgId('p1'), { operationalState: 'DISABLED' });
      const next = await bench.afterCrash();
      expect(words(await told(next))).toEqual(['CREATED']);
    });
  });
}
