/**
 * NUMA cells: each with CPUs and memory.
 */
import type { AuditRule } from './rule.js';

export const cellRules: readonly AuditRule[] = [
  {
    code: 'HOST-CELL-NO-CPUS',
    severity: 'warning',
    right: 'Each cell has CPUs.',
    because: 'Memory of a cell without them is far from every CPU; guests get it when no other cell has room.',
    judge: ({ host: { facts } }) =>
      facts.cells
        .filter(({ cpus }) => cpus.length === 0)
        .map(({ id, memoryMiB }) => ({
          reason: `Cell ${id} has ${memoryMiB} MiB of memory and no CPU.`,
          fix: 'Leave it when it is slow or remote memory that is meant for others; else see whether its CPUs are switched off, or a socket is empty.',
        })),
  },
  {
    code: 'HOST-CELL-NO-MEMORY',
    severity: 'warning',
    right: 'Each cell has memory.',
    because: 'The CPUs of a cell without it take all of theirs from another cell.',
    judge: ({ host: { facts } }) =>
      facts.cells
        .filter(({ memoryMiB }) => memoryMiB === 0)
        .map(({ id }) => ({
          reason: `Cell ${id} has CPUs and no memory.`,
          fix: 'Put memory into the slots of this socket.',
        })),
  },
];
