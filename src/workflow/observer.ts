/**
 * Observer of operations and deliveries, which telemetry implements to count them. Calls must not throw or block.
 */
import type { HostId } from '../shared/ids.js';
import type { LcmOpOcc, LcmOperation, OperationState, StepKind } from '../lifecycle/model.js';

export interface OperationObserver {
  /** The occurrence has entered its `operationState`. `left`: the state before it and how long that lasted. */
  operationEntered(occ: LcmOpOcc, left?: { readonly state: OperationState; readonly ms: number }): void;
  stepFinished(kind: StepKind, result: StepResult, ms: number): void;
}

/** State changes of a VNFC without an operation. */
export type VnfcChange = 'ended' | 'started' | 'paused';

export interface RealityObserver {
  /** `reason`: libvirt's word for the state, or `undefined` when the domain is gone. */
  vnfcChanged(hostId: HostId, change: VnfcChange, reason: string): void;
}

export interface HostObserver {
  /** `subscriber`, a name that code gives, did not keep up with events of a host. 0: it subscribes now. */
  hostEventsMissed(subscriber: string, count: number): void;
  /** It left the fleet. */
  hostRemoved(hostId: HostId): void;
}

export interface DeliveryObserver {
  /** `failed`: to be tried again. `dropped`: for good. */
  deliveriesEnded(how: 'delivered' | 'failed' | 'dropped', count: number): void;
}

export interface RetentionObserver {
  /** They had ended long ago. */
  operationsRemoved(count: number): void;
}

export interface PlacementObserver {
  /** How long the search for one operation took, whatever came of it. */
  placementSearched(ms: number): void;
  /** How long it took to write what was placed; `lost`: another was faster, and it is placed again. */
  placementWritten(operation: LcmOperation, result: 'placed' | 'lost_race', ms: number): void;
  /** `by`: one of `refusers` (placement/explanation/refused-by.ts). */
  placementRefused(operation: LcmOperation, by: string): void;
}

export interface LeaseObserver {
  /** Another has taken over what was driven here. */
  leaseLost(): void;
}

/**
 * `refused`: the package is not acceptable. `broken`: it did not arrive. `failed`: Berth met a fault. `put_off`: it could
 * not be read yet, and is tried again.
 */
export type OnboardingOutcome = 'onboarded' | 'refused' | 'broken' | 'failed' | 'put_off';

export interface OnboardingObserver {
  /** `ms`: how long it was read, if it was. */
  onboardingEnded(outcome: OnboardingOutcome, ms?: number): void;
}

/** All that happens in the workflow. */
export type WorkflowObserver = OperationObserver &
  DeliveryObserver &
  RealityObserver &
  HostObserver &
  RetentionObserver &
  PlacementObserver &
  LeaseObserver &
  OnboardingObserver;

export type StepResult = 'done' | 'failed' | 'undone' | 'undo-failed';

/** An observer that ignores everything. */
export const deafObserver: WorkflowObserver = {
  vnfcChanged: () => undefined,
  hostRemoved: () => undefined,
  hostEventsMissed: () => undefined,
  operationEntered: () => undefined,
  stepFinished: () => undefined,
  deliveriesEnded: () => undefined,
  operationsRemoved: () => undefined,
  placementSearched: () => undefined,
  placementWritten: () => undefined,
  placementRefused: () => undefined,
  leaseLost: () => undefined,
  onboardingEnded: () => undefined,
};
