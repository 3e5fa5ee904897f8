/**
 * Where the memory of a process lies, from the kernel's /proc/PID/numa_maps: a line for each of its mappings, with the pages
 * on each cell (`N0=5`) and their size. Mapped programs and libraries are left out, hugepages and shared memory are not.
 */
import type { CellMemory } from '../engine.js';

export function residentMemory(numaMaps: string): readonly CellMemory[] {
  const bytes = new Map<number, number>();
  for (const line of numaMaps.split('\n').filter(isMemory)) {
    const pageBytes = Number(/ kernelpagesize_kB=(\d+)/.exec(line)?.[1] ?? 4) * 1024;
    for (const [, cell, pages] of line.matchAll(/ N(\d+)=(\d+)/g)) {
      bytes.set(Number(cell), (bytes.get(Number(cell)) ?? 0) + Number(pages) * pageBytes);
    }
  }
  return [...bytes].sort(([a], [b]) => a - b).map(([cell, sum]) => ({ cell, bytes: sum }));
}

const isMemory = (line: string): boolean =>
  !line.includes(' file=') || / file=\/(memfd:|dev\/shm\/)/.test(line) || / huge( |$)/.test(line);
