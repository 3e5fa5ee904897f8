/**
 * What happens in the workflow, counted and timed: its observer. Counters whose labels are known from the start show 0
 * until something happens, so that the first time is seen as a change.
 */
import type { LcmOpOcc, LcmOperation, OperationState, StepKind } from '../lifecycle/model.js';
import { refusers } from '../placement/explanation/refused-by.js';
import type { HostId } from '../shared/ids.js';
import { catalogue } from './catalogue.js';
import type { Instruments } from './instruments.js';
import { onboardingOutcomes, operations, operationStates, placingOperations } from './vocabulary.js';

export class WorkflowMetrics {
  constructor(private readonly to: Instruments) {
    for (const operation of operations)
      for (const state of operationStates) to.count(catalogue.operations, { operation, state }, 0);
    for (const operation of placingOperations)
      for (const outcome of ['placed', 'refused', 'lost_race'])
        to.count(catalogue.placements, { operation, outcome }, 0);
    for (const constraint of refusers) to.count(catalogue.placementRefusals, { constraint }, 0);
    for (const outcome of onboardingOutcomes) to.count(catalogue.onboardings, { outcome }, 0);
    for (const outcome of ['delivered', 'failed', 'dropped']) to.count(catalogue.notifications, { outcome }, 0);
  }

  operationEntered(occ: LcmOpOcc, left?: { readonly state: OperationState; readonly ms: number }): void {
    const { operation, operationState } = occ;
    this.to.count(catalogue.operations, { operation, state: operationState });
    if (left) this.to.time(catalogue.operationState, { operation, state: left.state }, left.ms / 1000);
  }

  stepFinished(kind: StepKind, result: string, ms: number): void {
    this.to.time(catalogue.step, { kind, result }, ms / 1000);
  }

  vnfcChanged(host: HostId, change: 'ended' | 'started' | 'paused', reason: string): void {
    this.to.count(catalogue.vnfcChanges, { host, change, reason });
  }

  hostRemoved(host: HostId): void {
    this.to.forget(catalogue.vnfcChanges, { host });
  }

  hostEventsMissed(subscriber: string, count: number): void {
    this.to.count(catalogue.hostEventsMissed, { subscriber }, count);
  }

  deliveriesEnded(outcome: 'delivered' | 'failed' | 'dropped', count: number): void {
    this.to.count(catalogue.notifications, { outcome }, count);
  }

  operationsRemoved(count: number): void {
    this.to.count(catalogue.operationsRemoved, {}, count);
  }

  placementSearched(ms: number): void {
    this.to.time(catalogue.placementSearch, {}, ms / 1000);
  }

  placementWritten(operation: LcmOperation, outcome: 'placed' | 'lost_race', ms: number): void {
    this.to.count(catalogue.placements, { operation, outcome });
    this.to.time(catalogue.placementCommit, {}, ms / 1000);
  }

  placementRefused(operation: LcmOperation, by: string): void {
    this.to.count(catalogue.placements, { operation, outcome: 'refused' });
    this.to.count(catalogue.placementRefusals, { constraint: by });
  }

  leaseLost(): void {
    this.to.count(catalogue.leasesLost, {});
  }

  onboardingEnded(outcome: (typeof onboardingOutcomes)[number], ms?: number): void {
    this.to.count(catalogue.onboardings, { outcome });
    if (ms !== undefined) this.to.time(catalogue.onboarding, { outcome }, ms / 1000);
  }
}
