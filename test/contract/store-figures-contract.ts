/** Contract of the numbers that metrics ask for at every scrape. */
import { beforeEach, describe, expect, it } from '@jest/globals';
import { hostId, opOccId, vnfInstanceId, vnfPkgId } from '../../src/shared/ids.js';
import { problem } from '../../src/shared/problem.js';
import type { UseStore } from './store-contract.js';
import { begun, freeOnly, planCommit, processed, sampleInstance, sampleOperation } from './store-samples.js';

const why = problem('step-failed', 'the image is missing');

export function storeFiguresContract(use: UseStore): void {
  describe('operations that have not ended', () => {
    beforeEach(async () => {
      await use().ensureHost(hostId('h1'), 'z');
      await begun(use(), 'op1', 'op2', 'op3');
      await use().commitPlan(planCommit('op1', []));
      await use().endOperation({ opOccId: opOccId('op2'), token: 1, state: 'FAILED_TEMP', error: why, nowMs: 1500 });
      await use().endOperation({ opOccId: opOccId('op3'), token: 1, state: 'COMPLETED', nowMs: 1 });
    });

    const entry = (seq: number, atMs: number) =>
      ({ opOccId: opOccId('op1'), seq, stepId: 's', phase: 'started', atMs }) as const;

    it('are counted by what they do and their state, parked ones too', async () => {
      const { counts, waiting } = await use().openOperations(9);
      expect(counts).toEqual([
        { operation: 'INSTANTIATE', state: 'FAILED_TEMP', count: 1 },
        { operation: 'INSTANTIATE', state: 'PROCESSING', count: 1 },
      ]);
      expect(waiting).toBe(0);
    });

    it('wait while nobody holds them, and no longer once somebody does', async () => {
      await use().createInstance(sampleInstance('i4', 'p1'));
      await use().beginOperation(sampleOperation('op4', 'i4', 1600), 'any');
      expect((await use().openOperations(9)).waiting).toBe(1);
      await use().dropLease(opOccId('op1'), 1);
      expect((await use().openOperations(9)).waiting).toBe(2);
      await use().leaseOperation(freeOnly('me'));
      await use().leaseOperation(freeOnly('me'));
      expect((await use().openOperations(9)).waiting).toBe(0);
    });

    it('are told by how long they are in their state, the longest first, with when their journal was written last', async () => {
      await use().appendJournal([entry(1, 2100)], 1);
      await use().appendJournal([entry(2, 2200)], 1);
      const shared = { operation: 'INSTANTIATE' } as const;
      const [parked, running] = [
        { ...shared, id: 'op2', vnfInstanceId: 'instance-of-op2', state: 'FAILED_TEMP', stateEnteredTimeMs: 1500 },
        { ...shared, id: 'op1', vnfInstanceId: 'instance-of-op1', state: 'PROCESSING', stateEnteredTimeMs: 2000 },
      ];
      expect((await use().openOperations(9)).longest).toEqual([parked, { ...running, journalMs: 2200 }]);
      expect((await use().openOperations(1)).longest).toEqual([parked]);
    });

    it('are in their state again when they were moved on', async () => {
      const request = { opOccId: opOccId('op2'), from: ['FAILED_TEMP'], to: 'PROCESSING', nowMs: 7000 } as const;
      await use().requestState(request);
      const { longest } = await use().openOperations(9);
      expect(longest.map(({ id, stateEnteredTimeMs }) => [id, stateEnteredTimeMs])).toEqual([
        ['op1', 2000],
        ['op2', 7000],
      ]);
    });
  });

  describe('packages and instances', () => {
    it('are counted by their states', async () => {
      expect(await use().packageCounts()).toEqual(new Map());
      await begun(use(), 'op1');
      await use().createPackage({ id: vnfPkgId('p2'), userDefinedData: {}, createdAtMs: 2 });
      const read = await processed(use(), 'p3');
      expect(await use().packageCounts()).toEqual(new Map([...counted, ['PROCESSING', 1]]));
      await use().failOnboarding(read, 2, why);
      expect(await use().packageCounts()).toEqual(new Map([...counted, ['ERROR', 1]]));
      await use().deletePackage(vnfPkgId('p2'));
      expect((await use().packageCounts()).has('CREATED')).toBe(false);
    });

    const counted = [
      ['CREATED', 1],
      ['ONBOARDED', 1],
    ] as const;

    it('count as idle until they are instantiated', async () => {
      expect(await use().idleInstances()).toBe(0);
      await begun(use(), 'op1', 'op2');
      expect(await use().idleInstances()).toBe(2);
      const real = { flavourId: 'f', vnfState: 'STARTED', scaleLevels: {}, inputs: {} } as const;
      const instantiated = { ...real, extVirtualLinks: [], virtualLinks: [], vnfcs: [] };
      const end = { opOccId: opOccId('op1'), token: 1, state: 'COMPLETED', nowMs: 1 } as const;
      await use().endOperation({ ...end, instance: { instantiated } });
      expect(await use().idleInstances()).toBe(1);
      await use().endOperation({ ...end, opOccId: opOccId('op2') });
      await use().deleteInstance(vnfInstanceId('instance-of-op2'));
      expect(await use().idleInstances()).toBe(0);
    });
  });

  describe('the database', () => {
    it('says how large it is, and grows', async () => {
      const before = await use().size();
      expect(before.bytes).toBeGreaterThan(10_000);
      const userDefinedData = {
        text: 'x'.repeat(2_000_000),
        more: Array.from({ length: 50_000 }, (_, at) => at * 7919),
      };
      await use().createPackage({ id: vnfPkgId('large'), userDefinedData, createdAtMs: 1 });
      const after = await use().size();
      expect(after.database).toBe(before.database);
      expect(after.bytes).toBeGreaterThan(before.bytes + 50_000);
    });
  });
}
