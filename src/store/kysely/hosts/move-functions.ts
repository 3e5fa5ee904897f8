/**
 * Buses of a host were renumbered: facts, claims, records of VNFCs and plans under way get the addresses of today in one
 * transaction, so that all of them always name the same functions (docs/adr/0009).
 */
import { sql } from 'kysely';
import { atNewAddresses, movesOf, type Moves } from '../../../inventory/renumbering.js';
import type { ClaimKind, HostFacts } from '../../../inventory/model.js';
import { planMoved, vnfMoved } from '../../../lifecycle/moved-functions.js';
import { vnfInstanceId, type HostId, type VnfInstanceId } from '../../../shared/ids.js';
import type { HostRecords, MovedFunctions } from '../../hosts.js';
import type { StoreDialect } from '../dialect.js';
import { changeInstance, lockInstance } from '../instances/instances.js';
import { lockOperation, planColumns, readUnderWay } from '../operations/operations.js';
import { freed } from '../rows/free-lease.js';
import { write } from '../rows/json.js';
import type { Db, Tx } from '../schema.js';
import { bumpGenerations, lockHosts } from './hosts.js';

type Verbs = Pick<HostRecords, 'moveFunctions'>;

export const moveVerbs = ({ transaction }: StoreDialect): Verbs => ({
  moveFunctions: (id, read, isSameBoot) => transaction((tx) => move(tx, id, read, isSameBoot)),
});

/** Kinds of claims whose keys are addresses. */
const byAddress: readonly ClaimKind[] = ['pci', 'bandwidth'];

/** Judged by the stored facts: when another replica was first, nothing is left to move. */
async function move(tx: Tx, id: HostId, read: HostFacts, isSameBoot: boolean): Promise<MovedFunctions | undefined> {
  const users = await usersOf(tx, id);
  // In the order of all transactions (rows/locks.ts).
  const underWay = await lockUnderWay(tx, users);
  for (const user of users) await lockInstance(tx, user);
  const host = (await lockHosts(tx, [id])).get(id);
  if (host?.facts === undefined) return undefined;
  const moves = movesOf(host.facts, read, isSameBoot);
  if (moves.size === 0) return { host, facts: host.facts, moves };
  await refuseNewUsers(tx, id, users);
  const facts = atNewAddresses(host.facts, moves);
  await moveClaims(tx, id, await movesOfClaims(tx, id, host.facts, moves));
  for (const occ of underWay) await movePlan(tx, occ, id, moves);
  for (const user of users) await moveRecord(tx, user, id, moves);
  await tx
    .updateTable('hosts')
    .set({ facts: write(facts) })
    .where('id', '=', id)
    .execute();
  // A plan that was made with the addresses of before must not be committed.
  await bumpGenerations(tx, [id]);
  return { host: { ...host, facts, generation: host.generation + 1 }, facts, moves };
}

/** Instances that hold functions of the host. */
async function usersOf(tx: Db, id: HostId): Promise<readonly VnfInstanceId[]> {
  const rows = await tx
    .selectFrom('claims')
    .innerJoin('allocations', 'allocations.id', 'claims.allocation_id')
    .select('allocations.instance_id')
    .distinct()
    .where('claims.host_id', '=', id)
    .where('claims.kind', 'in', byAddress)
    .orderBy('allocations.instance_id')
    .execute();
  return rows.map((row) => vnfInstanceId(row.instance_id));
}

type Locked = NonNullable<Awaited<ReturnType<typeof lockOperation>>>;

async function lockUnderWay(tx: Db, users: readonly VnfInstanceId[]): Promise<readonly Locked[]> {
  const ids: Locked['id'][] = [];
  for (const user of users) ids.push(...[(await readUnderWay(tx, user))?.id].flatMap((one) => one ?? []));
  const locked: Locked[] = [];
  for (const one of ids.toSorted()) locked.push(...[await lockOperation(tx, one)].flatMap((occ) => occ ?? []));
  return locked;
}

/** A plan that was committed between the first look and the lock of the host is seen at the next reading. */
async function refuseNewUsers(tx: Db, id: HostId, users: readonly VnfInstanceId[]): Promise<void> {
  const late = (await usersOf(tx, id)).find((user) => !users.includes(user));
  if (late === undefined) return;
  throw new Error(
    `VNF instance ${late} claimed functions of host ${id} while their addresses were changed; they are changed at the next reading`,
  );
}

/**
 * Of those that are claimed. Nobody knows what a claim holds whose key the stored facts do not have: it leaves the address to
 * what is there now.
 */
async function movesOfClaims(tx: Db, id: HostId, { pciFunctions }: HostFacts, moves: Moves): Promise<Moves> {
  const known = new Set(pciFunctions.map(({ address }) => address));
  const to = new Set(moves.values());
  const rows = await tx
    .selectFrom('claims')
    .select('key')
    .distinct()
    .where('host_id', '=', id)
    .where('kind', 'in', byAddress)
    .execute();
  return new Map(
    rows.flatMap(({ key }) => {
      const isUnknown = !known.has(key) && to.has(key);
      const at = moves.get(key) ?? (isUnknown ? `function-once-at-${key}` : undefined);
      return at === undefined ? [] : [[key, at] as const];
    }),
  );
}

/** By way of keys that nothing has: two functions may change places. */
async function moveClaims(tx: Db, id: HostId, moves: Moves): Promise<void> {
  const between = (key: string) => `moving ${key}`;
  for (const from of moves.keys()) await moveKey(tx, id, from, between(from));
  for (const [from, to] of moves) await moveKey(tx, id, between(from), to);
}

const moveKey = (tx: Db, id: HostId, from: string, to: string) =>
  tx
    .updateTable('claims')
    .set({ key: to })
    .where('host_id', '=', id)
    .where('kind', 'in', byAddress)
    .where('key', '=', from)
    .execute();

/** Whoever carries the operation out has the old plan in memory: it goes on from the database. */
async function movePlan(tx: Tx, occ: Locked, id: HostId, moves: Moves): Promise<void> {
  const plan = occ.plan && planMoved(occ.plan, id, moves);
  if (plan === undefined || plan === occ.plan) return;
  const given = { ...freed, lease_token: sql<number>`lease_token + 1` };
  await tx
    .updateTable('operations')
    .set({ ...planColumns(plan), ...given })
    .where('id', '=', occ.id)
    .execute();
}

async function moveRecord(tx: Tx, user: VnfInstanceId, id: HostId, moves: Moves): Promise<void> {
  const before = (await lockInstance(tx, user))?.instantiated;
  if (before === undefined) return;
  const instantiated = vnfMoved(before, id, moves);
  if (instantiated !== before) await changeInstance(tx, user, { instantiated });
}
