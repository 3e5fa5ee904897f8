/**
 * Hugepages of the size asked for: all pages of a guest cell come from one host cell, counted before anything starts.
 */
import { fixedPageSizeKiB } from '../ask.js';
import { memoryShort } from '../shortage.js';
import { met, type RoomConstraint } from './constraint.js';
import { noCellServes } from './no-cell-serves.js';

export const hugepages: RoomConstraint = {
  name: 'hugepages',
  refuse: (ask, free) => {
    if (fixedPageSizeKiB(ask.demand) === undefined) return met;
    return noCellServes(ask, free, (guest, at) => memoryShort(ask, guest, free, at));
  },
};
