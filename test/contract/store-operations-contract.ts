/** Contract of operation occurrences and their journal. */
import { beforeEach, describe, expect, it } from '@jest/globals';
import { hostId, opOccId, vnfInstanceId } from '../../src/shared/ids.js';
import { problem } from '../../src/shared/problem.js';
import { ofType, refusalOf, valueOf, type UseStore } from './store-contract.js';
import { begun, onboard, planCommit, sampleInstance, sampleOperation, samplePlan, freeOnly } from './store-samples.js';
import { everyOpOcc } from '../builders/whole-tables.js';

const op1 = opOccId('op1');
const broken = problem('step-failed', 'the image is missing');

export function storeOperationsContract(use: UseStore): void {
  const beginning = (id: string, state: 'NOT_INSTANTIATED' | 'INSTANTIATED' | 'any', revision?: number) =>
    use().beginOperation(sampleOperation(id, 'i1'), state, revision);

  describe('beginning an operation', () => {
    beforeEach(async () => {
      await onboard(use());
      await use().createInstance(sampleInstance('i1', 'p1'));
    });

    it('records the occurrence as given', async () => {
      valueOf(await beginning('op1', 'NOT_INSTANTIATED', 1));
      expect(await use().opOcc(op1)).toEqual(sampleOperation('op1', 'i1'));
      expect(await everyOpOcc(use())).toEqual([sampleOperation('op1', 'i1')]);
    });

    it('is refused on an instance that is unknown, changed, or in another state', async () => {
      const unknown = await use().beginOperation(sampleOperation('op1', 'nobody'), 'any');
      expect(refusalOf(unknown)).toEqual(ofType('not-found'));
      expect(refusalOf(await beginning('op1', 'any', 9))).toEqual(ofType('precondition-failed'));
      expect(refusalOf(await beginning('op1', 'INSTANTIATED')).detail).toContain('i1 is NOT_INSTANTIATED');
      expect(await everyOpOcc(use())).toEqual([]);
    });

    it('is refused while another is under way, and lets one of many win', async () => {
      const tries = await Promise.all(['op1', 'op2', 'op3'].map((id) => beginning(id, 'any')));
      expect(tries.filter((outcome) => outcome.ok)).toHaveLength(1);
      const lost = tries.filter((outcome) => !outcome.ok).map(refusalOf);
      expect(lost).toEqual([ofType('wrong-state'), ofType('wrong-state')]);
    });

    it('is refused while the last one is FAILED_TEMP, and possible once it is FAILED', async () => {
      await beginning('op1', 'any');
      await use().leaseOperation(freeOnly('me'));
      await use().endOperation({ opOccId: op1, token: 1, state: 'FAILED_TEMP', error: broken, nowMs: 1 });
      expect(refusalOf(await beginning('op2', 'any')).detail).toContain('op1');
      await use().failOperation({ opOccId: op1, nowMs: 2 });
      valueOf(await beginning('op2', 'any'));
    });
  });

  describe('an operation', () => {
    beforeEach(async () => {
      await begun(use(), 'op1');
      await use().ensureHost(hostId('h1'), 'z');
    });

    it('goes to PROCESSING with its plan and explanation', async () => {
      expect(await use().commitPlan(planCommit('op1', []))).toEqual({ committed: true });
      expect(await use().opOcc(op1)).toMatchObject({
        operationState: 'PROCESSING',
        stateEnteredTimeMs: 2000,
        plan: samplePlan,
        explanation: { decision: 'placed' },
      });
    });

    it('changes the instance and its own state together when it ends', async () => {
      const done = await use().endOperation({
        opOccId: op1,
        token: 1,
        state: 'COMPLETED',
        instance: { modifies: { vnfInstanceName: 'other', metadata: { a: 1 } } },
        nowMs: 3000,
      });
      expect(done).toMatchObject({ operationState: 'COMPLETED', stateEnteredTimeMs: 3000 });
      expect(await use().opOcc(op1)).toEqual(done);
      const instance = await use().instance(vnfInstanceId('instance-of-op1'));
      expect(instance).toMatchObject({ vnfInstanceName: 'other', metadata: { a: 1 }, revision: 2 });
    });

    it('keeps its error through retry and loses it when all went well in the end', async () => {
      const end = { opOccId: op1, token: 1, nowMs: 3000 } as const;
      await use().endOperation({ ...end, state: 'FAILED_TEMP', error: broken });
      const retried = await use().requestState({
        opOccId: op1,
        from: ['FAILED_TEMP'],
        to: 'PROCESSING',
        nowMs: 4000,
      });
      expect(valueOf(retried)).toMatchObject({ operationState: 'PROCESSING', error: broken });
      await use().leaseOperation(freeOnly('me'));
      expect((await use().endOperation({ ...end, token: 2, state: 'COMPLETED' })).error).toBeUndefined();
    });

    it('is moved from outside only from a state that the caller names', async () => {
      const request = { opOccId: op1, from: ['FAILED_TEMP'], to: 'ROLLING_BACK', nowMs: 1 } as const;
      expect(refusalOf(await use().requestState(request)).detail).toContain('op1 is STARTING');
      const nobody = { ...request, opOccId: opOccId('nobody') };
      expect(refusalOf(await use().requestState(nobody))).toEqual(ofType('not-found'));
    });

    it('becomes NOT_INSTANTIATED again when an end says so', async () => {
      const real = { flavourId: 'f', vnfState: 'STARTED', scaleLevels: {}, inputs: {} } as const;
      const instantiated = { ...real, extVirtualLinks: [], virtualLinks: [], vnfcs: [] };
      const end = { opOccId: op1, token: 1, nowMs: 1 } as const;
      await use().endOperation({ ...end, state: 'FAILED_TEMP', error: broken, instance: { instantiated } });
      const id = vnfInstanceId('instance-of-op1');
      expect((await use().instance(id))?.instantiated).toEqual(instantiated);
      const failed = await use().failOperation({ opOccId: op1, instance: { instantiated: null }, nowMs: 2 });
      expect(valueOf(failed)).toMatchObject({ operationState: 'FAILED', error: broken });
      expect((await use().instance(id))?.instantiated).toBeUndefined();
    });

    it('is failed only from FAILED_TEMP', async () => {
      expect(refusalOf(await use().failOperation({ opOccId: op1, nowMs: 1 }))).toEqual(ofType('wrong-state'));
    });

    it('keeps a cancel request until it leaves the state in which it was asked', async () => {
      valueOf(await use().requestCancel(op1, 'GRACEFUL'));
      valueOf(await use().requestCancel(op1, 'FORCEFUL'));
      expect(await use().opOcc(op1)).toMatchObject({ isCancelPending: true, cancelMode: 'FORCEFUL' });
      await use().commitPlan(planCommit('op1', []));
      expect(await use().opOcc(op1)).toMatchObject({ isCancelPending: true, operationState: 'PROCESSING' });
      await use().endOperation({ opOccId: op1, token: 1, state: 'FAILED_TEMP', error: broken, nowMs: 1 });
      const parked = await use().opOcc(op1);
      expect(parked?.isCancelPending).toBe(false);
      expect(parked).not.toHaveProperty('cancelMode');
      expect(refusalOf(await use().requestCancel(op1, 'GRACEFUL'))).toEqual(ofType('wrong-state'));
    });
  });

  describe('the journal', () => {
    const entry = (seq: number, phase: 'started' | 'done') =>
      ({ opOccId: op1, seq, stepId: 'a', phase, atMs: seq * 10 }) as const;

    beforeEach(() => begun(use(), 'op1', 'op2'));

    it('is read in the order of seq, per operation, with its outputs', async () => {
      await use().appendJournal([{ ...entry(10, 'done'), output: { pid: 7 } }], 1);
      await use().appendJournal([entry(9, 'started')], 1);
      await use().appendJournal([{ ...entry(1, 'started'), opOccId: opOccId('op2') }], 1);
      expect(await use().journal(op1)).toEqual([entry(9, 'started'), { ...entry(10, 'done'), output: { pid: 7 } }]);
    });

    it('has all entries of one write or none', async () => {
      await use().appendJournal([entry(1, 'started')], 1);
      await expect(use().appendJournal([entry(2, 'done'), entry(1, 'started')], 1)).rejects.toThrow();
      expect(await use().journal(op1)).toEqual([entry(1, 'started')]);
      await use().appendJournal([entry(2, 'done'), entry(3, 'started')], 1);
      expect((await use().journal(op1)).map(({ seq }) => seq)).toEqual([1, 2, 3]);
    });

    it('never has two entries of one number', async () => {
      await use().appendJournal([entry(1, 'started')], 1);
      await expect(use().appendJournal([entry(1, 'done')], 1)).rejects.toThrow();
      expect(await use().journal(op1)).toEqual([entry(1, 'started')]);
    });
  });
}
