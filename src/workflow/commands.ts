/**
 * Commands of the API. Each answers at once: refused, or recorded and under way.
 */
import type { HostId, OpOccId, SubscriptionId, VnfcId, VnfInstanceId, VnfPkgId } from '../shared/ids.js';
import type { Outcome } from '../shared/outcome.js';
import type { AuditResult } from '../inventory/host-audit/audit.js';
import type { LcmOpOcc, LcmOperation, VnfInstance } from '../lifecycle/model.js';
import type { InstantiateVnfRequest } from '../lifecycle/operations/instantiate.js';
import type { RequestOf } from '../lifecycle/operations/table.js';
import type { CreateVnfRequest } from '../lifecycle/requests.js';
import type { Explanation, VnfcPlacement } from '../placement/model.js';
import type { Capacity } from '../placement/what-if/capacity.js';
import type { Defragmentation } from '../placement/what-if/defragment.js';
import type { PackageSource } from '../artifacts/artifacts.js';
import type { PackageChange, VnfPkgRecord } from '../store/packages.js';
import type { HostEntry } from '../store/host-directory.js';
import type { HostOrigin, HostRecord } from '../store/hosts.js';
import type { SubscriptionAuthentication } from '../subscription/authentication.js';
import type { NotifyingApi } from '../subscription/interfaces.js';
import type { Subscription, SubscriptionTo } from '../subscription/model.js';

export interface LcmCommands {
  create(body: CreateVnfRequest): Promise<Outcome<VnfInstance>>;
  delete(id: VnfInstanceId, ifRevision?: number): Promise<Outcome<void>>;
  /** An operation on an instance; `ifRevision`: only when the instance is at that revision. */
  begin<Name extends LcmOperation>(
    operation: Name,
    id: VnfInstanceId,
    request: RequestOf<Name>,
    ifRevision?: number,
  ): Promise<Outcome<LcmOpOcc>>;
  retry(id: OpOccId): Promise<Outcome<LcmOpOcc>>;
  rollback(id: OpOccId): Promise<Outcome<LcmOpOcc>>;
  fail(id: OpOccId): Promise<Outcome<LcmOpOcc>>;
  cancel(id: OpOccId, mode: 'GRACEFUL' | 'FORCEFUL'): Promise<Outcome<LcmOpOcc>>;
}

/** `userDefinedData`: null removes all of it. */
export type PackagePatch = Omit<PackageChange, 'userDefinedData'> & {
  readonly userDefinedData?: Readonly<Record<string, unknown>> | null;
};

export interface PackageCommands {
  create(userDefinedData: Readonly<Record<string, unknown>>): Promise<VnfPkgRecord>;
  /**
   * Streams the CSAR in; answers when all bytes are stored (202), onboarding goes on by itself. `expectedBytes` is
   * the Content-Length when the client sent one: fewer bytes are a broken upload.
   */
  upload(id: VnfPkgId, content: AsyncIterable<Uint8Array>, expectedBytes?: number): Promise<Outcome<VnfPkgRecord>>;
  /**
   * Answers once the fetch has begun (202); how it ends is read from the package. Deleting the package ends the fetch,
   * within seconds.
   */
  uploadFromUri(id: VnfPkgId, source: PackageSource): Promise<Outcome<VnfPkgRecord>>;
  /** A JSON Merge Patch (RFC 7396). */
  modify(id: VnfPkgId, change: PackagePatch, ifRevision?: number): Promise<Outcome<VnfPkgRecord>>;
  delete(id: VnfPkgId, ifRevision?: number): Promise<Outcome<void>>;
}

/** A subscription as requested; Berth sets the other members. */
export type SubscriptionWish = { [Api in NotifyingApi]: Wish<SubscriptionTo<Api>> }[NotifyingApi];

type Wish<To> = Omit<To, 'id' | 'createdAtMs' | 'authentication'> & {
  readonly authentication?: SubscriptionAuthentication;
};

export interface Subscribing {
  readonly subscription: Subscription;
  /** False: one with the same filter and callback was there, and stays as it is. */
  readonly isNew: boolean;
}

export interface SubscriptionCommands {
  /** Refuses `callback-failed` unless GET on the callback answers 204. */
  create(wish: SubscriptionWish): Promise<Outcome<Subscribing>>;
  /** Removes it with its pending deliveries. */
  delete(api: NotifyingApi, id: SubscriptionId): Promise<Outcome<void>>;
}

/** A question about a hypothetical fleet. Without instantiate or scale: where the VNFCs of the drained hosts go. */
export interface DryRunRequest {
  readonly assume?: {
    readonly drain?: readonly string[];
    /** Hosts like an existing one. */
    readonly add?: readonly { readonly like: string; readonly count?: number }[];
  };
  readonly instantiate?: { readonly vnfdId: string; readonly request: InstantiateVnfRequest };
  readonly scale?: { readonly vnfInstanceId: string; readonly aspectId: string; readonly scaleLevel: number };
}

export interface DryRunAnswer {
  readonly fits: boolean;
  readonly placements: readonly VnfcPlacement[];
  readonly explanation: Explanation;
}

export interface CapacityQuery {
  readonly vnfdId: string;
  readonly flavourId?: string;
  readonly levelId?: string;
  readonly reserve: 'none' | 'n+1';
}

export interface DefragmentRequest {
  readonly vnfdId: string;
  readonly flavourId?: string;
  readonly vduId: string;
  readonly slots: number;
}

/** Questions about placement: answered at once, nothing is claimed and nothing begun. */
export interface PlacementQuestions {
  dryRun(request: DryRunRequest): Promise<Outcome<DryRunAnswer>>;
  capacity(query: CapacityQuery): Promise<Outcome<Capacity>>;
  defragment(request: DefragmentRequest): Promise<Outcome<Defragmentation>>;
}

/** The settings of a host. */
export interface ToldHost {
  readonly origin: HostOrigin;
  /** Without secrets. Absent: they are not known here. */
  readonly settings?: HostEntry;
  /** Why this Berth cannot use them, and so runs without the host. */
  readonly unusableBecause?: string;
}

/** Hosts as data: what is added, changed or removed here is in force on every replica within seconds. */
export interface HostCommands {
  /** Undefined: not a host of this Berth's fleet. */
  told(id: HostId): ToldHost | undefined;
  /** As in `HostDirectory`; refuses `malformed-request` in the words of the configuration. */
  add(entry: HostEntry): Promise<Outcome<HostRecord>>;
  /** A JSON Merge Patch of its settings. Refuses `configured-host` when it comes from the configuration. */
  change(id: HostId, patch: HostEntry, ifRevision?: number): Promise<Outcome<HostRecord>>;
  /** Refuses `configured-host`, `host-in-use`. */
  remove(id: HostId, ifRevision?: number): Promise<Outcome<void>>;
}

export interface HostFunctions {
  /**
   * Takes a PCI function in quarantine as it is, once the host was read for it; `by`: who says so. Refuses `not-found`,
   * `host-unavailable`, `wrong-state`.
   */
  accept(id: HostId, address: string, by: string): Promise<Outcome<void>>;
}

/** Differences between the record and the hosts. */
export type DifferenceKind =
  | 'operation-not-ended'
  | 'unknown-domain'
  | 'missing-domain'
  | 'not-running'
  | 'running'
  | 'missing-volume'
  | 'unknown-volume';

export interface Difference {
  readonly kind: DifferenceKind;
  readonly hostId?: HostId;
  /** Id of a VNFC, a domain or an operation, or name of a volume. */
  readonly subject: string;
  readonly vnfInstanceId?: string;
  /** A sentence. */
  readonly detail: string;
}

export interface Differences {
  readonly differences: readonly Difference[];
  /** Hosts that did not answer. */
  readonly notCompared: readonly { readonly hostId: HostId; readonly why: string }[];
}

export interface Comparison {
  compare(): Promise<Differences>;
}

/** From the top down: what runs, in what, on what (docs/stack.md). */
export type StackLayerId = 'application' | 'guest' | 'hardware' | 'hypervisor' | 'physical';

export interface StackRow {
  /** Stable in the layer, e.g. `cpu-model`, `disk vda`. */
  readonly key: string;
  readonly name: string;
  /** As it is now; absent: not there, or not known. */
  readonly now?: string;
  /** As it was planned; absent: nothing was planned of it. */
  readonly planned?: string;
  /** It is known, and it is not what was planned. */
  readonly differs: boolean;
  /** How the guest gets at a device. */
  readonly device?: 'para' | 'emulated' | 'passthrough';
  /** A sentence. */
  readonly note?: string;
}

export interface StackLayer {
  readonly layer: StackLayerId;
  /** A sentence: who was asked for it. */
  readonly source: string;
  /** Why it is not known how it is now, or not all of it; a sentence. */
  readonly unknownBecause?: string;
  readonly rows: readonly StackRow[];
}

export interface Stack {
  readonly vnfcId: VnfcId;
  readonly vduId: string;
  readonly vnfInstanceId: VnfInstanceId;
  readonly vnfInstanceName?: string;
  readonly hostId: HostId;
  readonly domainName: string;
  /** Unix epoch, ms: when the host was asked. */
  readonly readAtMs: number;
  /** `running`, `shutoff` …; `absent`: the host has no such domain; `unknown`: the host did not say. */
  readonly state: string;
  readonly layers: readonly StackLayer[];
  /** How the domain differs from its plan, as phrases. */
  readonly differences: readonly string[];
}

export interface Stacks {
  /** Asks host and guest now, for some seconds. Undefined: there is no such VNFC. */
  read(id: VnfcId): Promise<Stack | undefined>;
  /** Asks the host now, for some seconds. Undefined: there is no such VNFC. */
  placement(id: VnfcId): Promise<MeasuredPlacement | undefined>;
}

/** What was planned of a VNFC's place, beside what its host measures. What was not measured is absent. */
export interface MeasuredPlacement {
  readonly vnfcId: VnfcId;
  readonly vnfInstanceId: VnfInstanceId;
  readonly hostId: HostId;
  readonly readAtMs: number;
  /** Why nothing was measured. */
  readonly unreadBecause?: string;
  readonly vcpus: readonly (PlacedThreads & { readonly vcpu: number })[];
  readonly emulator: PlacedThreads;
  readonly memory: readonly PlacedMemory[];
  readonly pciFunctions: readonly PlacedFunction[];
  /** Each difference as a sentence. */
  readonly findings: readonly string[];
}

/** Host CPUs; planned on none: they float. */
interface PlacedThreads {
  readonly planned: readonly number[];
  readonly measured?: readonly number[];
}

/** In one cell of the host. */
interface PlacedMemory {
  readonly cell: number;
  readonly plannedMiB: number;
  readonly pages: number;
  readonly pageSizeKiB?: number;
  readonly measuredMiB?: number;
}

interface PlacedFunction {
  readonly cpdId: string;
  readonly address: string;
  readonly cell?: number;
  readonly iommuGroup?: number;
  readonly driver?: string;
  /** The domain that has it, by libvirt's word. */
  readonly domain?: string;
}

export interface HostAudits {
  /** Asks the host now, for some seconds. Refuses `not-found`, and `host-unavailable` for a host that does not answer. */
  audit(id: HostId): Promise<Outcome<HostAudit>>;
}

export interface HostAudit extends AuditResult {
  readonly hostId: HostId;
  /** Unix epoch, ms: when the host was asked. */
  readonly readAtMs: number;
}
