/**
 * The lease columns, in every table with leased rows: the conditions for taking a row, and the columns that a take writes.
 */
import { sql, type RawBuilder, type SqlBool } from 'kysely';
import { occupiedPage, type Leases, type Occupied, type SharedWork, type Take } from '../../lease.js';
import type { StoreDialect } from '../dialect.js';
import { keptQuery } from './kept-query.js';
import type { Db } from '../schema.js';

/** Free and not held by the taker, or lapsed and unchanged since it was seen. */
export function takeable({ inHand, lapsed }: Pick<Take, 'inHand' | 'lapsed'>): RawBuilder<SqlBool> {
  const stoodStill = lapsed.map(
    ({ id, token, beat }) => sql`(id = ${id} and lease_token = ${token} and lease_beat = ${beat})`,
  );
  const either = sql.join([sql`(lease_owner is null and rest_ms = 0)`, ...stoodStill], sql` or `);
  if (inHand.length === 0) return sql<SqlBool>`(${either})`;
  return sql<SqlBool>`(${either}) and id not in (${sql.join(inHand)})`;
}

/** What a take writes; the row's token grows by one. */
export const takenBy = (owner: string, session: number | null) =>
  ({
    lease_owner: owner,
    lease_session: session,
    lease_token: sql<number>`lease_token + 1`,
    lease_beat: 0,
    rest_ms: 0,
  }) as const;

/** Releases the row. The token stays, so that an old holder never matches again. */
export const freed = { lease_owner: null, lease_session: null, rest_ms: 0 } as const;

export const renewed = { lease_beat: sql<number>`lease_beat + 1` } as const;

/** Must be the condition of the partial index, word for word. */
export const isOccupied = sql<SqlBool>`(lease_owner is not null or rest_ms > 0)`;

export function occupancyVerbs({ db, isSessionGone }: StoreDialect): Leases {
  const queries: Readonly<Record<SharedWork, ReturnType<typeof occupiedRows>>> = {
    operations: occupiedRows('operations', isSessionGone),
    packages: occupiedRows('packages', isSessionGone),
    subscriptions: occupiedRows('subscriptions', isSessionGone),
    duties: occupiedRows('duties', isSessionGone),
  };
  return { occupied: (work, after) => occupied(db, queries[work], after) };
}

const occupiedRows = (work: SharedWork, isGone: RawBuilder<SqlBool>) =>
  keptQuery((db, { after }: { after: string }) =>
    db
      .selectFrom(work)
      .select(['id', 'lease_token', 'lease_beat', 'lease_owner', 'rest_ms', isGone.as('gone')])
      .where(isOccupied)
      // Keeps SQLite from the look-up by id: the partial index has only these few rows.
      .where(sql<SqlBool>`id || '' > ${after}`)
      .orderBy('id')
      .limit(occupiedPage),
  );

async function occupied(db: Db, query: ReturnType<typeof occupiedRows>, after: string): Promise<Occupied[]> {
  const rows = await query.all(db, { after });
  return rows.map((row) => ({
    id: row.id,
    token: row.lease_token,
    beat: row.lease_beat,
    isTakerGone: Boolean(row.gone),
    ...(row.lease_owner === null && { restMs: row.rest_ms }),
  }));
}
