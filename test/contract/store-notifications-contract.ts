/** Contract of subscriptions and the outbox: events are told if and only if they happened, to each in order. */
import { beforeEach, describe, expect, it } from '@jest/globals';
import { subscriptionId, vnfPkgId } from '../../src/shared/ids.js';
import type { Delivery } from '../../src/subscription/model.js';
import { ofType, refusalOf, valueOf, type StoreBench, type UseStore } from './store-contract.js';
import { onboard, sampleSubscription } from './store-samples.js';

const p1 = vnfPkgId('p1');
const s1 = subscriptionId('s1');

/** Events are stamped by the store itself, so the present is the present. */
const now = (): number => Date.now() + 1000;
const over = () => ({ result: 'over', nextAtMs: Date.now() }) as const;
const failed = (change: { nextAtMs?: number; keepAtMost?: number; keepSinceMs?: number } = {}) =>
  ({ result: 'failed', nextAtMs: 0, keepAtMost: 100, keepSinceMs: 0, ...change }) as const;

export function storeNotificationsContract(use: UseStore, bench: StoreBench): void {
  const take = (owner = 'me', at = now()): Promise<Delivery | undefined> => use().leaseDelivery(owner, at, at + 1000);
  const taken = async (owner = 'me'): Promise<Delivery> => {
    const delivery = await take(owner);
    if (!delivery) throw new Error('nothing is to be delivered');
    return delivery;
  };
  const disable = () => use().modifyPackage(p1, { operationalState: 'DISABLED' });
  const enable = () => use().modifyPackage(p1, { operationalState: 'ENABLED' });
  /** What is told to anybody from now on, in the order in which it comes. */
  const told = async (): Promise<readonly string[]> => {
    const all: string[] = [];
    for (let next = await take(); next !== undefined; next = await take()) {
      all.push(`${next.subscription.id} ${String(next.seq)} ${next.event.what}`);
      await use().endDelivery(next, 'me', over());
    }
    return all;
  };

  describe('subscriptions', () => {
    it('are read back as they were given, of their interface only', async () => {
      const made = sampleSubscription('s1', { vnfdId: ['vnfd-1'] });
      expect(await use().createSubscription(made)).toEqual(made);
      expect(await use().subscription('vnfpkgm', s1)).toEqual(made);
      expect(await use().subscriptions('vnfpkgm')).toEqual([made]);
      expect(await use().subscription('vnfpkgm', subscriptionId('other'))).toBeUndefined();
    });

    it('are one when filter and callback are the same, in whatever order', async () => {
      const first = sampleSubscription('s1', { vnfdId: ['a', 'b'], operationalState: 'ENABLED' });
      await use().createSubscription(first);
      const filter = { operationalState: 'ENABLED', vnfdId: ['b', 'a'] } as const;
      const again = { ...first, id: subscriptionId('s2'), filter, createdAtMs: 2 };
      expect(await use().createSubscription(again)).toEqual(first);
      const others = [1, 2, 3].map(() => use().createSubscription({ ...again, filter: { vnfdId: ['b'] } }));
      expect(new Set((await Promise.all(others)).map((each) => each.id)).size).toBe(1);
      expect(await use().subscriptions('vnfpkgm')).toHaveLength(2);
    });

    it('are deleted once, with what was still to be delivered to them', async () => {
      await use().createSubscription(sampleSubscription('s1'));
      await onboard(use());
      expect((await use().outbox()).pending).toBe(1);
      const delivery = await taken();
      valueOf(await use().deleteSubscription('vnfpkgm', s1));
      expect(await use().outbox()).toEqual({ pending: 0 });
      expect(await use().endDelivery(delivery, 'me', over())).toBeUndefined();
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
      expect(one.event).toEqual(other.event);
      expect(one.event).toMatchObject({
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
      const delivery = await next.leaseDelivery('next', now(), now());
      expect(delivery).toMatchObject({ seq: 1, event: { what: 'ONBOARDED' }, subscription: { id: 's1' } });
    });
  });

  describe('a delivery', () => {
    beforeEach(async () => {
      await use().createSubscription(sampleSubscription('s1'));
      await onboard(use());
    });

    it('is given to one worker at a time, and to another when the lease has run out', async () => {
      const at = now();
      expect(await use().leaseDelivery('me', at, at + 10)).toMatchObject({ seq: 1 });
      expect(await use().leaseDelivery('you', at + 9, at + 20)).toBeUndefined();
      const delivery = await use().leaseDelivery('you', at + 10, at + 20);
      expect(delivery).toMatchObject({ seq: 1 });
      expect(await use().endDelivery(delivery!, 'me', over())).toBeUndefined();
      expect(await use().endDelivery(delivery!, 'you', over())).toEqual({ dropped: 0 });
      expect(await take()).toBeUndefined();
    });

    it('that failed is tried again when it is due, before all that came later', async () => {
      await disable();
      const at = now();
      await use().endDelivery(await taken(), 'me', failed({ nextAtMs: at + 50 }));
      expect(await take('me', at + 49)).toBeUndefined();
      const again = await take('me', at + 50);
      expect(again).toMatchObject({ seq: 1, failures: 1 });
      await use().endDelivery(again!, 'me', over());
      expect(await taken()).toMatchObject({ seq: 2, failures: 0 });
    });

    it('does not hold up those of other subscriptions', async () => {
      await use().createSubscription(sampleSubscription('s2'));
      await disable();
      const stuck = await taken();
      expect(stuck.subscription.id).toBe('s1');
      await use().endDelivery(stuck, 'me', failed({ nextAtMs: now() + 60_000 }));
      expect(await told()).toEqual(['s2 1 OP_STATE_CHANGE']);
    });

    it('is dropped when it failed and is too old, or when too many wait', async () => {
      await disable();
      await enable();
      await disable();
      expect(await use().endDelivery(await taken(), 'me', failed({ keepAtMost: 3 }))).toEqual({ dropped: 1 });
      expect(await taken()).toMatchObject({ seq: 2 });
      const { oldestAtMs } = await use().outbox();
      expect(oldestAtMs).toBeGreaterThan(Date.now() - 60_000);
      const second = await use().leaseDelivery('you', now() + 5000, now() + 6000);
      expect(await use().endDelivery(second!, 'you', failed({ keepSinceMs: now() }))).toEqual({ dropped: 3 });
      expect(await use().outbox()).toEqual({ pending: 0 });
      await enable();
      expect(await taken()).toMatchObject({ seq: 5, failures: 2 });
    });
  });
}
