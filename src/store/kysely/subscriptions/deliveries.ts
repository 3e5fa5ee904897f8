/**
 * The second half of the outbox: one worker at a time per subscription, by lease, and its deliveries in order.
 * `waits_since_ms` is set exactly while something is to be delivered; it and the lease change only under the lock of the
 * subscription's row.
 */
import { sql } from 'kysely';
import type { Delivery, NotifiableEvent, Subscription } from '../../../subscription/model.js';
import type { Leased, Take } from '../../lease.js';
import type { DeliveryEnd, Outbox, SubscriptionRecords } from '../../subscriptions.js';
import type { StoreDialect } from '../dialect.js';
import { freed, takeable, takenBy } from '../rows/free-lease.js';
import { read } from '../rows/json.js';
import type { Db } from '../schema.js';

type Verbs = Pick<SubscriptionRecords, 'leaseDelivery' | 'endDelivery' | 'outbox'>;

export const deliveryVerbs = ({ db, transaction, session }: StoreDialect): Verbs => ({
  leaseDelivery: (asked) => transaction((tx) => take(tx, asked, session())),
  endDelivery: (leased, end) => transaction((tx) => endIfHeld(tx, leased, end)),
  outbox: () => look(db),
});

/** Skips rows that another process is about to take. */
async function take(tx: Db, asked: Take, session: number | null): Promise<Leased<Delivery> | undefined> {
  const row = await tx
    .selectFrom('subscriptions')
    .select(['id', 'document', 'failures', 'lease_token', 'rest_ms'])
    .where('waits_since_ms', 'is not', null)
    .where(takeable(asked))
    .orderBy('waits_since_ms')
    .orderBy('id')
    .limit(1)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
  if (!row) return undefined;
  await tx
    .updateTable('subscriptions')
    .set({ ...takenBy(asked.owner, session), waited_ms: sql<number>`waited_ms + ${row.rest_ms}` })
    .where('id', '=', row.id)
    .execute();
  const { seq, event } = await oldest(tx, row.id).executeTakeFirstOrThrow();
  const subscription = read<Subscription>(row.document);
  const delivery = { subscription, seq, event: read<NotifiableEvent>(event), failures: row.failures };
  return { token: row.lease_token + 1, work: delivery };
}

const oldest = (tx: Db, id: string) =>
  tx.selectFrom('deliveries').select(['seq', 'event']).where('subscription_id', '=', id).orderBy('seq').limit(1);

async function endIfHeld(
  tx: Db,
  { token, work: delivery }: Leased<Delivery>,
  end: DeliveryEnd,
): Promise<{ readonly dropped: number } | undefined> {
  const { id } = delivery.subscription;
  const row = await tx
    .selectFrom('subscriptions')
    .select(['last_seq', 'waited_ms'])
    .where('id', '=', id)
    .where('lease_token', '=', token)
    .where('lease_owner', 'is not', null)
    .forUpdate()
    .executeTakeFirst();
  if (!row) return undefined;
  const isOver = end.result === 'over';
  const dropped = isOver ? 0 : await drop(tx, id, row.last_seq - end.keepAtMost, row.waited_ms - end.keepMs);
  if (isOver) await remove(tx, id, delivery.seq);
  const more = (await oldest(tx, id).executeTakeFirst()) !== undefined;
  await tx
    .updateTable('subscriptions')
    .set({
      ...freed,
      waits_since_ms: more ? end.atMs : null,
      failures: isOver ? 0 : delivery.failures + 1,
      // The process that deferred it is kept: if it ends, the delay is cut short.
      ...(!isOver && more && { rest_ms: end.restMs, lease_session: sql<number | null>`lease_session` }),
    })
    .where('id', '=', id)
    .execute();
  return { dropped };
}

async function remove(tx: Db, id: string, seq: number): Promise<void> {
  await tx.deleteFrom('deliveries').where('subscription_id', '=', id).where('seq', '=', seq).execute();
}

async function drop(tx: Db, id: string, uptoSeq: number, uptoWaitedMs: number): Promise<number> {
  const { numDeletedRows } = await tx
    .deleteFrom('deliveries')
    .where('subscription_id', '=', id)
    .where((eb) => eb.or([eb('seq', '<=', uptoSeq), eb('waited_ms', '<', uptoWaitedMs)]))
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}

/** Counted from subscriptions instead of deliveries: the seqs of one subscription have no gaps. */
async function look(db: Db): Promise<Outbox> {
  const waiting = db
    .selectFrom('subscriptions')
    .where('waits_since_ms', 'is not', null)
    .select((eb) => {
      const oldest = eb
        .selectFrom('deliveries')
        .whereRef('deliveries.subscription_id', '=', 'subscriptions.id')
        .orderBy('seq')
        .limit(1);
      return ['last_seq', oldest.select('seq').as('first_seq'), oldest.select('at_ms').as('at_ms')];
    });
  const { pending, oldest_ms } = await db
    .selectFrom(waiting.as('waiting'))
    .select((eb) => [
      sql<number>`coalesce(sum(last_seq - first_seq + 1), 0)`.as('pending'),
      eb.fn.min('at_ms').as('oldest_ms'),
    ])
    .executeTakeFirstOrThrow();
  return { pending: Number(pending), ...(oldest_ms !== null && { oldestAtMs: oldest_ms }) };
}
