/**
 * Values of metrics that are read from the database: sums along an index and a bounded list, cheap enough for every
 * scrape. They survive a restart and are the same on every replica.
 */
import type { OpOccId, VnfInstanceId } from '../shared/ids.js';
import type { LcmOperation, OperationState } from '../lifecycle/model.js';

export interface OperationCount {
  readonly operation: LcmOperation;
  readonly state: OperationState;
  readonly count: number;
}

/** An operation that has not ended. */
export interface OpenOperation {
  readonly id: OpOccId;
  readonly vnfInstanceId: VnfInstanceId;
  readonly operation: LcmOperation;
  readonly state: OperationState;
  readonly stateEnteredTimeMs: number;
  /** When its journal was last written; absent: it never was. */
  readonly journalMs?: number;
}

export interface OpenOperations {
  /** Those that have not ended, FAILED_TEMP included. */
  readonly counts: readonly OperationCount[];
  /** In a state that needs work, with no lease held. */
  readonly waiting: number;
  /** Those that are longest in their state, the longest first. */
  readonly longest: readonly OpenOperation[];
}

export interface StoreSize {
  readonly database: 'sqlite' | 'postgresql';
  readonly bytes: number;
}

export interface Figures {
  /** `longest`: at most so many. */
  openOperations(longest: number): Promise<OpenOperations>;
  /** By onboarding state; states without packages are left out. */
  packageCounts(): Promise<ReadonlyMap<string, number>>;
  /** VNF instances that are NOT_INSTANTIATED. */
  idleInstances(): Promise<number>;
  /** Size of the database, its write-ahead log included. */
  size(): Promise<StoreSize>;
}
