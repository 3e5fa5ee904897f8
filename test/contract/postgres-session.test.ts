/** How replicas on one PostgreSQL know of one another which have ended. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { nodeArguments } from '../../src/shared/module-url.js';
import { opOccId } from '../../src/shared/ids.js';
import type { SharedWork } from '../../src/store/lease.js';
import { createPostgresStore } from '../../src/store/kysely/postgres/postgres.js';
import type { Store } from '../../src/store/store.js';
import { soon } from '../libvirt/soon.js';
import { describeWithPostgres, startPostgres, type Cluster } from './postgres-cluster.js';
import { begun, freeOnly, onboard, processed, sampleSubscription } from './store-samples.js';
import { systemClock } from '../../src/system.js';

const advisory = "select pid, objid from pg_locks where locktype = 'advisory' and objsubid = 2";

describeWithPostgres('replicas on PostgreSQL', () => {
  let cluster: Cluster;
  let url = '';
  let open: Store[] = [];
  let children: ChildProcess[] = [];
  beforeAll(async () => {
    cluster = await startPostgres();
  });
  afterAll(() => cluster.stop());
  beforeEach(async () => {
    url = await cluster.database();
  });
  afterEach(async () => {
    for (const child of children) child.kill('SIGKILL');
    children = [];
    await Promise.all(open.map((store) => store.close()));
    open = [];
  });

  const replica = async (): Promise<Store> => {
    const store = createPostgresStore({ url, clock: systemClock, connections: 2 });
    open.push(store);
    await store.open();
    return store;
  };
  const end = async (store: Store): Promise<void> => {
    open = open.filter((one) => one !== store);
    await store.close();
  };
  const gone = async (store: Store, work: SharedWork = 'operations'): Promise<readonly boolean[]> =>
    (await store.occupied(work, '')).map((row) => row.isTakerGone);
  const expectGone = (store: Store, work?: SharedWork): Promise<true> =>
    soon(async () => (await gone(store, work))[0] === true || undefined, 'the end of the replica is not seen');

  it('are seen to have ended by all that they held and put off, and not before', async () => {
    const [watching, ending] = [await replica(), await replica()];
    await begun(ending, 'op1');
    await ending.putOffOnboarding(await processed(ending, 'p2'), 2, 60_000);
    await ending.createSubscription(sampleSubscription('s1'));
    await onboard(ending, 'p3', 'vnfd-3');
    const delivery = await ending.leaseDelivery(freeOnly('me'));
    if (delivery === undefined) throw new Error('there is nothing to deliver');
    const works: readonly SharedWork[] = ['operations', 'packages', 'subscriptions'];
    const seen = () => Promise.all(works.map((work) => gone(watching, work)));
    expect(await seen()).toEqual([[false], [false], [false]]);
    const failed = { result: 'failed', atMs: 1, restMs: 60_000, keepAtMost: 9, keepMs: 1e9 } as const;
    await ending.endDelivery(delivery, failed);
    expect(await seen()).toEqual([[false], [false], [false]]);
    await end(ending);
    for (const work of works) await expectGone(watching, work);
  });

  it('are seen to have ended when they are killed, and not while they only stand still', async () => {
    const watching = await replica();
    await begun(watching, 'op1');
    await watching.dropLease(opOccId('op1'), 1);
    const entry = new URL('./postgres-lease-holder.ts', import.meta.url);
    const child = fork(entry, [url], { execArgv: [...nodeArguments(entry)] });
    children.push(child);
    expect((await Promise.race([once(child, 'message'), once(child, 'exit')]))[0]).toBe('op1');
    child.kill('SIGSTOP');
    // Longer than it takes to miss one that has ended.
    for (let look = 0; look < 30; look += 1) {
      expect(await gone(watching)).toEqual([false]);
      await cluster.run('select pg_sleep(0.05)');
    }
    child.kill('SIGKILL');
    await expectGone(watching);
  });

  it('hold on to what they have when the server ends their connections', async () => {
    const [watching, living] = [await replica(), await replica()];
    await begun(living, 'op1', 'op2');
    const before = await cluster.run(advisory, url);
    expect(before).toHaveLength(2);
    await cluster.run("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'berth'");
    const ended = new Set(before.map((row) => row['pid']));
    const after = await soon(async () => {
      const held = (await cluster.run(advisory, url)).filter((row) => !ended.has(row['pid']));
      return held.length === 2 ? held : undefined;
    }, 'the replicas do not show again that they live');
    const numbers = (rows: readonly Record<string, unknown>[]) =>
      rows.map((row) => Number(row['objid'])).toSorted((a, b) => a - b);
    expect(numbers(after)).toEqual(numbers(before));
    expect(await gone(watching)).toEqual([false, false]);
    await begun(living, 'op3');
    expect(await gone(watching)).toEqual([false, false, false]);
    await end(living);
    await soon(async () => (await gone(watching)).every(Boolean) || undefined, 'the end of the replica is not seen');
  });

  it('take all the same when the server does not let them show that they live', async () => {
    const watching = await replica();
    await cluster.run('create role worker login connection limit 1');
    await cluster.run('grant all on schema public to worker; grant all on all tables in schema public to worker', url);
    const poor = createPostgresStore({ url: url.replace('berth@', 'worker@'), clock: systemClock, connections: 1 });
    open.push(poor);
    await begun(watching, 'op1');
    await watching.dropLease(opOccId('op1'), 1);
    expect(await poor.leaseOperation(freeOnly('poor'))).toMatchObject({ token: 2, work: { id: 'op1' } });
    expect(await gone(watching)).toEqual([false]);
  });
});
