import { describe, expect, it } from '@jest/globals';
import type { Claim } from '../../../src/inventory/model.js';
import { place } from '../../../src/placement/place.js';
import type { VnfcDemand } from '../../../src/placement/model.js';
import { host, pinned, question } from '../../builders/placement.js';
import { heldCpus } from '../placing.js';

const nearest = (asked: VnfcDemand, claims: readonly Claim[], hosts = [host('h1')]): readonly string[] =>
  place(question([asked]), { hosts, claims }).explanation.nearestMisses;

describe('the nearest host says of named CPUs', () => {
  it('which are missing and who has them, those of one owner together', () => {
    const asked = pinned('a', 4, { hostCpus: [0, 2, 3, 4] });
    expect(nearest(asked, heldCpus('h1', 0, [2, 3]))).toEqual([
      'h1 cell 0: CPU 0 is reserved for sharing; CPUs 2, 3 are held by VNFC other of VNF vnf-1; memory ok',
    ]);
  });

  it('what the emulator threads miss, beside all else that is short', () => {
    const asked = pinned('a', 1, {
      hostCpus: [2],
      emulatorPolicy: 'named',
      emulatorCpus: [0, 77],
      memoryMiB: 32_768,
      guestCells: [{ vcpus: 1, memoryMiB: 32_768 }],
    });
    expect(nearest(asked, [])).toEqual(['h1 cell 0: CPU 77 is not there; needs 32768 MiB of plain memory, has 16384']);
  });

  it('what is short on the cell that they lie in, though another cell lacks less', () => {
    const asked = pinned('a', 2, { hostCpus: [2, 3], memoryMiB: 1024, guestCells: [{ vcpus: 2, memoryMiB: 1024 }] });
    const memory = { kind: 'memory', cell: 0, key: 'plain', exclusive: false, amount: 16_384 } as const;
    const claims = heldCpus('h1', 0, [2]).flatMap((claim) => [claim, { ...claim, ...memory }]);
    expect(nearest(asked, claims)).toEqual([
      'h1 cell 0: CPU 2 is held by VNFC other of VNF vnf-1; needs 1024 MiB of plain memory, has 0, held by vnf-1',
    ]);
  });

  it('first of the host on which fewer are missing', () => {
    const asked = pinned('a', 2, { hostCpus: [2, 3] });
    const claims = [...heldCpus('h1', 0, [2, 3]), ...heldCpus('h2', 0, [3])];
    expect(nearest(asked, claims, [host('h1'), host('h2')])).toEqual([
      'h2 cell 0: CPU 3 is held by VNFC other of VNF vnf-1; memory ok',
      'h1 cell 0: CPUs 2, 3 are held by VNFC other of VNF vnf-1; memory ok',
    ]);
  });
});
