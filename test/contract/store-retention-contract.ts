import { describe, expect, it } from '@jest/globals';
import { allocationId, opOccId, vnfcId } from '../../src/shared/ids.js';
import type { Store } from '../../src/store/store.js';
import { instantiated, vnfc } from '../builders/vnfc.js';
import type { UseStore } from './store-contract.js';
import { begun, cpuClaim, planCommit } from './store-samples.js';

const dayMs = 24 * 3_600_000;
const forget = { nowMs: dayMs, keepDays: 1, surplus: 0, look: 10 };

/** An operation that has ended, with a line in its journal. */
async function ended(store: Store, id: string, nowMs: number, state: 'COMPLETED' | 'FAILED_TEMP' = 'COMPLETED') {
  await begun(store, id);
  const opOcc = opOccId(id);
  await store.appendJournal([{ opOccId: opOcc, seq: 1, stepId: 's', phase: 'started', atMs: 1 }], 1);
  await store.endOperation({ opOccId: opOcc, token: 1, state, nowMs });
}

export function storeRetentionContract(use: UseStore): void {
  const left = async (): Promise<readonly string[]> => (await use().opOccPage({ limit: 99 })).map(({ id }) => id);

  describe('operations that ended long ago', () => {
    it('are removed with their journals, by when they ended', async () => {
      await ended(use(), 'op1', 5000);
      await ended(use(), 'op2', 3000);
      expect(await use().forgetOperations({ ...forget, nowMs: dayMs + 4000 })).toEqual({ removed: 1 });
      expect([await left(), await use().journal(opOccId('op2'))]).toEqual([['op1'], []]);
      expect(await use().journal(opOccId('op1'))).toHaveLength(1);
    });

    it('are removed beyond a number, the oldest first', async () => {
      for (const id of ['op1', 'op2', 'op3']) await ended(use(), id, 5000);
      expect([await use().operationsBeyond(1), await use().operationsBeyond(3)]).toEqual([2, 0]);
      await use().forgetOperations({ ...forget, surplus: 2 });
      expect(await left()).toEqual(['op3']);
    });

    it('count as beyond the number once, though they are old too', async () => {
      for (const id of ['op1', 'op2', 'op3']) await ended(use(), id, id === 'op3' ? 9000 : 3000);
      await use().forgetOperations({ ...forget, surplus: 2, nowMs: dayMs + 4000 });
      expect(await left()).toEqual(['op3']);
    });

    it('are kept while they have not ended, parked ones too', async () => {
      await begun(use(), 'op1');
      await ended(use(), 'op2', 3000, 'FAILED_TEMP');
      expect(await use().forgetOperations({ ...forget, nowMs: 2 * dayMs, surplus: 99 })).toEqual({ removed: 0 });
      expect(await left()).toEqual(['op1', 'op2']);
    });

    it('are kept while their claims stand', async () => {
      await use().ensureHost(cpuClaim('op1', 1).hostId, 'z');
      await begun(use(), 'op1');
      await use().commitPlan(planCommit('op1', [cpuClaim('op1', 1)]));
      const instance = { instantiated: instantiated({ vnfcs: [vnfc({ id: vnfcId('vnfc-of-op1') })] }) };
      await use().endOperation({ opOccId: opOccId('op1'), token: 1, state: 'COMPLETED', nowMs: 3000, instance });
      expect(await use().operationsBeyond(0)).toBe(0);
      await use().forgetOperations({ ...forget, nowMs: 2 * dayMs });
      expect(await left()).toEqual(['op1']);
      await use().releaseAllocations([allocationId('vnfc-of-op1')]);
      await use().forgetOperations({ ...forget, nowMs: 2 * dayMs });
      expect(await left()).toEqual([]);
    });

    it('leave room that is given back when there is much', async () => {
      expect(await use().returnSpace()).toBe(false);
    });

    it('are looked at a few at a time', async () => {
      for (const id of ['op1', 'op2', 'op3']) await ended(use(), id, 3000);
      const first = await use().forgetOperations({ ...forget, nowMs: dayMs + 4000, look: 2 });
      expect([first, await left()]).toEqual([{ removed: 2, reached: { ms: 1000, id: 'op2' } }, ['op3']]);
      const { reached: after } = first;
      expect(await use().forgetOperations({ ...forget, ...(after && { after }), nowMs: dayMs + 4000 })).toEqual({
        removed: 1,
      });
      expect(await left()).toEqual([]);
    });
  });
}
