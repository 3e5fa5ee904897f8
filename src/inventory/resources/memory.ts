/**
 * Plain memory of a cell, MiB: what hugepages and the reservation of the host leave.
 */
import { cellOf, fell, inCells, merged, row, usual, type HostResource } from './resource.js';

export const memory: HostResource = {
  ...usual,
  kind: 'memory',
  rows: ({ cells, pageSizeKiB }) =>
    merged(
      cells.flatMap((cell) =>
        (cell.pageSizeKiB ?? pageSizeKiB) === undefined
          ? cell.memoryShares.map((share) => row('plain', share.memoryMiB, share.hostCell))
          : [],
      ),
    ),
  apply: (draft, claim, sign) => {
    const cell = cellOf(draft, claim);
    if (cell !== undefined) cell.memoryMiB += sign * claim.amount;
  },
  overdrawn: (before, after) =>
    inCells(before, after, (cell, then) => fell(cell.memoryMiB, then.memoryMiB, 'MiB of plain memory')),
  leftText: ({ cells }) => cells.map((cell) => cell.memoryMiB).join(),
  words: { name: 'memory', limit: 'memory', constraint: 'memory' },
  isToldOf: ({ guestCells }) => guestCells.some((cell) => cell.pageSizeKiB === undefined),
};
