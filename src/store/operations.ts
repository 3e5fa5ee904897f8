/**
 * Operation occurrences (SOL003 VnfLcmOpOcc): how they begin, who drives them, their plans and journals, how they
 * end.
 */
import type { Claim } from '../inventory/model.js';
import type { InstantiatedVnf, JournalEntry, LcmOpOcc, LcmPlan, OperationState } from '../lifecycle/model.js';
import type { AllocationId, HostId, OpOccId, VnfInstanceId } from '../shared/ids.js';
import type { Outcome } from '../shared/outcome.js';
import type { Problem } from '../shared/problem.js';
import type { LeasedOperation, Take, Waited } from './lease.js';
import type { PageAfter, MomentKey } from './page.js';

/** An occurrence without its large parts. */
export type OpOccHead = Omit<LcmOpOcc, 'plan' | 'explanation' | 'operationParams'> & {
  /** As its plan says; absent before there is one. */
  readonly rollbackSupported?: boolean;
};

/** A decision of placement, as it is kept with its operation. */
export type DecidedOperation = Pick<LcmOpOcc, 'id' | 'vnfInstanceId' | 'operation' | 'startTimeMs' | 'explanation'>;

/** Narrows a page (page.ts). */
export interface OpOccWhere {
  readonly ids?: readonly string[];
  readonly instanceIds?: readonly string[];
  readonly states?: readonly string[];
  readonly operations?: readonly string[];
  readonly startFromMs?: number;
  readonly startUntilMs?: number;
}

/** The outcome of a commit under optimistic locks: `lost` says what was taken or changed meanwhile. */
export type CommitResult = { readonly committed: true } | { readonly committed: false; readonly lost: string };

/** A host as the plan saw it. */
export interface SeenHost {
  readonly hostId: HostId;
  readonly generation: number;
  /** MAC addresses of the cards of the functions that the plan claims there, by the address of the function. */
  readonly cards?: Readonly<Record<string, string>>;
}

/** A share of a claim, as it stands from now on in an allocation that is new or moved to by others of the same commit. */
export interface ClaimMove {
  readonly from: AllocationId;
  readonly claim: Claim;
}

export interface PlanCommit {
  readonly opOccId: OpOccId;
  readonly token: number;
  readonly plan: LcmPlan;
  readonly claims: readonly Claim[];
  /** Allocations of the same instance that go in the same moment: what they held may be claimed again by this commit. */
  readonly releases?: readonly AllocationId[];
  /** Claims of the same instance that go on in another allocation, in the same moment. */
  readonly moves?: readonly ClaimMove[];
  /** Generation of each host touched, as in the snapshot that the plan was made on. */
  readonly generations: readonly SeenHost[];
  readonly explanation: unknown;
  readonly nowMs: number;
}

/**
 * How an operation ends, in one transaction with what it changes of the instance. With its end every allocation of the
 * instance goes that the record of the instance does not name.
 */
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

export interface OperationRecords {
  /**
   * Records an occurrence in STARTING (MODIFY_INFO: STARTING too). Refuses `wrong-state` when the instance is not in
   * `instanceState` or another operation is under way, FAILED_TEMP included; `precondition-failed` on ifRevision.
   */
  beginOperation(
    occ: LcmOpOcc,
    instanceState: 'NOT_INSTANTIATED' | 'INSTANTIATED' | 'any',
    ifRevision?: number,
  ): Promise<Outcome<LcmOpOcc>>;
  /** The operation that has not ended yet, FAILED_TEMP included. */
  operationUnderWay(id: VnfInstanceId): Promise<LcmOpOcc | undefined>;
  /** The refusal that names the operation under way on the instance; undefined when there is none. */
  refusalUnderWay(id: VnfInstanceId): Promise<Outcome<never> | undefined>;
  opOcc(id: OpOccId): Promise<LcmOpOcc | undefined>;
  /** The oldest first. */
  opOccPage(page: PageAfter<MomentKey>, where?: OpOccWhere): Promise<readonly OpOccHead[]>;
  /** Operations that were placed or refused, the oldest first. */
  decidedPage(page: PageAfter<MomentKey>, where?: OpOccWhere): Promise<readonly DecidedOperation[]>;
  /** Why it was placed or refused, without plan and params; undefined when it was neither. */
  decision(id: OpOccId): Promise<DecidedOperation | undefined>;
  /** Takes the oldest occurrence in STARTING, PROCESSING or ROLLING_BACK that is free or lapsed; undefined when none. */
  leaseOperation(take: Take): Promise<LeasedOperation | undefined>;
  /** False when the lease is another's by now: stop at once. `waited` is written down, or left as it is. */
  renewLease(opOccId: OpOccId, token: number, waited?: Waited): Promise<boolean>;
  /** Lets go without changing state, so that another takes it and goes on from `waited`. */
  dropLease(opOccId: OpOccId, token: number, waited?: Waited): Promise<void>;
  /** STARTING -> PROCESSING with plan and claims, all or nothing. */
  commitPlan(commit: PlanCommit): Promise<CommitResult>;
  /** Throws LeaseLost when the token is not the lease's. */
  appendJournal(entries: readonly JournalEntry[], token: number): Promise<void>;
  journal(opOccId: OpOccId): Promise<readonly JournalEntry[]>;
  /** Ends or parks the operation; throws LeaseLost when the token is not the lease's. */
  endOperation(end: OperationEnd): Promise<LcmOpOcc>;
  /** retry, rollback, fail: refuses `wrong-state` unless in one of `from`. */
  requestState(request: StateRequest): Promise<Outcome<LcmOpOcc>>;
  /** `fail`: FAILED_TEMP -> FAILED with what is real of the instance. */
  failOperation(end: Omit<OperationEnd, 'token' | 'state'>): Promise<Outcome<LcmOpOcc>>;
  /** Sets the cancel flag; refuses `wrong-state` unless STARTING, PROCESSING or ROLLING_BACK. */
  requestCancel(opOccId: OpOccId, mode: 'GRACEFUL' | 'FORCEFUL'): Promise<Outcome<LcmOpOcc>>;
}

/** The operation was taken again, by another or by this process itself: drop everything about it at once. */
export class LeaseLost extends Error {
  constructor(opOccId: OpOccId) {
    super(`the lease of operation ${opOccId} is no longer held here`);
    this.name = 'LeaseLost';
  }
}
