/**
 * Shared vCPUs: they float over the CPUs that a host reserves, those of a cell or all, up to the ratio of the host.
 */
import type { HeldBerth, HeldDemand } from './held.js';
import { cellOf, fell, inCells, merged, row, usual, type HostResource, type Row } from './resource.js';

export const sharedVcpu: HostResource = {
  ...usual,
  kind: 'shared-vcpu',
  isByPolicy: true,
  rows,
  apply: (draft, claim, sign) => {
    const cell = cellOf(draft, claim);
    draft.sharedVcpus += sign * claim.amount;
    if (cell !== undefined) cell.sharedVcpus += sign * claim.amount;
  },
  overdrawn: (before, after) =>
    inCells(before, after, (cell, then) => fell(cell.sharedVcpus, then.sharedVcpus, 'shared vCPUs')) ??
    fell(before.sharedVcpus, after.sharedVcpus, 'shared vCPUs'),
  leftText: ({ sharedVcpus, cells }) => `${sharedVcpus} ${cells.map((cell) => cell.sharedVcpus).join()}`,
  words: { name: 'shared vCPUs', limit: 'shared-vcpus', constraint: 'shared-cpus' },
  isToldOf: ({ guestCells }) => guestCells.some((cell) => cell.shared > 0),
};

/** Shared vCPUs of a strict guest stay on its cell unless the demand lets them float over the host. */
export const floatsOverHost = (demand: Pick<HeldDemand, 'numaStrict' | 'sharedVcpuScope'>): boolean =>
  (demand.sharedVcpuScope ?? (demand.numaStrict ? 'cell' : 'host')) === 'host';

function rows({ cells }: HeldBerth, demand: HeldDemand): readonly Row[] {
  const floats = floatsOverHost(demand);
  return merged(
    cells.flatMap(({ vcpus, pinnedCpus, hostCell }) => {
      const shared = vcpus - pinnedCpus.length;
      return shared === 0 ? [] : [row('float', shared, floats ? undefined : hostCell)];
    }),
  );
}
