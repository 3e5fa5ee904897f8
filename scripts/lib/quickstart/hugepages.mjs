/**
 * The pool of 2 MiB pages, and who holds pages of it: pages in use that no process holds are what somebody left behind.
 */
import { readdirSync, readFileSync } from 'node:fs';

const pageKiB = 2048;

export function hugepages() {
  const read = (name) => Number(readFileSync(`/sys/kernel/mm/hugepages/hugepages-${pageKiB}kB/${name}`, 'utf8'));
  const total = read('nr_hugepages');
  return { total, used: total - read('free_hugepages') };
}

function heldBy(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    return [...text.matchAll(/^(?:Private|Shared)_Hugetlb:\s+(\d+) kB$/gm)].reduce(
      (sum, match) => sum + Number(match[1]),
      0,
    );
  } catch {
    return 0;
  }
}

/** Pages in use that no living process accounts for. */
export function orphanedPages() {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const heldKiB = pids.reduce((sum, pid) => sum + heldBy(pid), 0);
  return Math.max(0, hugepages().used - heldKiB / pageKiB);
}
