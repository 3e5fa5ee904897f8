/**
 * All that changes on a simulated host. Plain data: it is written to a file as it stands, so that simulated domains
 * outlive Berth as real ones do.
 */
import type { EngineEvent } from '../engine.js';
import type { DomainDemand } from './domain-demand.js';
import type { GuestRoles } from './guest-numbers.js';
import type { HostClock } from './host-clock.js';
import type { SimulatedHostSpec } from './host-spec.js';
import { NotedMap, NotedSet } from './noted.js';

export interface HostState {
  /** By UUID. */
  readonly domains: NotedMap<SimulatedDomain>;
  /** By path on the host. */
  readonly volumes: NotedMap<SimulatedVolume>;
  /** Volumes of pools whose file system is not mounted, by path. */
  readonly unmounted: NotedMap<SimulatedVolume>;
  /** Networks that Berth made, by name. */
  readonly networks: NotedMap<SimulatedNetwork>;
  /** Networks of the host itself that were removed. */
  readonly removedNetworks: NotedSet;
  /** Hugepages that someone other than Berth took, by the test's hand: `cell/pageSizeKiB` -> pages. */
  readonly foreignPages: NotedMap<number>;
  /** Domains that are not Berth's, by name: what they take, by the test's hand. */
  readonly foreign: NotedMap<ForeignUse>;
  /** PCI functions that are otherwise than the host was made, by address, by the test's hand. */
  readonly functions: NotedMap<FunctionState>;
  /** Number of the next tap. */
  nextTap: number;
}

/** What a domain that is not Berth's takes of its host. */
export interface ForeignUse {
  /** PCI addresses. */
  readonly functions?: readonly string[];
  /** CPUs that it is pinned to. */
  readonly cpus?: readonly number[];
  /** Cell -> plain memory, MiB. */
  readonly memoryMiB?: Readonly<Record<number, number>>;
}

/** How a PCI function is left; what is absent is as the host was made. */
export interface FunctionState {
  /** Null: it has no driver. */
  readonly driver?: string | null;
  readonly vfMac?: string;
}

export interface SimulatedDomain {
  readonly demand: DomainDemand;
  /** As defined: takes effect at the next start. */
  readonly xml: string;
  /** Why it does not run. */
  readonly reason: string;
  readonly running?: RunningDomain;
}

export interface RunningDomain {
  readonly xml: string;
  readonly demand: DomainDemand;
  readonly startedAtMs: number;
  readonly taken: Taken;
  /** Host-side devices, in the order of the cards. */
  readonly taps: readonly string[];
  /** Counted by hand, by MAC address, on top of what the clock brings. */
  readonly traffic: Readonly<Record<string, Traffic>>;
  readonly guest: GuestState;
  /** A job such as a migration holds it: its QEMU is asked for no counters. */
  readonly isHeld?: boolean;
}

/** What a running domain took of its host's cells. */
export interface Taken {
  readonly pages: readonly { readonly cell: number; readonly pageSizeKiB: number; readonly pages: number }[];
  readonly plain: readonly { readonly cell: number; readonly memoryKiB: number }[];
}

export interface Traffic {
  readonly rxBytes: number;
  readonly rxPackets: number;
  readonly txBytes: number;
  readonly txPackets: number;
}

export interface GuestState {
  readonly ready: boolean;
  /** Why it is not ready. */
  readonly reason: string;
  /** Answers nothing: neither its agent nor a request to shut down. */
  readonly hung: boolean;
  readonly configGeneration: number;
  readonly configDigest: string;
  readonly files: Readonly<Record<string, string>>;
}

export interface SimulatedVolume {
  readonly pool: string;
  readonly name: string;
  readonly path: string;
  readonly kind: 'base' | 'overlay' | 'blank' | 'content' | 'log';
  readonly capacityBytes: number;
  readonly allocationBytes: number;
  /** Path of the volume below. */
  readonly backing?: string;
  /** Size of the file that was uploaded; less once it was cut short by a test's hand. */
  readonly uploadedBytes?: number;
  /** SHA-256 of what was uploaded; absent: of an earlier build. */
  readonly uploadedSha256?: string;
}

export interface SimulatedNetwork {
  readonly name: string;
  readonly bridge: string;
  readonly mtu?: number;
}

/** A host as the verbs see it. */
export interface SimulatedHost {
  readonly spec: SimulatedHostSpec;
  readonly clock: HostClock;
  readonly state: HostState;
  /** How long a guest takes from power-on to its agent's first word. */
  readonly guestBootMs: number;
  readonly emit: (event: EngineEvent) => void;
  /** What guests report in the role of their VDU. */
  readonly roles: GuestRoles;
}

export const emptyState = (): HostState => ({
  domains: new NotedMap(),
  volumes: new NotedMap(),
  unmounted: new NotedMap(),
  networks: new NotedMap(),
  removedNetworks: new NotedSet(),
  foreignPages: new NotedMap(),
  foreign: new NotedMap(),
  functions: new NotedMap(),
  nextTap: 0,
});
