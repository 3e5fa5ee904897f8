/**
 * Who is told how operations and deliveries go: telemetry counts them. Calls never fail and never wait.
 */
import type { LcmOpOcc, OperationState, StepKind } from '../lifecycle/model.js';

export interface OperationObserver {
  /** The occurrence has entered its `operationState`. `left`: the state before it and how long that lasted. */
  operationEntered(occ: LcmOpOcc, left?: { readonly state: OperationState; readonly ms: number }): void;
  stepFinished(kind: StepKind, result: StepResult, ms: number): void;
}

export interface DeliveryObserver {
  /** `failed`: to be tried again. `dropped`: for good. */
  deliveriesEnded(how: 'delivered' | 'failed' | 'dropped', count: number): void;
}

export type StepResult = 'done' | 'failed' | 'undone' | 'undo-failed';

/** For those who do not care. */
export const deafObserver: OperationObserver & DeliveryObserver = {
  operationEntered: () => undefined,
  stepFinished: () => undefined,
  deliveriesEnded: () => undefined,
};
