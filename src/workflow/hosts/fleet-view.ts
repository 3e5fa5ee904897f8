/**
 * The fleet as last read: hosts with their facts, domains with their state, counters. The API reads it instead of
 * asking hypervisors, so that an unreachable host cannot delay a request.
 */
import type { HostId, VnfcId } from '../../shared/ids.js';
import type { Host } from '../../inventory/model.js';
import type { Vnfc } from '../../lifecycle/model.js';
import type { Sight, Sighting } from '../../lifecycle/vnf-state.js';
import type { CellMemory, DomainState, DomainStats, FreePages } from '../../engine/engine.js';

export interface UnreachableHost {
  readonly hostId: HostId;
  readonly zone: string;
  /** As last reported; absent: not reported yet. */
  readonly because?: string;
}

/** A VNFC and the host that it was placed on. */
export type WhereVnfc = Pick<Vnfc, 'id' | 'hostId'>;

export interface FleetView {
  hosts(): readonly Host[];
  /** Undefined: nothing is known of it yet. */
  host(hostId: HostId): Host | undefined;
  /** Undefined: no domain of that VNFC is seen on its host now, because there is none or because the host is out of reach. */
  domain(vnfc: WhereVnfc): DomainView | undefined;
  /** Whether the host is reachable and its domains were read: only then does a domain that is not seen not exist. */
  isSeen(hostId: HostId): boolean;
  /** Why a host is unreachable, as last reported; undefined: it is reachable, or nothing was reported. */
  whyUnreachable(hostId: HostId): string | undefined;
  /** Hosts out of reach, those never reached too. */
  unreachable(): readonly UnreachableHost[];
  /** What a VNFC that is to be started again after a reboot of its host waits for. */
  waitsFor(vnfcId: VnfcId): string | undefined;
  /** How the domain of a VNFC differs from its plan, as phrases. */
  drift(vnfcId: VnfcId): readonly string[];
  /** False: the database knows it, but the configuration no longer has it. */
  isConfigured(hostId: HostId): boolean;
  /** Counters of the domains of each host that answered last time. */
  stats(): readonly HostStats[];
  /** Free hugepages as the host last reported; undefined: never read. */
  freePages(hostId: HostId): readonly FreePages[] | undefined;
}

/** The fleet as the rules of lifecycle/vnf-state.ts look at it. */
export const sightIn =
  (fleet: Pick<FleetView, 'domain' | 'isSeen'>): Sight =>
  ({ id, hostId }) => {
    if (!fleet.isSeen(hostId)) return 'unknown';
    return sightingOf(fleet.domain({ id, hostId })?.state);
  };

/** Undefined: the host has no such domain. */
export function sightingOf(state: DomainState | undefined): Sighting {
  switch (state) {
    case 'running':
    case 'blocked':
    // Shutting down, and not off yet.
    case 'shutdown':
      return 'running';
    case 'paused':
      return 'paused';
    case 'shutoff':
    case 'crashed':
    case undefined:
      return 'off';
    case 'unknown':
      return 'unknown';
  }
}

export interface DomainView {
  readonly state: DomainState;
  /** libvirt's reason word for the state. */
  readonly reason: string;
  readonly agentConnected: boolean;
  /** Latest result of the guest's status command (docs/vnf-guest-contract.md). */
  readonly guestStatus?: GuestStatus;
}

/** The reason word of a domain whose hypervisor process does not answer: whether it runs is unknown. */
export const notAnswering = 'not-answering';

/** Undefined: nothing is seen of the domain. */
export const answers = (view: DomainView | undefined): boolean | undefined =>
  view && !(view.state === 'unknown' && view.reason === notAnswering);

export interface GuestStatus {
  /** Unix epoch, ms. */
  readonly atMs: number;
  readonly healthy: boolean;
  readonly detail: string;
  /** Kind of the VNF, such as `router`; absent when the status has none, or one that is too long. */
  readonly role?: string;
  /** Cumulative, by name in snake_case without a suffix, e.g. `packets_forwarded`. */
  readonly counters: Readonly<Record<string, number>>;
  /** Gauges, by name in snake_case. */
  readonly gauges: Readonly<Record<string, number>>;
  /** Those of many things of a kind; absent when there are none. */
  readonly labelled?: readonly LabelledNumber[];
  /** Of its links, one for each MAC address; absent when it says nothing of them. */
  readonly interfaces?: readonly GuestInterface[];
  /** How many of its numbers were not taken: too many, or with a name or value that will not do. */
  readonly refused: number;
}

/** What is counted at an interface, as the guest sees it, by the names of the contract. */
export const interfaceCounts = [
  'rxBytes',
  'rxPackets',
  'rxErrors',
  'rxDropped',
  'txBytes',
  'txPackets',
  'txErrors',
  'txDropped',
] as const;

export type InterfaceCounts = { readonly [Name in (typeof interfaceCounts)[number]]?: number };

export interface GuestInterface extends InterfaceCounts {
  /** In lower case. */
  readonly mac: string;
}

export interface LabelledNumber {
  /** What is counted, e.g. `rule`. */
  readonly label: string;
  /** Which one of them, e.g. `web`. */
  readonly of: string;
  /** In snake_case, without a suffix. */
  readonly name: string;
  readonly value: number;
  /** A gauge; absent: cumulative. */
  readonly momentary?: true;
}

/** A VNFC that runs, as the last look at its host found it. */
export interface FoundVnfc {
  /** Of the vCPUs that the plan pins: whether they may run on other CPUs too. */
  readonly vcpus: readonly { readonly vcpu: number; readonly differs: boolean }[];
  /** Absent: it cannot be read. */
  readonly memory?: readonly CellMemory[];
  /** Pages that went to other cells and are its own, or those of another VNFC that is named; absent: nothing can be said. */
  readonly moved?: readonly MovedPages[];
  /** Of each part that is planned and was read: whether it is elsewhere. */
  readonly differs: Readonly<Partial<Record<PlacementPart, boolean>>>;
}

/** Of one size, by the free pages of the host. */
export interface MovedPages {
  readonly pageSizeKiB: number;
  readonly pages: number;
  /** Host cell. */
  readonly from: number;
  /** Where more are in use than were planned. */
  readonly to: readonly number[];
  /** One of these has been moved, or several. */
  readonly vnfcIds: readonly VnfcId[];
  /** Exactly so many went from one cell to another; else these are the least, told by what is missing. */
  readonly isExact: boolean;
}

/** What of a placement may differ from its plan. */
export type PlacementPart = 'vcpus' | 'emulator' | 'memory';

export interface WhereaboutsView {
  /** The VNFCs of a host; none when the last look failed. */
  on(hostId: HostId): ReadonlyMap<VnfcId, FoundVnfc>;
}

export interface HostStats {
  readonly hostId: HostId;
  readonly stats: readonly DomainStats[];
}
