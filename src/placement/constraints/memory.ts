/**
 * Plain memory: in one cell for a bound guest, from all cells together otherwise. `any` page size is met by hugepages
 * where they have room.
 */
import { memoryShort, plainMemoryShort } from '../explanation/shortage.js';
import { met, type RoomConstraint } from './constraint.js';
import { noCellServes } from './no-cell-serves.js';

export const memory: RoomConstraint = {
  name: 'memory',
  refuse: (ask, free) => {
    const isFixed = (guest: number) => ask.guestCells[guest]?.pageSizeKiB !== undefined;
    if ([...ask.guestCells.keys()].every(isFixed)) return met;
    const perCell = noCellServes(ask, free, (guest, at) => (isFixed(guest) ? [] : memoryShort(ask, guest, free, at)));
    if (ask.bound || perCell.length === 0) return perCell;
    if (ask.demand.pageSize === 'any' && ask.guestCells.length > 1) return met;
    return plainMemoryShort(ask, free).map((short) => short.text);
  },
};
