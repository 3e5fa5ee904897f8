/** Contract of what SBOMs say of packages. */
import { describe, expect, it } from '@jest/globals';
import type { PackageSbom, SbomComponent } from '../../src/package/sbom/model.js';
import { hostId, opOccId, vnfInstanceId, vnfPkgId, vnfdId } from '../../src/shared/ids.js';
import type { ComponentKey, ComponentWhere, KnownComponent } from '../../src/store/sbom.js';
import type { Store } from '../../src/store/store.js';
import { valueOf, type UseStore } from './store-contract.js';
import { freeOnly, planCommit, processed, sampleInstance, sampleOperation, samplePackage } from './store-samples.js';

const component = (name: string, version?: string, names = [name]): SbomComponent => ({
  ...{ name, names },
  ...(version !== undefined && { version, purl: `pkg:deb/debian/${name}@${version}` }),
});

const image = { path: 'a.qcow2', sha256: 'ab', vdus: [{ flavourId: 'simple', vduId: 'router' }] };

async function onboardWith(store: Store, id: string, sboms: readonly PackageSbom[]) {
  const pkg = await processed(store, id);
  return valueOf(await store.completeOnboarding(pkg, 2, { ...samplePackage(`vnfd-of-${id}`), sboms }));
}

const one = (...components: readonly SbomComponent[]): readonly PackageSbom[] => [{ path: 'bom.json', components }];

/** Every page of so many, in order. */
async function allOf(store: Store, where: ComponentWhere, limit = 2): Promise<readonly KnownComponent[]> {
  const all: KnownComponent[] = [];
  for (let after: ComponentKey | undefined; ;) {
    const page = await store.componentPage({ limit, ...(after && { after }) }, where);
    const last = page.at(-1);
    if (last === undefined) return all;
    expect(page.length).toBeLessThanOrEqual(limit);
    all.push(...page);
    after = last;
  }
}

const briefly = (all: readonly KnownComponent[]) => all.map(({ packageId, name }) => `${packageId} ${name}`);

/** Of the package, instantiated with a flavour. */
async function instantiate(store: Store, id: string, pkg: string, flavourId: string): Promise<void> {
  await store.createInstance({ ...sampleInstance(id, pkg), vnfdId: vnfdId(`vnfd-of-${pkg}`) });
  await store.beginOperation(sampleOperation(`op-${id}`, id), 'NOT_INSTANTIATED');
  await store.leaseOperation(freeOnly('me'));
  await store.ensureHost(hostId('h1'), 'z');
  await store.commitPlan({ ...planCommit(`op-${id}`, []), generations: [] });
  const instantiated = { flavourId, vnfState: 'STARTED', scaleLevels: {}, inputs: {} } as const;
  const real = { ...instantiated, extVirtualLinks: [], virtualLinks: [], vnfcs: [] };
  const end = { opOccId: opOccId(`op-${id}`), token: 1, nowMs: 3000 } as const;
  await store.endOperation({ ...end, state: 'COMPLETED', instance: { instantiated: real } });
}

export function storeSbomsContract(use: UseStore): void {
  describe('components of packages', () => {
    it('are found by each of their names, whatever package brings them, page by page', async () => {
      const ssl = component('libssl3', '3.0.22', ['libssl3', 'openssl']);
      await onboardWith(use(), 'p1', one(component('frr', '8'), ssl));
      await onboardWith(use(), 'p2', one(ssl, component('openssl', '3.0.22'), component('busybox')));
      expect(briefly(await allOf(use(), { name: 'openssl' }, 1))).toEqual(['p1 libssl3', 'p2 libssl3', 'p2 openssl']);
      expect(briefly(await allOf(use(), { name: 'libssl3' }))).toEqual(['p1 libssl3', 'p2 libssl3']);
      expect(await allOf(use(), { name: 'ssl' })).toEqual([]);
      expect(await allOf(use(), { name: 'frr' })).toEqual([
        { packageId: 'p1', seq: 0, sbom: 0, name: 'frr', version: '8', purl: 'pkg:deb/debian/frr@8' },
      ]);
      expect(await allOf(use(), { name: 'busybox' })).toEqual([{ packageId: 'p2', seq: 2, sbom: 0, name: 'busybox' }]);
    });

    it('are narrowed by version, package and SBOM', async () => {
      await onboardWith(use(), 'p1', [
        { path: 'a.cdx.json', image, components: [component('a', '1'), component('b', '1')] },
        { path: 'b.cdx.json', components: [component('a', '2')] },
      ]);
      await onboardWith(use(), 'p2', one(component('a', '2')));
      expect(briefly(await allOf(use(), { name: 'a', version: '2' }))).toEqual(['p1 a', 'p2 a']);
      expect(briefly(await allOf(use(), { packageId: 'p1' }))).toEqual(['p1 a', 'p1 b', 'p1 a']);
      expect(briefly(await allOf(use(), { packageId: 'p1', sboms: [0] }))).toEqual(['p1 a', 'p1 b']);
      expect(briefly(await allOf(use(), { packageId: 'p1', name: 'a', sboms: [1] }))).toEqual(['p1 a']);
      expect(await allOf(use(), { packageId: 'p1', sboms: [] })).toEqual([]);
      expect((await allOf(use(), {})).length).toBe(4);
    });

    it('come of SBOMs that say which image they describe', async () => {
      await onboardWith(use(), 'p1', [{ path: 'a', image, components: [] }, ...one()]);
      expect(await use().sbomsOf(vnfPkgId('p1'))).toEqual([
        { no: 0, path: 'a', image },
        { no: 1, path: 'bom.json' },
      ]);
      expect(await use().sbomsOf(vnfPkgId('p2'))).toEqual([]);
    });

    it('are no part of the package as it is read, however many they are, and go with it', async () => {
      const many = Array.from({ length: 1_203 }, (_, at) => component(`c${at}`, undefined, [`c${at}`, 'all']));
      const done = await onboardWith(use(), 'p1', one(...many));
      expect(done.contents?.sboms).toBeUndefined();
      expect(await use().package(vnfPkgId('p1'))).toEqual(done);
      expect((await allOf(use(), { name: 'all' }, 500)).map(({ seq }) => seq)).toEqual([...many.keys()]);
      await use().modifyPackage(vnfPkgId('p1'), { operationalState: 'DISABLED' });
      valueOf(await use().deletePackage(vnfPkgId('p1')));
      expect([await allOf(use(), {}), await allOf(use(), { name: 'all' })]).toEqual([[], []]);
      expect(await use().sbomsOf(vnfPkgId('p1'))).toEqual([]);
    });

    it('run in the instances of a package that are instantiated, all of them or those of a flavour', async () => {
      await onboardWith(use(), 'p1', []);
      for (const id of ['i1', 'i2', 'i3']) await instantiate(use(), id, 'p1', id === 'i2' ? 'full' : 'simple');
      await use().createInstance({ ...sampleInstance('i4', 'p1'), vnfdId: vnfdId('vnfd-of-p1') });
      const found = async (flavours: readonly string[] | undefined, atMost: number) => {
        const { instances, count } = await use().instantiatedOf(vnfPkgId('p1'), flavours, atMost);
        return [count, ...instances.map(({ id }) => id)];
      };
      expect(await found(undefined, 2)).toEqual([3, 'i1', 'i2']);
      expect(await found(['simple'], 9)).toEqual([2, 'i1', 'i3']);
      expect(await found([], 9)).toEqual([0]);
      expect((await use().instantiatedOf(vnfPkgId('p1'), ['full'], 1)).instances).toMatchObject([
        { id: vnfInstanceId('i2'), instantiated: { flavourId: 'full' } },
      ]);
    });
  });
}
