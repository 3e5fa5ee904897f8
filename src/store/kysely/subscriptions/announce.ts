/**
 * The first half of the outbox: an event is written for every subscriber that wants it, in the transaction that makes it
 * true. Either both are committed or neither, so that no crash loses a notification or invents one.
 */
import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { sql } from 'kysely';
import type { NotifiableEvent } from '../../../subscription/model.js';
import { wants } from '../../../subscription/matching.js';
import type { MomentKey } from '../../page.js';
import { write } from '../rows/json.js';
import type { Db } from '../schema.js';
import { subscriptionPage } from './subscriptions.js';

/** Subscriptions of one look: there may be many, and others have their turn in between. */
const atOnce = 200;

/** What the caller knows of an event; its id and its time are those of this transaction. */
export type Happening = Omit<NotifiableEvent, 'id' | 'atMs'>;

export async function announce(tx: Db, happening: Happening): Promise<void> {
  const event: NotifiableEvent = { ...happening, id: randomUUID(), atMs: Date.now() };
  for (let after: MomentKey | undefined; ;) {
    const page = await subscriptionPage(tx, event.api, { limit: atOnce, ...(after && { after }) });
    const last = page.at(-1);
    if (last === undefined) return;
    await tell(
      tx,
      page.filter((subscription) => wants(subscription, event)).map(({ id }) => id),
      event,
    );
    after = { ms: last.createdAtMs, id: last.id };
    await turn();
  }
}

async function tell(tx: Db, concerned: readonly string[], event: NotifiableEvent): Promise<void> {
  if (concerned.length === 0) return;
  // One deleted meanwhile is not among those locked.
  const rows = await tx
    .selectFrom('subscriptions')
    .select(['id', 'last_seq', 'waited_ms', 'rest_ms'])
    .where('id', 'in', concerned)
    .orderBy('id')
    .forUpdate()
    .execute();
  if (rows.length === 0) return;
  await tx
    .insertInto('deliveries')
    .values(
      rows.map((row) => ({
        subscription_id: row.id,
        seq: row.last_seq + 1,
        at_ms: event.atMs,
        waited_ms: row.waited_ms + row.rest_ms,
        event: write(event),
      })),
    )
    .execute();
  await tx
    .updateTable('subscriptions')
    .set({
      last_seq: sql<number>`last_seq + 1`,
      waits_since_ms: sql<number>`coalesce(waits_since_ms, ${event.atMs})`,
    })
    .where(
      'id',
      'in',
      rows.map(({ id }) => id),
    )
    .execute();
}
