/**
 * The common form of a refusal by cells: a guest cell for which no host cell will do, and what each of them lacks.
 */
import type { FreeRoom } from '../../inventory/free.js';
import type { RoomAsk } from '../question/ask.js';
import type { Shortage } from '../explanation/shortage.js';
import { met, type Refusal } from './constraint.js';

export function noCellServes(
  ask: RoomAsk,
  free: FreeRoom,
  shortagesOn: (guestIndex: number, at: number) => readonly Shortage[],
): Refusal {
  for (const guest of ask.guestCells.keys()) {
    const perCell: { readonly cell: FreeRoom['cells'][number]; readonly shortages: readonly Shortage[] }[] = [];
    let isServed = false;
    for (let at = 0; at < free.cells.length && !isServed; at += 1) {
      const cell = free.cells[at];
      const shortages = shortagesOn(guest, at);
      isServed = shortages.length === 0;
      if (cell !== undefined) perCell.push({ cell, shortages });
    }
    if (isServed) continue;
    const whose = ask.guestCells.length > 1 ? `guest cell ${guest} ` : '';
    return perCell.length === 0
      ? ['has no NUMA cell']
      : perCell.map(({ cell, shortages }) => `cell ${cell.id}: ${whose}${shortages.map((one) => one.text).join('; ')}`);
  }
  return met;
}
