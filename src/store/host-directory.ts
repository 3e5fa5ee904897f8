/**
 * Hosts that were added by API. Their settings are in the database, where every replica reads them. Hosts of the
 * configuration have rows too; their settings are in the configuration.
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
  /** Equal for URIs of the same hypervisor; absent: never the same as another host. */
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
  /** What these claims do not allow of the change; undefined when they allow all of it. */
  readonly obstacle: (claims: readonly Claim[]) => Obstacle | undefined;
}

/** By API at most. */
export const mostAddedHosts = 10_000;

export interface HostDirectory {
  /** Grows with every change of the directory; a reader need not read again while it is the same. */
  hostChanges(): Promise<number>;
  /** By id. */
  addedHosts(): Promise<readonly AddedHost[]>;
  /**
   * Takes over a host that an earlier configuration named, with the VNFCs on it. Refuses
   * `host-in-use` when those are on another hypervisor, `host-known` when it was added before, or another host has the
   * same hypervisor, `too-many-hosts` above `atMost`.
   */
  addHost(host: NewHost, atMost?: number): Promise<Outcome<HostRecord>>;
  /** Refuses `host-in-use`, naming the VNFs that use what would be removed, `configured-host` unless it was added by API. */
  changeHost(change: HostChange): Promise<Outcome<HostRecord>>;
  /**
   * Removes the host and its facts. Refuses `host-in-use` while VNFCs or leftovers hold anything of it, naming the VNFs.
   * The caller checks that no configuration names it.
   */
  removeHost(id: HostId, ifRevision?: number): Promise<Outcome<void>>;
}
