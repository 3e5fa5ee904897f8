/** Contract of onboarding: each package in one pair of hands, and none that has been overtaken may write. */
import { describe, expect, it } from '@jest/globals';
import { vnfPkgId } from '../../src/shared/ids.js';
import { problem } from '../../src/shared/problem.js';
import type { Store } from '../../src/store/store.js';
import { ofType, refusalOf, valueOf, type StoreBench, type UseStore } from './store-contract.js';
import { freeOnly, lapsedToo, onboard, processed, samplePackage } from './store-samples.js';

const p1 = vnfPkgId('p1');
const whole = { sha256: 'ab', sizeBytes: 3 };
const why = problem('upload-broken', 'The wire was cut.');

async function uploading(store: Store): Promise<void> {
  await store.createPackage({ id: p1, userDefinedData: {}, createdAtMs: 1 });
  valueOf(await store.beginUpload(p1, 'me'));
}

export function storeOnboardingContract(use: UseStore, bench: StoreBench): void {
  const lapsed = (owner: string) => lapsedToo(use(), 'packages', owner);
  const overtake = async (owner: string) => use().leaseOnboarding(await lapsed(owner));

  describe('onboarding', () => {
    it('goes by UPLOADING and PROCESSING to ONBOARDED, one revision each', async () => {
      await uploading(use());
      expect(await use().package(p1)).toMatchObject({ onboardingState: 'UPLOADING', revision: 2 });
      expect(valueOf(await use().endUpload(p1, 1, whole))).toMatchObject({
        ...whole,
        onboardingState: 'PROCESSING',
      });
      expect(await use().leaseOnboarding(freeOnly('you'))).toMatchObject({
        token: 2,
        work: { id: p1, onboardingState: 'PROCESSING' },
      });
      const done = valueOf(await use().completeOnboarding(p1, 2, samplePackage()));
      expect(done).toMatchObject({ onboardingState: 'ONBOARDED', revision: 4 });
      expect(await use().package(p1)).toEqual(done);
    });

    it('begins once', async () => {
      await uploading(use());
      const again = refusalOf(await use().beginUpload(p1, 'you'));
      expect(again).toEqual(ofType('wrong-state'));
      expect(again.detail).toContain('p1 is UPLOADING');
      expect(refusalOf(await use().beginUpload(vnfPkgId('x'), 'you'))).toEqual(ofType('not-found'));
    });

    it('ends in ERROR with its reason, from either state, and is not begun again', async () => {
      await uploading(use());
      const failed = valueOf(await use().failOnboarding(p1, 1, why));
      expect(failed).toMatchObject({ onboardingState: 'ERROR', onboardingFailureDetails: why });
      expect(refusalOf(await use().beginUpload(p1, 'me'))).toEqual(ofType('wrong-state'));
      const p2 = await processed(use(), 'p2');
      expect(valueOf(await use().failOnboarding(p2, 2, why))).toMatchObject({ onboardingState: 'ERROR' });
    });

    it('that is put off stays PROCESSING, says why, and rests before anybody takes it', async () => {
      const p2 = await processed(use(), 'p2');
      const off = valueOf(await use().putOffOnboarding(p2, 2, 5000, why));
      expect(off).toMatchObject({ onboardingState: 'PROCESSING', onboardingFailureDetails: why });
      expect(refusalOf(await use().putOffOnboarding(p2, 2, 5000, why))).toEqual(ofType('wrong-state'));
      expect(await use().renewOnboarding(p2, 2)).toBe(false);
      expect(await use().leaseOnboarding(freeOnly('you'))).toBeUndefined();
      expect(await use().occupied('packages', '')).toMatchObject([{ id: 'p2', token: 2, restMs: 5000 }]);
      expect(await overtake('you')).toMatchObject({ token: 3, work: { id: p2 } });
      const done = valueOf(await use().completeOnboarding(p2, 3, samplePackage()));
      expect(done).toMatchObject({ onboardingState: 'ONBOARDED' });
      expect(done).not.toHaveProperty('onboardingFailureDetails');
    });

    it('is nobody’s to take while it is leased, before it has begun and after it has ended', async () => {
      await use().createPackage({ id: vnfPkgId('p0'), userDefinedData: {}, createdAtMs: 1 });
      await uploading(use());
      await onboard(use(), 'p2');
      await use().failOnboarding(await processed(use(), 'p3'), 2, why);
      expect(await use().leaseOnboarding(freeOnly('you'))).toBeUndefined();
      expect(await use().leaseOnboarding({ ...(await lapsed('me')), inHand: [p1] })).toBeUndefined();
      expect(await overtake('you')).toMatchObject({ token: 2, work: { id: p1, onboardingState: 'UPLOADING' } });
      expect(await use().leaseOnboarding(freeOnly('me'))).toBeUndefined();
    });

    it('is given to one when several ask', async () => {
      await uploading(use());
      await use().endUpload(p1, 1, whole);
      const owners = ['a', 'b', 'c'].map((owner) => use().leaseOnboarding(freeOnly(owner)));
      expect((await Promise.all(owners)).filter((leased) => leased !== undefined)).toHaveLength(1);
    });

    it('is renewed by its holder only, as long as it goes on', async () => {
      await uploading(use());
      expect(await use().renewOnboarding(p1, 7)).toBe(false);
      const stale = await lapsed('you');
      expect(await use().renewOnboarding(p1, 1)).toBe(true);
      expect(await use().leaseOnboarding(stale)).toBeUndefined();
      await use().failOnboarding(p1, 1, why);
      expect(await use().renewOnboarding(p1, 1)).toBe(false);
      expect(await overtake('you')).toBeUndefined();
    });

    it.each(['you', 'me'])('taken again by %s, is written about by the holder of the lease only', async (owner) => {
      await uploading(use());
      await overtake(owner);
      const late = [
        await use().endUpload(p1, 1, whole),
        await use().failOnboarding(p1, 1, why),
        await use().completeOnboarding(p1, 2, samplePackage()),
      ];
      expect(late.map(refusalOf)).toEqual(late.map(() => ofType('wrong-state')));
      expect(await use().package(p1)).toMatchObject({ onboardingState: 'UPLOADING', revision: 2 });
      valueOf(await use().failOnboarding(p1, 2, why));
    });

    it('is no more once the package is deleted', async () => {
      await uploading(use());
      valueOf(await use().deletePackage(p1));
      expect(await use().renewOnboarding(p1, 1)).toBe(false);
      expect(refusalOf(await use().endUpload(p1, 1, whole))).toEqual(ofType('not-found'));
      expect(refusalOf(await use().failOnboarding(p1, 1, why))).toEqual(ofType('not-found'));
      expect(refusalOf(await use().completeOnboarding(p1, 1, samplePackage()))).toEqual(ofType('not-found'));
    });

    it('is taken up by the next process, by lease, when this one dies', async () => {
      await uploading(use());
      const next = await bench.afterCrash();
      const taken = await next.leaseOnboarding(await lapsedToo(next, 'packages', 'next'));
      expect(taken).toMatchObject({ token: 2, work: { id: p1, onboardingState: 'UPLOADING' } });
      expect(refusalOf(await next.endUpload(p1, 1, whole))).toEqual(ofType('wrong-state'));
    });
  });
}
