/**
 * What is free in the cells of a simulated host right now, by what its running domains took.
 */
import type { Cell } from '../../inventory/model.js';
import type { FreePages } from '../engine.js';
import type { SimulatedHost, Taken } from './host-state.js';

export const pageKey = (cell: number, pageSizeKiB: number): string => `${String(cell)}/${String(pageSizeKiB)}`;

export function freePages(host: SimulatedHost): readonly FreePages[] {
  return host.spec.cells.flatMap((cell) =>
    cell.hugepages.map(({ pageSizeKiB }) => ({ cell: cell.id, pageSizeKiB, free: freeIn(host, cell, pageSizeKiB) })),
  );
}

/** Undefined when the cell has no pool of that size. */
export function freeIn(host: SimulatedHost, cell: Cell, pageSizeKiB: number): number {
  const pool = cell.hugepages.find((one) => one.pageSizeKiB === pageSizeKiB);
  const foreign = host.state.foreignPages.get(pageKey(cell.id, pageSizeKiB)) ?? 0;
  const used = sum(host, ({ pages }) =>
    pages.filter((one) => one.cell === cell.id && one.pageSizeKiB === pageSizeKiB).map((one) => one.pages),
  );
  return Math.max(0, (pool?.total ?? 0) - (pool?.foreign ?? 0) - foreign - used);
}

/** What is not in a page pool and not taken as plain memory. */
export function freePlainKiB(host: SimulatedHost, cell: Cell): number {
  const pooled = cell.hugepages.reduce((total, pool) => total + pool.total * pool.pageSizeKiB, 0);
  const used = sum(host, ({ plain }) => plain.filter((one) => one.cell === cell.id).map((one) => one.memoryKiB));
  return cell.memoryMiB * 1024 - pooled - used;
}

function sum(host: SimulatedHost, of: (taken: Taken) => readonly number[]): number {
  let total = 0;
  for (const { running } of host.state.domains.values()) {
    if (running) total += of(running.taken).reduce((a, b) => a + b, 0);
  }
  return total;
}
