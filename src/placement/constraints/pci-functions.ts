/**
 * Virtual and physical functions on the host as a whole; whether they are on the guest's cell is numa-fit's part.
 */
import { everyCell, functionsShort } from '../explanation/shortage.js';
import type { RoomConstraint } from './constraint.js';

export const pciFunctions: RoomConstraint = {
  name: 'pci-functions',
  refuse: (ask, free) => functionsShort(ask, free, everyCell(free)).map((short) => short.text),
};
