/**
 * Subscriptions (SOL003 clauses 10.4.7, 10.4.8; SOL005 clause 9.4.8): checked, tested, recorded. The callback is tested
 * once before the subscription is created.
 */
import type { Callbacks } from '../notify/notify.js';
import type { IdSource, WallClock } from '../shared/clock.js';
import { subscriptionId, type SubscriptionId } from '../shared/ids.js';
import type { Log } from '../shared/log.js';
import { ok, refuse, type Outcome } from '../shared/outcome.js';
import { problem, type Problem } from '../shared/problem.js';
import type { SubscriptionRecords } from '../store/subscriptions.js';
import { authenticationOf } from '../subscription/authentication.js';
import { uncallable } from '../subscription/callback-uri.js';
import { rulesOf, type NotifyingApi } from '../subscription/interfaces.js';
import type { Subscription } from '../subscription/model.js';
import type { Subscribing, SubscriptionCommands, SubscriptionWish } from './commands.js';

export class SolSubscriptionCommands implements SubscriptionCommands {
  constructor(
    private readonly store: Pick<SubscriptionRecords, 'createSubscription' | 'deleteSubscription'>,
    private readonly callbacks: Pick<Callbacks, 'test'>,
    private readonly clock: WallClock,
    private readonly ids: IdSource,
    private readonly log: Log,
  ) {}

  async create(wish: SubscriptionWish): Promise<Outcome<Subscribing>> {
    const malformed = malformedIn(wish);
    if (malformed) return refuse(malformed);
    const authentication = wish.authentication && authenticationOf(wish.authentication);
    if (authentication && !authentication.ok) return authentication;
    const { authentication: _asked, ...rest } = wish;
    const wanted: Subscription = {
      ...rest,
      id: subscriptionId(this.ids.uuid()),
      createdAtMs: this.clock.now(),
      ...(authentication && { authentication: authentication.value }),
    };
    const why = await this.callbacks.test(wanted);
    if (why !== undefined) return refuse(failed(wish.callbackUri, why));
    const made = await this.store.createSubscription(wanted);
    if (!made.ok) return made;
    const subscription = made.value;
    const isNew = subscription.id === wanted.id;
    if (isNew) this.log.info({ subscriptionId: wanted.id, api: wanted.api }, 'a subscription was made');
    return ok({ subscription, isNew });
  }

  async delete(api: NotifyingApi, id: SubscriptionId): Promise<Outcome<void>> {
    const deleted = await this.store.deleteSubscription(api, id);
    if (deleted.ok) this.log.info({ subscriptionId: id, api }, 'a subscription was deleted');
    return deleted;
  }
}

function malformedIn({ api, filter = {}, callbackUri, authentication }: SubscriptionWish): Problem | undefined {
  const contradiction = rulesOf(api).contradictionIn(filter);
  if (contradiction !== undefined) return malformed('/filter', contradiction);
  const why = uncallable(callbackUri);
  if (why !== undefined) return malformed('/callbackUri', why);
  const { tokenEndpoint } = authentication?.paramsOauth2ClientCredentials ?? {};
  const whyNot = tokenEndpoint === undefined ? undefined : uncallable(tokenEndpoint);
  return whyNot === undefined
    ? undefined
    : malformed('/authentication/paramsOauth2ClientCredentials/tokenEndpoint', whyNot);
}

const malformed = (pointer: string, message: string): Problem =>
  problem('malformed-request', `The request is not valid: ${pointer} ${message}.`, { errors: [{ pointer, message }] });

const failed = (callbackUri: string, why: string): Problem =>
  problem('callback-failed', `The callback ${callbackUri} cannot be used: ${why}. No subscription was made.`);
