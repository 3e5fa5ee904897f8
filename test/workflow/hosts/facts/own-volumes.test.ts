import { describe, expect, it } from '@jest/globals';
import type { Claim, SharedStorage } from '../../../../src/inventory/model.js';
import { baseImageName } from '../../../../src/lifecycle/naming.js';
import { allocationId, hostId, installationId, opOccId, vnfcId, vnfInstanceId } from '../../../../src/shared/ids.js';
import { MiB } from '../../../../src/shared/units.js';
import { withoutOwnVolumes } from '../../../../src/workflow/hosts/facts/own-volumes.js';
import { newFleet } from '../../../builders/berth.js';

const claimed: Claim = {
  hostId: hostId('sim-1'),
  kind: 'disk',
  key: 'berth',
  exclusive: false,
  amount: 5,
  allocationId: allocationId('4956f674-a868-4c4b-9fbe-d7fbf2bb9659'),
  vnfcId: vnfcId('4956f674-a868-4c4b-9fbe-d7fbf2bb9659'),
  vnfInstanceId: vnfInstanceId('vnf-1'),
  opOccId: opOccId('op'),
};

const installation = installationId('11111111-2222-4333-8444-555555555555');
const own = {
  installation,
  claimsOfHost: () => Promise.resolve([claimed]),
  held: () => Promise.resolve(new Set<string>()),
};

describe('what a pool has available', () => {
  it.each([
    ['a volume of a VNFC, which its claim counts', 'berth-4956f674-a868-4c4b-9fbe-d7fbf2bb9659-data.img', 0],
    ['a volume of a VNFC that claims nothing here', 'berth-b0ca9cf1-a868-4c4b-9fbe-d7fbf2bb9659-data.img', 5],
    ['a base image, which lies there whoever claims it', `berth-base-${'ab'.repeat(32)}.qcow2`, 5],
    ['a stranger’s volume', 'backup.img', 5],
  ])('is less by what others have allocated: %s takes its share', async (_name, name, takenMiB) => {
    const engine = newFleet().of(hostId('sim-1'));
    await engine.start();
    const before = (await engine.facts()).pools[0]?.availableMiB ?? 0;
    await engine.ensureContent({ pool: 'berth', name }, new Uint8Array(5 * MiB));
    const facts = await withoutOwnVolumes(engine, await engine.facts(), own);
    expect(facts.pools[0]?.availableMiB).toBe(before - takenMiB);
  });

  const sharing = async (storage: SharedStorage, held: readonly string[]) => {
    const engine = newFleet().of(hostId('sim-1'));
    await engine.start();
    const name = 'berth-b0ca9cf1-a868-4c4b-9fbe-d7fbf2bb9659-data.img';
    const before = (await engine.facts()).pools[0]?.availableMiB ?? 0;
    await engine.ensureContent({ pool: 'berth', name }, new Uint8Array(5 * MiB));
    const facts = await engine.facts();
    const pools = facts.pools.map((pool) => ({ ...pool, storage }));
    const here = { ...own, held: () => Promise.resolve(new Set(held)) };
    const [pool] = (await withoutOwnVolumes(engine, { ...facts, pools }, here)).pools;
    return before - (pool?.availableMiB ?? 0);
  };

  it('is less by no volume of a VNFC that claims it on another host, where hosts share the storage', async () => {
    const nas = { name: 'nas:/export', acrossHosts: true };
    expect(await sharing(nas, ['b0ca9cf1-a868-4c4b-9fbe-d7fbf2bb9659'])).toBe(0);
    expect(await sharing(nas, [])).toBe(5);
    expect(await sharing({ name: 'pool a', acrossHosts: false }, ['b0ca9cf1-a868-4c4b-9fbe-d7fbf2bb9659'])).toBe(5);
  });

  it('tells the base images of this installation that lie there, and how much of them', async () => {
    const engine = newFleet().of(hostId('sim-1'));
    await engine.start();
    const [mine, other] = ['ab'.repeat(32), 'cd'.repeat(32)];
    await engine.ensureContent(
      { pool: 'berth', name: baseImageName(installation, mine, 'qcow2') },
      new Uint8Array(3 * MiB),
    );
    await engine.ensureContent({ pool: 'berth', name: `berth-base-${other}-999999999999.qcow2` }, new Uint8Array(MiB));
    const facts = await withoutOwnVolumes(engine, await engine.facts(), own);
    expect(facts.pools[0]?.images).toEqual({ [mine]: 3 });
  });
});
