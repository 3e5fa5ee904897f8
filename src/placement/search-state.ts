/**
 * How far a search has come. Two states are the same for what is left to place when as many VNFCs are placed, the same
 * hosts used as much (which CPU of which core does not matter, unless some are named), and the same rules stand on the same hosts: a way that
 * failed from one fails from the other, so alike VNFCs are not tried in every order.
 */
import type { FreeCell, FreeHost } from '../inventory/free.js';
import type { HostId } from '../shared/ids.js';
import type { AffinityDemand, VnfcPlacement } from './model.js';

export interface SearchState {
  readonly berths: readonly VnfcPlacement[];
  /** Hosts as they are after these berths. */
  readonly touched: ReadonlyMap<HostId, FreeHost>;
}

export const untouched: SearchState = { berths: [], touched: new Map() };

export function stateKey(state: SearchState, affinity: readonly AffinityDemand[], cpusMatter: boolean): string {
  const hosts = [...state.touched].map(([id, free]) => `${id} ${hostKey(free, cpusMatter)}`).sort();
  const rules = affinity.map((rule) => standing(rule, state.berths).join());
  return [state.berths.length, ...hosts, ...rules].join('|');
}

const standing = (rule: AffinityDemand, berths: readonly VnfcPlacement[]): readonly string[] =>
  [
    ...new Set(berths.filter((berth) => rule.vnfcIds.includes(berth.vnfcId)).map((berth) => String(berth.hostId))),
  ].sort();

/** Hosts of one shape with the same key take the same VNFCs; `cpusMatter` when some of these name CPUs. */
export function hostKey(free: FreeHost, cpusMatter: boolean): string {
  const functions = free.functions.map((addresses) => addresses.length);
  const cells = free.cells.map((cell) => cellKey(cell, cpusMatter));
  return [free.sharedVcpus, free.poolsMiB.join(), functions.join(), ...cells].join(' ');
}

function cellKey(cell: FreeCell, cpusMatter: boolean): string {
  const cores = cell.cores.map((core) => (cpusMatter ? `${core.cpus.join()};` : `${core.threads}${core.cpus.length}`));
  if (!cpusMatter) cores.sort();
  return [cell.memoryMiB, cell.pages.join(), cell.sharedVcpus, cores.join('')].join(';');
}
