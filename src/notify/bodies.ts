/**
 * The bodies of notifications, one writer for each interface that notifies.
 */
import type { EventOf, NotifyingApi } from '../subscription/interfaces.js';
import type { Subscription, SubscriptionTo } from '../subscription/model.js';
import { lifecycleNotification } from './lifecycle-notification.js';
import { packageNotification } from './package-notification.js';

interface Writer<Event, To> {
  body(event: Event, subscription: To): object;
}

const writers: { readonly [Api in NotifyingApi]: Writer<EventOf<Api>, SubscriptionTo<Api>> } = {
  vnfpkgm: { body: packageNotification },
  vnflcm: { body: lifecycleNotification },
};

export function bodyOf(event: EventOf, subscription: Subscription): object {
  const writer: Writer<EventOf, Subscription> = writers[subscription.api];
  return writer.body(event, subscription);
}
