/**
 * What a simulated host is made of. Large parts (cells, PCI functions, networks) are shared between the hosts of one
 * template, so that a fleet of 10,000 costs little more than its ids.
 */
import type { Cell, HostFacts, HostNetwork, PciFunction } from '../../inventory/model.js';
import type { HostId } from '../../shared/ids.js';

export interface SimulatedHostSpec {
  readonly id: HostId;
  readonly cells: readonly Cell[];
  readonly pciFunctions: readonly PciFunction[];
  /** Networks of the host itself, there before Berth came. */
  readonly networks: readonly HostNetwork[];
  readonly pools: readonly SimulatedPool[];
  readonly vhostUser?: HostFacts['vhostUser'];
  /** Beside those that all simulated hosts have. */
  readonly capabilities?: HostFacts['capabilities'];
  /** Absent: what all simulated hosts say of their CPU. */
  readonly cpu?: SimulatedCpu;
}

export interface SimulatedCpu {
  readonly model: string;
  readonly features: readonly string[];
}

export interface SimulatedPool {
  readonly name: string;
  readonly path: string;
  readonly capacityMiB: number;
}

/** A spec without the id: what many hosts have in common. */
export type SimulatedTemplate = Omit<SimulatedHostSpec, 'id'>;
