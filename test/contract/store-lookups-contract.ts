/** Contract of small questions that the workflow asks between steps and looks. */
import { beforeEach, describe, expect, it } from '@jest/globals';
import { hostId, opOccId, vnfInstanceId, vnfcId } from '../../src/shared/ids.js';
import { instantiated, vnfc } from '../builders/vnfc.js';
import type { UseStore } from './store-contract.js';
import { begun, cpuClaim, planCommit } from './store-samples.js';

const [h1, instance, its] = [hostId('h1'), vnfInstanceId('instance-of-op1'), vnfcId('vnfc-of-op1')];

export function storeLookupsContract(use: UseStore): void {
  describe('an instance on a host', () => {
    beforeEach(async () => {
      await use().ensureHost(h1, 'z');
      await begun(use(), 'op1');
      await use().commitPlan(planCommit('op1', [cpuClaim('op1', 1)]));
    });

    const end = () =>
      use().endOperation({
        opOccId: opOccId('op1'),
        token: 1,
        state: 'COMPLETED',
        nowMs: 3000,
        instance: { instantiated: instantiated({ vnfcs: [vnfc({ id: its })] }) },
      });

    it('is found by the host and by its VNFC', async () => {
      expect((await use().instancesOn(h1)).map(({ id }) => id)).toEqual([instance]);
      expect(await use().instancesOn(hostId('h2'))).toEqual([]);
      expect(await use().instanceOf(its)).toMatchObject({ id: instance });
      expect(await use().instanceOf(vnfcId('none'))).toBeUndefined();
    });

    it('has one operation under way until that ends', async () => {
      expect(await use().operationUnderWay(instance)).toMatchObject({ id: 'op1' });
      expect(await use().refusalUnderWay(instance)).toMatchObject({ ok: false });
      await end();
      expect(await use().operationUnderWay(instance)).toBeUndefined();
      expect(await use().refusalUnderWay(instance)).toBeUndefined();
    });

    it('takes what its VNFCs were found to be, unless an operation is under way or it has changed', async () => {
      const record = (revision: number) => use().recordVnfcStates(instance, revision, new Map([[its, 'STOPPED']]));
      expect(await record(1)).toBe(false);
      await end();
      expect(await record(1)).toBe(false);
      const { revision = 0 } = (await use().instance(instance)) ?? {};
      expect(await record(revision)).toBe(true);
      expect((await use().instance(instance))?.instantiated?.vnfcs[0]?.state).toBe('STOPPED');
    });

    it('is on a host whose admin state is told', async () => {
      expect(await use().hostAdminState(h1)).toBe('active');
      expect(await use().hostAdminState(hostId('h2'))).toBeUndefined();
    });
  });
}
