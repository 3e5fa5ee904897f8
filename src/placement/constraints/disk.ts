/**
 * All volumes of a VNFC go into one storage pool.
 */
import { diskShort } from '../explanation/shortage.js';
import type { RoomConstraint } from './constraint.js';

export const disk: RoomConstraint = {
  name: 'disk',
  refuse: (ask, free) => diskShort(ask, free).map((short) => short.text),
};
