import { describe, expect, it } from '@jest/globals';
import type { Cell, Host } from '../../../src/inventory/model.js';
import { pickCpus } from '../../../src/placement/search/cores.js';
import { demand, host, pinned } from '../../builders/placement.js';
import { heldCpus, one } from '../placing.js';

const withCells = (on: Host, change: (cell: Cell, at: number) => Partial<Cell>): Host => ({
  ...on,
  facts: { ...on.facts, cells: on.facts.cells.map((cell, at) => ({ ...cell, ...change(cell, at) })) },
});
const loose = (vcpus: number, memoryMiB: number) => demand('v', { vcpus, memoryMiB, cpuPolicy: 'dedicated' });
const shares = (berth: ReturnType<typeof one>) =>
  berth.cells.flatMap((cell) => cell.memoryShares.map(({ hostCell }) => hostCell));
const cellOf = (on: Host, cpu: number) => on.facts.cells.find(({ cpus }) => cpus.some(({ id }) => id === cpu))?.id;
const cpuCells = (on: Host, berth: ReturnType<typeof one>) => [
  ...new Set(berth.cells.flatMap(({ pinnedCpus }) => pinnedCpus.map((cpu) => cellOf(on, cpu)))),
];

describe('a cell without CPUs', () => {
  const bare = withCells(host('h', { cells: 3, memoryMiB: 64 * 1024 }), (cell, at) => ({
    ...(at === 0 && { cpus: [] }),
    hugepages: [{ pageSizeKiB: 2048, total: 1024, foreign: 0 }],
    id: cell.id,
  }));

  it.each([
    ['shared vCPUs', demand('v', { vcpus: 2, memoryMiB: 2048 })],
    ['loose dedicated ones', loose(2, 2048)],
    ['hugepages of a guest that is bound to no cell', demand('v', { memoryMiB: 1024, pageSize: 2048 })],
  ])('gives no memory to %s while another cell has some', (_, asked) => {
    expect(shares(one(asked, [bare]))).toEqual([1]);
  });

  it('gives the last part of the memory of a guest that no cell holds', () => {
    const berth = one(demand('v', { memoryMiB: 150 * 1024 }), [bare]);
    expect(shares(berth)).toEqual([1, 2, 0]);
    expect(berth.cells[0]?.hostCell).toBe(1);
  });
});

describe('a guest that is bound to no cell', () => {
  const two = host('h', { coresPerCell: 8, threads: 1, memoryMiB: 64 * 1024, sharedCpus: [] });

  it('has CPUs and memory on one cell when one has room for both', () => {
    for (const held of [
      [1, 2, 3, 4, 5, 6, 7],
      [1, 2, 3, 4, 5],
    ]) {
      const berth = one(loose(4, 2048), [two], heldCpus('h', 0, held));
      expect([cpuCells(two, berth), shares(berth)]).toEqual([[1], [1]]);
    }
  });

  it('has them so with hugepages, too', () => {
    const paged = withCells(two, () => ({ hugepages: [{ pageSizeKiB: 2048, total: 2048, foreign: 0 }] }));
    const asked = { ...loose(4, 2048), pageSize: 2048 as const };
    const berth = one(asked, [paged], heldCpus('h', 0, [1, 2, 3, 4, 5]));
    expect([cpuCells(paged, berth), shares(berth)]).toEqual([[1], [1]]);
  });

  it('has CPUs of one cell, near its memory, when no cell has both', () => {
    const poor = withCells(host('h', { cells: 3, coresPerCell: 4, threads: 1, sharedCpus: [] }), (_, at) => ({
      memoryMiB: at === 0 ? 4096 : 0,
      distances: at === 0 ? [10, 40, 20] : [20, 10, 10],
    }));
    const berth = one(loose(4, 2048), [poor], heldCpus('h', 0, [1, 2]));
    expect([cpuCells(poor, berth), shares(berth)]).toEqual([[2], [0]]);
  });
});

describe('guest cells', () => {
  it('lie on near host cells, whatever the numbers of these are', () => {
    const distances = [
      [10, 80, 20],
      [80, 10, 80],
      [20, 80, 10],
    ];
    const sparse = withCells(host('h', { cells: 3 }), (cell, at) => ({
      id: 5 + cell.id * 8,
      distances: distances[at] ?? [],
    }));
    const guestCells = [1, 2].map(() => ({ vcpus: 2, memoryMiB: 512 }));
    const berth = one(pinned('v', 4, { memoryMiB: 1024, guestCells }), [sparse]);
    expect(berth.cells.map(({ hostCell }) => hostCell)).toEqual([5, 21]);
  });
});

describe('CPUs under one L3 cache', () => {
  /** Cores of two or one threads, four to a cache, with only some of their CPUs free. */
  const cores = (threads: number, free: readonly (readonly number[])[]) =>
    free.map((kept, core) => ({
      threads,
      l3: Math.floor(core / 4),
      cpus: kept.map((thread) => core * threads + thread),
    }));
  const whole = [0, 1];
  const pick = (from: ReturnType<typeof cores>, policy: 'prefer' | 'isolate' | 'require', count: number) => {
    const wish = { count, policy, ownEmulatorCpu: false, named: undefined };
    const picked = pickCpus(from, wish, 'siblings')?.pinned ?? [];
    return picked.map((cpu) => from.find(({ cpus }) => cpus.includes(cpu))?.l3);
  };

  it('are kept without SMT', () => {
    const from = cores(1, [[0], [0], [], [], [0], [0], [0], [0]]);
    expect(pick(from, 'prefer', 3)).toEqual([1, 1, 1]);
  });

  it('are kept with an odd count, rather than a broken core elsewhere', () => {
    const from = cores(2, [[0], [0], [], [], whole, whole, whole, whole]);
    expect(pick(from, 'prefer', 3)).toEqual([1, 1, 1]);
    expect(pick(from, 'require', 3)).toEqual([1, 1, 1]);
  });

  it('are kept when the cache has CPUs enough only with those of broken cores', () => {
    const from = cores(2, [whole, whole, [], [], whole, whole, [0], [1]]);
    expect(pick(from, 'prefer', 6)).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('are kept under isolate, where threads that stay idle are not counted', () => {
    const from = cores(2, [whole, whole, [], [], whole, whole, whole, whole]);
    expect(pick(from, 'isolate', 4)).toEqual([1, 1, 1, 1]);
  });

  it('are those of the cell that has them, also when another cell would be filled first', () => {
    const two = withCells(host('h', { coresPerCell: 4, threads: 2, sharedCpus: [] }), (cell) => ({
      cpus: cell.cpus.map((cpu) => ({ ...cpu, l3: Math.floor(cpu.id / 4) })),
    }));
    const held = heldCpus('h', 0, [0, 4]);
    const berth = one(pinned('v', 4), [two], held);
    expect(berth.cells.map(({ hostCell, pinnedCpus }) => [hostCell, ...pinnedCpus])).toEqual([[1, 8, 9, 10, 11]]);
  });

  it('are left when no cache has enough', () => {
    const from = cores(2, [whole, [], [], [], whole, whole, [], []]);
    expect(pick(from, 'prefer', 6)).toHaveLength(6);
  });
});
