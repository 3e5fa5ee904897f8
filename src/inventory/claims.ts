/**
 * The claims of a VNFC: the rows that make its berth its own. Unique keys (CPU, PCI function) and per-cell sums; one row
 * per kind, cell and key. The inputs are what a placement and its demand say, named structurally because inventory
 * comes before placement in the data path.
 */
import type { Claim, ClaimKind } from './model.js';
import { imageKey } from './storage.js';
import type { HostId, OpOccId, VnfcId, VnfInstanceId } from '../shared/ids.js';

/** The part of a placed guest cell that takes resources. */
export interface HeldCell {
  readonly hostCell: number;
  readonly pinnedCpus: readonly number[];
  readonly idleCpus: readonly number[];
  readonly vcpus: number;
  readonly pages: number;
  /** Where cells differ. */
  readonly pageSizeKiB?: number;
  readonly memoryShares: readonly { readonly hostCell: number; readonly memoryMiB: number }[];
}

export interface HeldFunction {
  readonly address: string;
  /** What a virtual function takes of its card's link. */
  readonly bandwidth?: { readonly card: string; readonly mbps: number };
}

/** The part of a placement that takes resources. */
export interface HeldBerth {
  readonly vnfcId: VnfcId;
  readonly hostId: HostId;
  readonly cells: readonly HeldCell[];
  /** Host CPUs that QEMU's own threads have to themselves. */
  readonly ownEmulatorCpus: readonly number[];
  readonly pageSizeKiB?: number;
  readonly pool: string;
  readonly pciFunctions: readonly HeldFunction[];
  /** Of networks that give devices away one by one: how many. */
  readonly networkDevices?: Readonly<Record<string, number>>;
}

/** The part of a demand that the claims depend on. */
export interface HeldDemand {
  readonly vnfInstanceId: VnfInstanceId;
  readonly numaStrict: boolean;
  readonly sharedVcpuScope?: 'cell' | 'host';
  readonly diskMiB: number;
  readonly baseImages?: readonly HeldImage[];
}

/** A base image that volumes stand on. */
export interface HeldImage {
  readonly sha256: string;
  readonly sizeMiB: number;
}

type Row = Omit<Claim, 'hostId' | 'vnfcId' | 'vnfInstanceId' | 'opOccId'>;

/** Shared vCPUs of a strict guest stay on its cell unless the demand lets them float over the host. */
export const floatsOverHost = (demand: Pick<HeldDemand, 'numaStrict' | 'sharedVcpuScope'>): boolean =>
  (demand.sharedVcpuScope ?? (demand.numaStrict ? 'cell' : 'host')) === 'host';

export function claimsOf(placement: HeldBerth, demand: HeldDemand, opOccId: OpOccId): readonly Claim[] {
  const { hostId, vnfcId } = placement;
  const owner = { hostId, vnfcId, vnfInstanceId: demand.vnfInstanceId, opOccId };
  return rowsOf(placement, demand).map((row) => ({ ...row, ...owner }));
}

function rowsOf(placement: HeldBerth, demand: HeldDemand): readonly Row[] {
  return [
    ...cpuRows(placement, demand),
    ...merged(placement.cells.flatMap((cell) => sharedVcpuRow(cell, demand))),
    ...merged(placement.cells.flatMap((cell) => memoryRows(cell, placement.pageSizeKiB))),
    ...placement.pciFunctions.map((one) => row('pci', one.address, 1)),
    ...merged(placement.pciFunctions.flatMap(bandwidthRow)),
    ...Object.entries(placement.networkDevices ?? {}).map(([network, count]) => row('network', network, count)),
    ...(demand.diskMiB > 0 ? [row('disk', placement.pool, demand.diskMiB)] : []),
    ...(demand.baseImages ?? []).map((one) => row('image', imageKey(one.sha256, placement.pool), one.sizeMiB)),
  ];
}

const exclusiveKinds: readonly ClaimKind[] = ['cpu', 'pci'];

const row = (kind: ClaimKind, key: string, amount: number, cell?: number): Row => ({
  kind,
  key,
  amount,
  exclusive: exclusiveKinds.includes(kind),
  ...(cell === undefined ? {} : { cell }),
});

function cpuRows(placement: HeldBerth, demand: HeldDemand): readonly Row[] {
  const cellOf = (cell: HeldCell) => (demand.numaStrict ? cell.hostCell : undefined);
  const ofCells = placement.cells.flatMap((cell) =>
    [...cell.pinnedCpus, ...cell.idleCpus].map((cpu) => row('cpu', String(cpu), 1, cellOf(cell))),
  );
  // Of no cell: a CPU that is named may lie in any.
  return [...ofCells, ...placement.ownEmulatorCpus.map((cpu) => row('cpu', String(cpu), 1))];
}

function sharedVcpuRow(cell: HeldCell, demand: HeldDemand): readonly Row[] {
  const shared = cell.vcpus - cell.pinnedCpus.length;
  if (shared === 0) return [];
  return [row('shared-vcpu', 'float', shared, floatsOverHost(demand) ? undefined : cell.hostCell)];
}

function memoryRows(cell: HeldCell, pageSizeKiB: number | undefined): readonly Row[] {
  const size = cell.pageSizeKiB ?? pageSizeKiB;
  if (size !== undefined) return [row('hugepages', String(size), cell.pages, cell.hostCell)];
  return cell.memoryShares.map((share) => row('memory', 'plain', share.memoryMiB, share.hostCell));
}

const bandwidthRow = ({ bandwidth }: HeldFunction): readonly Row[] =>
  bandwidth === undefined ? [] : [row('bandwidth', bandwidth.card, bandwidth.mbps)];

/** Adds up rows of the same cell and key. */
function merged(rows: readonly Row[]): readonly Row[] {
  const sums: Row[] = [];
  for (const one of rows) {
    const at = sums.findIndex((sum) => sum.cell === one.cell && sum.key === one.key);
    const known = sums[at];
    if (known === undefined) sums.push(one);
    else sums[at] = { ...known, amount: known.amount + one.amount };
  }
  return sums;
}
