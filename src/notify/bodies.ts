/**
 * The bodies of notifications: what all have, and what their interface says of the event.
 */
import { rulesOf, type EventOf } from '../subscription/interfaces.js';
import type { Subscription } from '../subscription/model.js';

export function bodyOf(event: EventOf, subscription: Subscription): object {
  const { id, api, apiRoot } = subscription;
  const { notificationType, attributes, links } = rulesOf(api).told(event, subscription);
  const all = Object.entries({ ...links, subscription: `${apiRoot}/subscriptions/${id}` });
  return {
    id: event.id,
    notificationType,
    subscriptionId: id,
    timeStamp: new Date(event.atMs).toISOString(),
    ...attributes,
    _links: Object.fromEntries(all.map(([name, href]) => [name, { href }])),
  };
}
