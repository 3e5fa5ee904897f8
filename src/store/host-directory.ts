/**
 * Hosts that were added by API: their settings stand in the database, where every replica finds them. Hosts of the
 * configuration have rows too, and keep their settings there.
 */
import type { Obstacle } from '../inventory/host-change.js';
import type { Claim } from '../inventory/model.js';
import type { HostId } from '../shared/ids.js';
import type { Outcome } from '../shared/outcome.js';
import type { HostRecord } from './hosts.js';

/** The settings of a host as its operator wrote them: only the reader of the configuration understands them. */
export type HostEntry = Readonly<Record<string, unknown>>;

export interface NewHost {
  readonly id: HostId;
  readonly zone: string;
  /** Whatever leads to the same hypervisor has the same text; absent: two hosts are never the same. */
  readonly hypervisor?: string;
  readonly entry: HostEntry;
}

export interface AddedHost {
  readonly id: HostId;
  readonly entry: HostEntry;
  readonly revision: number;
}

export interface HostChange extends NewHost {
  readonly ifRevision?: number;
  /** What of the change cannot be while these claims stand; undefined: all can. */
  readonly obstacle: (claims: readonly Claim[]) => Obstacle | undefined;
}

/** By API at most. */
export const mostAddedHosts = 10_000;

export interface HostDirectory {
  /** Grows with every change of the directory: who has seen a number need not look again until there is another. */
  hostChanges(): Promise<number>;
  /** By id. */
  addedHosts(): Promise<readonly AddedHost[]>;
  /**
   * A host that the database knows from a configuration of earlier is taken over with what stands on it. Refuses
   * `host-in-use` when that stands on another hypervisor, `host-known` when it was added before, or another host has the
   * same hypervisor, `too-many-hosts` above `atMost`.
   */
  addHost(host: NewHost, atMost?: number): Promise<Outcome<HostRecord>>;
  /** Refuses `host-in-use`, naming who uses what would go, `configured-host` unless it was added by API. */
  changeHost(change: HostChange): Promise<Outcome<HostRecord>>;
  /**
   * With all that is known of it. Refuses `host-in-use` while VNFCs or leftovers hold anything of it, naming the VNFs.
   * Whether it stands in a configuration is the caller's to know.
   */
  removeHost(id: HostId, ifRevision?: number): Promise<Outcome<void>>;
}
