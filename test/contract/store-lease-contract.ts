/** Contract of leases: one worker per operation, and none that has been overtaken may write. */
import { beforeEach, describe, expect, it } from '@jest/globals';
import { hostId, opOccId } from '../../src/shared/ids.js';
import { LeaseLost } from '../../src/store/store.js';
import type { StoreBench, UseStore } from './store-contract.js';
import { cpuClaim, onboard, planCommit, sampleInstance, sampleOperation } from './store-samples.js';

const op1 = opOccId('op1');

export function storeLeaseContract(use: UseStore, bench: StoreBench): void {
  describe('a lease', () => {
    beforeEach(async () => {
      await onboard(use());
      for (const [index, id] of ['op1', 'op2'].entries()) {
        await use().createInstance(sampleInstance(`of-${id}`, 'p1'));
        await use().beginOperation(sampleOperation(id, `of-${id}`, 1000 + index), 'any');
      }
    });

    it('is given once per operation, the oldest first', async () => {
      expect((await use().leaseOperation('me', 2000, 3000))?.id).toBe('op1');
      const taken = await Promise.all([1, 2, 3].map(() => use().leaseOperation('me', 2000, 3000)));
      expect(new Set(taken.map((occ) => occ?.id))).toEqual(new Set(['op2', undefined]));
      expect(taken.filter((occ) => occ !== undefined)).toHaveLength(1);
    });

    it('is anybody’s when it has run out', async () => {
      await use().leaseOperation('me', 2000, 3000);
      await use().leaseOperation('me', 2000, 9000);
      expect(await use().leaseOperation('you', 2999, 4000)).toBeUndefined();
      expect((await use().leaseOperation('you', 3000, 4000))?.id).toBe('op1');
      expect(await use().renewLease(op1, 'me', 9000)).toBe(false);
      expect(await use().renewLease(op1, 'you', 9000)).toBe(true);
    });

    it('is anybody’s when it was dropped by its owner, and by nobody else', async () => {
      await use().leaseOperation('me', 2000, 9000);
      await use().dropLease(op1, 'you');
      expect(await use().renewLease(op1, 'me', 9000)).toBe(true);
      await use().dropLease(op1, 'me');
      expect((await use().leaseOperation('you', 2000, 9000))?.id).toBe('op1');
    });

    it('is needed for all that is written about the operation', async () => {
      await use().ensureHost(hostId('h1'), 'z');
      await use().leaseOperation('you', 2000, 9000);
      const entry = { opOccId: op1, seq: 1, stepId: 'a', phase: 'started', atMs: 1 } as const;
      await expect(use().appendJournal(entry, 'me')).rejects.toThrow(LeaseLost);
      const end = { opOccId: op1, owner: 'me', state: 'COMPLETED', nowMs: 1 } as const;
      await expect(use().endOperation(end)).rejects.toThrow(LeaseLost);
      await expect(use().commitPlan(planCommit('op1', [cpuClaim('op1', 1)]))).rejects.toThrow(LeaseLost);
      expect(await use().journal(op1)).toEqual([]);
      expect(await use().claims()).toEqual([]);
      expect((await use().opOcc(op1))?.operationState).toBe('STARTING');
    });

    it('is not given for operations that are parked or over, and goes with their end', async () => {
      await use().leaseOperation('me', 2000, 9000);
      await use().endOperation({ opOccId: op1, owner: 'me', state: 'FAILED_TEMP', nowMs: 1 });
      expect((await use().leaseOperation('me', 2000, 9000))?.id).toBe('op2');
      expect(await use().leaseOperation('me', 2000, 9000)).toBeUndefined();
      await use().requestState({ opOccId: op1, from: ['FAILED_TEMP'], to: 'ROLLING_BACK', nowMs: 2 });
      expect(await use().leaseOperation('me', 2000, 9000)).toMatchObject({
        id: 'op1',
        operationState: 'ROLLING_BACK',
      });
    });

    it('outlives no process when the store is one process’s own; what was written is there', async () => {
      await use().leaseOperation('me', 2000, 900_000);
      const entry = { opOccId: op1, seq: 1, stepId: 'a', phase: 'started', atMs: 1 } as const;
      await use().appendJournal(entry, 'me');
      const next = await bench.afterCrash();
      expect(await next.journal(op1)).toEqual([entry]);
      expect((await next.leaseOperation('next', 900_000, 999_999))?.id).toBe('op1');
      await expect(next.appendJournal({ ...entry, seq: 2 }, 'me')).rejects.toThrow(LeaseLost);
    });
  });
}
