/**
 * Subscriptions as rows. A digest of filter and callback is unique, so that a repeated request does not cause duplicate
 * notifications.
 */
import { createHash } from 'node:crypto';
import { ok, refuse, type Outcome } from '../../../shared/outcome.js';
import { problem } from '../../../shared/problem.js';
import type { SubscriptionId } from '../../../shared/ids.js';
import { identityOf } from '../../../subscription/matching.js';
import type { NotifyingApi } from '../../../subscription/interfaces.js';
import { mostSubscriptions, type Subscription } from '../../../subscription/model.js';
import type { MomentKey, PageAfter } from '../../page.js';
import type { SubscriptionRecords } from '../../subscriptions.js';
import type { StoreDialect } from '../dialect.js';
import { keyOfMoment, nextRows, type InOrder } from '../rows/in-order.js';
import { read, write } from '../rows/json.js';
import { notFound } from '../rows/refusals.js';
import type { Db } from '../schema.js';

type Verbs = Pick<
  SubscriptionRecords,
  'createSubscription' | 'subscription' | 'subscriptionPage' | 'deleteSubscription'
>;

export const subscriptionVerbs = ({ db, transaction }: StoreDialect): Verbs => ({
  createSubscription: (subscription, atMost) => transaction((tx) => create(tx, subscription, atMost)),
  subscription: async (api, id) => {
    const row = await select(db, api).where('id', '=', id).executeTakeFirst();
    return row && read<Subscription>(row.document);
  },
  subscriptionPage: (api, page) => subscriptionPage(db, api, page),
  deleteSubscription: (api, id) => transaction((tx) => remove(tx, api, id)),
});

const select = (db: Db, api: NotifyingApi) =>
  db.selectFrom('subscriptions').select(['id', 'document']).where('api', '=', api);

export async function subscriptionPage(
  db: Db,
  api: NotifyingApi,
  page: PageAfter<MomentKey>,
): Promise<readonly Subscription[]> {
  const asked: InOrder = {
    ...{ table: 'subscriptions', order: ['created_at_ms', 'id'], document: 'document', limit: page.limit },
    places: [{ api }],
    where: [],
  };
  return nextRows(db, asked, keyOfMoment(page), async (found) => {
    const rows = await db
      .selectFrom('subscriptions')
      .select(['id', 'document'])
      .where('id', 'in', found)
      .orderBy('created_at_ms')
      .orderBy('id')
      .execute();
    return rows.map(({ document }) => read<Subscription>(document));
  });
}

async function create(tx: Db, subscription: Subscription, atMost = mostSubscriptions): Promise<Outcome<Subscription>> {
  const identity = createHash('sha256').update(identityOf(subscription)).digest('hex');
  const same = await select(tx, subscription.api).where('identity', '=', identity).executeTakeFirst();
  if (same) return ok(read<Subscription>(same.document));
  if ((await countOf(tx, subscription.api)) >= atMost) return refuse(full(subscription.api, atMost));
  const { id, api, createdAtMs } = subscription;
  await tx
    .insertInto('subscriptions')
    .values({ id, api, identity, created_at_ms: createdAtMs, document: write(subscription), last_seq: 0, failures: 0 })
    .execute();
  return ok(subscription);
}

async function countOf(tx: Db, api: NotifyingApi): Promise<number> {
  const { count } = await tx
    .selectFrom('subscriptions')
    .select((eb) => eb.fn.countAll().as('count'))
    .where('api', '=', api)
    .executeTakeFirstOrThrow();
  return Number(count);
}

const full = (api: NotifyingApi, atMost: number) =>
  problem(
    'too-many-subscriptions',
    `The interface ${api} has ${String(atMost)} subscriptions, the most it may have; delete those that nobody needs.`,
  );

async function remove(tx: Db, api: NotifyingApi, id: SubscriptionId): Promise<Outcome<void>> {
  const { numDeletedRows } = await tx
    .deleteFrom('subscriptions')
    .where('api', '=', api)
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows) === 0 ? notFound('subscription', id) : ok(undefined);
}
