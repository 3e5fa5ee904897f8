/**
 * What Berth remembers of hosts between starts: zone, the operator's decision about them, the last facts known and
 * the generation, which grows with all that could make a placement decided earlier wrong.
 */
import { ok, type Outcome } from '../../shared/outcome.js';
import { hostId, type HostId } from '../../shared/ids.js';
import type { HostAdminState, HostFacts } from '../../inventory/model.js';
import type { HostRecord, Store } from '../store.js';
import type { StoreDialect } from './dialect.js';
import type { Db, HostRow } from './schema.js';
import { read, write } from './json.js';
import { notFound } from './refusals.js';

type Verbs = Pick<Store, 'ensureHost' | 'hosts' | 'saveHostFacts' | 'setHostAdminState'>;

export const hostVerbs = ({ db, transaction }: StoreDialect): Verbs => ({
  ensureHost: (id, zone) => transaction((tx) => ensure(tx, id, zone)),
  hosts: async () => (await db.selectFrom('hosts').selectAll().orderBy('id').execute()).map(hostOf),
  saveHostFacts: (id, facts) => transaction((tx) => saveFacts(tx, id, facts)),
  setHostAdminState: (id, state) => transaction((tx) => setAdminState(tx, id, state)),
});

export async function readHost(tx: Db, id: HostId): Promise<HostRecord | undefined> {
  const row = await tx.selectFrom('hosts').selectAll().where('id', '=', id).executeTakeFirst();
  return row && hostOf(row);
}

export async function bumpGenerations(tx: Db, ids: Iterable<string>): Promise<void> {
  const touched = [...ids];
  if (touched.length === 0) return;
  await tx
    .updateTable('hosts')
    .set((eb) => ({ generation: eb('generation', '+', 1) }))
    .where('id', 'in', touched)
    .execute();
}

async function ensure(tx: Db, id: HostId, zone: string): Promise<HostRecord> {
  const row = await tx
    .insertInto('hosts')
    .values({ id, zone, admin_state: 'active', generation: 1 })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ zone }))
    .returningAll()
    .executeTakeFirstOrThrow();
  return hostOf(row);
}

async function saveFacts(tx: Db, id: HostId, facts: HostFacts): Promise<void> {
  const saved = await tx
    .updateTable('hosts')
    .set({ facts: write(facts) })
    .where('id', '=', id)
    .executeTakeFirst();
  if (Number(saved.numUpdatedRows) === 0) throw new Error(`host ${id} has no row; ensureHost comes first`);
}

async function setAdminState(tx: Db, id: HostId, state: HostAdminState): Promise<Outcome<HostRecord>> {
  const host = await readHost(tx, id);
  if (!host) return notFound('host', id);
  if (host.adminState === state) return ok(host);
  await tx.updateTable('hosts').set({ admin_state: state }).where('id', '=', id).execute();
  // A plan made before the host was drained must not be committed after.
  await bumpGenerations(tx, [id]);
  return ok({ ...host, adminState: state, generation: host.generation + 1 });
}

const hostOf = (row: HostRow): HostRecord => ({
  id: hostId(row.id),
  zone: row.zone,
  adminState: row.admin_state as HostAdminState,
  generation: row.generation,
  ...(row.facts !== null && { facts: read<HostFacts>(row.facts) }),
});
