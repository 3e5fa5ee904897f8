/** Contract of packages and instances. */
import { describe, expect, it } from '@jest/globals';
import { hostId, opOccId, vnfInstanceId, vnfPkgId, vnfdId } from '../../src/shared/ids.js';
import { ofType, refusalOf, valueOf, type UseStore } from './store-contract.js';
import {
  begun,
  onboard,
  planCommit,
  processed,
  sampleInstance,
  sampleOperation,
  samplePackage,
  freeOnly,
} from './store-samples.js';
import { everyInstance, everyPackage } from '../builders/whole-tables.js';

const p1 = vnfPkgId('p1');
const i1 = vnfInstanceId('i1');

export function storePackagesContract(use: UseStore): void {
  describe('packages', () => {
    it('are CREATED and DISABLED at first, and are read back as they were given', async () => {
      const made = await use().createPackage({ id: p1, userDefinedData: { team: 'blue' }, createdAtMs: 7 });
      expect(made).toMatchObject({ onboardingState: 'CREATED', operationalState: 'DISABLED', instances: 0 });
      expect(await use().package(p1)).toEqual(made);
      expect(await everyPackage(use())).toEqual([made]);
      expect(await use().package(vnfPkgId('other'))).toBeUndefined();
    });

    it('are ENABLED and found by their vnfdId once onboarded', async () => {
      await processed(use());
      const done = valueOf(await use().completeOnboarding(p1, 2, samplePackage()));
      expect(done).toMatchObject({ onboardingState: 'ONBOARDED', operationalState: 'ENABLED', sha256: 'ab' });
      expect(await use().packageByVnfdId(vnfdId('vnfd-1'))).toEqual(done);
      expect(await use().packageByVnfdId(vnfdId('vnfd-2'))).toBeUndefined();
    });

    it('share no vnfdId: the second is refused and keeps its state', async () => {
      await onboard(use(), 'p1', 'vnfd-1');
      const p2 = await onboard(use(), 'p2', 'vnfd-1');
      expect(await use().package(p2)).toMatchObject({ onboardingState: 'PROCESSING' });
      const refused = refusalOf(await use().completeOnboarding(p2, 2, samplePackage('vnfd-1')));
      expect(refused).toEqual(ofType('unprocessable'));
      expect(refused.detail).toContain('p1');
    });

    it('share no vnfdId when they are onboarded at the same moment', async () => {
      const all = [await processed(use(), 'p1'), await processed(use(), 'p2'), await processed(use(), 'p3')];
      const outcomes = await Promise.all(all.map((id) => use().completeOnboarding(id, 2, samplePackage())));
      const refused = outcomes.filter((outcome) => !outcome.ok);
      expect(refused.map((outcome) => refusalOf(outcome))).toEqual([ofType('unprocessable'), ofType('unprocessable')]);
    });

    it('change their operational state only when onboarded, and only to the other one', async () => {
      await use().createPackage({ id: vnfPkgId('p0'), userDefinedData: {}, createdAtMs: 1 });
      const early = await use().modifyPackage(vnfPkgId('p0'), { operationalState: 'ENABLED' });
      expect(refusalOf(early)).toEqual(ofType('wrong-state'));
      const labelled = await use().modifyPackage(vnfPkgId('p0'), { userDefinedData: { a: 1 } });
      expect(valueOf(labelled).userDefinedData).toEqual({ a: 1 });
      await onboard(use());
      expect(refusalOf(await use().modifyPackage(p1, { operationalState: 'ENABLED' }))).toEqual(ofType('wrong-state'));
      const off = valueOf(await use().modifyPackage(p1, { operationalState: 'DISABLED' }));
      expect(off.operationalState).toBe('DISABLED');
      const late = await use().modifyPackage(p1, { userDefinedData: {} }, off.revision - 1);
      expect(refusalOf(late)).toEqual(ofType('precondition-failed'));
    });

    it('fit the VNFMs that their VNFD names until a client names others, which it may once they are onboarded', async () => {
      await use().createPackage({ id: vnfPkgId('p0'), userDefinedData: {}, createdAtMs: 1 });
      expect(refusalOf(await use().modifyPackage(vnfPkgId('p0'), { vnfmInfo: ['a'] }))).toEqual(ofType('wrong-state'));
      await onboard(use());
      expect((await use().package(p1))?.vnfmInfo).toBeUndefined();
      await use().modifyPackage(p1, { vnfmInfo: ['a', 'b'] });
      expect((await use().package(p1))?.vnfmInfo).toEqual(['a', 'b']);
    });

    it('are deleted only when disabled and not in use', async () => {
      await onboard(use());
      expect(refusalOf(await use().deletePackage(p1)).detail).toContain('ENABLED');
      await use().createInstance(sampleInstance('i1', 'p1'));
      await use().modifyPackage(p1, { operationalState: 'DISABLED' });
      expect((await use().package(p1))?.instances).toBe(1);
      expect(refusalOf(await use().deletePackage(p1)).detail).toContain('1 VNF instance');
      await use().deleteInstance(i1);
      valueOf(await use().deletePackage(p1));
      expect(await use().package(p1)).toBeUndefined();
      expect(refusalOf(await use().deletePackage(p1))).toEqual(ofType('not-found'));
    });

    it('leave their vnfdId to the next when deleted', async () => {
      await onboard(use());
      await use().modifyPackage(p1, { operationalState: 'DISABLED' });
      await use().deletePackage(p1);
      const p2 = await onboard(use(), 'p2');
      expect((await use().packageByVnfdId(vnfdId('vnfd-1')))?.id).toBe(p2);
    });
  });

  describe('instances', () => {
    it('come only of packages that are onboarded and enabled', async () => {
      expect(refusalOf(await use().createInstance(sampleInstance('i1', 'p1')))).toEqual(ofType('unprocessable'));
      await onboard(use());
      await use().modifyPackage(p1, { operationalState: 'DISABLED' });
      const disabled = refusalOf(await use().createInstance(sampleInstance('i1', 'p1')));
      expect(disabled.detail).toContain('p1 is ONBOARDED and DISABLED');
      await use().modifyPackage(p1, { operationalState: 'ENABLED' });
      valueOf(await use().createInstance(sampleInstance('i1', 'p1')));
      expect(await use().instance(i1)).toEqual(sampleInstance('i1', 'p1'));
      expect(await everyInstance(use())).toEqual([sampleInstance('i1', 'p1')]);
    });

    it('are not deleted while an operation is under way', async () => {
      await begun(use(), 'op1');
      const refused = refusalOf(await use().deleteInstance(vnfInstanceId('instance-of-op1')));
      expect(refused).toEqual(ofType('wrong-state'));
      expect(refused.detail).toContain('op1');
    });

    it('are not deleted while instantiated, nor by a caller with an old revision', async () => {
      await begun(use(), 'op1');
      const id = vnfInstanceId('instance-of-op1');
      await use().ensureHost(hostId('h1'), 'z');
      await use().commitPlan(planCommit('op1', []));
      const instantiated = { flavourId: 'simple', vnfState: 'STARTED', scaleLevels: {}, inputs: {} } as const;
      const real = { ...instantiated, extVirtualLinks: [], virtualLinks: [], vnfcs: [] };
      const end = { opOccId: opOccId('op1'), token: 1, nowMs: 3000 } as const;
      await use().endOperation({ ...end, state: 'COMPLETED', instance: { instantiated: real } });
      expect((await use().instance(id))?.instantiated).toEqual(real);
      expect(refusalOf(await use().deleteInstance(id)).detail).toContain('INSTANTIATED');
      expect(refusalOf(await use().deleteInstance(id, 1))).toEqual(ofType('precondition-failed'));
    });

    it('leave their operations readable when deleted', async () => {
      await onboard(use());
      await use().createInstance(sampleInstance('i1', 'p1'));
      await use().beginOperation(sampleOperation('op1', 'i1'), 'NOT_INSTANTIATED');
      await use().leaseOperation(freeOnly('me'));
      await use().endOperation({ opOccId: opOccId('op1'), token: 1, state: 'ROLLED_BACK', nowMs: 1500 });
      valueOf(await use().deleteInstance(i1));
      expect(await use().instance(i1)).toBeUndefined();
      expect((await use().opOcc(opOccId('op1')))?.vnfInstanceId).toBe('i1');
    });
  });
}
