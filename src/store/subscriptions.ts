/**
 * Subscriptions, and what is still to be delivered to them.
 */
import type { SubscriptionId } from '../shared/ids.js';
import type { Outcome } from '../shared/outcome.js';
import type { NotifyingApi } from '../subscription/interfaces.js';
import type { Delivery, Subscription } from '../subscription/model.js';
import type { Leased, Take } from './lease.js';
import type { PageAfter, MomentKey } from './page.js';

/** How an attempt to deliver ends. `over`: this delivery is not tried again. */
export type DeliveryEnd =
  | { readonly result: 'over'; readonly atMs: number }
  | {
      readonly result: 'failed';
      readonly atMs: number;
      /** For how long the subscriber is left alone. */
      readonly restMs: number;
      /** Of what waits for this subscriber, the latest ones, and none that has waited for longer than `keepMs`. */
      readonly keepAtMost: number;
      readonly keepMs: number;
    };

/** What is still to be delivered to anybody. */
export interface Outbox {
  readonly pending: number;
  /** Time of the oldest event in it. */
  readonly oldestAtMs?: number;
}

export interface SubscriptionRecords {
  /**
   * Answers the one with the same filter and callback when there is one; it stays as it is. Refuses
   * `too-many-subscriptions` when its interface has `atMost` of them (`mostSubscriptions` when left out).
   */
  createSubscription(subscription: Subscription, atMost?: number): Promise<Outcome<Subscription>>;
  subscription(api: NotifyingApi, id: SubscriptionId): Promise<Subscription | undefined>;
  /** The oldest first. */
  subscriptionPage(api: NotifyingApi, page: PageAfter<MomentKey>): Promise<readonly Subscription[]>;
  /** With what was still to be delivered to it. */
  deleteSubscription(api: NotifyingApi, id: SubscriptionId): Promise<Outcome<void>>;
  /** Takes the oldest delivery of a subscription that is free or lapsed; undefined when none. */
  leaseDelivery(take: Take): Promise<Leased<Delivery> | undefined>;
  /**
   * Lets go of the lease; how many deliveries were dropped for being too many or too old. Undefined when the lease is
   * another's by now, or the subscription is gone: nothing was changed.
   */
  endDelivery(delivery: Leased<Delivery>, end: DeliveryEnd): Promise<{ readonly dropped: number } | undefined>;
  outbox(): Promise<Outbox>;
}
