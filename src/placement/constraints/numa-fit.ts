/**
 * Everything at once on the same cells: the exact answer, given by the very search that places. What the constraints
 * before it find in different cells does not make a berth.
 */
import type { FreeRoom } from '../../inventory/free.js';
import type { RoomAsk } from '../question/ask.js';
import { eachBerth } from '../search/berths.js';
import { cellShortages, functionsShort } from '../explanation/shortage.js';
import { nearestSpots, placeText } from '../explanation/spots.js';
import { met, type Refusal, type RoomConstraint } from './constraint.js';

export const numaFit: RoomConstraint = {
  name: 'numa-fit',
  refuse: (ask, free, _around, effort) => {
    const cellOrder = () => [...free.cells.keys()];
    if (eachBerth({ free, ask, thrift: 'siblings', cellOrder, effort, visit: () => true })) return met;
    if (effort.exhausted()) return ['was not looked at to the end: too many cases'];
    return ask.guestCells.length > 1 ? severalCells(ask, free) : oneCell(ask, free);
  },
};

function oneCell(ask: RoomAsk, free: FreeRoom): Refusal {
  return free.cells.map((cell, at) => {
    const short = [...cellShortages(ask, 0, free, at), ...functionsShort(ask, free, new Set([at]))];
    const text = short.map((one) => one.text).join('; ');
    return `cell ${cell.id}: ${text === '' ? 'its parts do not fit side by side' : text}`;
  });
}

/** Where they come closest together; where sums do not say it, on which cells each would fit by itself. */
function severalCells(ask: RoomAsk, free: FreeRoom): Refusal {
  const short = nearestSpots(ask, free).filter((spot) => spot.shortages.length > 0);
  if (short.length > 0) {
    return short.map((spot) => `${placeText(ask, spot)}: ${spot.shortages.map((one) => one.text).join('; ')}`);
  }
  return ask.guestCells.map((_, guest) => {
    const serving = free.cells.filter((_cell, at) => cellShortages(ask, guest, free, at).length === 0);
    const where = serving.map((cell) => String(cell.id)).join(', ');
    return serving.length === 0
      ? `guest cell ${guest}: no cell has its CPUs and memory together`
      : `guest cell ${guest}: fits alone on cell ${where}, not beside the other guest cells`;
  });
}
