/**
 * Hosts as data. Adding, changing or removing one increments the change counter first. That serialises changes, and
 * what a change reads of other hosts still holds when it writes.
 */
import type { HostId } from '../../../shared/ids.js';
import { hostId, vnfcId } from '../../../shared/ids.js';
import { ok, refuse, type Outcome } from '../../../shared/outcome.js';
import { problem } from '../../../shared/problem.js';
import {
  mostAddedHosts,
  type HostChange,
  type HostDirectory,
  type HostEntry,
  type NewHost,
} from '../../host-directory.js';
import type { HostRecord } from '../../hosts.js';
import type { StoreDialect } from '../dialect.js';
import { claimsOfHost } from '../claims/claims.js';
import { countChange } from './host-changes.js';
import { hostOf } from './hosts.js';
import { namesOf } from './host-users.js';
import { read, write } from '../rows/json.js';
import { lockRows } from '../rows/locks.js';
import { notFound, stale } from '../rows/refusals.js';
import type { Db, HostRow } from '../schema.js';

export const hostDirectoryVerbs = ({ db, transaction }: StoreDialect): HostDirectory => ({
  hostChanges: async () => (await db.selectFrom('host_changes').select('count').executeTakeFirstOrThrow()).count,
  addedHosts: async () => {
    const rows = await db
      .selectFrom('hosts')
      .select(['id', 'entry', 'revision'])
      .where('origin', '=', 'api')
      .orderBy('id')
      .execute();
    return rows.map(({ id, entry, revision }) => ({ id: hostId(id), entry: read<HostEntry>(entry ?? '{}'), revision }));
  },
  addHost: (host, atMost) => transaction((tx) => add(tx, host, atMost)),
  changeHost: (wanted) => transaction((tx) => change(tx, wanted)),
  removeHost: (id, ifRevision) => transaction((tx) => remove(tx, id, ifRevision)),
});

const rowOf = (tx: Db, id: HostId): Promise<HostRow | undefined> =>
  tx.selectFrom('hosts').selectAll().where('id', '=', id).executeTakeFirst();

async function add(tx: Db, host: NewHost, atMost = mostAddedHosts): Promise<Outcome<HostRecord>> {
  const { revision, topGeneration } = await countChange(tx);
  await lockRows(tx, 'hosts', [host.id]);
  const known = await rowOf(tx, host.id);
  if (known?.origin === 'api')
    return hostKnown(`Host ${host.id} was added by API already; change it with PATCH, or choose another id.`);
  const refusal = (await twin(tx, host)) ?? (known && (await moved(tx, known, host))) ?? (await full(tx, atMost));
  if (refusal) return refusal;
  const told = { zone: host.zone, origin: 'api', entry: write(host.entry), hypervisor: host.hypervisor ?? null };
  const saved = known
    ? await tx
        .updateTable('hosts')
        .set({ ...told, revision, generation: known.generation + 1 })
        .where('id', '=', host.id)
        .returningAll()
        .executeTakeFirstOrThrow()
    : await tx
        .insertInto('hosts')
        .values({ ...told, id: host.id, admin_state: 'active', generation: topGeneration + 1, revision })
        .returningAll()
        .executeTakeFirstOrThrow();
  return ok(hostOf(saved));
}

async function change(tx: Db, { ifRevision, obstacle, ...host }: HostChange): Promise<Outcome<HostRecord>> {
  const { revision } = await countChange(tx);
  await lockRows(tx, 'hosts', [host.id]);
  const known = await rowOf(tx, host.id);
  if (known === undefined) return notFound('host', host.id);
  if (known.origin !== 'api') return refuse(problem('configured-host', `Host ${host.id} was not added by API.`));
  const isSame = known.hypervisor === (host.hypervisor ?? null);
  const refusal = stale('host', host.id, known.revision, ifRevision) ?? (isSame ? undefined : await twin(tx, host));
  if (refusal) return refusal;
  const found = obstacle(await claimsOfHost(tx, host.id));
  if (found) return inUse(`${found.what} of host ${host.id} is in use by ${await namesOf(tx, found.vnfcIds)}.`);
  const saved = await tx
    .updateTable('hosts')
    .set({ zone: host.zone, entry: write(host.entry), hypervisor: host.hypervisor ?? null, revision })
    // A plan that was made on what it was before must not be committed after.
    .set((eb) => ({ generation: eb('generation', '+', 1) }))
    .where('id', '=', host.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return ok(hostOf(saved));
}

async function remove(tx: Db, id: HostId, ifRevision: number | undefined): Promise<Outcome<void>> {
  await countChange(tx);
  await lockRows(tx, 'hosts', [id]);
  const known = await rowOf(tx, id);
  if (known === undefined) return notFound('host', id);
  const old = stale('host', id, known.revision, ifRevision);
  if (old) return old;
  const users = await usersOf(tx, id);
  if (users !== undefined) return inUse(`Host ${id} is in use by ${users}.`);
  await tx.deleteFrom('accepted_functions').where('host_id', '=', id).execute();
  await tx.deleteFrom('hosts').where('id', '=', id).execute();
  await tx
    .updateTable('host_changes')
    .set({ top_generation: known.generation })
    .where('top_generation', '<', known.generation)
    .execute();
  return ok(undefined);
}

/** The VNFs with claims on the host, as text; undefined when there are none. */
async function usersOf(tx: Db, id: HostId): Promise<string | undefined> {
  const held = await tx.selectFrom('allocations').select('vnfc_id').distinct().where('host_id', '=', id).execute();
  if (held.length > 0)
    return namesOf(
      tx,
      held.map(({ vnfc_id }) => vnfcId(vnfc_id)),
    );
  const left = await tx.selectFrom('leftovers').select(['pool', 'name']).where('host_id', '=', id).limit(20).execute();
  if (left.length === 0) return undefined;
  return `files that VNFCs left behind: ${left.map(({ pool, name }) => `${pool}/${name}`).join(', ')}`;
}

/** Refuses a takeover whose URI leads to another hypervisor than the one with the VNFCs. */
async function moved(tx: Db, known: HostRow, host: NewHost): Promise<Outcome<never> | undefined> {
  const { hypervisor } = known;
  if (hypervisor === null || hypervisor === host.hypervisor) return undefined;
  const users = await usersOf(tx, host.id);
  return users === undefined ? undefined : inUse(`Host ${host.id} is ${hypervisor}, where it is in use by ${users}.`);
}

/** Another host with the same hypervisor, whoever named it. */
async function twin(tx: Db, { id, hypervisor }: NewHost): Promise<Outcome<never> | undefined> {
  if (hypervisor === undefined) return undefined;
  const other = await tx
    .selectFrom('hosts')
    .select('id')
    .where('hypervisor', '=', hypervisor)
    .where('id', '!=', id)
    .executeTakeFirst();
  return other && hostKnown(`The hypervisor ${hypervisor} is host ${other.id} already; one host has one id.`);
}

async function full(tx: Db, atMost: number): Promise<Outcome<never> | undefined> {
  const { count } = await tx
    .selectFrom('hosts')
    .select((eb) => eb.fn.countAll().as('count'))
    .where('origin', '=', 'api')
    .executeTakeFirstOrThrow();
  if (Number(count) < atMost) return undefined;
  return refuse(problem('too-many-hosts', `${String(atMost)} hosts were added by API, the most there may be.`));
}

const hostKnown = (detail: string): Outcome<never> => refuse(problem('host-known', detail));
const inUse = (detail: string): Outcome<never> => refuse(problem('host-in-use', detail));
