/**
 * Dedicated CPUs under the thread policy, and the emulator's own: in one cell for each guest cell of a bound guest,
 * anywhere on the host otherwise.
 */
import { cpusShort } from '../explanation/shortage.js';
import { met, type RoomConstraint } from './constraint.js';
import { noCellServes } from './no-cell-serves.js';

export const dedicatedCpus: RoomConstraint = {
  name: 'dedicated-cpus',
  refuse: (ask, free) => {
    if (ask.bound) return noCellServes(ask, free, (guest, at) => cpusShort(ask, guest, free, [at]));
    const all = [...free.cells.keys()];
    for (const guest of ask.guestCells.keys()) {
      const short = cpusShort(ask, guest, free, all);
      if (short.length > 0) return short.map((one) => one.text);
    }
    return met;
  },
};
