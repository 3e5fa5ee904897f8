/**
 * The second half of the outbox: one worker at a time per subscription, by lease, and its deliveries in order. `due_ms` is
 * set exactly while something is to be delivered; both change only under the lock of the subscription's row.
 */
import type { Delivery, NotifiableEvent, Subscription } from '../../subscription/model.js';
import type { DeliveryEnd, Outbox, Store } from '../store.js';
import type { StoreDialect } from './dialect.js';
import { anybodys } from './free-lease.js';
import { read } from './json.js';
import type { Db } from './schema.js';

type Verbs = Pick<Store, 'leaseDelivery' | 'endDelivery' | 'outbox'>;

export const deliveryVerbs = ({ db, transaction }: StoreDialect): Verbs => ({
  leaseDelivery: (owner, nowMs, untilMs) => transaction((tx) => take(tx, owner, nowMs, untilMs)),
  endDelivery: (delivery, owner, end) => transaction((tx) => endIfHeld(tx, delivery, owner, end)),
  outbox: () => look(db),
});

/** What another is about to take is passed over. */
async function take(tx: Db, owner: string, nowMs: number, untilMs: number): Promise<Delivery | undefined> {
  const row = await tx
    .selectFrom('subscriptions')
    .select(['id', 'document', 'failures'])
    .where('due_ms', '<=', nowMs)
    .where(anybodys(nowMs))
    .orderBy('due_ms')
    .orderBy('id')
    .limit(1)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
  if (!row) return undefined;
  const lease = { lease_owner: owner, lease_until_ms: untilMs };
  await tx.updateTable('subscriptions').set(lease).where('id', '=', row.id).execute();
  const { seq, event } = await oldest(tx, row.id).executeTakeFirstOrThrow();
  const subscription = read<Subscription>(row.document);
  return { subscription, seq, event: read<NotifiableEvent>(event), failures: row.failures };
}

const oldest = (tx: Db, id: string) =>
  tx.selectFrom('deliveries').select(['seq', 'event']).where('subscription_id', '=', id).orderBy('seq').limit(1);

async function endIfHeld(
  tx: Db,
  delivery: Delivery,
  owner: string,
  end: DeliveryEnd,
): Promise<{ readonly dropped: number } | undefined> {
  const { id } = delivery.subscription;
  const row = await tx
    .selectFrom('subscriptions')
    .select('last_seq')
    .where('id', '=', id)
    .where('lease_owner', '=', owner)
    .forUpdate()
    .executeTakeFirst();
  if (!row) return undefined;
  const dropped = end.result === 'over' ? 0 : await drop(tx, id, row.last_seq - end.keepAtMost, end.keepSinceMs);
  if (end.result === 'over') await remove(tx, id, delivery.seq);
  const more = (await oldest(tx, id).executeTakeFirst()) !== undefined;
  await tx
    .updateTable('subscriptions')
    .set({
      due_ms: more ? end.nextAtMs : null,
      failures: end.result === 'over' ? 0 : delivery.failures + 1,
      lease_owner: null,
      lease_until_ms: null,
    })
    .where('id', '=', id)
    .execute();
  return { dropped };
}

async function remove(tx: Db, id: string, seq: number): Promise<void> {
  await tx.deleteFrom('deliveries').where('subscription_id', '=', id).where('seq', '=', seq).execute();
}

async function drop(tx: Db, id: string, uptoSeq: number, beforeMs: number): Promise<number> {
  const { numDeletedRows } = await tx
    .deleteFrom('deliveries')
    .where('subscription_id', '=', id)
    .where((eb) => eb.or([eb('seq', '<=', uptoSeq), eb('at_ms', '<', beforeMs)]))
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}

async function look(db: Db): Promise<Outbox> {
  const { pending, oldest_ms } = await db
    .selectFrom('deliveries')
    .select((eb) => [eb.fn.countAll<number>().as('pending'), eb.fn.min('at_ms').as('oldest_ms')])
    .executeTakeFirstOrThrow();
  return { pending, ...(oldest_ms !== null && { oldestAtMs: oldest_ms }) };
}
