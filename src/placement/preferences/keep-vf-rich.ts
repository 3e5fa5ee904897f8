/**
 * A VNFC without PCI functions stays away from hosts and cells that still have some: those are for VNFCs that need them.
 */
import type { FreeRoom } from '../../inventory/free.js';
import type { CellPreference, HostPreference } from './preference.js';

/** Share of the functions that are free, on one cell or (undefined) on the host. */
function freeShare(free: FreeRoom, cell?: number): number {
  let total = 0;
  let left = 0;
  free.shape.groups.forEach((group, at) => {
    if (group.withheld || (cell !== undefined && group.cell !== cell)) return;
    total += group.addresses.length;
    left += free.functions[at]?.length ?? 0;
  });
  return total === 0 ? 0 : left / total;
}

export const keepVfRichHosts: HostPreference = {
  name: 'keep-vf-rich-hosts',
  weight: 4,
  cost: ({ free }, ask) => (ask.demand.pciFunctions.length > 0 ? 0 : freeShare(free)),
};

export const keepVfRichCells: CellPreference = {
  name: 'keep-vf-rich-cells',
  weight: 2,
  cost: (free, at, ask) => (ask.demand.pciFunctions.length > 0 ? 0 : freeShare(free, at)),
};
