/** Contract of allocations: two places at once, one for another in one commit, and none that nobody keeps. */
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Claim } from '../../src/inventory/model.js';
import type { InstantiatedVnf } from '../../src/lifecycle/model.js';
import { allocationId, hostId, opOccId, vnfInstanceId, vnfcId } from '../../src/shared/ids.js';
import type { OperationEnd, PlanCommit } from '../../src/store/operations.js';
import type { Store } from '../../src/store/store.js';
import { instantiated, vnfc } from '../builders/vnfc.js';
import { everyClaim, everyHost } from '../builders/whole-tables.js';
import { randomHistory } from './allocation-histories.js';
import type { UseStore } from './store-contract.js';
import { begun, cpuClaim, freeOnly, planCommit, sampleOperation, smallFacts } from './store-samples.js';

const [h1, h2] = [hostId('h1'), hostId('h2')];
const place = (name: string) => allocationId(name);
const mac = { hostId: hostId('*'), kind: 'mac', key: '52:54:00:00:00:01' } as const;

/** The VNFC of op1 as its record has it while it is in this place. */
const inPlace = (name: string, on = h1): InstantiatedVnf =>
  instantiated({
    vnfcs: [
      vnfc({
        id: vnfcId('vnfc-of-op1'),
        hostId: on,
        allocations: { place: place(name), addresses: place('addresses') },
      }),
    ],
  });

/** A claim of the VNFC of op1 by a later operation on the same instance. */
const later = (operation: string, name: string, cpu: number, change: Partial<Claim> = {}): Claim =>
  cpuClaim('op1', cpu, { opOccId: opOccId(operation), allocationId: place(name), ...change });

export function storeAllocationsContract(use: UseStore): void {
  const generations = async () => (await everyHost(use())).map(({ generation }) => generation);
  const held = async () =>
    (await everyClaim(use())).map(({ allocationId: id, hostId: on, key }) => `${id} ${on} ${key}`);
  const seen = async (): Promise<PlanCommit['generations']> =>
    (await everyHost(use())).map(({ id, generation }) => ({ hostId: id, generation }));
  const end = (operation: string, state: OperationEnd['state'], change: Partial<OperationEnd> = {}): OperationEnd => ({
    ...{ opOccId: opOccId(operation), token: 1, state, nowMs: 5 },
    ...change,
  });

  describe('an allocation', () => {
    beforeEach(async () => {
      await begun(use(), 'op1');
      await use().ensureHosts([h1, h2].map((id) => ({ id, zone: 'z' })));
      await use().saveHostFacts(h1, smallFacts);
      const claims = [
        cpuClaim('op1', 1, { allocationId: place('first') }),
        cpuClaim('op1', 0, {
          kind: 'hugepages',
          key: '2048',
          exclusive: false,
          amount: 8,
          allocationId: place('first'),
        }),
        cpuClaim('op1', 0, { ...mac, allocationId: place('addresses') }),
      ].map(({ cell, ...claim }) => (claim.kind === 'mac' ? claim : { ...claim, cell: cell ?? 0 }));
      await use().commitPlan(planCommit('op1', claims));
      await use().endOperation(end('op1', 'COMPLETED', { instance: { instantiated: inPlace('first') } }));
    });

    it('is kept by the record that names it', async () => {
      expect(await held()).toEqual(['addresses * 52:54:00:00:00:01', 'first h1 1', 'first h1 2048']);
      expect(await use().ownerlessAllocations(9)).toEqual([]);
      expect(await use().instanceOf(vnfcId('vnfc-of-op1'))).toMatchObject({ id: 'instance-of-op1' });
    });

    it('is one of two while a VNFC moves, with one set of addresses, and either goes alone', async () => {
      await begunOn(use(), 'move');
      const moving = planCommit('move', [later('move', 'second', 3, { hostId: h2 })]);
      expect(await use().commitPlan({ ...moving, generations: await seen() })).toEqual({ committed: true });
      expect(await held()).toEqual(['addresses * 52:54:00:00:00:01', 'first h1 1', 'first h1 2048', 'second h2 3']);
      expect([(await use().instancesOn(h1)).length, (await use().instancesOn(h2)).length]).toEqual([1, 1]);
      const before = await generations();
      await use().releaseAllocations([place('first')]);
      expect(await held()).toEqual(['addresses * 52:54:00:00:00:01', 'second h2 3']);
      expect(await generations()).toEqual([(before[0] ?? 0) + 1, before[1]]);
      expect(await use().vnfcStanding([vnfcId('vnfc-of-op1')])).toEqual(new Map([['vnfc-of-op1', 'held']]));
      await use().endOperation(end('move', 'COMPLETED', { instance: { instantiated: inPlace('second', h2) } }));
      expect(await held()).toEqual(['addresses * 52:54:00:00:00:01', 'second h2 3']);
      expect(await use().ownerlessAllocations(9)).toEqual([]);
    });

    it('that a move made goes with its rollback, and the first one stays', async () => {
      await begunOn(use(), 'move');
      const moving = planCommit('move', [later('move', 'second', 3, { hostId: h2 })]);
      await use().commitPlan({ ...moving, generations: await seen() });
      await use().endOperation(end('move', 'ROLLED_BACK'));
      expect(await held()).toEqual(['addresses * 52:54:00:00:00:01', 'first h1 1', 'first h1 2048']);
    });

    it('gives way to another of its VNFC on a full host in one commit', async () => {
      await begunOn(use(), 'swap');
      const claims = [
        later('swap', 'second', 1),
        later('swap', 'second', 0, { kind: 'hugepages', key: '2048', exclusive: false, amount: 8 }),
      ];
      const full = { ...planCommit('swap', claims), generations: await seen() };
      expect(await use().commitPlan(full)).toMatchObject({ committed: false });
      expect(await use().commitPlan({ ...full, releases: [place('first')] })).toEqual({ committed: true });
      expect(await held()).toEqual(['addresses * 52:54:00:00:00:01', 'second h1 1', 'second h1 2048']);
      expect(await generations()).toEqual([3, 1].map((one, at) => one + (at === 0 ? 0 : 1)));
      await use().endOperation(end('swap', 'COMPLETED', { instance: { instantiated: inPlace('second') } }));
      expect(await held()).toEqual(['addresses * 52:54:00:00:00:01', 'second h1 1', 'second h1 2048']);
    });

    it('stays when the commit that was to replace it is lost to another', async () => {
      await begunOn(use(), 'swap');
      const planned = await seen();
      await begun(use(), 'other');
      expect(await use().commitPlan(planCommit('other', [cpuClaim('other', 2)], planned[0]?.generation))).toEqual({
        committed: true,
      });
      const swap = { ...planCommit('swap', [later('swap', 'second', 2)]), releases: [place('first')] };
      expect(await use().commitPlan({ ...swap, generations: planned })).toMatchObject({ committed: false });
      expect(await use().commitPlan({ ...swap, generations: await seen() })).toEqual({
        committed: false,
        lost: expect.stringMatching(/h1.*cpu 2/),
      });
      expect(await held()).toContain('first h1 1');
      expect(await held()).not.toContain('second h1 2');
    });

    it('goes with the end of the operation after which no record names it, whatever was forgotten', async () => {
      await begunOn(use(), 'end');
      await use().endOperation(end('end', 'COMPLETED', { instance: { instantiated: null } }));
      expect([await held(), await use().ownerlessAllocations(9)]).toEqual([[], []]);
      expect(await use().vnfcStanding([vnfcId('vnfc-of-op1')])).toEqual(new Map([['vnfc-of-op1', 'ended']]));
    });

    it('of a VNFC that failed before it was begun goes when its operation is given up', async () => {
      await begunOn(use(), 'scale');
      const added = { allocationId: place('new'), vnfcId: vnfcId('new') };
      await use().commitPlan({ ...planCommit('scale', [later('scale', 'new', 2, added)]), generations: await seen() });
      await use().endOperation(end('scale', 'FAILED_TEMP'));
      expect(await held()).toContain('new h1 2');
      expect(await use().ownerlessAllocations(9)).toEqual([]);
      const given = { opOccId: opOccId('scale'), instance: { instantiated: inPlace('first') }, nowMs: 6 };
      expect(await use().failOperation(given)).toMatchObject({ ok: true });
      expect(await held()).toEqual(['addresses * 52:54:00:00:00:01', 'first h1 1', 'first h1 2048']);
    });

    it('is on one host and of one VNFC, and released by its own instance: all else is a fault of the caller', async () => {
      await begunOn(use(), 'wrong');
      const two = [later('wrong', 'second', 2), later('wrong', 'second', 3, { hostId: h2 })];
      const commit = { ...planCommit('wrong', two), generations: await seen() };
      await expect(use().commitPlan(commit)).rejects.toThrow(/second.*h1.*h2/);
      await begun(use(), 'stranger');
      const theft = { ...planCommit('stranger', []), releases: [place('first')] };
      await expect(use().commitPlan({ ...theft, generations: await seen() })).rejects.toThrow(/first/);
      expect(await held()).toContain('first h1 1');
    });

    it('of the place that a VNFC left keeps the disk space of what it left there, and no other', async () => {
      await begunOn(use(), 'move');
      const disk = { kind: 'disk', key: 'pool', exclusive: false, amount: 5 } as const;
      const claims = [later('move', 'second', 0, { ...disk, hostId: h2 })].map(({ cell: _none, ...claim }) => claim);
      await use().commitPlan({ ...planCommit('move', claims), generations: await seen() });
      await use().endOperation(end('move', 'COMPLETED', { instance: { instantiated: inPlace('second', h2) } }));
      await begunOn(use(), 'back');
      const left = { vnfcId: vnfcId('vnfc-of-op1'), hostId: h2, pool: 'pool', name: 'a', bases: [] };
      await use().keepLeftovers([{ ...left, reason: 'away', sinceMs: 1 }]);
      await use().commitPlan({ ...planCommit('back', [later('back', 'third', 1)]), generations: await seen() });
      await use().endOperation(end('back', 'COMPLETED', { instance: { instantiated: inPlace('third') } }));
      expect(await held()).toEqual(['addresses * 52:54:00:00:00:01', 'third h1 1', 'second h2 pool']);
      expect(await use().ownerlessAllocations(9)).toEqual([]);
      await use().settleLeftovers([{ ...left, reason: 'away', sinceMs: 1 }]);
      expect(await held()).toEqual(['addresses * 52:54:00:00:00:01', 'third h1 1']);
    });
  });

  describe('a virtual address', () => {
    const sharers = ['one', 'two', 'three'];
    const row = (name: string, exclusive: boolean, key = 'data/10.9.0.1'): Claim => {
      const { cell: _none, ...claim } = cpuClaim('op1', 0, { hostId: hostId('*'), kind: 'ip', key, exclusive });
      return { ...claim, allocationId: place(name), vnfcId: vnfcId(name) };
    };
    const planOf = (id: string, claims: readonly Claim[]) => ({ ...planCommit(id, claims), generations: [] });
    const holder = async () =>
      (await everyClaim(use())).filter(({ exclusive }) => exclusive).map(({ vnfcId: id, key }) => `${id} ${key}`);
    const record = (names: readonly string[]): InstantiatedVnf =>
      instantiated({
        vnfcs: names.map((id) => {
          const allocations = { place: place(`place-${id}`), addresses: place(id) };
          return vnfc({ id: vnfcId(id), hostId: h1, allocations });
        }),
      });

    beforeEach(async () => {
      await begun(use(), 'op1');
      const made = planOf('op1', [row('two', true), row('one', false), row('three', false)]);
      expect(await use().commitPlan(made)).toEqual({ committed: true });
    });

    it('is claimed until the last of those that share it is gone, whoever goes first', async () => {
      await use().endOperation(end('op1', 'COMPLETED', { instance: { instantiated: record(sharers) } }));
      expect(await holder()).toEqual(['two data/10.9.0.1']);
      await use().releaseAllocations([place('two')]);
      expect(await holder()).toEqual(['one data/10.9.0.1']);
      await use().releaseAllocations([place('one')]);
      expect(await holder()).toEqual(['three data/10.9.0.1']);
      expect(await use().ownerlessAllocations(9)).toEqual([]);
      await use().releaseAllocations([place('three')]);
      expect(await everyClaim(use())).toEqual([]);
    });

    it('gets a holder at the next release when nobody holds it', async () => {
      const key = 'data/10.9.0.2';
      await use().endOperation(end('op1', 'COMPLETED', { instance: { instantiated: record(sharers) } }));
      await begunOn(use(), 'op2');
      const of2 = (name: string) => ({ ...row(name, false, key), opOccId: opOccId('op2') });
      expect(await use().commitPlan(planOf('op2', ['four', 'five', 'six'].map(of2)))).toEqual({ committed: true });
      await use().releaseAllocations([place('five')]);
      expect(await holder()).toContain(`four ${key}`);
      await use().releaseAllocations([place('six')]);
      expect((await holder()).filter((each) => each.endsWith(key))).toEqual([`four ${key}`]);
    });

    it('that one plan claims twice is refused, however many it claims', async () => {
      await use().endOperation(end('op1', 'COMPLETED', { instance: { instantiated: record(sharers) } }));
      await begunOn(use(), 'op2');
      const many = Array.from({ length: 1_200 }, (_, at) => `many/${String(at)}`);
      const claims = [...many, 'many/0'].map((key) => ({ ...row('greedy', true, key), opOccId: opOccId('op2') }));
      expect(await use().commitPlan(planOf('op2', claims))).toMatchObject({
        committed: false,
        lost: expect.stringContaining('many/0'),
      });
    });

    it('is handed on when its holder is given up with its operation, and gone when all are', async () => {
      await use().endOperation(end('op1', 'FAILED_TEMP'));
      const given = { opOccId: opOccId('op1'), nowMs: 6, instance: { instantiated: record(['three']) } };
      expect(await use().failOperation(given)).toMatchObject({ ok: true });
      expect((await everyClaim(use())).map(({ vnfcId: id, exclusive }) => [id, exclusive])).toEqual([['three', true]]);
      await begunOn(use(), 'terminate');
      await use().endOperation(end('terminate', 'COMPLETED', { instance: { instantiated: null } }));
      expect(await everyClaim(use())).toEqual([]);
    });

    it('is nobody else’s meanwhile, and one that several have is handed on alone', async () => {
      await use().endOperation(end('op1', 'COMPLETED', { instance: { instantiated: record(sharers) } }));
      await use().releaseAllocations([place('two')]);
      await begunOn(use(), 'op2');
      const theft = planOf('op2', [{ ...row('thief', true), opOccId: opOccId('op2') }]);
      expect(await use().commitPlan(theft)).toMatchObject({
        committed: false,
        lost: expect.stringContaining('10.9.0.1'),
      });
      const other = { ...row('four', true, 'data.7/10.9.0.1'), opOccId: opOccId('op2') };
      expect(await use().commitPlan(planOf('op2', [other]))).toEqual({ committed: true });
      await use().releaseAllocations([place('one')]);
      expect([...(await holder())].sort()).toEqual(['four data.7/10.9.0.1', 'three data/10.9.0.1']);
    });
  });

  describe('whatever operations did', () => {
    it('no allocation is without an owner, and records and allocations say the same', async () => {
      let [commits, swaps, lost] = [0, 0, 0];
      for (const seed of [1, 2]) {
        const history = await randomHistory(use(), seed, 60);
        commits += history.commits;
        swaps += history.swaps;
        lost += history.lost;
        expect(history.wrong).toEqual([]);
      }
      // Not vacuous: plans were committed, places were swapped, and races were lost.
      expect([commits > 30, swaps > 10, lost > 10]).toEqual([true, true, true]);
    });
  });
}

async function begunOn(store: Store, operation: string): Promise<void> {
  const begunNow = await store.beginOperation(
    {
      ...sampleOperation(operation, 'instance-of-op1'),
      operation: 'SCALE',
      vnfInstanceId: vnfInstanceId('instance-of-op1'),
    },
    'any',
  );
  expect(begunNow).toMatchObject({ ok: true });
  await store.leaseOperation(freeOnly('me'));
}
