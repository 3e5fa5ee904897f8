/**
 * What is free in a cell and of no use, as the other half of it is gone.
 */
import { describe, expect, it } from '@jest/globals';
import { cellRoom, type CellRoom, type UsedUp } from '../../src/inventory/cell-room.js';
import { freeOf } from '../../src/inventory/take.js';
import type { Claim } from '../../src/inventory/model.js';
import { allocationId, hostId, opOccId, vnfcId, vnfInstanceId } from '../../src/shared/ids.js';
import { card, host, type HostShapeWish } from '../builders/placement.js';

const claim = (change: Partial<Claim>): Claim => ({
  ...{
    hostId: hostId('h1'),
    kind: 'cpu',
    key: '2',
    exclusive: true,
    amount: 1,
    cell: 0,
    allocationId: allocationId('a'),
    vnfcId: vnfcId('a'),
  },
  ...{ vnfInstanceId: vnfInstanceId('vnf-1'), opOccId: opOccId('op') },
  ...change,
});
const cpus = (...keys: number[]) => keys.map((key) => claim({ key: String(key) }));
const room = (wish: HostShapeWish, claims: readonly Claim[] = []) => cellRoom(freeOf(host('h1', wish), claims), 0);
const stranded = ({ stranded: all }: CellRoom, usedUp: UsedUp) => {
  const { usedUp: _which, ...amounts } = all.find((one) => one.usedUp === usedUp) ?? { usedUp };
  return amounts;
};

describe('the room of a cell', () => {
  // Core 0 (CPUs 0 and 1) is shared: three cores of two threads are left.
  it('counts whole cores and pairs, which end with the first thread that is taken', () => {
    expect(room({})).toMatchObject({ freeCores: 3, siblingPairs: 3 });
    expect(room({}, cpus(2, 4))).toMatchObject({ freeCores: 1, siblingPairs: 1 });
    expect(room({}, cpus(2, 3))).toMatchObject({ freeCores: 2, siblingPairs: 2 });
  });

  it('has cores and no pairs where there is one thread to a core', () => {
    expect(room({ threads: 1 })).toMatchObject({ freeCores: 3, siblingPairs: 0 });
  });

  it('strands nothing while there is some of everything', () => {
    const all = room({ pages2MiB: 64, functions: card(1, 0, 2) }).stranded;
    expect(all.map(({ usedUp }) => usedUp)).toEqual(['cpus', 'memory', 'pci-functions']);
    expect(all.every(({ cpus: idle = 0, memoryMiB = 0 }) => idle === 0 && memoryMiB === 0)).toBe(true);
  });

  it('strands memory and pages once neither a CPU nor a shared vCPU is left', () => {
    const wish = { memoryMiB: 1024, pages2MiB: 64 };
    const shared = (amount: number) => claim({ kind: 'shared-vcpu', key: 'float', exclusive: false, amount });
    const dedicated = cpus(2, 3, 4, 5, 6, 7);
    expect(stranded(room(wish, dedicated), 'cpus')).toEqual({ memoryMiB: 0 });
    expect(stranded(room(wish, [...dedicated, shared(8)]), 'cpus')).toEqual({ memoryMiB: 1024 });
    expect(stranded(room({ ...wish, sharedCpus: [] }, [...dedicated, ...cpus(0, 1)]), 'cpus')).toEqual({
      memoryMiB: 1024,
    });
  });

  it('strands CPUs once too little memory is left in each form of it', () => {
    const wish = { memoryMiB: 1024, pages2MiB: 64 };
    const plain = claim({ kind: 'memory', key: 'plain', exclusive: false, amount: 1024 - 128 });
    const pages = (amount: number) => claim({ kind: 'hugepages', key: '2048', exclusive: false, amount });
    expect(stranded(room(wish, [plain]), 'memory')).toEqual({ cpus: 0 });
    expect(stranded(room(wish, [plain, pages(32)]), 'memory')).toEqual({ cpus: 0 });
    expect(stranded(room(wish, [plain, pages(33)]), 'memory')).toEqual({ cpus: 6 });
  });

  it('strands both for who wants a function of the cell once all are taken', () => {
    const wish = { memoryMiB: 1024, functions: card(1, 0, 2) };
    const vf = (nth: number) => claim({ kind: 'pci', key: `0000:01:02.${String(nth)}` });
    expect(stranded(room(wish, [vf(0)]), 'pci-functions')).toEqual({ cpus: 0, memoryMiB: 0 });
    expect(stranded(room(wish, [vf(0), vf(1), ...cpus(2)]), 'pci-functions')).toEqual({ cpus: 5, memoryMiB: 1024 });
    expect(stranded(room({ memoryMiB: 1024, functions: card(1, 1, 2) }), 'pci-functions')).toEqual({});
  });
});
