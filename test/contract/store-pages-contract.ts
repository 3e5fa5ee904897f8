/**
 * Pages of every collection: together they are the collection, narrowed as asked, whatever comes and goes in between.
 */
import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { LcmOpOcc } from '../../src/lifecycle/model.js';
import { hostId, opOccId, vnfInstanceId, vnfPkgId } from '../../src/shared/ids.js';
import type { OpOccHead, OpOccWhere } from '../../src/store/operations.js';
import type { MomentKey, PageAfter } from '../../src/store/page.js';
import type { UseStore } from './store-contract.js';
import {
  cpuClaim,
  freeOnly,
  onboard,
  planCommit,
  sampleInstance,
  sampleOperation,
  sampleSubscription,
} from './store-samples.js';
import { Tried } from '../builders/tried.js';

/** All pages of a size, one after the other. */
async function allPages<T, Key>(
  read: (page: PageAfter<Key>) => Promise<readonly T[]>,
  keyOf: (item: T) => Key,
  limit = 2,
): Promise<readonly T[]> {
  const all: T[] = [];
  for (;;) {
    const last = all.at(-1);
    const page = await read({ limit, ...(last && { after: keyOf(last) }) });
    expect(page.length).toBeLessThanOrEqual(limit);
    if (page.length === 0) return all;
    all.push(...page);
  }
}

const momentOf = ({ startTimeMs, id }: Pick<LcmOpOcc, 'startTimeMs' | 'id'>): MomentKey => ({ ms: startTimeMs, id });

export function storePagesContract(use: UseStore): void {
  describe('pages of operations', () => {
    const operations: LcmOpOcc[] = [];
    beforeEach(async () => {
      const pkg = await onboard(use());
      operations.length = 0;
      for (let at = 0; at < 12; at += 1) {
        const instance = `i${String(at % 3)}`;
        if (at < 3) await use().createInstance(sampleInstance(instance, pkg));
        const occ: LcmOpOcc = {
          ...sampleOperation(`op${String((at * 7) % 12)}`, instance, 1000 + Math.floor(at / 4)),
          operation: at % 2 === 0 ? 'INSTANTIATE' : 'SCALE',
          operationParams: { flavourId: 'simple', padding: 'x'.repeat(10_000) },
        };
        operations.push(occ);
        await use().beginOperation(occ, 'any');
        if (at < 9) await use().requestState({ opOccId: occ.id, from: ['STARTING'], to: 'FAILED', nowMs: 2000 });
      }
    });
    const read = (where?: OpOccWhere, limit?: number): Promise<readonly OpOccHead[]> =>
      allPages<OpOccHead, MomentKey>((page) => use().opOccPage(page, where), momentOf, limit);

    const sorted = (): readonly string[] =>
      operations.toSorted((a, b) => a.startTimeMs - b.startTimeMs || (a.id < b.id ? -1 : 1)).map(({ id }) => id);

    it('are all of them, the oldest first, without their large parts', async () => {
      const all = await read();
      expect(all.map(({ id }) => id)).toEqual(sorted());
      expect(JSON.stringify(all)).not.toContain('padding');
      expect(await use().opOcc(opOccId('op0'))).toMatchObject({ operationParams: { flavourId: 'simple' } });
    });

    /** Asked in one of four cases: of much that is asked together, nothing is found. */
    const rarely = <T>(asked: fc.Arbitrary<T>) =>
      fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: asked });
    const some = <T>(...values: T[]) =>
      rarely(fc.oneof(fc.constant([]), fc.subarray(values, { minLength: 1 }), fc.subarray(values, { minLength: 1 })));

    it('are narrowed as asked, whatever is asked', async () => {
      const asked = fc.record({
        ids: some('op0', 'op3', 'op11', 'none'),
        instanceIds: some('i0', 'i1', 'i9'),
        states: some('STARTING', 'FAILED', 'COMPLETED'),
        operations: some('INSTANTIATE', 'SCALE'),
        startFromMs: rarely(fc.integer({ min: 998, max: 1003 })),
        startUntilMs: rarely(fc.integer({ min: 999, max: 1004 })),
      });
      const states = new Map((await read()).map(({ id, operationState }) => [id, operationState]));
      const led = new Tried('to be led to what is asked');
      const tried = new Tried('to be led to some operations, and not to all');
      await fc.assert(
        fc.asyncProperty(asked, fc.integer({ min: 1, max: 5 }), async (given, limit) => {
          const where = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
          const isIn = (list: readonly string[] | undefined, value: string) => list?.includes(value) ?? true;
          const wanted = operations.filter(
            ({ id, vnfInstanceId: instance, operation, startTimeMs }) =>
              isIn(given.ids, id) &&
              isIn(given.instanceIds, instance) &&
              isIn(given.states, states.get(id) ?? '') &&
              isIn(given.operations, operation) &&
              startTimeMs >= (given.startFromMs ?? 0) &&
              startTimeMs <= (given.startUntilMs ?? Infinity),
          );
          const found = (await read(where, limit)).map(({ id }) => id);
          expect(found).toEqual(sorted().filter((id) => found.some((each) => each === id)));
          expect(found).toEqual(expect.arrayContaining(wanted.map(({ id }) => id)));
          // An index leads to what is asked, unless both ids or instances and more are given.
          const { ids, instanceIds, states: inStates, operations: ofKinds } = given;
          const isLedTo = ids === undefined ? instanceIds === undefined : !instanceIds && !inStates && !ofKinds;
          tried.is(isLedTo && wanted.length > 0 && wanted.length < operations.length);
          if (led.is(isLedTo)) expect(found).toHaveLength(wanted.length);
        }),
        { numRuns: 100 },
      );
      led.expectShare(1 / 6);
      tried.expectShare(1 / 50);
    });

    it('of decisions hold those that were placed or refused, with the explanation', async () => {
      await use().ensureHost(hostId('h1'), 'west');
      const first = (await use().leaseOperation(freeOnly('me')))?.work;
      if (first === undefined) throw new Error('no operation was to be leased');
      await use().commitPlan(planCommit(first.id, [cpuClaim(first.id, 1)]));
      const decided = await allPages((page: PageAfter<MomentKey>) => use().decidedPage(page), momentOf);
      expect(decided).toEqual([
        {
          id: first.id,
          vnfInstanceId: first.vnfInstanceId,
          operation: first.operation,
          startTimeMs: first.startTimeMs,
          explanation: { decision: 'placed' },
        },
      ]);
      expect(await use().decision(first.id)).toEqual(decided[0]);
      const [other] = (await read()).filter(({ id }) => id !== first.id);
      expect(await use().decision(other?.id ?? first.id)).toBeUndefined();
      expect((await read()).filter(({ rollbackSupported }) => rollbackSupported).map(({ id }) => id)).toEqual([
        first.id,
      ]);
    });
  });

  describe('pages of instances', () => {
    const read = (where?: Parameters<ReturnType<UseStore>['instancePage']>[1]) =>
      allPages(
        (page: PageAfter<string>) => use().instancePage(page, where),
        ({ id }) => id,
      );

    it('are all of them by id, narrowed by VNFD and name', async () => {
      const pkg = await onboard(use());
      const named = ['i1', 'i2', 'i3'].map((id) => sampleInstance(id, pkg));
      const nul = { ...sampleInstance('i4', pkg), vnfInstanceName: 'with \0 in it' };
      for (const each of [...named, nul]) await use().createInstance(each);
      expect(await read()).toEqual([...named, nul]);
      expect(await read({ names: ['name of i2', 'name of i3'] })).toEqual(named.slice(1));
      expect(await read({ ids: ['i3'] })).toEqual(named.slice(2));
      expect(await read({ vnfdIds: ['vnfd-1'] })).toEqual([...named, nul]);
      expect(await read({ vnfdIds: [] })).toEqual([]);
      expect(await use().instancesOf([vnfInstanceId('i3'), vnfInstanceId('none')])).toEqual(named.slice(2));
      expect(await use().instantiatedPage({ limit: 9 })).toEqual([]);
    });
  });

  describe('pages of packages', () => {
    const read = (where?: Parameters<ReturnType<UseStore>['packagePage']>[1]) =>
      allPages(
        (page: PageAfter<string>) => use().packagePage(page, where),
        ({ id }) => id,
      );

    it('show what a package is, and leave what it holds unread', async () => {
      await onboard(use(), 'p1', 'vnfd-1');
      await onboard(use(), 'p2', 'vnfd-2');
      await use().createPackage({ id: vnfPkgId('p3'), userDefinedData: {}, createdAtMs: 3 });
      const all = await read();
      expect(all.map(({ id, summary }) => [id, summary?.vnfd.id])).toEqual([
        ['p1', 'vnfd-1'],
        ['p2', 'vnfd-2'],
        ['p3', undefined],
      ]);
      expect(JSON.stringify(all)).not.toContain('flavours');
      expect((await read({ onboarded: true })).map(({ id }) => id)).toEqual(['p1', 'p2']);
      expect((await read({ vnfdIds: ['vnfd-2'] })).map(({ id }) => id)).toEqual(['p2']);
      const ids = ['p1', 'p3', 'p9'].map(vnfPkgId);
      expect([...(await use().scalingOf(ids))]).toEqual([['p1', {}]]);
      expect([...(await use().packageStates(ids))]).toEqual([
        ['p1', 'ONBOARDED'],
        ['p3', 'CREATED'],
      ]);
    });
  });

  describe('pages of hosts and subscriptions', () => {
    it('are all hosts by id', async () => {
      await use().ensureHosts(['h1', 'h2', 'h3'].map((id) => ({ id: hostId(id), zone: 'west' })));
      const all = await allPages(
        (page: PageAfter<string>) => use().hostPage(page),
        ({ id }) => id,
      );
      expect(all.map(({ id }) => id)).toEqual(['h1', 'h2', 'h3']);
    });

    it('are all subscriptions of an interface, the oldest first', async () => {
      const made = ['s3', 's1', 's2'].map((id, at) => ({ ...sampleSubscription(id), createdAtMs: 100 + at }));
      for (const each of made) await use().createSubscription(each);
      const all = await allPages(
        (page: PageAfter<MomentKey>) => use().subscriptionPage('vnfpkgm', page),
        ({ createdAtMs, id }) => ({ ms: createdAtMs, id }),
      );
      expect(all).toEqual(made);
    });
  });
}
