/**
 * Many operations claim the last of something at the same moment: one gets it, the others plan again, find nothing and
 * are refused with placement's reasons. 1,000 from several processes on PostgreSQL; 100 from one on SQLite.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { nodeArguments } from '../../src/shared/module-url.js';
import { place } from '../../src/placement/place.js';
import { allocationId, opOccId, vnfInstanceId, type OpOccId, type VnfInstanceId } from '../../src/shared/ids.js';
import { createPostgresStore } from '../../src/store/kysely/postgres/postgres.js';
import { createSqliteStore } from '../../src/store/kysely/sqlite/sqlite.js';
import type { Store } from '../../src/store/store.js';
import { raceCases, type RaceCase, type RaceName } from './claim-race/cases.js';
import { contend, picture, policyOf, prepareRace, vnfcOf, type Tally } from './claim-race/contend.js';
import { describeWithPostgres, startPostgres, type Cluster } from './postgres-cluster.js';
import { sampleOperation } from './store-samples.js';
import { everyClaim, everyOpOcc } from '../builders/whole-tables.js';
import { systemClock } from '../../src/system.js';

const contenders = 1000;
/** One process has one writer: more of them show nothing more. */
const contendersOfOne = 100;
const limitMs = 120_000;
const names = Object.keys(raceCases) as readonly RaceName[];

/** One winner with all that it claimed, the others refused with reasons, and nothing else anywhere. */
async function expectOneWinner(store: Store, race: RaceCase, tallies: readonly Tally[], count: number): Promise<void> {
  expect(tallies.reduce((sum, { won }) => sum + won, 0)).toBe(1);
  const occs = await everyOpOcc(store);
  const [winner, ...others] = occs.filter((occ) => occ.operationState === 'PROCESSING');
  expect(others).toEqual([]);
  const losers = occs.filter((occ) => occ.operationState === 'ROLLED_BACK');
  expect(losers).toHaveLength(count - 1);
  expect(losers.filter((occ) => occ.error?.type !== 'urn:berth:problem:no-placement')).toEqual([]);
  expect(losers.filter((occ) => !race.reason.test(JSON.stringify(occ.explanation)))).toEqual([]);
  expect(losers.filter((occ) => occ.plan !== undefined)).toEqual([]);
  const claims = await everyClaim(store);
  expect(new Set(claims.map((claim) => claim.opOccId))).toEqual(new Set([winner?.id]));
  const { host, kind, key } = race.last;
  expect(claims.filter((one) => one.hostId === host && one.kind === kind && one.key === key)).toHaveLength(1);
  await expectNothingLeft(store, race, winner?.id ?? opOccId(''), losers[0]?.vnfInstanceId ?? vnfInstanceId(''));
}

/** Once the winner lets go there is no claim, the last one fits again, and who lost may ask again. */
async function expectNothingLeft(store: Store, race: RaceCase, winner: OpOccId, loser: VnfInstanceId): Promise<void> {
  await store.releaseAllocations([allocationId(vnfcOf(winner))]);
  const after = await picture(store, race);
  expect(after.claims).toEqual([]);
  expect(place(race.ask('next', after.claims), after).ok).toBe(true);
  expect(await store.beginOperation(sampleOperation('next', loser), 'NOT_INSTANTIATED')).toMatchObject({ ok: true });
}

describeWithPostgres('1,000 concurrent claims from four processes on PostgreSQL', () => {
  let cluster: Cluster;
  let workers: ChildProcess[] = [];
  let store: Store | undefined;
  beforeAll(async () => {
    cluster = await startPostgres();
  });
  afterEach(async () => {
    for (const worker of workers) worker.kill('SIGKILL');
    workers = [];
    await store?.close();
  });
  afterAll(() => cluster.stop());

  const processes = 4;
  const entry = new URL('./claim-race/worker.ts', import.meta.url);

  /** Starts a contender; resolves when it is ready. */
  const start = async (url: string, name: RaceName, index: number): Promise<ChildProcess> => {
    const args = [url, name, `contender-${String(index)}`, String(contenders / processes)];
    const worker = fork(entry, args, { execArgv: [...nodeArguments(entry)] });
    workers.push(worker);
    const [said] = (await Promise.race([once(worker, 'message'), once(worker, 'exit')])) as [unknown];
    if (said !== 'ready') throw new Error(`contender ${String(index)} ended before the race: ${String(said)}`);
    return worker;
  };

  const run = async (worker: ChildProcess): Promise<Tally> => {
    const answer = once(worker, 'message');
    worker.send('go');
    const [tally] = (await answer) as [Tally];
    return tally;
  };

  it.each(names)(
    'for %s have one winner',
    async (name) => {
      const race = raceCases[name];
      const url = await cluster.database();
      store = createPostgresStore({ url, clock: systemClock });
      await store.open();
      await prepareRace(store, race);
      const ready = await Promise.all(Array.from({ length: processes }, (_, index) => start(url, name, index)));
      await expectOneWinner(store, race, await Promise.all(ready.map(run)), contenders);
    },
    limitMs,
  );
});

describe('100 concurrent claims of one process on SQLite', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'berth-race-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(names)(
    'for %s have one winner',
    async (name) => {
      const race = raceCases[name];
      const store = createSqliteStore({
        file: join(folder, 'berth.sqlite'),
        clock: systemClock,
        policyOf: policyOf(race),
      });
      await store.open();
      await prepareRace(store, race);
      const ready = (): Promise<void> => Promise.resolve();
      const tally = await contend(store, { owner: 'only', race, count: contendersOfOne, ready });
      await expectOneWinner(store, race, [tally], contendersOfOne);
      await store.close();
    },
    limitMs,
  );
});
