/**
 * Claims are looked up by the operation that made them before that is removed.
 */
import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index claims_operation on claims (op_occ_id)`.execute(db);
}
