/**
 * One contender of a race: takes operations by lease, plans all of them on what it sees now, and at the signal commits
 * all at once. Who loses plans again on fresh data, as a planner does, until it has a berth or placement says no.
 */
import { claimsOf } from '../../../src/inventory/claims.js';
import type { LcmOpOcc } from '../../../src/lifecycle/model.js';
import type { PlacementResult } from '../../../src/placement/model.js';
import { place } from '../../../src/placement/place.js';
import type { OpOccId } from '../../../src/shared/ids.js';
import { problem } from '../../../src/shared/problem.js';
import type { HostRecord } from '../../../src/store/hosts.js';
import type { CommitResult } from '../../../src/store/operations.js';
import type { Store } from '../../../src/store/store.js';
import type { PolicyOf } from '../../../src/store/kysely/claims/capacity-guard.js';
import { onboard, sampleInstance, sampleOperation, samplePlan, freeOnly } from '../store-samples.js';
import type { RaceCase } from './cases.js';
import { everyClaim, everyHost, everyPackage } from '../../builders/whole-tables.js';

export interface Contender {
  readonly owner: string;
  readonly race: RaceCase;
  /** How many operations are this contender's. */
  readonly count: number;
  /** Called once all is planned; resolves when everybody has planned. */
  readonly ready: () => Promise<void>;
}

/** What the first commit of each operation met. */
export interface Tally {
  readonly won: number;
  /** Different sentences of the losers. */
  readonly lost: readonly string[];
}

/** Hosts and a package, before the contenders come. */
export async function prepareRace(store: Store, race: RaceCase): Promise<void> {
  for (const { id, zone, facts } of race.hosts) {
    await store.ensureHost(id, zone);
    await store.saveHostFacts(id, facts);
  }
  await onboard(store);
}

/** The guard on sums knows the same reservations as placement. */
export const policyOf = (race: RaceCase): PolicyOf => {
  const byId = new Map(race.hosts.map((host) => [host.id, host]));
  return ({ id }: HostRecord) => byId.get(id);
};

export async function contend(store: Store, { owner, race, count, ready }: Contender): Promise<Tally> {
  const occs = await takeOperations(store, owner, count);
  const first = await picture(store, race);
  const planned = occs.map((occ) => ({ occ, result: place(race.ask(vnfcOf(occ.id), first.claims), first) }));
  await ready();
  const results = await Promise.all(planned.map(({ occ, result }) => commit(store, occ, result, first)));
  const losers = planned.filter((_, index) => results[index]?.committed === false);
  for (const { occ } of losers) await planAgain(store, race, occ);
  const lost = results.flatMap((result) => (result.committed ? [] : [result.lost]));
  return { won: results.length - lost.length, lost: [...new Set(lost)] };
}

async function takeOperations(store: Store, owner: string, count: number): Promise<readonly LcmOpOcc[]> {
  const pkg = (await everyPackage(store))[0]?.id ?? '';
  await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const id = `${owner}-${String(index)}`;
      await store.createInstance(sampleInstance(`of-${id}`, pkg));
      await store.beginOperation(sampleOperation(id, `of-${id}`), 'NOT_INSTANTIATED');
    }),
  );
  const taken: LcmOpOcc[] = [];
  while (taken.length < count) {
    const leased = await store.leaseOperation(freeOnly(owner));
    if (leased === undefined) throw new Error(`${owner} found ${String(taken.length)} operations of ${String(count)}`);
    taken.push(leased.work);
  }
  return taken;
}

type Picture = Parameters<typeof place>[1];

/** Generations first, claims after. */
export async function picture(store: Store, race: RaceCase): Promise<Picture> {
  const generations = new Map((await everyHost(store)).map(({ id, generation }) => [id, generation]));
  const hosts = race.hosts.map((host) => ({ ...host, generation: generations.get(host.id) ?? 0 }));
  return { hosts, claims: await everyClaim(store) };
}

export const vnfcOf = (id: OpOccId): string => `vnfc-of-${id}`;

async function commit(store: Store, occ: LcmOpOcc, result: PlacementResult, { hosts }: Picture): Promise<CommitResult> {
  if (!result.ok) throw new Error(`nothing fits before anyone has claimed: ${result.explanation.summary}`);
  const touched = new Set(result.placements.map((placement) => placement.hostId));
  const asked = { numaStrict: true, diskMiB: 1024, networks: [], pciFunctions: [] } as const;
  const held = { vnfInstanceId: occ.vnfInstanceId, ...asked };
  return store.commitPlan({
    opOccId: occ.id,
    token: 1,
    plan: samplePlan,
    claims: result.placements.flatMap((placement) => claimsOf(placement, held, occ.id)),
    generations: hosts.filter(({ id }) => touched.has(id)).map(({ id, generation }) => ({ hostId: id, generation })),
    explanation: result.explanation,
    nowMs: 1,
  });
}

async function planAgain(store: Store, race: RaceCase, occ: LcmOpOcc): Promise<void> {
  for (;;) {
    const fresh = await picture(store, race);
    const result = place(race.ask(vnfcOf(occ.id), fresh.claims), fresh);
    if (result.ok) {
      if ((await commit(store, occ, result, fresh)).committed) return;
      continue;
    }
    const { explanation } = result;
    const error = problem('no-placement', explanation.summary);
    await store.endOperation({ opOccId: occ.id, token: 1, state: 'ROLLED_BACK', error, explanation, nowMs: 2 });
    return;
  }
}
