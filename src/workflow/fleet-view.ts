/**
 * The fleet as the workflow last saw it: hosts with their facts, domains with their state, counters. The door reads it
 * instead of asking hypervisors, so that a host that does not answer cannot hold a request.
 */
import type { HostId, VnfcId } from '../shared/ids.js';
import type { Host } from '../inventory/model.js';
import type { DomainState, DomainStats, FreePages } from '../engine/engine.js';

export interface FleetView {
  hosts(): readonly Host[];
  /** Undefined: no domain of that VNFC was seen. */
  domain(vnfcId: VnfcId): DomainView | undefined;
  /** Counters of the domains of each host that answered last time. */
  stats(): readonly HostStats[];
  /** Free hugepages as the host said last; undefined: never asked. */
  freePages(hostId: HostId): readonly FreePages[] | undefined;
}

export interface DomainView {
  readonly state: DomainState;
  /** libvirt's reason word for the state. */
  readonly reason: string;
  readonly agentConnected: boolean;
  /** What the guest's status command said last (docs/vnf-guest-contract.md). */
  readonly guestStatus?: GuestStatus;
}

export interface GuestStatus {
  /** Unix epoch, ms. */
  readonly atMs: number;
  readonly healthy: boolean;
  readonly detail: string;
  /** Cumulative, by name in snake_case without a suffix, e.g. `packets_forwarded`. */
  readonly counters: Readonly<Record<string, number>>;
  /** Momentary values, by name in snake_case. */
  readonly gauges: Readonly<Record<string, number>>;
}

export interface HostStats {
  readonly hostId: HostId;
  readonly stats: readonly DomainStats[];
}
