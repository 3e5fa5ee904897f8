/** The store's contract on PostgreSQL, and what only a shared database does. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { hostId, opOccId, subscriptionId, type VnfPkgId } from '../../src/shared/ids.js';
import { createPostgresStore } from '../../src/store/kysely/postgres/postgres.js';
import type { Store } from '../../src/store/store.js';
import type { Delivery } from '../../src/subscription/model.js';
import { describeWithPostgres, startPostgres, type Cluster } from './postgres-cluster.js';
import { storeContract, valueOf, type StoreBench } from './store-contract.js';
import {
  begun,
  onboard,
  sampleInstance,
  sampleOperation,
  sampleSubscription,
  freeOnly,
  lapsedToo,
} from './store-samples.js';
import { everyHost } from '../builders/whole-tables.js';
import { systemClock } from '../../src/system.js';

describeWithPostgres('the store on PostgreSQL', () => {
  let cluster: Cluster;
  let url = '';
  let open: Store[] = [];
  beforeAll(async () => {
    cluster = await startPostgres();
  });
  afterAll(() => cluster.stop());

  const berth = async (): Promise<Store> => {
    const made = createPostgresStore({ url, clock: systemClock, connections: 4 });
    open.push(made);
    await made.open();
    return made;
  };
  const bench: StoreBench = {
    fresh: async () => {
      url = await cluster.database();
      return berth();
    },
    // What is committed is what a killed process leaves; its connections are of no use to another.
    afterCrash: berth,
    clear: async () => {
      await Promise.all(open.map((one) => one.close()));
      open = [];
    },
  };

  storeContract(bench);

  describe('shared by replicas', () => {
    afterEach(() => bench.clear());

    it('is migrated once, however many start at once', async () => {
      url = await cluster.database();
      const replicas = await Promise.all([1, 2, 3, 4].map(() => berth()));
      await replicas[0]?.ensureHost(hostId('h1'), 'west');
      expect(await everyHost(replicas[3] as Store)).toHaveLength(1);
    });

    it('leaves the leases of the others alone at the start of one', async () => {
      const first = await bench.fresh();
      await begun(first, 'op1');
      const second = await berth();
      expect(await second.leaseOperation(freeOnly('you'))).toBeUndefined();
      expect(await first.renewLease(opOccId('op1'), 1)).toBe(true);
      const taken = await second.leaseOperation(await lapsedToo(second, 'operations', 'you'));
      expect(taken).toMatchObject({ token: 2, work: { id: 'op1' } });
      expect(await first.renewLease(opOccId('op1'), 1)).toBe(false);
    });

    it('gives each operation to one replica when all ask at once', async () => {
      const replicas = [await bench.fresh(), await berth(), await berth()];
      const [first] = replicas as [Store, Store, Store];
      const pkg = await onboard(first);
      const names = Array.from({ length: 12 }, (_, index) => `op${String(index)}`);
      for (const name of names) {
        await first.createInstance(sampleInstance(`of-${name}`, pkg));
        await first.beginOperation(sampleOperation(name, `of-${name}`), 'any');
      }
      const takeAll = async (store: Store, owner: string): Promise<string[]> => {
        const taken: string[] = [];
        for (;;) {
          const leased = await store.leaseOperation(freeOnly(owner));
          if (leased === undefined) return taken;
          taken.push(leased.work.id);
        }
      };
      const taken = await Promise.all(replicas.map((store, index) => takeAll(store, `replica-${String(index)}`)));
      expect(taken.flat().sort()).toEqual([...names].sort());
    });

    it('begins one operation on an instance, whichever replica is asked; the others are refused with a sentence', async () => {
      const replicas = [await bench.fresh(), await berth(), await berth()];
      const [first] = replicas as [Store, Store, Store];
      await first.createInstance(sampleInstance('i1', await onboard(first)));
      const begin = (store: Store, index: number) =>
        store.beginOperation(sampleOperation(`op${String(index)}`, 'i1'), 'any');
      const outcomes = await Promise.all([...replicas, ...replicas].map(begin));
      expect(outcomes.filter((one) => one.ok)).toHaveLength(1);
      const said = outcomes.flatMap((one) => (one.ok ? [] : [one.problem.detail]));
      expect(new Set(said.map((text) => /on VNF instance i1 is STARTING; wait for its end/.test(text)))).toEqual(
        new Set([true]),
      );
    });

    it('delivers all to each subscriber, once and in order, while much happens', async () => {
      const replicas = [await bench.fresh(), await berth(), await berth()];
      const [first, second] = replicas as [Store, Store, Store];
      for (const id of ['s1', 's2', 's3', 'gone']) await first.createSubscription(sampleSubscription(id));
      const told: Delivery[] = [];
      let over = false;
      const deliver = async (store: Store, owner: string): Promise<void> => {
        for (;;) {
          const mayEnd = over;
          const leased = await store.leaseDelivery(freeOnly(owner));
          if (leased) {
            told.push(leased.work);
            await store.endDelivery(leased, { result: 'over', atMs: Date.now() });
          } else if (mayEnd) return;
        }
      };
      const toggle = async (store: Store, id: VnfPkgId): Promise<void> => {
        for (let n = 0; n < 9; n += 1)
          valueOf(await store.modifyPackage(id, { operationalState: n % 2 === 0 ? 'DISABLED' : 'ENABLED' }));
      };
      const ids = [await onboard(first, 'a', 'vnfd-a'), await onboard(first, 'b', 'vnfd-b')] as const;
      const delivering = replicas.map((store, index) => deliver(store, `replica-${String(index)}`));
      await Promise.all([toggle(first, ids[0]), toggle(second, ids[1])]);
      await second.deleteSubscription('vnfpkgm', subscriptionId('gone'));
      over = true;
      await Promise.all(delivering);
      const states = Array.from({ length: 10 }, (_, n) => (n % 2 === 0 ? 'ENABLED' : 'DISABLED'));
      for (const id of ['s1', 's2', 's3']) {
        const mine = told.filter(({ subscription }) => subscription.id === id);
        expect(mine.map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
        for (const pkg of ids) {
          const ofPackage = mine.flatMap(({ event }) =>
            event.api === 'vnfpkgm' && event.vnfPkgId === pkg ? [event] : [],
          );
          expect(ofPackage.map((event) => event.operationalState)).toEqual(states);
        }
      }
      expect(await first.outbox()).toEqual({ pending: 0 });
    });

    it('goes on when the server ends its connections', async () => {
      const store = await bench.fresh();
      await store.ensureHost(hostId('h1'), 'west');
      await cluster.run(
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'berth' and state = 'idle'`,
      );
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(await everyHost(store)).toHaveLength(1);
    });
  });

  describe('cannot be used', () => {
    const opening = (change: (url: URL) => void): Promise<void> => {
      const changed = new URL(url.replace('@/', '@localhost/'));
      change(changed);
      const store = createPostgresStore({ url: changed.href, clock: systemClock, connectTimeoutMs: 2_000 });
      return store.open().finally(() => store.close());
    };

    it('when there is no such database: the sentence says to create it', async () => {
      url = await cluster.database();
      await expect(
        opening((to) => {
          to.pathname = '/nowhere';
        }),
      ).rejects.toThrow(/^the PostgreSQL database "nowhere" at the socket in .*; create the database/);
    });

    it('when the user is not known: the sentence names the user and never the password', async () => {
      url = await cluster.database();
      const refused = opening((to) => {
        to.username = 'mallory';
        to.password = 'open-sesame';
      });
      await expect(refused).rejects.toThrow(/\(user "mallory"\) cannot be used; correct the user or the password/);
      await expect(refused).rejects.not.toThrow('open-sesame');
    });

    it('when a newer Berth has written it', async () => {
      await bench.fresh();
      await cluster.run("insert into kysely_migration values ('9999-from-the-future', '2030-01-01')", url);
      await expect(berth()).rejects.toThrow(/written by a newer Berth.*9999-from-the-future/);
      await bench.clear();
    });
  });
});
