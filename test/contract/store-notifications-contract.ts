/** Contract of subscriptions and the outbox: events are told if and only if they happened, to each in order. */
import { beforeEach, describe, expect, it } from '@jest/globals';
import { subscriptionId, vnfPkgId } from '../../src/shared/ids.js';
import type { Leased } from '../../src/store/lease.js';
import type { Delivery, Subscription } from '../../src/subscription/model.js';
import { ofType, refusalOf, valueOf, type StoreBench, type UseStore } from './store-contract.js';
import { freeOnly, lapsedToo, onboard, sampleSubscription } from './store-samples.js';
import { everySubscription } from '../builders/whole-tables.js';

const p1 = vnfPkgId('p1');
const s1 = subscriptionId('s1');

const over = () => ({ result: 'over', atMs: Date.now() }) as const;
const failed = (change: { restMs?: number; keepAtMost?: number; keepMs?: number } = {}) =>
  ({ result: 'failed', atMs: Date.now(), restMs: 0, keepAtMost: 100, keepMs: 1_000_000, ...change }) as const;

export function storeNotificationsContract(use: UseStore, bench: StoreBench): void {
  const take = (): Promise<Leased<Delivery> | undefined> => use().leaseDelivery(freeOnly('me'));
  const overtake = async (owner = 'me') => use().leaseDelivery(await lapsedToo(use(), 'subscriptions', owner));
  const taken = async (): Promise<Leased<Delivery>> => {
    const delivery = await take();
    if (!delivery) throw new Error('nothing is to be delivered');
    return delivery;
  };
  const disable = () => use().modifyPackage(p1, { operationalState: 'DISABLED' });
  const enable = () => use().modifyPackage(p1, { operationalState: 'ENABLED' });
  /** What is told to anybody from now on, in the order in which it comes. */
  const told = async (): Promise<readonly string[]> => {
    const all: string[] = [];
    for (let next = await take(); next !== undefined; next = await take()) {
      const { subscription, seq, event } = next.work;
      all.push(`${subscription.id} ${String(seq)} ${event.what}`);
      await use().endDelivery(next, over());
    }
    return all;
  };

  describe('subscriptions', () => {
    it('are read back as they were given, of their interface only', async () => {
      const made = sampleSubscription('s1', { vnfdId: ['vnfd-1'] });
      expect(valueOf(await use().createSubscription(made))).toEqual(made);
      expect(await use().subscription('vnfpkgm', s1)).toEqual(made);
      expect(await everySubscription(use())).toEqual([made]);
      expect(await use().subscription('vnfpkgm', subscriptionId('other'))).toBeUndefined();
    });

    it('are one when filter and callback are the same, in whatever order', async () => {
      const first = sampleSubscription('s1', { vnfdId: ['a', 'b'], operationalState: 'ENABLED' });
      await use().createSubscription(first);
      const filter = { operationalState: 'ENABLED', vnfdId: ['b', 'a'] } as const;
      const again = { ...first, id: subscriptionId('s2'), filter, createdAtMs: 2 };
      expect(valueOf(await use().createSubscription(again))).toEqual(first);
      const others = [1, 2, 3].map(() => use().createSubscription({ ...again, filter: { vnfdId: ['b'] } }));
      expect(new Set((await Promise.all(others)).map((each) => valueOf(each).id)).size).toBe(1);
      expect(await everySubscription(use())).toHaveLength(2);
    });

    it('are refused beyond as many as an interface may have, but for one that is there', async () => {
      const [first, second, third] = ['s1', 's2', 's3'].map((id) => sampleSubscription(id));
      for (const each of [first, second]) valueOf(await use().createSubscription(each as Subscription, 2));
      expect(refusalOf(await use().createSubscription(third as Subscription, 2))).toMatchObject({
        ...{ type: 'urn:berth:problem:too-many-subscriptions', status: 409 },
        detail: 'The interface vnfpkgm has 2 subscriptions, the most it may have; delete those that nobody needs.',
      });
      expect(
        valueOf(await use().createSubscription({ ...(first as Subscription), id: subscriptionId('s9') }, 2)),
      ).toEqual(first);
      valueOf(await use().deleteSubscription('vnfpkgm', s1));
      valueOf(await use().createSubscription(third as Subscription, 2));
    });

    it('are deleted once, with what was still to be delivered to them', async () => {
      await use().createSubscription(sampleSubscription('s1'));
      await onboard(use());
      expect((await use().outbox()).pending).toBe(1);
      const delivery = await taken();
      valueOf(await use().deleteSubscription('vnfpkgm', s1));
      expect(await use().outbox()).toEqual({ pending: 0 });
      expect(await use().endDelivery(delivery, over())).toBeUndefined();
      expect(refusalOf(await use().deleteSubscription('vnfpkgm', s1))).toEqual(ofType('not-found'));
    });
  });

  describe('what happens to a package', () => {
    it('is told to whom it concerns, in order: onboarded, its states, deleted', async () => {
      await use().createSubscription(sampleSubscription('s1'));
      await use().createSubscription(
        sampleSubscription('s2', { notificationTypes: ['VnfPackageOnboardingNotification'] }),
      );
      await use().createSubscription(sampleSubscription('s3', { vnfdId: ['another'] }));
      await onboard(use());
      await disable();
      await enable();
      await disable();
      valueOf(await use().deletePackage(p1));
      const all = await told();
      expect(all.filter((each) => each.startsWith('s1'))).toEqual([
        's1 1 ONBOARDED',
        's1 2 OP_STATE_CHANGE',
        's1 3 OP_STATE_CHANGE',
        's1 4 OP_STATE_CHANGE',
        's1 5 PKG_DELETE',
      ]);
      expect(all.filter((each) => !each.startsWith('s1'))).toEqual(['s2 1 ONBOARDED']);
    });

    it('is one event for all, with the package as it is after it', async () => {
      await use().createSubscription(sampleSubscription('s1'));
      await use().createSubscription(sampleSubscription('s2'));
      await onboard(use());
      const [one, other] = [await taken(), await taken()];
      expect(one.work.event).toEqual(other.work.event);
      expect(one.work.event).toMatchObject({
        vnfPkgId: 'p1',
        vnfdId: 'vnfd-1',
        vnfProvider: 'Acme',
        vnfmInfo: ['berth'],
        operationalState: 'ENABLED',
        usageState: 'NOT_IN_USE',
      });
    });

    it('is not told when it did not happen, nor of packages that were never onboarded', async () => {
      await use().createSubscription(sampleSubscription('s1'));
      await use().createPackage({ id: p1, userDefinedData: {}, createdAtMs: 1 });
      valueOf(await use().modifyPackage(p1, { userDefinedData: { a: 1 } }));
      expect((await enable()).ok).toBe(false);
      valueOf(await use().deletePackage(p1));
      expect(await told()).toEqual([]);
      await onboard(use());
      await told();
      expect((await enable()).ok).toBe(false);
      expect((await use().deletePackage(p1)).ok).toBe(false);
      valueOf(await use().modifyPackage(p1, { userDefinedData: { a: 2 } }));
      expect(await told()).toEqual([]);
    });

    it('is told after a crash between the change and its delivery', async () => {
      await use().createSubscription(sampleSubscription('s1'));
      await onboard(use());
      const next = await bench.afterCrash();
      const delivery = await next.leaseDelivery(freeOnly('next'));
      expect(delivery?.work).toMatchObject({ seq: 1, event: { what: 'ONBOARDED' }, subscription: { id: 's1' } });
    });
  });

  describe('a delivery', () => {
    beforeEach(async () => {
      await use().createSubscription(sampleSubscription('s1'));
      await onboard(use());
    });

    it('is given to one worker at a time, and to another when the lease has lapsed', async () => {
      const first = await taken();
      expect(first.work).toMatchObject({ seq: 1 });
      expect(await take()).toBeUndefined();
      const asked = await lapsedToo(use(), 'subscriptions', 'me');
      expect(await use().leaseDelivery({ ...asked, inHand: ['s1'] })).toBeUndefined();
      const second = await overtake('me');
      expect(second).toMatchObject({ token: 2, work: { seq: 1 } });
      expect(await use().endDelivery(first, over())).toBeUndefined();
      expect(await use().endDelivery(second!, over())).toEqual({ dropped: 0 });
      expect(await take()).toBeUndefined();
    });

    it('that failed rests as long as it is told, and is tried again before all that came later', async () => {
      await disable();
      await use().endDelivery(await taken(), failed({ restMs: 50 }));
      expect(await take()).toBeUndefined();
      expect(await use().occupied('subscriptions', '')).toEqual([
        { id: 's1', token: 1, beat: 0, restMs: 50, isTakerGone: false },
      ]);
      const again = await overtake();
      expect(again?.work).toMatchObject({ seq: 1, failures: 1 });
      await use().endDelivery(again!, over());
      expect((await taken()).work).toMatchObject({ seq: 2, failures: 0 });
    });

    it('that rests is tried at once by the process that comes after a crash, when the store is its own', async () => {
      await use().endDelivery(await taken(), failed({ restMs: 300_000 }));
      const next = await bench.afterCrash();
      const [resting] = await next.occupied('subscriptions', '');
      const asked = { ...freeOnly('next'), lapsed: resting === undefined ? [] : [resting] };
      expect((await next.leaseDelivery(asked))?.work).toMatchObject({ seq: 1, failures: 1 });
    });

    it('does not hold up those of other subscriptions', async () => {
      await use().createSubscription(sampleSubscription('s2'));
      await disable();
      const stuck = await taken();
      expect(stuck.work.subscription.id).toBe('s1');
      await use().endDelivery(stuck, failed({ restMs: 60_000 }));
      expect(await told()).toEqual(['s2 1 OP_STATE_CHANGE']);
    });

    it('is dropped when it failed and too many wait', async () => {
      await disable();
      await enable();
      await disable();
      expect(await use().endDelivery(await taken(), failed({ keepAtMost: 3 }))).toEqual({ dropped: 1 });
      expect((await taken()).work).toMatchObject({ seq: 2 });
      const { oldestAtMs } = await use().outbox();
      expect(oldestAtMs).toBeGreaterThan(Date.now() - 60_000);
    });

    it('is dropped when it has rested for too long in all; what came meanwhile is not', async () => {
      await use().endDelivery(await taken(), failed({ restMs: 600 }));
      await disable();
      await use().endDelivery((await overtake())!, failed({ restMs: 600, keepMs: 1000 }));
      expect(await use().outbox()).toMatchObject({ pending: 2 });
      expect(await use().endDelivery((await overtake())!, failed({ keepMs: 1000 }))).toEqual({ dropped: 1 });
      expect((await taken()).work).toMatchObject({ seq: 2, failures: 3 });
    });
  });
}
