/**
 * The store port: what Berth remembers. Verbs are whole transactions named by intent; there is no way to hold one
 * open. The database has the last word: uniqueness of claims and one operation per instance are its constraints.
 */
import type { HostId, OpOccId, SubscriptionId, VnfInstanceId, VnfPkgId, VnfcId, VnfdId } from '../shared/ids.js';
import type { Outcome } from '../shared/outcome.js';
import type { Problem } from '../shared/problem.js';
import type { Claim, HostAdminState, HostFacts } from '../inventory/model.js';
import type { VnfPackage } from '../package/model.js';
import type { Vnfd } from '../vnfd/model.js';
import type { Delivery, NotifyingApi, Subscription } from '../subscription/model.js';
import type { Leftover } from '../lifecycle/leftover.js';
import type { Figures } from './figures.js';
import type { Leased, LeasedOperation, Leases, Take, Waited } from './lease.js';
import type { Ownership } from './ownership.js';
import type { Retention } from './retention.js';
import type { Sboms } from './sbom.js';
import type {
  InstantiatedVnf,
  JournalEntry,
  LcmOpOcc,
  LcmPlan,
  OperationState,
  VnfInstance,
  VnfState,
} from '../lifecycle/model.js';

export type OnboardingState = 'CREATED' | 'UPLOADING' | 'PROCESSING' | 'ONBOARDED' | 'ERROR';

export interface VnfPkgRecord {
  readonly id: VnfPkgId;
  readonly onboardingState: OnboardingState;
  readonly operationalState: 'ENABLED' | 'DISABLED';
  readonly userDefinedData: Readonly<Record<string, unknown>>;
  /** VNFMs that fit, as a client said; absent: as the VNFD says. */
  readonly vnfmInfo?: readonly string[];
  readonly createdAtMs: number;
  /** Present once ONBOARDED: what the package holds, read and normalised. */
  readonly contents?: VnfPackage;
  /** SHA-256 of the whole CSAR, lower-case hex; present once uploaded. */
  readonly sha256?: string;
  readonly sizeBytes?: number;
  /** Why it is in ERROR; or, in PROCESSING, why it could not be read yet. */
  readonly onboardingFailureDetails?: Problem;
  /** Instances that refer to it: IN_USE when above zero. */
  readonly instances: number;
  readonly revision: number;
}

/** What lists show of an onboarded package: small, whatever the package holds. */
export interface VnfPkgSummary extends Pick<
  VnfPackage,
  'compatibleSpecificationVersions' | 'securityOption' | 'signingCertificate'
> {
  readonly vnfd: Pick<Vnfd, 'id' | 'provider' | 'productName' | 'softwareVersion' | 'version' | 'vnfmInfo'>;
}

/** A package without what it holds. */
export type VnfPkgHead = Omit<VnfPkgRecord, 'contents'> & { readonly summary?: VnfPkgSummary };

/** A VNF instance without what is real of it. */
export type InstanceHead = Omit<VnfInstance, 'instantiated'> & {
  /** Absent: NOT_INSTANTIATED. */
  readonly flavourId?: string;
};

/** An occurrence without its large parts. */
export type OpOccHead = Omit<LcmOpOcc, 'plan' | 'explanation' | 'operationParams'> & {
  /** As its plan says; absent before there is one. */
  readonly rollbackSupported?: boolean;
};

/** A decision of placement, as it is kept with its operation. */
export type DecidedOperation = Pick<LcmOpOcc, 'id' | 'vnfInstanceId' | 'operation' | 'startTimeMs' | 'explanation'>;

/** Part of a collection in its order: what comes after a key, at most so many. Keys never change. */
export interface PageAfter<Key> {
  readonly after?: Key;
  readonly limit: number;
}

/** Place of what began at a moment: the oldest comes first. */
export interface MomentKey {
  readonly ms: number;
  readonly id: string;
}

/**
 * Narrows a page to records that have one of these values, as far as an index leads to them: a page leaves out only what
 * does not fit, and may hold what does not. A field left out narrows nothing.
 */
export interface PackageWhere {
  readonly ids?: readonly string[];
  readonly vnfdIds?: readonly string[];
  readonly onboarded?: boolean;
}

export interface InstanceWhere {
  readonly ids?: readonly string[];
  readonly vnfdIds?: readonly string[];
  readonly names?: readonly string[];
}

export interface OpOccWhere {
  readonly ids?: readonly string[];
  readonly instanceIds?: readonly string[];
  readonly states?: readonly string[];
  readonly operations?: readonly string[];
  readonly startFromMs?: number;
  readonly startUntilMs?: number;
}

/** What a client may change of a package (SOL005 clause 9.5.2.2). */
export type PackageChange = Partial<Pick<VnfPkgRecord, 'operationalState' | 'userDefinedData'>> & {
  /** Null: what the VNFD says counts again. */
  readonly vnfmInfo?: readonly string[] | null;
};

export interface HostRecord {
  readonly id: HostId;
  readonly zone: string;
  readonly adminState: HostAdminState;
  readonly generation: number;
  /** Last facts known, also while the host is out of reach. */
  readonly facts?: HostFacts;
}

/** What changes of a host with every claim: everything but its facts, which are large and rarely change. */
export type HostMoment = Omit<HostRecord, 'facts'>;

/** The outcome of a commit under optimistic locks: `lost` says what was taken or changed meanwhile. */
export type CommitResult = { readonly committed: true } | { readonly committed: false; readonly lost: string };

export interface PlanCommit {
  readonly opOccId: OpOccId;
  readonly token: number;
  readonly plan: LcmPlan;
  readonly claims: readonly Claim[];
  /** Generation of each host touched, as in the snapshot that the plan was made on. */
  readonly generations: readonly { readonly hostId: HostId; readonly generation: number }[];
  readonly explanation: unknown;
  readonly nowMs: number;
}

/** How an operation ends, in one transaction with what it changes of the instance. */
export interface OperationEnd {
  readonly opOccId: OpOccId;
  readonly token: number;
  readonly state: Extract<OperationState, 'COMPLETED' | 'FAILED_TEMP' | 'FAILED' | 'ROLLED_BACK'>;
  readonly error?: Problem;
  readonly explanation?: unknown;
  /** `undefined`: the instance stays as it is; `instantiated: null`: NOT_INSTANTIATED from now on. */
  readonly instance?: {
    readonly instantiated?: InstantiatedVnf | null;
    readonly modifies?: LcmPlan['modifies'];
  };
  /** Claims of these VNFCs are released in the same transaction. */
  readonly releases?: readonly VnfcId[];
  readonly nowMs: number;
}

/** A change of state asked for from outside: retry, rollback, fail, cancel. */
export interface StateRequest {
  readonly opOccId: OpOccId;
  readonly from: readonly OperationState[];
  readonly to: OperationState;
  readonly error?: Problem;
  readonly nowMs: number;
}

/** How an attempt to deliver ends. `over`: this delivery is not tried again. */
export type DeliveryEnd =
  | { readonly result: 'over'; readonly atMs: number }
  | {
      readonly result: 'failed';
      readonly atMs: number;
      /** For how long the subscriber is left alone. */
      readonly restMs: number;
      /** Of what waits for this subscriber, the latest ones, and none that has waited for longer than `keepMs`. */
      readonly keepAtMost: number;
      readonly keepMs: number;
    };

/** What is still to be delivered to anybody. */
export interface Outbox {
  readonly pending: number;
  /** Time of the oldest event in it. */
  readonly oldestAtMs?: number;
}

/** A row that is left out of lists because it cannot be read. */
export interface UnreadableRow {
  readonly table: string;
  readonly id: string;
  /** In words. */
  readonly reason: string;
}

/** What a copy of the database holds, as far as a backup has to know. */
export interface StoreSnapshot {
  /** The latest migration. */
  readonly schema: string;
  /** Packages whose archive has arrived. */
  readonly packages: readonly { readonly id: string; readonly sha256: string }[];
}

export interface Store extends Leases, Ownership, Retention, Sboms, Figures {
  /** Applies migrations. */
  open(): Promise<void>;
  close(): Promise<void>;
  /** Resolves when the database answers and can be written; throws StoreTrouble otherwise. */
  ping(): Promise<void>;
  /** Rows that could not be read since the start; asking for one of them throws StoreTrouble. */
  unreadable(): Promise<readonly UnreadableRow[]>;
  /**
   * Copies the database as it is at one moment to a new file, while others write. Refuses `task-not-supported` when the
   * database has its own tools for that; throws StoreTrouble when it is damaged.
   */
  snapshot(toFile: string): Promise<Outcome<StoreSnapshot>>;

  createPackage(record: Pick<VnfPkgRecord, 'id' | 'userDefinedData' | 'createdAtMs'>): Promise<VnfPkgRecord>;
  package(id: VnfPkgId): Promise<VnfPkgRecord | undefined>;
  packageByVnfdId(id: VnfdId): Promise<VnfPkgRecord | undefined>;
  /** By id. */
  packagePage(page: PageAfter<string>, where?: PackageWhere): Promise<readonly VnfPkgHead[]>;
  /** The VNFD of an onboarded package, without what else it holds. */
  vnfdOf(id: VnfPkgId): Promise<Vnfd | undefined>;
  /** Of these packages those that there are, each with its state. */
  packageStates(ids: readonly VnfPkgId[]): Promise<ReadonlyMap<VnfPkgId, OnboardingState>>;
  /** An onboarded package that holds a software image; of several one with instances, which is not deleted meanwhile. */
  packageWithImage(sha256: string): Promise<VnfPkgId | undefined>;
  /** Of these images those that an onboarded package holds. */
  imagesHeld(sha256s: readonly string[]): Promise<ReadonlySet<string>>;
  /** CREATED -> UPLOADING, under a lease. Refuses `wrong-state` unless CREATED. */
  beginUpload(id: VnfPkgId, owner: string): Promise<Outcome<Leased<VnfPkgRecord>>>;
  /** UPLOADING -> PROCESSING; the lease goes. Refuses `wrong-state` when it is lost. */
  endUpload(
    id: VnfPkgId,
    token: number,
    stored: Required<Pick<VnfPkgRecord, 'sha256' | 'sizeBytes'>>,
  ): Promise<Outcome<VnfPkgRecord>>;
  /** Takes the oldest package that is UPLOADING or PROCESSING and free or lapsed; undefined when none. */
  leaseOnboarding(take: Take): Promise<Leased<VnfPkgRecord> | undefined>;
  /** False when the lease is another's by now, or onboarding has ended: stop at once. */
  renewOnboarding(id: VnfPkgId, token: number): Promise<boolean>;
  /**
   * PROCESSING -> ONBOARDED, ENABLED; SBOMs are kept by component (`Sboms`). Refuses `unprocessable` when another onboarded package has this vnfdId,
   * `wrong-state` when the lease is lost.
   */
  completeOnboarding(id: VnfPkgId, token: number, contents: VnfPackage): Promise<Outcome<VnfPkgRecord>>;
  /**
   * PROCESSING as before, and rests for `restMs` before anybody takes it; `why` it is not read yet is shown meanwhile.
   * Refuses `wrong-state` when the lease is lost.
   */
  putOffOnboarding(id: VnfPkgId, token: number, restMs: number, why?: Problem): Promise<Outcome<VnfPkgRecord>>;
  /** UPLOADING or PROCESSING -> ERROR. Refuses `wrong-state` when the lease is lost. */
  failOnboarding(id: VnfPkgId, token: number, why: Problem): Promise<Outcome<VnfPkgRecord>>;
  /** SOL005 PATCH; refuses `wrong-state` unless ONBOARDED (but for userDefinedData) or when already in that state. */
  modifyPackage(id: VnfPkgId, change: PackageChange, ifRevision?: number): Promise<Outcome<VnfPkgRecord>>;
  /** Refuses `wrong-state` while in use or enabled. */
  deletePackage(id: VnfPkgId, ifRevision?: number): Promise<Outcome<void>>;

  /** Refuses `unprocessable` unless the package is ONBOARDED and ENABLED, in the same transaction. */
  createInstance(instance: VnfInstance): Promise<Outcome<VnfInstance>>;
  instance(id: VnfInstanceId): Promise<VnfInstance | undefined>;
  /** By id. */
  instancePage(page: PageAfter<string>, where?: InstanceWhere): Promise<readonly InstanceHead[]>;
  /** Instantiated instances by id, with the revision that tells whether one has changed. */
  instantiatedPage(page: PageAfter<string>): Promise<readonly Pick<VnfInstance, 'id' | 'revision'>[]>;
  /** Those of these that there are. */
  instancesOf(ids: readonly VnfInstanceId[]): Promise<readonly VnfInstance[]>;
  /** Instances with VNFCs that hold something of the host. */
  instancesOn(id: HostId): Promise<readonly VnfInstance[]>;
  /** The instance whose VNFC it is, while that holds something of a host. */
  instanceOf(id: VnfcId): Promise<VnfInstance | undefined>;
  /** The operation that has not ended yet, FAILED_TEMP included. */
  operationUnderWay(id: VnfInstanceId): Promise<LcmOpOcc | undefined>;
  /**
   * Records what VNFCs were found to be. False, and nothing is written, when the instance has changed since `revision` or
   * an operation is under way: what was found may be that operation's work.
   */
  recordVnfcStates(id: VnfInstanceId, revision: number, states: ReadonlyMap<VnfcId, VnfState>): Promise<boolean>;
  /** Refuses `wrong-state` unless NOT_INSTANTIATED with no operation under way. Its operations stay readable. */
  deleteInstance(id: VnfInstanceId, ifRevision?: number): Promise<Outcome<void>>;

  /**
   * Records an occurrence in STARTING (MODIFY_INFO: STARTING too). Refuses `wrong-state` when the instance is not in
   * `instanceState` or another operation is under way, FAILED_TEMP included; `precondition-failed` on ifRevision.
   */
  beginOperation(
    occ: LcmOpOcc,
    instanceState: 'NOT_INSTANTIATED' | 'INSTANTIATED' | 'any',
    ifRevision?: number,
  ): Promise<Outcome<LcmOpOcc>>;
  /** The refusal that names the operation under way on the instance; undefined when there is none. */
  refusalUnderWay(id: VnfInstanceId): Promise<Outcome<never> | undefined>;
  opOcc(id: OpOccId): Promise<LcmOpOcc | undefined>;
  /** The oldest first. */
  opOccPage(page: PageAfter<MomentKey>, where?: OpOccWhere): Promise<readonly OpOccHead[]>;
  /** Operations that were placed or refused, the oldest first. */
  decidedPage(page: PageAfter<MomentKey>, where?: OpOccWhere): Promise<readonly DecidedOperation[]>;
  /** Takes the oldest occurrence in STARTING, PROCESSING or ROLLING_BACK that is free or lapsed; undefined when none. */
  leaseOperation(take: Take): Promise<LeasedOperation | undefined>;
  /** False when the lease is another's by now: stop at once. `waited` is written down, or left as it is. */
  renewLease(opOccId: OpOccId, token: number, waited?: Waited): Promise<boolean>;
  /** Lets go without changing state, so that another takes it and goes on from `waited`. */
  dropLease(opOccId: OpOccId, token: number, waited?: Waited): Promise<void>;
  /** STARTING -> PROCESSING with plan and claims, all or nothing. */
  commitPlan(commit: PlanCommit): Promise<CommitResult>;
  /** Throws LeaseLost when the token is not the lease's. */
  appendJournal(entry: JournalEntry, token: number): Promise<void>;
  journal(opOccId: OpOccId): Promise<readonly JournalEntry[]>;
  /** Ends or parks the operation; throws LeaseLost when the token is not the lease's. */
  endOperation(end: OperationEnd): Promise<LcmOpOcc>;
  /** retry, rollback, fail: refuses `wrong-state` unless in one of `from`. */
  requestState(request: StateRequest): Promise<Outcome<LcmOpOcc>>;
  /** `fail`: FAILED_TEMP -> FAILED with what is real of the instance. */
  failOperation(end: Omit<OperationEnd, 'token' | 'state'>): Promise<Outcome<LcmOpOcc>>;
  /** Sets the cancel flag; refuses `wrong-state` unless STARTING, PROCESSING or ROLLING_BACK. */
  requestCancel(opOccId: OpOccId, mode: 'GRACEFUL' | 'FORCEFUL'): Promise<Outcome<LcmOpOcc>>;

  /** Creates or keeps the row; admin state survives restarts. */
  ensureHost(id: HostId, zone: string): Promise<HostRecord>;
  /** The same for a whole fleet in one transaction. */
  ensureHosts(hosts: readonly Pick<HostRecord, 'id' | 'zone'>[]): Promise<readonly HostRecord[]>;
  /** By id. */
  hostPage(page: PageAfter<string>): Promise<readonly HostMoment[]>;
  host(id: HostId): Promise<HostRecord | undefined>;
  /** All hosts without their facts: cheap enough to ask before every plan of a large fleet. */
  hostMoments(): Promise<readonly HostMoment[]>;
  /** The facts of many hosts in one transaction. */
  saveFactsOfHosts(all: readonly { readonly id: HostId; readonly facts: HostFacts }[]): Promise<void>;
  saveHostFacts(id: HostId, facts: HostFacts): Promise<void>;
  /** Undefined: no such host. */
  hostAdminState(id: HostId): Promise<HostAdminState | undefined>;
  setHostAdminState(id: HostId, state: HostAdminState): Promise<Outcome<HostRecord>>;
  /** Those on these hosts; `*` for claims that are unique in the fleet. */
  claimsOn(hostIds: readonly HostId[]): Promise<readonly Claim[]>;
  /** All but the disk space of what these VNFCs left behind. */
  releaseClaims(vnfcIds: readonly VnfcId[]): Promise<void>;
  keepLeftovers(leftovers: readonly Leftover[]): Promise<void>;
  /** The oldest ones. */
  leftovers(atMost: number): Promise<readonly Leftover[]>;
  /** They are gone; with the last of a VNFC its claim on disk space goes. */
  settleLeftovers(leftovers: readonly Leftover[]): Promise<void>;

  /**
   * Answers the one with the same filter and callback when there is one; it stays as it is. Refuses
   * `too-many-subscriptions` when its interface has `atMost` of them (`mostSubscriptions` when left out).
   */
  createSubscription(subscription: Subscription, atMost?: number): Promise<Outcome<Subscription>>;
  subscription(api: NotifyingApi, id: SubscriptionId): Promise<Subscription | undefined>;
  /** The oldest first. */
  subscriptionPage(api: NotifyingApi, page: PageAfter<MomentKey>): Promise<readonly Subscription[]>;
  /** With what was still to be delivered to it. */
  deleteSubscription(api: NotifyingApi, id: SubscriptionId): Promise<Outcome<void>>;
  /** Takes the oldest delivery of a subscription that is free or lapsed; undefined when none. */
  leaseDelivery(take: Take): Promise<Leased<Delivery> | undefined>;
  /**
   * Lets go of the lease; how many deliveries were dropped for being too many or too old. Undefined when the lease is
   * another's by now, or the subscription is gone: nothing was changed.
   */
  endDelivery(delivery: Leased<Delivery>, end: DeliveryEnd): Promise<{ readonly dropped: number } | undefined>;
  outbox(): Promise<Outbox>;
}

/** The operation was taken again, by another or by this process itself: drop everything about it at once. */
export class LeaseLost extends Error {
  constructor(opOccId: OpOccId) {
    super(`the lease of operation ${opOccId} is no longer held here`);
    this.name = 'LeaseLost';
  }
}
