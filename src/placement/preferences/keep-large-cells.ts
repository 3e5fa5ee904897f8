/**
 * The cell with the least left that still fits is taken first, so that whole cells stay whole for large guests.
 */
import type { CellPreference } from './preference.js';

export const keepLargeCells: CellPreference = {
  name: 'keep-large-cells',
  weight: 1,
  cost: (free, at) => {
    const cell = free.cells[at];
    const all = free.shape.cells[at]?.cpus ?? 0;
    return cell === undefined || all === 0 ? 0 : cell.cpus / all;
  },
};
