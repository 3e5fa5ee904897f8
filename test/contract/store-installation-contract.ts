/** Contract of the installation's name, and of what the database says of things that are met by their ids. */
import { describe, expect, it } from '@jest/globals';
import { allocationId, hostId, installationId, opOccId, vnfcId, vnfPkgId } from '../../src/shared/ids.js';
import type { InstantiatedVnf } from '../../src/lifecycle/model.js';
import type { PackageImage } from '../../src/package/model.js';
import { valueOf, type StoreBench, type UseStore } from './store-contract.js';
import {
  begun,
  cpuClaim,
  freeOnly,
  onboard,
  planCommit,
  processed,
  sampleOperation,
  samplePackage,
} from './store-samples.js';

const a = installationId('aaaaaaaa-0000-4000-8000-000000000000');
const b = installationId('bbbbbbbb-0000-4000-8000-000000000000');

export function storeInstallationContract(use: UseStore, bench: StoreBench): void {
  describe('the installation', () => {
    it('has no name at first, in a database that is empty', async () => {
      expect(await use().installation()).toEqual({ isEmpty: true });
      await use().ensureHost(hostId('h1'), 'z');
      expect(await use().installation()).toEqual({ isEmpty: true });
    });

    it('keeps its first name, and its tick only grows', async () => {
      expect(await use().tickInstallation(a, 0)).toEqual({ id: a, tick: 1 });
      expect(await use().tickInstallation(b, 0)).toEqual({ id: a, tick: 2 });
      expect(await use().tickInstallation(a, 40)).toEqual({ id: a, tick: 41 });
      expect(await use().tickInstallation(a, 3)).toEqual({ id: a, tick: 42 });
      await onboard(use());
      expect(await use().installation()).toEqual({ id: a, tick: 42, isEmpty: false });
      expect(await (await bench.afterCrash()).installation()).toEqual({ id: a, tick: 42, isEmpty: false });
    });

    it('gets one name from replicas that start at the same moment', async () => {
      const named = await Promise.all([a, b, a, b].map((id) => use().tickInstallation(id, 0)));
      expect(new Set(named.map(({ id }) => id)).size).toBe(1);
      expect(named.map(({ tick }) => tick).sort()).toEqual([1, 2, 3, 4]);
    });
  });

  describe('what is met by its id', () => {
    it('is a VNFC that is held while it has claims, has ended without, or was never known', async () => {
      await use().ensureHost(hostId('h1'), 'z');
      await begun(use(), 'op1', 'op2');
      await use().commitPlan(planCommit('op1', [cpuClaim('op1', 1)]));
      await use().commitPlan(planCommit('op2', [cpuClaim('op2', 2)], 2));
      const [one, two, stranger] = ['vnfc-of-op1', 'vnfc-of-op2', 'stranger'].map(vnfcId);
      await use().releaseAllocations([allocationId(two!), allocationId(stranger!)]);
      const standing = await use().vnfcStanding([one!, two!, stranger!]);
      expect([...standing]).toEqual(
        expect.arrayContaining([
          [one, 'held'],
          [two, 'ended'],
        ]),
      );
      expect(standing.size).toBe(2);
      expect(await use().vnfcStanding([])).toEqual(new Map());
    });

    it('is an image that an onboarded package holds, has ended with it, and is held again by another', async () => {
      const images = (...digests: readonly string[]) =>
        digests.map((sha256, at) => ({ ...imageOf(sha256), id: `image-${String(at)}` }));
      await processed(use(), 'p1');
      valueOf(
        await use().completeOnboarding(vnfPkgId('p1'), 2, {
          ...samplePackage('v1'),
          softwareImages: images('x', 'y', 'x'),
        }),
      );
      expect(await use().imageStanding(['x', 'y', 'z'])).toEqual(
        new Map([
          ['x', 'held'],
          ['y', 'held'],
        ]),
      );
      expect(await use().packageWithImage('x')).toBe('p1');
      valueOf(await use().modifyPackage(vnfPkgId('p1'), { operationalState: 'DISABLED' }));
      valueOf(await use().deletePackage(vnfPkgId('p1')));
      expect(await use().imageStanding(['x', 'z'])).toEqual(new Map([['x', 'ended']]));
      expect(await use().packageStanding([vnfPkgId('p1'), vnfPkgId('p9')])).toEqual(new Map([['p1', 'ended']]));
      expect(await use().packageWithImage('x')).toBeUndefined();
      await processed(use(), 'p2');
      valueOf(
        await use().completeOnboarding(vnfPkgId('p2'), 2, { ...samplePackage('v2'), softwareImages: images('x') }),
      );
      expect(await use().imageStanding(['x', 'y'])).toEqual(
        new Map([
          ['y', 'ended'],
          ['x', 'held'],
        ]),
      );
      expect(await use().packageStanding([vnfPkgId('p2')])).toEqual(new Map([['p2', 'held']]));
    });

    it('is looked up however many there are', async () => {
      const many = Array.from({ length: 2000 }, (_, at) => vnfcId(`vnfc-${String(at)}`));
      expect(await use().vnfcStanding(many)).toEqual(new Map());
    });

    it('is a network held by its instance or by what is under way, and has ended when its operation took it away', async () => {
      await use().ensureHost(hostId('h1'), 'z');
      await begun(use(), 'op1');
      const met = (network: string) => [{ hostId: hostId('h1'), network, instancePrefix: 'instance-of-op1' }];
      expect(await use().networkStanding(met('n1'))).toEqual(new Map([['n1', 'held']]));
      const link = { id: 'l@h1', virtualLinkDescId: 'l', hostId: hostId('h1'), network: 'n1', bridge: 'b1' };
      const instantiated = { ...vnf, virtualLinks: [link] };
      const end = { token: 1, state: 'COMPLETED', nowMs: 5 } as const;
      await use().commitPlan(planCommit('op1', []));
      await use().endOperation({ ...end, opOccId: opOccId('op1'), instance: { instantiated } });
      expect(await use().networkStanding(met('n1'))).toEqual(new Map([['n1', 'held']]));
      expect(await use().networkStanding(met('n2'))).toEqual(new Map([['n2', 'known']]));
      await begunAgain(use, 'op2');
      await use().endOperation({ ...end, opOccId: opOccId('op2'), instance: { instantiated: null } });
      expect(await use().networkStanding(met('n1'))).toEqual(new Map([['n1', 'ended']]));
      const stranger = { hostId: hostId('h1'), network: 'n9', instancePrefix: 'nobody' };
      expect(await use().networkStanding([stranger])).toEqual(new Map());
    });
  });
}

async function begunAgain(use: UseStore, operation: string): Promise<void> {
  const occ = sampleOperation(operation, 'instance-of-op1');
  valueOf(await use().beginOperation({ ...occ, operation: 'TERMINATE' }, 'any'));
  await use().leaseOperation(freeOnly('me'));
}

const imageOf = (sha256: string): PackageImage => ({
  id: sha256,
  path: `Files/${sha256}.qcow2`,
  sizeBytes: 1,
  sha256,
  virtualSizeBytes: 1,
});

const vnf: InstantiatedVnf = {
  flavourId: 'simple',
  vnfState: 'STARTED',
  scaleLevels: {},
  vnfcs: [],
  virtualLinks: [],
  extVirtualLinks: [],
  inputs: {},
};
