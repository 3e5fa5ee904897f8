import { describe, expect, it } from '@jest/globals';
import { claimsOf } from '../../src/inventory/claims.js';
import { availableFunctions } from '../../src/inventory/free.js';
import { freeOf, giveBack, take, unclaimed } from '../../src/inventory/take.js';
import type { Claim } from '../../src/inventory/model.js';
import { allocationId, hostId, opOccId, vnfcId, vnfInstanceId } from '../../src/shared/ids.js';
import { card, host } from '../builders/placement.js';

const claim = (change: Partial<Claim>): Claim => ({
  hostId: hostId('h1'),
  kind: 'cpu',
  key: '2',
  exclusive: true,
  amount: 1,
  cell: 0,
  allocationId: allocationId('a'),
  vnfcId: vnfcId('a'),
  vnfInstanceId: vnfInstanceId('vnf-1'),
  opOccId: opOccId('op'),
  ...change,
});

describe('what is free on a host', () => {
  it('leaves out reserved CPUs and groups the others by core', () => {
    const [cell] = unclaimed(host('h1')).cells;
    expect(cell?.cores.map((core) => core.cpus)).toEqual([[], [2, 3], [4, 5], [6, 7]]);
    expect([cell?.cpus, cell?.wholeCores]).toEqual([6, 3]);
  });

  it('counts a core with one CPU claimed as broken', () => {
    const [cell] = freeOf(host('h1'), [claim({ key: '3' })]).cells;
    expect(cell?.cores[1]?.cpus).toEqual([2]);
    expect([cell?.cpus, cell?.wholeCores]).toEqual([5, 2]);
  });

  it('counts a core whose sibling is reserved as never whole', () => {
    const [cell] = unclaimed(host('h1', { sharedCpus: [0] })).cells;
    expect(cell?.cores[0]?.cpus).toEqual([1]);
    expect(cell?.wholeCores).toBe(3);
  });

  it('takes hugepage pools and the reservation out of plain memory', () => {
    const [cell] = unclaimed(host('h1', { memoryMiB: 16_384, pages2MiB: 1024, pages1GiB: 4, reservedMiB: 512 })).cells;
    expect(cell?.memoryMiB).toBe(16_384 - 2048 - 4096 - 512);
    expect(cell?.pages).toEqual([4, 1024]);
  });

  it('never promises pages that others use', () => {
    const plain = host('h1', { pages2MiB: 100 });
    const [first, second] = plain.facts.cells;
    const cells = [{ ...first!, hugepages: [{ pageSizeKiB: 2048, total: 100, foreign: 40 }] }, second!];
    expect(unclaimed({ ...plain, facts: { ...plain.facts, cells } }).cells[0]?.pages).toEqual([60]);
  });

  it('budgets shared vCPUs by the ratio, per cell and for the host', () => {
    const free = freeOf(host('h1', { sharedCpuRatio: 2 }), [claim({ kind: 'shared-vcpu', key: 'float', amount: 3 })]);
    expect(free.sharedVcpus).toBe(8 - 3);
    expect(free.cells.map((cell) => cell.sharedVcpus)).toEqual([1, 4]);
  });

  it('ignores claims of other hosts and fleet-wide addresses', () => {
    const foreign = [
      claim({ hostId: hostId('h2') }),
      claim({ hostId: hostId('*'), kind: 'mac', key: '52:54:00:0:0:1' }),
    ];
    expect(freeOf(host('h1'), foreign)).toEqual(unclaimed(host('h1')));
  });

  it('gives a physical function only while its VFs are free, and VFs only while their physical function is', () => {
    const free = unclaimed(host('h1', { functions: card(1, 0, 4) }));
    const vfTaken = take(free, [claim({ kind: 'pci', key: '0000:01:02.0' })]);
    const pfTaken = take(free, [claim({ kind: 'pci', key: '0000:01:00.0' })]);
    const counts = (picture: typeof free) => picture.shape.groups.map((_, at) => availableFunctions(picture, at));
    expect([counts(free), counts(vfTaken), counts(pfTaken)]).toEqual([
      [1, 4],
      [0, 3],
      [0, 0],
    ]);
  });

  it('gives back exactly what was taken', () => {
    const free = unclaimed(host('h1', { pages2MiB: 512, functions: card(1, 0, 4) }));
    const claims = [
      claim({ key: '2' }),
      claim({ key: '5' }),
      claim({ kind: 'hugepages', key: '2048', amount: 256, exclusive: false }),
      claim({ kind: 'memory', key: 'plain', amount: 700, exclusive: false }),
      claim({ kind: 'pci', key: '0000:01:02.1' }),
      claim({ kind: 'disk', key: 'default', amount: 2000, exclusive: false }),
      claim({ kind: 'shared-vcpu', key: 'float', amount: 2, exclusive: false }),
    ];
    expect(giveBack(take(free, claims), claims)).toEqual(free);
  });

  it('does not change the picture it starts from', () => {
    const free = unclaimed(host('h1'));
    const before = structuredClone(free);
    take(free, [claim({ key: '2' }), claim({ kind: 'memory', key: 'plain', amount: 100 })]);
    expect(free).toEqual(before);
  });
});

describe('claims of a VNFC', () => {
  const berth = {
    vnfcId: vnfcId('a'),
    hostId: hostId('h1'),
    cells: [
      {
        hostCell: 1,
        pinnedCpus: [10],
        idleCpus: [11],
        vcpus: 2,
        pages: 256,
        memoryShares: [{ hostCell: 1, memoryMiB: 512 }],
      },
      {
        hostCell: 1,
        pinnedCpus: [12],
        idleCpus: [13],
        vcpus: 2,
        pages: 128,
        memoryShares: [{ hostCell: 1, memoryMiB: 256 }],
      },
    ],
    ownEmulatorCpus: [14],
    pageSizeKiB: 2048,
    pool: 'default',
    pciFunctions: [{ address: '0000:01:02.0' }],
  };
  const asked = {
    vnfInstanceId: vnfInstanceId('vnf-1'),
    numaStrict: true,
    diskMiB: 1024,
    networks: [],
    pciFunctions: [],
  };
  const rows = (claims: readonly Claim[]) =>
    claims.map((one) => [one.kind, one.cell, one.key, one.amount, one.exclusive] as const);

  it('are exclusive rows for CPUs, idle siblings, the emulator CPU and functions, and sums for the rest', () => {
    expect(rows(claimsOf(berth, asked, opOccId('op')))).toEqual([
      ['cpu', 1, '10', 1, true],
      ['cpu', 1, '11', 1, true],
      ['cpu', 1, '12', 1, true],
      ['cpu', 1, '13', 1, true],
      ['cpu', undefined, '14', 1, true],
      ['shared-vcpu', 1, 'float', 2, false],
      ['hugepages', 1, '2048', 384, false],
      ['pci', undefined, '0000:01:02.0', 1, true],
      ['disk', undefined, 'default', 1024, false],
    ]);
  });

  it('name every owner', () => {
    const owners = new Set(
      claimsOf(berth, asked, opOccId('op')).map((one) => `${one.vnfcId} ${one.vnfInstanceId} ${one.opOccId}`),
    );
    expect([...owners]).toEqual(['a vnf-1 op']);
  });

  it('count plain memory on every cell that shares in it, and shared vCPUs on no cell, for a guest that is not strict', () => {
    const { pageSizeKiB: _, ...plain } = berth;
    const cell = {
      hostCell: 0,
      pinnedCpus: [],
      idleCpus: [],
      vcpus: 2,
      pages: 0,
      memoryShares: [
        { hostCell: 0, memoryMiB: 300 },
        { hostCell: 1, memoryMiB: 212 },
      ],
    };
    const loose = { ...asked, numaStrict: false, diskMiB: 0 };
    expect(
      rows(claimsOf({ ...plain, cells: [cell], ownEmulatorCpus: [], pciFunctions: [] }, loose, opOccId('op'))),
    ).toEqual([
      ['shared-vcpu', undefined, 'float', 2, false],
      ['memory', 0, 'plain', 300, false],
      ['memory', 1, 'plain', 212, false],
    ]);
  });
});
