/**
 * Which subscriber gets which event (SOL013 clause 8.3.4; SOL003 clause 10.5, SOL005 clause 9.5; v3.3.1). A subscription is matched with
 * an event in the transaction that makes the event true; what comes of it waits in the store until it is delivered.
 * What interfaces differ in stands in `interfaces.ts`.
 */
import type { SubscriptionId } from '../shared/ids.js';
import type { CallbackAuthentication } from './authentication.js';
import type { EventOf, NotifyingApi, NotifyingInterfaces } from './interfaces.js';

interface Subscribed {
  readonly id: SubscriptionId;
  readonly callbackUri: string;
  /** Holds secrets: never shown, never logged. */
  readonly authentication?: CallbackAuthentication;
  /** The interface as the subscriber addressed it, e.g. `http://berth:9641/vnfpkgm/v2`: links begin with it. */
  readonly apiRoot: string;
  /** Version of the interface that its notifications follow, e.g. `2.1.0`. */
  readonly apiVersion: string;
  readonly createdAtMs: number;
}

export type SubscriptionTo<Api extends NotifyingApi> = Subscribed & {
  readonly api: Api;
  readonly filter?: NotifyingInterfaces[Api]['filter'];
} & NotifyingInterfaces[Api]['own'];

export type Subscription = { [Api in NotifyingApi]: SubscriptionTo<Api> }[NotifyingApi];
export type NotifiableEvent = EventOf;

/** Of one interface: every event is compared with each of them. */
export const mostSubscriptions = 1000;

/** One event on its way to one subscriber. */
export interface Delivery {
  readonly subscription: Subscription;
  /** Counts what the subscription was ever told, without gaps: the order of delivery. */
  readonly seq: number;
  readonly event: NotifiableEvent;
  /** Attempts that failed since the subscriber last answered well. */
  readonly failures: number;
}
