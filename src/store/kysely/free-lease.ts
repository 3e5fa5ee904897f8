/**
 * When a row with a lease is anybody's to take: nobody has it, or whoever had it let it run out.
 */
import { sql, type RawBuilder, type SqlBool } from 'kysely';

export const anybodys = (nowMs: number): RawBuilder<SqlBool> =>
  sql<SqlBool>`(lease_owner is null or lease_until_ms <= ${nowMs})`;
