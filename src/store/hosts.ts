/**
 * Hosts: zone, the operator's decision about each, the last facts known, the generation that claims are checked
 * against.
 */
import type { AcceptedFunction, HostAdminState, HostFacts } from '../inventory/model.js';
import type { Moves } from '../inventory/renumbering.js';
import type { HostId } from '../shared/ids.js';
import type { Outcome } from '../shared/outcome.js';
import type { PageAfter } from './page.js';

export interface HostRecord {
  readonly id: HostId;
  readonly zone: string;
  readonly adminState: HostAdminState;
  readonly generation: number;
  /** Last facts known, also while the host is out of reach. */
  readonly facts?: HostFacts;
  /** Grows with what is decided about it: admin state and settings. */
  readonly revision: number;
}

/** The parts of a host that change with claims: all but its facts, which are large and rarely change. */
export type HostMoment = Omit<HostRecord, 'facts' | 'revision'>;

export type HostOrigin = 'configuration' | 'fleet-file' | 'api';

/** A host of the configuration. */
export interface ConfiguredHost {
  readonly id: HostId;
  readonly zone: string;
  /** Configuration when left out. */
  readonly origin?: Exclude<HostOrigin, 'api'>;
  readonly hypervisor?: string;
}

export interface MovedFunctions {
  readonly host: HostRecord;
  readonly facts: HostFacts;
  /** Empty: another replica was first, or nothing is elsewhere. */
  readonly moves: Moves;
}

export interface HostRecords {
  /** Creates or keeps the row; admin state survives restarts. */
  ensureHost(id: HostId, zone: string): Promise<HostRecord>;
  /** The same for a whole fleet in one transaction. */
  ensureHosts(hosts: readonly ConfiguredHost[]): Promise<readonly HostRecord[]>;
  /** By id. */
  hostPage(page: PageAfter<string>): Promise<readonly HostMoment[]>;
  host(id: HostId): Promise<HostRecord | undefined>;
  /** All hosts without their facts: cheap enough to ask before every plan of a large fleet. */
  hostMoments(): Promise<readonly HostMoment[]>;
  /** The facts of many hosts in one transaction. */
  saveFactsOfHosts(all: readonly { readonly id: HostId; readonly facts: HostFacts }[]): Promise<void>;
  /**
   * Gives the stored facts of a host, and all claims, records and plans that name its PCI functions, the addresses that this
   * reading has, after its buses were renumbered (inventory/renumbering.ts). Undefined: the host has no row or no facts.
   */
  moveFunctions(id: HostId, read: HostFacts, isSameBoot: boolean): Promise<MovedFunctions | undefined>;
  saveHostFacts(id: HostId, facts: HostFacts): Promise<void>;
  /**
   * Remembers until the function is claimed that the operator takes it as it is: each replica follows at its next reading.
   * Refuses `wrong-state` while a VNFC holds the function, `not-found` without the host.
   */
  acceptFunction(id: HostId, accepted: AcceptedFunction): Promise<Outcome<void>>;
  /** Those that nobody has claimed since. */
  acceptedFunctions(id: HostId): Promise<readonly AcceptedFunction[]>;
  /** Undefined: no such host. */
  hostAdminState(id: HostId): Promise<HostAdminState | undefined>;
  setHostAdminState(id: HostId, state: HostAdminState, ifRevision?: number): Promise<Outcome<HostRecord>>;
}
