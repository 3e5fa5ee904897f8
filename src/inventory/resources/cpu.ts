/**
 * Dedicated CPUs: a row for each CPU that a vCPU is pinned to, that is kept idle beside one, or that QEMU's own threads
 * have to themselves.
 */
import { isWhole, type FreeCell } from '../free.js';
import type { Claim } from '../model.js';
import type { HeldBerth, HeldCell, HeldDemand } from './held.js';
import { row, usual, type HostDraft, type HostResource, type Row, type Sign } from './resource.js';

export const cpu: HostResource = {
  ...usual,
  kind: 'cpu',
  isExclusive: true,
  guardedBy: 'same-keys',
  rows,
  apply: (draft, { key }, sign) => {
    applyCpu(draft, Number(key), sign);
  },
  refusal: ({ shape }, { key }) =>
    (shape.cellOfCpu[Number(key)] ?? -1) === -1
      ? `cpu ${key} is reserved, taken by others, or does not exist`
      : undefined,
  // Its rows are exclusive.
  overdrawn: () => undefined,
  leftText: ({ cells, shape }, cpusMatter) =>
    cells.map((cell, at) => (cell.cores === shape.cells[at]?.cores ? 'all' : coresText(cell, cpusMatter))).join(),
  words: { name: 'dedicated CPUs', limit: 'cpus', constraint: 'dedicated-cpus' },
  isToldOf: ({ guestCells }) => guestCells.some((cell) => cell.dedicated > 0),
  /** A CPU is in its cell also when its guest is tied to none. */
  isOfCell: ({ key }, cell, { shape, cells }) => cells[shape.cellOfCpu[Number(key)] ?? -1]?.id === cell,
};

function rows(berth: HeldBerth, demand: HeldDemand): readonly Row[] {
  const cellOf = (cell: HeldCell) => (demand.numaStrict ? cell.hostCell : undefined);
  const ofCells = berth.cells.flatMap((cell) =>
    [...cell.pinnedCpus, ...cell.idleCpus].map((one) => row(String(one), 1, cellOf(cell))),
  );
  // Of no cell: a CPU that is named may lie in any.
  return [...ofCells, ...berth.ownEmulatorCpus.map((one) => row(String(one), 1))];
}

function applyCpu(draft: HostDraft, id: number, sign: Sign): void {
  const cell = draft.cells[draft.shape.cellOfCpu[id] ?? -1];
  const at = draft.shape.coreOfCpu[id] ?? -1;
  const before = cell?.cores[at];
  if (cell === undefined || before === undefined || before.cpus.includes(id) === (sign === 1)) return;
  const cpus = sign === -1 ? before.cpus.filter((one) => one !== id) : [...before.cpus, id].sort((a, b) => a - b);
  const after = { ...before, cpus };
  cell.cores = cell.cores.with(at, after);
  cell.cpus += sign;
  cell.wholeCores += Number(isWhole(after)) - Number(isWhole(before));
}

/** Which CPU of which core is free does not matter, unless CPUs are named. */
function coresText({ cores }: FreeCell, cpusMatter: boolean): string {
  if (cpusMatter) return cores.map((core) => `${core.cpus.join()};`).join('');
  return cores
    .map((core) => `${core.threads}${core.cpus.length}`)
    .sort()
    .join('');
}

/** The claim on a CPU. */
export const claimOnCpu = (claims: readonly Claim[], id: number): Claim | undefined =>
  claims.find(({ kind, key }) => kind === 'cpu' && Number(key) === id);
