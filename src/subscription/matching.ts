/**
 * Whom an event concerns, and which subscriptions are the same (SOL003 clause 10.4.7.3.1).
 */
import type { NotifiableEvent, Subscription } from './model.js';
import { rulesOf } from './interfaces.js';

export const wants = ({ api, filter }: Subscription, event: NotifiableEvent): boolean =>
  api === event.api && (filter === undefined || rulesOf(api).matches(filter, event));

/** Equal for subscriptions with the same filter and callback, in whatever order their members and values stand. */
export const identityOf = ({ api, callbackUri, filter = {} }: Subscription): string =>
  canonical({ api, callbackUri, filter });

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).sort().join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`);
  return `{${members.sort().join()}}`;
}
