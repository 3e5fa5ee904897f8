/**
 * A cell where the dedicated vCPUs of a guest cell find CPUs under one L3 cache comes before one where they would lie under
 * several.
 */
import { wishOf } from '../question/ask.js';
import { hasOneCache } from '../search/cores.js';
import type { CellPreference } from './preference.js';

export const oneCache: CellPreference = {
  name: 'one-cache',
  weight: 4,
  cost: (free, at, ask, chosen) => {
    const guest = ask.guestCells[chosen.length];
    const cell = free.cells[at];
    if (guest === undefined || cell === undefined || guest.dedicated < 2) return 0;
    return hasOneCache(cell.cores, wishOf(ask, guest, false)) ? 0 : 1;
  },
};
