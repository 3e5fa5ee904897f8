/**
 * Hugepages of the size asked for: all pages of a guest cell come from one host cell, counted before anything starts.
 */
import { memoryShort } from '../explanation/shortage.js';
import { met, type RoomConstraint } from './constraint.js';
import { noCellServes } from './no-cell-serves.js';

export const hugepages: RoomConstraint = {
  name: 'hugepages',
  refuse: (ask, free) => {
    const isFixed = (guest: number) => ask.guestCells[guest]?.pageSizeKiB !== undefined;
    if (![...ask.guestCells.keys()].some(isFixed)) return met;
    return noCellServes(ask, free, (guest, at) => (isFixed(guest) ? memoryShort(ask, guest, free, at) : []));
  },
};
