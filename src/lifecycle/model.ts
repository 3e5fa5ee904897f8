/**
 * VNF instances and operation occurrences as Berth keeps them (SOL003 clauses 5.5.2.2 and 5.5.2.13). The API renders
 * them; nothing else knows the wire form.
 *
 *   (create) -> STARTING -- placed, claims committed --> PROCESSING -- ok --> COMPLETED
 *                 | no room / cancel                       |  ^  `- step fails / cancel -> FAILED_TEMP
 *                 v                                        |  `------- retry --------------- |
 *             ROLLED_BACK <-- ok -- ROLLING_BACK <--------------------- rollback ----------- |
 *                                       `- undo fails / cancel -> FAILED_TEMP -- fail -> FAILED
 */
import type { AllocationId, HostId, OpOccId, VnfInstanceId, VnfPkgId, VnfcId, VnfdId } from '../shared/ids.js';
import type { Problem } from '../shared/problem.js';
import type { InternalLink } from './internal-link.js';
import type { StepInputs } from './step-inputs.js';

export type VnfState = 'STARTED' | 'STOPPED';

export interface VnfInstance {
  readonly id: VnfInstanceId;
  readonly vnfInstanceName?: string;
  readonly vnfInstanceDescription?: string;
  readonly vnfPkgId: VnfPkgId;
  readonly vnfdId: VnfdId;
  readonly vnfProvider: string;
  readonly vnfProductName: string;
  readonly vnfSoftwareVersion: string;
  readonly vnfdVersion: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly extensions: Readonly<Record<string, unknown>>;
  readonly vnfConfigurableProperties: Readonly<Record<string, unknown>>;
  /** What clients say of VIM connections; Berth adds its own, one for each host. */
  readonly vimConnectionInfo?: VimConnections;
  /** Absent: NOT_INSTANTIATED. */
  readonly instantiated?: InstantiatedVnf;
  /** Counts changes; the ETag. */
  readonly revision: number;
}

/** By the id that requests name as `vimConnectionId` (SOL003 clause 4.4.1.6). */
export type VimConnections = Readonly<Record<string, VimConnection>>;

export type VimConnection = Readonly<{
  vimId?: string;
  vimType: string;
  interfaceInfo?: Readonly<Record<string, unknown>>;
  accessInfo?: Readonly<Record<string, unknown>>;
  extra?: Readonly<Record<string, unknown>>;
}>;

/** What is real of an instance: the source of `instantiatedVnfInfo`. */
export interface InstantiatedVnf {
  readonly flavourId: string;
  readonly vnfState: VnfState;
  readonly localizationLanguage?: string;
  /** aspect id -> level. */
  readonly scaleLevels: Readonly<Record<string, number>>;
  readonly extVirtualLinks: readonly ExtVirtualLink[];
  readonly virtualLinks: readonly InternalLink[];
  readonly vnfcs: readonly Vnfc[];
  /** `additionalParams` of instantiate: values of topology inputs. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** ExtVirtualLinkData as requested (SOL003 clause 4.4.1.11). `resourceId` names a host network. */
export interface ExtVirtualLink {
  readonly id: string;
  readonly resourceId: string;
  /** As given, and shown again: Berth reaches the network itself. */
  readonly vimConnectionId?: string;
  readonly resourceProviderId?: string;
  readonly extCps: readonly ExtCpConfig[];
}

export interface ExtCpConfig {
  readonly cpdId: string;
  /** One entry per cpConfigId, in the order of the request: instance n of the CP takes entry n, or shares a range. */
  readonly configs: readonly CpConfigEntry[];
}

export interface CpConfigEntry {
  readonly cpConfigId: string;
  readonly addresses: readonly AddressRequest[];
  /** `segmentationId`: the card of its virtual function, or a VLAN device of the host, tags and untags its frames. */
  readonly vlan?: number;
}

/** One IP address wish of a CP. */
export interface AddressRequest {
  readonly type: 'IPV4' | 'IPV6';
  /** Fixed addresses, one per instance of the CP. */
  readonly fixed: readonly string[];
  readonly range?: { readonly min: string; readonly max: string };
  /** Prefix length; from `subnetId` written as CIDR, else 24 (64 for IPv6). */
  readonly prefixLength: number;
  readonly macAddress?: string;
}

/** A VNFC: one virtual machine. Everything about it is fixed before the first effect. */
export interface Vnfc {
  readonly id: VnfcId;
  readonly vduId: string;
  /** Ordinal of the VNFC in its VDU; the lowest free one is taken, so that names and addresses are reused. */
  readonly index: number;
  readonly hostId: HostId;
  /** What its claims belong to. Absent from VNFCs placed by earlier builds: see `allocationsOf`. */
  readonly allocations?: VnfcAllocations;
  readonly domainName: string;
  readonly hostname: string;
  /**
   * What it was last made or found to be (docs/vnf-state.md): operations set it when they end, and a domain that ended or
   * was started without one changes it. What is STARTED here comes back after a reboot of its host.
   */
  readonly state: VnfState;
  /** Its domain ended without an operation, and none has started or stopped it since: it is wanted, and does not run. */
  readonly endedByItself?: true;
  /** An operation that was given up left it before its first start; scaling removes it, a start completes it. */
  readonly incomplete?: true;
  readonly cps: readonly VnfcCp[];
  readonly volumes: readonly VnfcVolume[];
  /** Volume name of the serial console's log in the pool. */
  readonly serialLog: string;
  readonly pool: string;
  readonly guest: GuestContract;
  /** What was placed where, for the API: see placement/model.ts VnfcPlacement. */
  readonly placement: PlacedVnfc;
}

/** Another place is another allocation; the addresses go along. */
export interface VnfcAllocations {
  /** On its host. */
  readonly place: AllocationId;
  readonly addresses: AllocationId;
}

/** Placement as kept with the VNFC (same shape as placement's answer; lifecycle may not import placement). */
export interface PlacedVnfc {
  readonly cells: readonly {
    readonly hostCell: number;
    readonly pinnedCpus: readonly number[];
    readonly vcpus: number;
    readonly memoryMiB: number;
    readonly pages: number;
    readonly pageSizeKiB?: number;
    /** Absent from VNFCs placed by earlier builds. */
    readonly memoryShares?: readonly { readonly hostCell: number; readonly memoryMiB: number }[];
  }[];
  readonly emulatorCpus: readonly number[];
  readonly sharedCpus: readonly number[];
  readonly pageSizeKiB?: number;
  /** `ownMac`: that of a physical function, which nobody can change for the guest. */
  readonly pciFunctions: readonly {
    readonly cpdId: string;
    readonly address: string;
    readonly ownMac?: string;
    readonly bandwidth?: { readonly card: string; readonly mbps: number };
  }[];
}

export interface VnfcCp {
  readonly id: string;
  readonly cpdId: string;
  /** External CP instance behind which this CP stands; absent for internal ones. */
  readonly extCpId?: string;
  readonly extCpdId?: string;
  readonly cpConfigId?: string;
  readonly order: number;
  readonly mac: string;
  /** Host network it joins; absent for passthrough. */
  readonly network?: string;
  /** Of the PCI function that passthrough gives it, or of its VLAN. */
  readonly physicalNetwork?: string;
  readonly extVirtualLinkId?: string;
  readonly virtualLinkDescId?: string;
  /** e.g. `10.1.0.1/24`. */
  readonly addresses: readonly string[];
  /** Virtual addresses that it shares with the same CP of other VNFCs; the guests agree on who has them. */
  readonly vips?: readonly SharedAddress[];
  readonly mtu?: number;
  /** That its virtual function, or the network, puts on its frames. */
  readonly vlan?: number;
  /** What it has beyond the allocations of its VNFC: claims that CHANGE_EXT_CONN made for it, or took out of these. */
  readonly allocations?: readonly AllocationId[];
  /** CHANGE_EXT_CONN connected it to nothing; its place in the guest and its MAC address are kept. */
  readonly disconnected?: true;
  /** An operation that was given up may have left it without its card; a CHANGE_EXT_CONN that names it plugs one. */
  readonly unplugged?: true;
}

/** A VipCp as bound: the same for every VNFC. */
export interface SharedAddress {
  readonly cpdId: string;
  readonly cpConfigId: string;
  readonly extVirtualLinkId: string;
  readonly addresses: readonly string[];
}

export interface VnfcVolume {
  /** `root`, `day0` or the storage node's id; unique in the VNFC. */
  readonly id: string;
  readonly name: string;
  readonly format: 'qcow2' | 'raw';
  readonly capacityBytes: number;
  /** SHA-256 of the image below; absent for blank and content volumes. */
  readonly imageSha256?: string;
  /** Size of the image file. */
  readonly imageBytes?: number;
  /** Format of the image below, e.g. `qcow2`. */
  readonly baseFormat?: string;
  /** Volume with the image below; absent in what was bound before installations had ids. */
  readonly baseName?: string;
  readonly storageDescId?: string;
}

/** docs/vnf-guest-contract.md: from VDU node metadata. Absent parts are not awaited. */
export interface GuestContract {
  readonly agent: boolean;
  readonly statusCommand?: readonly string[];
  readonly configureCommand?: readonly string[];
}

/** Each has an entry in operations/table.ts. */
export const lcmOperations = [
  'INSTANTIATE',
  'SCALE',
  'OPERATE',
  'CHANGE_EXT_CONN',
  'TERMINATE',
  'MODIFY_INFO',
] as const;
export type LcmOperation = (typeof lcmOperations)[number];

export type OperationState =
  'STARTING' | 'PROCESSING' | 'COMPLETED' | 'FAILED_TEMP' | 'FAILED' | 'ROLLING_BACK' | 'ROLLED_BACK';

export const isTerminal = (state: OperationState): boolean =>
  state === 'COMPLETED' || state === 'FAILED' || state === 'ROLLED_BACK';

export interface LcmOpOcc {
  readonly id: OpOccId;
  readonly vnfInstanceId: VnfInstanceId;
  readonly operation: LcmOperation;
  readonly operationState: OperationState;
  /** Unix epoch, ms. */
  readonly startTimeMs: number;
  readonly stateEnteredTimeMs: number;
  readonly isAutomaticInvocation: boolean;
  /** The request body, already validated. */
  readonly operationParams: Readonly<Record<string, unknown>>;
  readonly isCancelPending: boolean;
  readonly cancelMode?: 'GRACEFUL' | 'FORCEFUL';
  readonly error?: Problem;
  /** Present from PROCESSING on. */
  readonly plan?: LcmPlan;
  /** Placement's explanation (placement/model.ts Explanation), stored with every decision and refusal. */
  readonly explanation?: unknown;
  readonly revision: number;
}

/** What an operation does to a thing: adds it (only after), removes it (only before) or changes it (both). */
export type Change<T> = { readonly before?: never; readonly after: T } | { readonly before: T; readonly after?: T };

/**
 * What goes first where an operation both adds and removes (lifecycle/stages.ts). `add-first`: what is new is ready before
 * anything stops. `remove-first`: what leaves is gone before anything comes. `swap`: what is new is prepared, then the old
 * stops, the new starts, and the old is removed.
 */
export type PlanOrder = 'add-first' | 'remove-first' | 'swap';

/** An operation on paper: every choice fixed. Executing cannot surprise. */
export interface LcmPlan {
  readonly vnfcs: readonly Change<Vnfc>[];
  readonly links: readonly Change<InternalLink>[];
  readonly order: PlanOrder;
  readonly steps: readonly Step[];
  /** The instance when all is done; absent: NOT_INSTANTIATED. */
  readonly after?: InstantiatedVnf;
  readonly modifies?: InstanceChange;
  /** External links that it changes, as they are to be; one that nothing is connected to any more has no CPs. */
  readonly reconnects?: readonly ExtVirtualLink[];
  readonly rollbackSupported: boolean;
}

/** Attributes of an instance that an operation changes; null removes one. */
export type InstanceChange = Readonly<
  Partial<Pick<VnfInstance, 'metadata' | 'extensions' | 'vnfConfigurableProperties' | 'vimConnectionInfo'>>
> & {
  readonly vnfInstanceName?: string | null;
  readonly vnfInstanceDescription?: string | null;
};

/**
 * One external effect; lifecycle/effects.ts says which, by kind. Steps of one stage run side by side in lanes, in order within a lane; a stage begins when the
 * one before is done. Names of kinds never change once released.
 */
export interface Step {
  /** Unique in the plan, e.g. `vnfc/<id>/define-domain`. */
  readonly id: string;
  readonly kind: StepKind;
  readonly stage: number;
  readonly lane: string;
  readonly timeoutMs: number;
  /** JSON input, checked by the step's own type (`StepInputs`). */
  readonly input: unknown;
}

export type StepKind = keyof StepInputs;

export type JournalPhase = 'started' | 'done' | 'failed' | 'undo-started' | 'undone' | 'undo-failed';

export interface JournalEntry {
  readonly opOccId: OpOccId;
  /** Ascending within the occurrence. */
  readonly seq: number;
  readonly stepId: string;
  readonly phase: JournalPhase;
  readonly atMs: number;
  /** Small JSON: what the step has to say for later (a path, a pid), or the failure. */
  readonly output?: unknown;
}
