/**
 * Who is told how operations and deliveries go: telemetry counts them. Calls never fail and never wait.
 */
import type { HostId } from '../shared/ids.js';
import type { LcmOpOcc, OperationState, StepKind } from '../lifecycle/model.js';

export interface OperationObserver {
  /** The occurrence has entered its `operationState`. `left`: the state before it and how long that lasted. */
  operationEntered(occ: LcmOpOcc, left?: { readonly state: OperationState; readonly ms: number }): void;
  stepFinished(kind: StepKind, result: StepResult, ms: number): void;
}

/** What became of a VNFC without an operation. */
export type VnfcChange = 'ended' | 'started' | 'paused';

export interface RealityObserver {
  /** `reason`: libvirt's word for the state, or `undefined` when the domain is gone. */
  vnfcChanged(hostId: HostId, change: VnfcChange, reason: string): void;
}

export interface DeliveryObserver {
  /** `failed`: to be tried again. `dropped`: for good. */
  deliveriesEnded(how: 'delivered' | 'failed' | 'dropped', count: number): void;
}

export interface RetentionObserver {
  /** They had ended long ago. */
  operationsRemoved(count: number): void;
}

export type StepResult = 'done' | 'failed' | 'undone' | 'undo-failed';

/** For those who do not care. */
export const deafObserver: OperationObserver & DeliveryObserver & RealityObserver & RetentionObserver = {
  vnfcChanged: () => undefined,
  operationEntered: () => undefined,
  stepFinished: () => undefined,
  deliveriesEnded: () => undefined,
  operationsRemoved: () => undefined,
};
