import { describe, expect, it } from '@jest/globals';
import { hostId } from '../../src/shared/ids.js';
import { MiB } from '../../src/shared/units.js';
import { withoutOwnVolumes } from '../../src/workflow/own-volumes.js';
import { newFleet } from '../builders/berth.js';

describe('what a pool has available', () => {
  it.each([
    ['a volume of a VNFC, which its claim counts', 'berth-4956f674-a868-4c4b-9fbe-d7fbf2bb9659-data.img', 0],
    ['a base image, which nobody claims', `berth-base-${'ab'.repeat(32)}.qcow2`, 5],
    ['a stranger’s volume', 'backup.img', 5],
  ])('is less by what others have allocated: %s takes its share', async (_name, name, takenMiB) => {
    const engine = newFleet().of(hostId('sim-1'));
    await engine.start();
    const before = (await engine.facts()).pools[0]?.availableMiB ?? 0;
    await engine.ensureContent({ pool: 'berth', name }, new Uint8Array(5 * MiB));
    const facts = await withoutOwnVolumes(engine, await engine.facts());
    expect(facts.pools[0]?.availableMiB).toBe(before - takenMiB);
  });
});
