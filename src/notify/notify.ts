/**
 * The notify port: how callbacks of subscribers are called (SOL013 clauses 5.9, 8.3.4). Who gets what is decided in
 * `src/subscription`, when it is sent in `src/workflow/background/tasks/notifier.ts`.
 */
import type { Delivery, Subscription } from '../subscription/model.js';

/** `refused`: the subscriber will not take this notification, ever; `failed`: it may later. */
export type CallbackAnswer =
  { readonly result: 'delivered' } | { readonly result: 'refused' | 'failed'; readonly why: string };

export interface Callbacks {
  /** GET of the callback, which has to answer 204. Undefined when it did, else what happened, as a sentence's end. */
  test(subscription: Subscription): Promise<string | undefined>;
  /** POST of the notification; never throws for what the subscriber or the network does. */
  deliver(delivery: Delivery, signal: AbortSignal): Promise<CallbackAnswer>;
}
