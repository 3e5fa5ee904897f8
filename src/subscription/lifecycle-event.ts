/**
 * What happened to a VNF instance, with all that filters ask and notifications tell (SOL003 clauses 5.5.2.17 to 5.5.2.19).
 */
import type { ExtVirtualLinkInfo } from '../lifecycle/ext-link-info.js';
import type { LcmOperation, OperationState } from '../lifecycle/model.js';
import type { ResourceChanges } from '../lifecycle/resource-changes.js';
import type { OpOccId, VnfInstanceId, VnfdId } from '../shared/ids.js';
import type { Problem } from '../shared/problem.js';
import type { Product } from './provider-products.js';

interface AboutInstance extends Product {
  readonly api: 'vnflcm';
  /** `id` of every notification of this event, whoever gets it. */
  readonly id: string;
  readonly atMs: number;
  readonly vnfInstanceId: VnfInstanceId;
  readonly vnfInstanceName?: string;
  readonly vnfdId: VnfdId;
}

/** An operation entered a state. */
export interface OperationEvent extends AboutInstance {
  readonly what: 'OPERATION';
  readonly opOccId: OpOccId;
  readonly operation: LcmOperation;
  readonly operationState: OperationState;
  readonly isAutomaticInvocation: boolean;
  /** Of states in which an operation failed. */
  readonly error?: Problem;
  readonly resourceChanges?: ResourceChanges;
  readonly changedInfo?: Readonly<Record<string, unknown>>;
  readonly changedExtConnectivity?: readonly ExtVirtualLinkInfo[];
}

/** The instance resource was created or deleted. */
export interface IdentifierEvent extends AboutInstance {
  readonly what: 'CREATED' | 'DELETED';
}

export type LifecycleEvent = OperationEvent | IdentifierEvent;

/** The first state of an operation (START); every later state is notified as RESULT (clause 5.5.2.17). */
export const firstState = (operation: LcmOperation): OperationState =>
  operation === 'MODIFY_INFO' ? 'PROCESSING' : 'STARTING';
