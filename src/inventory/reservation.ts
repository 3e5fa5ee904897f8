/**
 * What to keep from VNFs when an operator has not said: the host needs a CPU and memory of its own, shared vCPUs and
 * emulator threads need CPUs to float on, near their memory. On a tiny host one CPU must stay to be dedicated.
 */
import type { Cell, HostFacts, HostReservation } from './model.js';

const smallestMiB = 256;
const largestMiB = 4096;
const memoryShare = 0.05;

/** The first core of each cell, or only its first CPU where a core would be half of the cell or more. */
export function defaultReservation(facts: HostFacts): HostReservation {
  return {
    sharedCpus: facts.cells.flatMap(firstCore),
    memoryMiBPerCell: facts.cells.map((cell) => {
      const wanted = Math.round(cell.memoryMiB * memoryShare);
      return Math.min(largestMiB, Math.max(smallestMiB, wanted), cell.memoryMiB);
    }),
  };
}

function firstCore(cell: Cell): readonly number[] {
  const first = cell.cpus.toSorted((a, b) => a.id - b.id)[0];
  if (first === undefined) return [];
  const core = first.siblings.length > 0 ? first.siblings : [first.id];
  return core.length * 2 <= cell.cpus.length && cell.cpus.length > 2 ? [...core] : [first.id];
}
