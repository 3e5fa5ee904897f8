/**
 * The first half of the outbox: an event is written for every subscriber that wants it, in the transaction that makes it
 * true. Either both are committed or neither, so that no crash loses a notification or invents one.
 */
import { randomUUID } from 'node:crypto';
import type { NotifiableEvent } from '../../subscription/model.js';
import { wants } from '../../subscription/matching.js';
import { write } from './json.js';
import type { Db } from './schema.js';
import { readSubscriptions } from './subscriptions.js';

/** What the caller knows of an event; its id and its time are those of this transaction. */
export type Happening = Omit<NotifiableEvent, 'id' | 'atMs'>;

export async function announce(tx: Db, happening: Happening): Promise<void> {
  const event: NotifiableEvent = { ...happening, id: randomUUID(), atMs: Date.now() };
  const concerned = (await readSubscriptions(tx, event.api)).filter((subscription) => wants(subscription, event));
  if (concerned.length === 0) return;
  // One deleted meanwhile is not among those locked.
  const rows = await tx
    .selectFrom('subscriptions')
    .select(['id', 'last_seq', 'waits_since_ms', 'waited_ms', 'rest_ms'])
    .where(
      'id',
      'in',
      concerned.map(({ id }) => id),
    )
    .orderBy('id')
    .forUpdate()
    .execute();
  for (const row of rows) {
    const seq = row.last_seq + 1;
    await tx
      .insertInto('deliveries')
      .values({
        subscription_id: row.id,
        seq,
        at_ms: event.atMs,
        waited_ms: row.waited_ms + row.rest_ms,
        event: write(event),
      })
      .execute();
    await tx
      .updateTable('subscriptions')
      .set({ last_seq: seq, waits_since_ms: row.waits_since_ms ?? event.atMs })
      .where('id', '=', row.id)
      .execute();
  }
}
