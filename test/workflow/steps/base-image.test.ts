import { describe, expect, it } from '@jest/globals';
import type { Engine } from '../../../src/engine/engine.js';
import { hostId } from '../../../src/shared/ids.js';
import { SharedRuns } from '../../../src/shared/shared-run.js';
import { baseImage } from '../../../src/workflow/steps/volumes.js';
import type { StepContext } from '../../../src/workflow/steps/handler.js';
import { newFleet, realClock } from '../../builders/berth.js';

describe('a base image that several operations want at once', () => {
  it('is uploaded once to a host, and again when that upload has ended', async () => {
    let uploads = 0;
    const engine = newFleet().of(hostId('sim-1'));
    const counting: Pick<Engine, 'ensureBaseImage'> = {
      ensureBaseImage: async (volume) => {
        uploads += 1;
        await realClock.sleep(5);
        return { ...volume, path: `/pool/${volume.name}`, capacityBytes: 1, allocationBytes: 1 };
      },
    };
    const files = { imagePath: () => '/image' } as unknown as StepContext['files'];
    const store = { packageWithImage: () => Promise.resolve('p1') } as unknown as StepContext['store'];
    const parts = { engine: () => Object.assign(engine, counting), files, store, uploads: new SharedRuns() };
    const context = parts as unknown as StepContext;
    const input = { hostId: hostId('sim-1'), pool: 'berth', sha256: 'ab', name: 'berth-base-ab.qcow2', sizeBytes: 1 };
    const together = await Promise.all([1, 2, 3].map(() => baseImage.run(input, context)));
    expect(together).toEqual([1, 2, 3].map(() => ({ path: '/pool/berth-base-ab.qcow2' })));
    expect(uploads).toBe(1);
    await baseImage.run(input, context);
    expect(uploads).toBe(2);
  });
});
