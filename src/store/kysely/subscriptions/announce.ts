/**
 * The first half of the outbox: an event is written for every matching subscription, in the transaction of its
 * cause. Both are committed or neither, so that no crash loses a notification or sends a false one.
 */
import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { sql } from 'kysely';
import type { EventOf, NotifyingApi } from '../../../subscription/interfaces.js';
import { wants } from '../../../subscription/matching.js';
import type { MomentKey } from '../../page.js';
import { write } from '../rows/json.js';
import { keptQuery } from '../rows/kept-query.js';
import type { Db, Tx } from '../schema.js';
import { subscriptionPage } from './subscriptions.js';

/** Subscriptions per query: there may be many, and other transactions run in between. */
const atOnce = 200;

/** An event without id and time, which the transaction adds. */
type Untold<Event> = Event extends unknown ? Omit<Event, 'api' | 'id' | 'atMs'> : never;

/** Mostly there is none, which one index look-up shows. */
const anyOf = keptQuery((db, { api }: { api: NotifyingApi }) =>
  db.selectFrom('subscriptions').select('id').where('api', '=', api).limit(1),
);

/**
 * `happening` is asked for when somebody has subscribed to the interface at all. The last thing in a transaction:
 * subscriptions are locked after all else (`rows/locks.ts`).
 */
export async function announce<Api extends NotifyingApi>(
  tx: Tx,
  api: Api,
  happening: () => Promise<Untold<EventOf<Api>>> | Untold<EventOf<Api>>,
): Promise<void> {
  if ((await anyOf.first(tx, { api })) === undefined) return;
  let event: EventOf | undefined;
  for (let after: MomentKey | undefined; ;) {
    const page = await subscriptionPage(tx, api, { limit: atOnce, ...(after && { after }) });
    const last = page.at(-1);
    if (last === undefined) return;
    const told = (event ??= {
      ...(await happening()),
      api,
      id: randomUUID(),
      atMs: tx.clock.now(),
    } as unknown as EventOf);
    const concerned = page.filter((subscription) => wants(subscription, told)).map(({ id }) => id);
    await tell(tx, concerned, told);
    after = { ms: last.createdAtMs, id: last.id };
    await turn();
  }
}

async function tell(tx: Db, concerned: readonly string[], event: EventOf): Promise<void> {
  if (concerned.length === 0) return;
  // A subscription that was deleted since is not among those locked.
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
