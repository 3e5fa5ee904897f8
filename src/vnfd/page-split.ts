/**
 * `huge_pages_requirements` (SOL001 4.3.1) that cover a part of memory, or several page sizes. A guest cell has pages of one
 * size, so a split is carried by guest cells: each gets a size, and the cells of a size add up to what is requested of it.
 */
import type { GuestCell, VirtualMemory } from './model.js';

/** No guest has more NUMA cells and no host more page sizes; beyond, trying every split would take too long. */
const mostCells = 8;
const mostSizes = 4;

/** Whether pages of one size do not back all of the memory. */
export function isSplit({ hugePages, bytes }: VirtualMemory): boolean {
  const [first, second] = hugePages;
  return first !== undefined && (second !== undefined || first.bytes !== bytes);
}

/** The guest cells with the page size of each; undefined when no way to give them sizes meets the requirements. */
export function withPageSizes(memory: VirtualMemory, cells: readonly GuestCell[]): readonly GuestCell[] | undefined {
  const wanted = new Map<number, number>();
  for (const { pageSizeKiB, bytes } of memory.hugePages)
    wanted.set(pageSizeKiB, (wanted.get(pageSizeKiB) ?? 0) + bytes);
  return cells.length > mostCells || wanted.size > mostSizes ? undefined : assigned(cells, wanted);
}

/** The first cell takes each size that still wants as much, then small pages; the others what is left. */
function assigned(cells: readonly GuestCell[], wanted: ReadonlyMap<number, number>): readonly GuestCell[] | undefined {
  const [first, ...others] = cells;
  if (first === undefined) return [...wanted.values()].every((bytes) => bytes === 0) ? [] : undefined;
  for (const [pageSizeKiB, bytes] of wanted) {
    if (bytes < first.memoryBytes) continue;
    const rest = assigned(others, new Map(wanted).set(pageSizeKiB, bytes - first.memoryBytes));
    if (rest !== undefined) return [{ ...first, pageSizeKiB }, ...rest];
  }
  const rest = assigned(others, wanted);
  return rest === undefined ? undefined : [first, ...rest];
}
