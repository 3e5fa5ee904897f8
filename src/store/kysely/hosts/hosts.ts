/**
 * What Berth remembers of hosts between starts: zone, the operator's decision about them, the last facts known and
 * the generation, which grows with every change that can invalidate a plan.
 */
import { ok, type Outcome } from '../../../shared/outcome.js';
import { hostId, type HostId } from '../../../shared/ids.js';
import type { HostAdminState, HostFacts } from '../../../inventory/model.js';
import type { ConfiguredHost, HostMoment, HostRecord, HostRecords } from '../../hosts.js';
import type { PageAfter } from '../../page.js';
import type { StoreDialect } from '../dialect.js';
import type { Db, HostRow } from '../schema.js';
import { read, write } from '../rows/json.js';
import { keptQuery } from '../rows/kept-query.js';
import { lockRows } from '../rows/locks.js';
import { notFound, stale } from '../rows/refusals.js';
import { countChange } from './host-changes.js';

/** Rows of one statement: six parameters each, well below the databases' limits. */
const batch = 500;

type Verbs = Omit<HostRecords, 'moveFunctions' | 'acceptFunction' | 'acceptedFunctions'>;

export const hostVerbs = ({ db, transaction }: StoreDialect): Verbs => ({
  ensureHost: (id, zone) => transaction((tx) => ensureOne(tx, id, zone)),
  ensureHosts: (hosts) => transaction((tx) => ensure(tx, hosts)),
  hostPage: (page) => hostPage(db, page),
  host: (id) => readHost(db, id),
  hostMoments: async () => {
    const rows = await db
      .selectFrom('hosts')
      .select(['id', 'zone', 'admin_state', 'generation'])
      .orderBy('id')
      .execute();
    return rows.map(momentOf);
  },
  saveFactsOfHosts: (all) =>
    transaction(async (tx) => {
      await lockRows(
        tx,
        'hosts',
        all.map(({ id }) => id),
      );
      // A host that has been removed since is skipped; the others are recorded.
      for (const { id, facts } of all) await saveFacts(tx, id, facts);
    }),
  saveHostFacts: (id, facts) =>
    transaction(async (tx) => {
      if (!(await saveFacts(tx, id, facts))) throw new Error(`host ${id} has no row; ensureHost comes first`);
    }),
  hostAdminState: async (id) => {
    const row = await adminStateById.first(db, { id });
    return row && (row.admin_state as HostAdminState);
  },
  setHostAdminState: (id, state, ifRevision) => transaction((tx) => setAdminState(tx, id, state, ifRevision)),
});

const adminStateById = keptQuery((db, { id }: { id: HostId }) =>
  db.selectFrom('hosts').select('admin_state').where('id', '=', id),
);
const byId = keptQuery((db, { id }: { id: HostId }) => db.selectFrom('hosts').selectAll().where('id', '=', id));
const toChange = keptQuery((db, { ids }: { ids: readonly string[] }) =>
  db.selectFrom('hosts').selectAll().where('id', 'in', ids).orderBy('id').forUpdate(),
);
const bump = keptQuery((db, { ids }: { ids: readonly string[] }) =>
  db
    .updateTable('hosts')
    .set((eb) => ({ generation: eb('generation', '+', 1) }))
    .where('id', 'in', ids),
);

export async function readHost(tx: Db, id: HostId): Promise<HostRecord | undefined> {
  const row = await byId.first(tx, { id });
  return row && hostOf(row);
}

/** Locks these rows, and thereby claims on them, until the transaction is committed. */
export async function lockHosts(tx: Db, ids: readonly string[]): Promise<ReadonlyMap<HostId, HostRecord>> {
  if (ids.length === 0) return new Map();
  return new Map((await toChange.all(tx, { ids })).map(hostOf).map((host) => [host.id, host]));
}

export async function bumpGenerations(tx: Db, ids: Iterable<string>): Promise<void> {
  const touched = [...ids];
  if (touched.length === 0) return;
  await bump.change(tx, { ids: touched });
}

async function hostPage(db: Db, { after, limit }: PageAfter<string>) {
  const rows = await db
    .selectFrom('hosts')
    .select(['id', 'zone', 'admin_state', 'generation'])
    .$if(after !== undefined, (query) => query.where('id', '>', hostId(after ?? '')))
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(momentOf);
}

async function ensureOne(tx: Db, id: HostId, zone: string): Promise<HostRecord> {
  const [record] = await ensure(tx, [{ id, zone }]);
  if (record === undefined) throw new Error(`host ${id} was neither made nor kept`);
  return record;
}

async function ensure(tx: Db, hosts: readonly ConfiguredHost[]): Promise<readonly HostRecord[]> {
  const { top_generation } = await tx.selectFrom('host_changes').select('top_generation').executeTakeFirstOrThrow();
  const records: HostRecord[] = [];
  for (let from = 0; from < hosts.length; from += batch) {
    const values = hosts.slice(from, from + batch).map(({ id, zone, origin = 'configuration', hypervisor = null }) => ({
      ...{ id, zone, origin, hypervisor, admin_state: 'active' },
      generation: top_generation + 1,
    }));
    const rows = await tx
      .insertInto('hosts')
      .values(values)
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet((eb) => ({
          zone: eb.ref('excluded.zone'),
          origin: eb.ref('excluded.origin'),
          hypervisor: eb.ref('excluded.hypervisor'),
        })),
      )
      .returningAll()
      .execute();
    records.push(...rows.map(hostOf));
  }
  return records;
}

/** False: the host has no row. */
async function saveFacts(tx: Db, id: HostId, facts: HostFacts): Promise<boolean> {
  const saved = await tx
    .updateTable('hosts')
    .set({ facts: write(facts) })
    .where('id', '=', id)
    .executeTakeFirst();
  return Number(saved.numUpdatedRows) > 0;
}

async function setAdminState(
  tx: Db,
  id: HostId,
  state: HostAdminState,
  ifRevision?: number,
): Promise<Outcome<HostRecord>> {
  const { revision } = await countChange(tx);
  await lockRows(tx, 'hosts', [id]);
  const host = await readHost(tx, id);
  if (!host) return notFound('host', id);
  const old = stale('host', id, host.revision, ifRevision);
  if (old) return old;
  if (host.adminState === state) return ok(host);
  await tx.updateTable('hosts').set({ admin_state: state, revision }).where('id', '=', id).execute();
  // A plan made before the host was drained must not be committed after.
  await bumpGenerations(tx, [id]);
  return ok({ ...host, adminState: state, generation: host.generation + 1, revision });
}

export const momentOf = (row: Pick<HostRow, 'id' | 'zone' | 'admin_state' | 'generation'>): HostMoment => ({
  id: hostId(row.id),
  zone: row.zone,
  adminState: row.admin_state as HostAdminState,
  generation: row.generation,
});

export const hostOf = (row: HostRow): HostRecord => ({
  ...momentOf(row),
  revision: row.revision,
  ...(row.facts !== null && { facts: read<HostFacts>(row.facts) }),
});
