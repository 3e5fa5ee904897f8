import { describe, expect, it } from '@jest/globals';
import type { Claim } from '../../src/inventory/model.js';
import { hostId, opOccId, vnfcId, vnfInstanceId } from '../../src/shared/ids.js';
import { MiB } from '../../src/shared/units.js';
import { withoutOwnVolumes } from '../../src/workflow/own-volumes.js';
import { newFleet } from '../builders/berth.js';

const claimed: Claim = {
  hostId: hostId('sim-1'),
  kind: 'disk',
  key: 'berth',
  exclusive: false,
  amount: 5,
  vnfcId: vnfcId('4956f674-a868-4c4b-9fbe-d7fbf2bb9659'),
  vnfInstanceId: vnfInstanceId('vnf-1'),
  opOccId: opOccId('op'),
};

describe('what a pool has available', () => {
  it.each([
    ['a volume of a VNFC, which its claim counts', 'berth-4956f674-a868-4c4b-9fbe-d7fbf2bb9659-data.img', 0],
    ['a volume of a VNFC that claims nothing here', 'berth-b0ca9cf1-a868-4c4b-9fbe-d7fbf2bb9659-data.img', 5],
    ['a base image, which nobody claims', `berth-base-${'ab'.repeat(32)}.qcow2`, 5],
    ['a stranger’s volume', 'backup.img', 5],
  ])('is less by what others have allocated: %s takes its share', async (_name, name, takenMiB) => {
    const engine = newFleet().of(hostId('sim-1'));
    await engine.start();
    const before = (await engine.facts()).pools[0]?.availableMiB ?? 0;
    await engine.ensureContent({ pool: 'berth', name }, new Uint8Array(5 * MiB));
    const facts = await withoutOwnVolumes(engine, await engine.facts(), () => Promise.resolve([claimed]));
    expect(facts.pools[0]?.availableMiB).toBe(before - takenMiB);
  });
});
