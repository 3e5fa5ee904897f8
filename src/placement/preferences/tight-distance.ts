/**
 * Guest cells of one guest lie on different host cells, near one another (ACPI SLIT distances), and near the PCI
 * functions that would rather be on the guest's cell.
 */
import type { FreeRoom } from '../../inventory/free.js';
import type { PciDemand } from '../../inventory/resources/held.js';
import { serves } from '../../inventory/resources/pci-function.js';
import type { CellPreference } from './preference.js';

const local = 10;
const farthest = 100;

export const tightDistance: CellPreference = {
  name: 'tight-distance',
  weight: 4,
  cost: (free, at, _ask, chosen) => {
    if (chosen.length === 0) return 0;
    const costs = chosen.map((other) => (other === at ? 1 : distance(free, at, other)));
    return costs.reduce((sum, one) => sum + one, 0) / chosen.length;
  },
};

function distance(free: FreeRoom, at: number, other: number): number {
  const cells = free.host.facts.cells;
  const far = cells[at]?.distances[other] ?? local;
  return Math.min(1, Math.max(0, far - local) / farthest);
}

export const nearFunctions: CellPreference = {
  name: 'near-functions',
  weight: 8,
  cost: (free, at, ask) => {
    const wished = ask.demand.pciFunctions.filter((one) => one.cellPolicy !== 'none');
    return wished.length === 0 ? 0 : 1 - servedOn(free, at, wished) / wished.length;
  },
};

/** How many of the functions wished near are free on this cell, each judged alone. */
function servedOn(free: FreeRoom, at: number, wished: readonly PciDemand[]): number {
  return wished.filter((one) =>
    free.shape.groups.some(
      (group, index) => group.cell === at && serves(group, one) && (free.functions[index]?.length ?? 0) > 0,
    ),
  ).length;
}
