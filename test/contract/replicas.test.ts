/** Two Berths on one PostgreSQL and one fleet. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { LcmOpOcc } from '../../src/lifecycle/model.js';
import type { OpOccId } from '../../src/shared/ids.js';
import type { SimulatedFleet } from '../../src/engine/simulated/simulated-fleet.js';
import { createPostgresStore } from '../../src/store/kysely/postgres/postgres.js';
import { newFleet, startBerth, valueOf, worldOf, type BerthParts, type RunningBerth } from '../builders/berth.js';
import { deafGuests } from '../crash/deaf-guests.js';
import { Life, mortalEngines, mortalStore } from '../crash/mortal.js';
import { instantiate, reach } from '../crash/operations.js';
import { soon } from '../libvirt/soon.js';
import { describeWithPostgres, startPostgres, type Cluster } from './postgres-cluster.js';
import { everyClaim } from '../builders/whole-tables.js';
import { systemClock } from '../../src/system.js';

const leaseMs = 1_500;
/** Longer than any test: what is taken over was known to be nobody's. */
const longLeaseMs = 300_000;

describeWithPostgres('replicas', () => {
  let cluster: Cluster;
  let dir = '';
  let url = '';
  let fleet: SimulatedFleet;
  let running: RunningBerth[] = [];
  beforeAll(async () => {
    cluster = await startPostgres();
  });
  afterAll(() => cluster.stop());
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'berth-replicas-'));
    url = await cluster.database();
    fleet = newFleet();
  });
  afterEach(async () => {
    for (const berth of running) await berth.stop();
    running = [];
    rmSync(dir, { recursive: true, force: true });
  });

  const replica = async (more: Partial<BerthParts> = {}): Promise<RunningBerth> => {
    const store = createPostgresStore({ url, clock: systemClock, connections: 4 });
    const berth = await startBerth({ dir, fleet, store, leaseMs, ...more });
    running.push(berth);
    return berth;
  };

  /** Asks a replica that is killed at its write `at`; with its connections, or so that it seems to stand still. */
  async function askOneThatIsKilled(at: number, leaseMs: number, connections: 'ended' | 'kept'): Promise<OpOccId> {
    const life = new Life({ at, when: 'after' });
    const first = await replica({
      leaseMs,
      through: { store: (store) => mortalStore(store, life), engines: (engines) => mortalEngines(engines, life) },
    });
    const { id } = valueOf(await instantiate(first, await reach(first, [])));
    await soon(() => life.dead || undefined, 'the replica is not killed', 60_000, 5);
    if (connections === 'ended') await first.store.close();
    return id;
  }

  it.each([
    [1, 'kept', leaseMs],
    [3, 'kept', leaseMs],
    [6, 'kept', leaseMs],
    [3, 'ended', longLeaseMs],
  ] as const)(
    'take over what another was doing when it stopped at its write %i with its connections %s',
    async (at, connections, leaseMs) => {
      const occId = await askOneThatIsKilled(at, leaseMs, connections);
      const second = await replica({ leaseMs });
      const occ = await second.settled(occId);
      expect([occ.operationState, occ.error]).toEqual(['COMPLETED', undefined]);
      const { domains, instantiated } = await worldOf(second);
      expect(domains).toEqual(['running']);
      expect(instantiated).toMatchObject({ vnfState: 'STARTED' });
    },
  );

  it('take a guest’s time on from when another asked it to stop, although nobody looked for a while', async () => {
    const asked: [number[], number[]] = [[], []];
    const lives = asked.map(() => new Life({ at: Infinity, when: 'after' }));
    const withDeafGuests = (which: 0 | 1): Promise<RunningBerth> => {
      const life = lives[which] as Life;
      return replica({
        through: {
          store: (store) => mortalStore(store, life),
          engines: (engines) => {
            const mortal = mortalEngines(engines, life);
            return { ...mortal, of: (id) => deafGuests(mortal.of(id), life, asked[which]) };
          },
        },
      });
    };
    const first = await withDeafGuests(0);
    const id = await reach(first, [instantiate]);
    const { id: occId } = valueOf(
      await first.workflow.lcm.begin('TERMINATE', id, { terminationType: 'GRACEFUL', gracefulTerminationTimeout: 3 }),
    );
    await soon(() => asked[0][0], 'the guest is not asked', 60_000, 5);
    const second = await withDeafGuests(1);
    (lives[0] as Life).dead = true;
    expect((await second.settled(occId)).operationState).toBe('COMPLETED');
    expect(asked[0]).toEqual([3_000]);
    expect(asked[1]).toHaveLength(1);
    // No replica knows of more than it has watched.
    expect(asked[1][0]).toBeLessThan(3_000 - leaseMs + 200);
  });

  it('share out what fits, and refuse the rest with placement’s reasons, when asked at the same time', async () => {
    const replicas = [await replica(), await replica()];
    const asked = await Promise.all(
      Array.from({ length: 12 }, async (_, index) => {
        const berth = replicas[index % 2] as RunningBerth;
        return valueOf(await instantiate(berth, await reach(berth, []))).id;
      }),
    );
    const [first] = replicas as [RunningBerth];
    const occs: readonly LcmOpOcc[] = await Promise.all(asked.map((id) => first.settled(id)));
    const done = occs.filter((occ) => occ.operationState === 'COMPLETED');
    const refused = occs.filter((occ) => occ.operationState === 'ROLLED_BACK');
    expect(done.length + refused.length).toBe(12);
    expect(refused.map((occ) => occ.error?.type)).toEqual(refused.map(() => 'urn:berth:problem:no-placement'));
    const cpus = (await everyClaim(first.store)).filter((claim) => claim.kind === 'cpu');
    expect(new Set(cpus.map((claim) => claim.opOccId))).toEqual(new Set(done.map((occ) => occ.id)));
    expect((await worldOf(first)).domains).toEqual(done.map(() => 'running'));
    expect(refused.length).toBeGreaterThan(0);
  });
});
