/**
 * STARTING -> PROCESSING: the plan and its claims become true together or not at all. Three guards, each enough for
 * its own kind of race: generations (the hosts are as the planner saw them), the unique index on exclusive claims,
 * and per-cell sums.
 */
import { cardOf } from '../../../inventory/card-identity.js';
import type { Claim, HostFacts } from '../../../inventory/model.js';
import type { LcmOpOcc } from '../../../lifecycle/model.js';
import type { AllocationId, HostId } from '../../../shared/ids.js';
import type { HostRecord } from '../../hosts.js';
import type { ClaimMove, CommitResult, PlanCommit } from '../../operations.js';
import type { StoreDialect } from '../dialect.js';
import type { Db, Tx } from '../schema.js';
import { exceededOn, type Guard } from '../claims/capacity-guard.js';
import { allocationsIn, hostsOfAllocations, insertAllocations, letGo } from '../claims/allocations.js';
import { insertClaims } from '../claims/claims.js';
import { takeShare } from '../claims/shares.js';
import { tellOfState } from '../instances/instance-events.js';
import { endAcceptance } from '../hosts/accepted-functions.js';
import { bumpGenerations, lockHosts } from '../hosts/hosts.js';
import { readHeld } from './leases.js';
import { moved, planColumns, updateOperation } from './operations.js';

/** Host id of claims that are unique in the fleet instead of on one host: MAC and IP addresses. */
const fleet = '*';

/** Leaves the transaction, so that it is rolled back whole. */
class Lost extends Error {}

export async function commitPlan(dialect: StoreDialect, guard: Guard, commit: PlanCommit): Promise<CommitResult> {
  try {
    await dialect.transaction((tx) => attempt(tx, commit, guard));
    return { committed: true };
  } catch (error) {
    if (error instanceof Lost) return { committed: false, lost: error.message };
    throw error;
  }
}

async function attempt(tx: Tx, commit: PlanCommit, guard: Guard): Promise<void> {
  const occ = await readHeld(tx, commit.opOccId, commit.token);
  if (occ.operationState !== 'STARTING') {
    throw new Error(`operation ${occ.id} is ${occ.operationState}: its plan was committed before`);
  }
  refuseUnseenHosts(commit);
  const hosts = commit.generations.map(({ hostId }) => hostId);
  const touched = new Set([...hosts, ...(await hostsGivingBack(tx, occ, commit.releases ?? []))]);
  const found = await lockHosts(tx, [...touched]);
  const unchanged = commit.generations.map((seen) => asSeen(found, seen));
  // Gone before anything is judged: what is claimed in their place is not claimed twice.
  await letGo(tx, commit.releases ?? []);
  await moveClaims(tx, occ, commit.moves ?? []);
  for (const host of unchanged) {
    const refusal = await exceededOn(tx, host, commit.claims, guard);
    if (refusal !== undefined) throw new Lost(refusal);
  }
  await insertAllocations(tx, allocationsIn(commit.claims));
  await insertOrLose(tx, commit.claims);
  await endAcceptance(tx, commit.claims);
  await bumpGenerations(tx, touched);
  await record(tx, occ, commit);
}

/** Out of one allocation and into another, before anything is judged: the sums of a host stay as they are. */
async function moveClaims(tx: Tx, occ: LcmOpOcc, moves: readonly ClaimMove[]): Promise<void> {
  if (moves.length === 0) return;
  const mine = await hostsOfAllocations(
    tx,
    occ.vnfInstanceId,
    moves.map(({ from }) => from),
  );
  for (const { from, claim } of moves) {
    if (!mine.has(from) || !(await takeShare(tx, from, claim)))
      throw new Lost(
        `${claim.kind} ${claim.key} is not in allocation ${from} of VNF instance ${occ.vnfInstanceId} any more`,
      );
  }
  const claims = moves.map(({ claim }) => claim);
  await insertAllocations(tx, allocationsIn(claims));
  await insertOrLose(tx, claims);
}

/** An operation releases what its own instance has: nobody else takes it away meanwhile. */
async function hostsGivingBack(tx: Db, occ: LcmOpOcc, releases: readonly AllocationId[]): Promise<readonly string[]> {
  const hosts = await hostsOfAllocations(tx, occ.vnfInstanceId, releases);
  const missing = releases.find((id) => !hosts.has(id));
  if (missing === undefined) return [...hosts.values()];
  throw new Error(
    `the plan of ${occ.id} releases allocation ${missing}, which VNF instance ${occ.vnfInstanceId} has not`,
  );
}

/** A claim on a host whose generation is not stated would escape the guard: that is a fault of the caller. */
function refuseUnseenHosts(commit: PlanCommit): void {
  const seen = new Set<string>(commit.generations.map(({ hostId }) => hostId));
  const unseen = commit.claims.find((claim) => claim.hostId !== fleet && !seen.has(claim.hostId));
  if (unseen) throw new Error(`the plan of ${commit.opOccId} claims on host ${unseen.hostId} without its generation`);
}

function asSeen(found: ReadonlyMap<HostId, HostRecord>, seen: PlanCommit['generations'][number]): HostRecord {
  const host = found.get(seen.hostId);
  if (!host) throw new Lost(`host ${seen.hostId} is not configured any more`);
  if (host.generation === seen.generation) {
    const other = host.facts && otherCard(host.facts, seen.cards ?? {});
    if (other === undefined) return host;
    throw new Lost(`PCI function ${other} of host ${seen.hostId} is of another card since the plan was made`);
  }
  const generations = `generation ${String(host.generation)}, planned on ${String(seen.generation)}`;
  throw new Lost(`host ${seen.hostId} changed since the plan was made (${generations})`);
}

/** The first function that is of another card by the stored facts than by those that the plan was made on. */
function otherCard({ pciFunctions }: HostFacts, cards: Readonly<Record<string, string>>): string | undefined {
  return Object.keys(cards).find((address) => {
    const one = pciFunctions.find((each) => each.address === address);
    const now = one && cardOf(one, pciFunctions);
    return now !== undefined && now.mac !== cards[address];
  });
}

async function insertOrLose(tx: Db, claims: readonly Claim[]): Promise<void> {
  const taken = await insertClaims(tx, claims);
  if (taken === undefined) return;
  const where = taken.hostId === fleet ? 'in the fleet' : `on host ${taken.hostId}`;
  throw new Lost(`${taken.kind} ${taken.key} ${where} is claimed by another VNFC already`);
}

async function record(tx: Tx, occ: LcmOpOcc, commit: PlanCommit): Promise<void> {
  // A cancellation asked for while planning is still to be seen, so the flag stays.
  const { isCancelPending, cancelMode } = occ;
  const next: LcmOpOcc = {
    ...moved(occ, 'PROCESSING', commit.nowMs),
    isCancelPending,
    ...(cancelMode && { cancelMode }),
    explanation: commit.explanation,
  };
  await updateOperation(tx, occ, next, planColumns(commit.plan));
  await tellOfState(tx, next, commit.plan);
}
