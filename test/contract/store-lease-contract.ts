/** Contract of leases: one worker per operation, and none that has been overtaken may write. */
import { beforeEach, describe, expect, it } from '@jest/globals';
import { hostId, opOccId } from '../../src/shared/ids.js';
import { occupiedPage, type Leased } from '../../src/store/lease.js';
import { LeaseLost } from '../../src/store/operations.js';
import type { LcmOpOcc } from '../../src/lifecycle/model.js';
import type { StoreBench, UseStore } from './store-contract.js';
import {
  cpuClaim,
  freeOnly,
  lapsedToo,
  onboard,
  planCommit,
  sampleInstance,
  sampleOperation,
} from './store-samples.js';
import { everyClaim } from '../builders/whole-tables.js';

const op1 = opOccId('op1');
const entry = { opOccId: op1, seq: 1, stepId: 'a', phase: 'started', atMs: 1 } as const;

export function storeLeaseContract(use: UseStore, bench: StoreBench): void {
  const free = (owner = 'me'): Promise<Leased<LcmOpOcc> | undefined> => use().leaseOperation(freeOnly(owner));
  const overtake = async (owner: string) => use().leaseOperation(await lapsedToo(use(), 'operations', owner));

  describe('a lease', () => {
    beforeEach(async () => {
      await onboard(use());
      for (const [index, id] of ['op1', 'op2'].entries()) {
        await use().createInstance(sampleInstance(`of-${id}`, 'p1'));
        await use().beginOperation(sampleOperation(id, `of-${id}`, 1000 + index), 'any');
      }
    });

    it('is given once per operation, the oldest first', async () => {
      expect(await free()).toMatchObject({ token: 1, work: { id: 'op1' } });
      const taken = await Promise.all([1, 2, 3].map(() => free()));
      expect(new Set(taken.map((leased) => leased?.work.id))).toEqual(new Set(['op2', undefined]));
      expect(taken.filter((leased) => leased !== undefined)).toHaveLength(1);
    });

    it('is seen while it is held, by its token and its beat, and until it is let go', async () => {
      expect(await use().occupied('operations', '')).toEqual([]);
      await free();
      const seen = { id: 'op1', token: 1, beat: 0, isTakerGone: false };
      expect(await use().occupied('operations', '')).toEqual([seen]);
      await use().renewLease(op1, 1);
      expect(await use().occupied('operations', '')).toEqual([{ ...seen, beat: 1 }]);
      expect(await use().occupied('operations', 'op1')).toEqual([]);
      await use().dropLease(op1, 1);
      expect(await use().occupied('operations', '')).toEqual([]);
      expect(occupiedPage).toBeLessThanOrEqual(1000);
    });

    it('that lapsed is taken under a new token, unless it has moved since it was seen', async () => {
      await free();
      await free();
      const stale = await lapsedToo(use(), 'operations', 'you');
      await use().renewLease(op1, 1);
      expect(await use().leaseOperation(stale)).toMatchObject({ token: 2, work: { id: 'op2' } });
      expect(await use().leaseOperation(stale)).toBeUndefined();
      expect(await overtake('you')).toMatchObject({ token: 2, work: { id: 'op1' } });
      expect(await use().renewLease(op1, 1)).toBe(false);
      expect(await use().renewLease(op1, 2)).toBe(true);
    });

    it('is not given for what the taker has in hand, free or lapsed', async () => {
      await free();
      const asked = { ...(await lapsedToo(use(), 'operations', 'me')), inHand: ['op1', 'op2'] };
      expect(await use().leaseOperation(asked)).toBeUndefined();
      expect(await use().leaseOperation({ ...asked, inHand: ['op1'] })).toMatchObject({ work: { id: 'op2' } });
    });

    it('is anybody’s when it was dropped by its holder, and by nobody else', async () => {
      await free();
      await use().dropLease(op1, 7);
      expect(await use().renewLease(op1, 1)).toBe(true);
      await use().dropLease(op1, 1);
      expect(await use().renewLease(op1, 1)).toBe(false);
      expect(await free('you')).toMatchObject({ token: 2, work: { id: 'op1' } });
    });

    it.each(['you', 'me'])(
      'taken again by %s, is needed for all that is written about the operation',
      async (owner) => {
        await use().ensureHost(hostId('h1'), 'z');
        await free();
        await overtake(owner);
        await expect(use().appendJournal([entry], 1)).rejects.toThrow(LeaseLost);
        const end = { opOccId: op1, token: 1, state: 'COMPLETED', nowMs: 1 } as const;
        await expect(use().endOperation(end)).rejects.toThrow(LeaseLost);
        await expect(use().commitPlan(planCommit('op1', [cpuClaim('op1', 1)]))).rejects.toThrow(LeaseLost);
        await use().dropLease(op1, 1);
        expect(await use().renewLease(op1, 1)).toBe(false);
        expect(await use().renewLease(op1, 2)).toBe(true);
        expect(await use().journal(op1)).toEqual([]);
        expect(await everyClaim(use())).toEqual([]);
        expect((await use().opOcc(op1))?.operationState).toBe('STARTING');
      },
    );

    it('carries what steps have waited to its next holder, until the operation is parked', async () => {
      expect(await free()).toMatchObject({ waited: {} });
      await use().renewLease(op1, 1, { stop: 1_500 });
      await use().renewLease(op1, 1);
      expect(await overtake('you')).toMatchObject({ token: 2, waited: { stop: 1_500 } });
      expect(await use().renewLease(op1, 1, { stop: 9_000 })).toBe(false);
      await use().dropLease(op1, 1, { stop: 9_000 });
      await use().dropLease(op1, 2, { stop: 2_500, boot: 1 });
      expect(await free()).toMatchObject({ token: 3, waited: { stop: 2_500, boot: 1 } });
      await use().endOperation({ opOccId: op1, token: 3, state: 'FAILED_TEMP', nowMs: 1 });
      await use().requestState({ opOccId: op1, from: ['FAILED_TEMP'], to: 'PROCESSING', nowMs: 2 });
      expect(await free()).toMatchObject({ token: 4, waited: {}, work: { id: 'op1' } });
    });

    it('is not given for operations that are parked or over, and goes with their end', async () => {
      await free();
      await use().endOperation({ opOccId: op1, token: 1, state: 'FAILED_TEMP', nowMs: 1 });
      expect((await free())?.work.id).toBe('op2');
      expect(await free()).toBeUndefined();
      await use().requestState({ opOccId: op1, from: ['FAILED_TEMP'], to: 'ROLLING_BACK', nowMs: 2 });
      expect(await free()).toMatchObject({ token: 2, work: { id: 'op1', operationState: 'ROLLING_BACK' } });
    });

    it('outlives no process when the store is one process’s own; what was written is there', async () => {
      await free();
      await use().appendJournal([entry], 1);
      const next = await bench.afterCrash();
      expect(await next.journal(op1)).toEqual([entry]);
      const taken = await next.leaseOperation(await lapsedToo(next, 'operations', 'next'));
      expect(taken).toMatchObject({ token: 2, work: { id: 'op1' } });
      await expect(next.appendJournal([{ ...entry, seq: 2 }], 1)).rejects.toThrow(LeaseLost);
    });
  });
}
