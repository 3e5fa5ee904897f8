/**
 * Drives one operation from its present state until it ends or stops in FAILED_TEMP: STARTING is planned and committed,
 * PROCESSING runs forwards, ROLLING_BACK backwards.
 */
import { allocationIdsOf } from '../lifecycle/allocations.js';
import type { InstantiatedVnf, LcmOpOcc, LcmPlan, OperationState } from '../lifecycle/model.js';
import { realNow } from '../lifecycle/real.js';
import { agoMs, type WallClock } from '../shared/clock.js';
import type { Log } from '../shared/log.js';
import { problem, type Problem } from '../shared/problem.js';
import { isSameJson } from '../shared/same-json.js';
import type { InstanceRecords } from '../store/instances.js';
import { LeaseLost, type OperationEnd, type OperationRecords } from '../store/operations.js';
import { isPassing } from '../store/trouble.js';
import { Executor, type ExecutePorts, type Execution } from './execute.js';
import type { OperationObserver } from './observer.js';
import type { FunctionsGivenBack } from './hosts/host-state.js';
import type { Planner } from './planner.js';
import type { OperationDriver, Ride } from './background/tasks/runner.js';
import { causeOf } from './step-problem.js';

export interface DriverPorts {
  readonly store: Pick<OperationRecords, 'opOcc' | 'endOperation' | 'dropLease' | 'journal'> &
    Pick<InstanceRecords, 'instance'>;
  readonly planner: Pick<Planner, 'planAndCommit'>;
  readonly clock: WallClock;
  readonly log: Log;
  readonly observer: OperationObserver;
  readonly steps: Pick<ExecutePorts, 'context' | 'width' | 'patienceMs'>;
}

type Ending = Omit<OperationEnd, 'opOccId' | 'token' | 'nowMs'>;

/** A lost race for resources is planned again on fresh data this often. */
const planAttempts = 8;

export class SolDriver implements OperationDriver {
  constructor(private readonly ports: DriverPorts) {}

  async drive(occ: LcmOpOcc, ride: Ride): Promise<void> {
    try {
      await this.driveState(occ, ride);
    } catch (error) {
      // Transient trouble is waited for: the runner drives the operation again from its present state.
      if (error instanceof LeaseLost || isPassing(error)) throw error;
      this.ports.log.error({ opOccId: occ.id, cause: causeOf(error) }, 'the operation met a fault');
      const now = (await this.ports.store.opOcc(occ.id)) ?? occ;
      const fault = problem('internal-error', `Operation ${occ.id} met a fault in Berth.`, { cause: causeOf(error) });
      await this.end(now, ride, {
        state: now.operationState === 'STARTING' ? 'ROLLED_BACK' : 'FAILED_TEMP',
        error: fault,
      });
    }
  }

  private async driveState(occ: LcmOpOcc, ride: Ride): Promise<void> {
    switch (occ.operationState) {
      case 'STARTING': {
        const planned = await this.begin(occ, ride);
        if (planned !== undefined) await this.forward(planned, planOf(planned), ride);
        return;
      }
      case 'PROCESSING':
        return this.forward(occ, planOf(occ), ride);
      case 'ROLLING_BACK':
        return this.back(occ, planOf(occ), ride);
      case 'COMPLETED':
      case 'FAILED_TEMP':
      case 'FAILED':
      case 'ROLLED_BACK':
        return;
    }
  }

  /** Plans and commits; undefined when the operation has ended or was let go. */
  private async begin(occ: LcmOpOcc, ride: Ride): Promise<LcmOpOcc | undefined> {
    let lost = '';
    for (let attempt = 0; attempt < planAttempts; attempt += 1) {
      if (ride.stopping) return this.letGo(occ, ride);
      if (ride.cancel !== undefined) return this.endEarly(occ, ride, cancelled(occ, ride));
      const outcome = await this.ports.planner.planAndCommit(occ, ride.token);
      if (outcome.result === 'committed') return this.entered(occ, 'STARTING');
      if (outcome.result === 'refused') return this.endEarly(occ, ride, outcome.problem, outcome.explanation);
      lost = outcome.lost;
    }
    const detail = `Operation ${occ.id} was planned ${String(planAttempts)} times and each time lost its place: ${lost}.`;
    return this.endEarly(occ, ride, problem('claim-lost', detail));
  }

  private async endEarly(occ: LcmOpOcc, ride: Ride, error: Problem, explanation?: unknown): Promise<undefined> {
    await this.end(occ, ride, { state: 'ROLLED_BACK', error, ...(explanation === undefined ? {} : { explanation }) });
    return undefined;
  }

  private async forward(occ: LcmOpOcc, plan: LcmPlan, ride: Ride): Promise<void> {
    const execution = await this.execute(occ, plan, 'forward', ride);
    if (execution.end !== 'done') return this.park(occ, execution, ride);
    const instance = {
      instantiated: plan.after ?? null,
      ...(plan.modifies === undefined ? {} : { modifies: plan.modifies }),
    };
    await this.end(occ, ride, { state: 'COMPLETED', instance });
  }

  private async back(occ: LcmOpOcc, plan: LcmPlan, ride: Ride): Promise<void> {
    const execution = await this.execute(occ, plan, 'back', ride);
    if (execution.end !== 'done') return this.park(occ, execution, ride);
    const { store } = this.ports;
    const instance = await store.instance(occ.vnfInstanceId);
    if (instance === undefined)
      throw new Error(`operation ${occ.id} is about instance ${occ.vnfInstanceId}, which is gone`);
    const { instantiated } = realNow(instance, plan, await store.journal(occ.id));
    await this.ports.steps.context.releasing(functionsGivenUp(plan.after, instantiated), () =>
      this.end(occ, ride, {
        state: 'ROLLED_BACK',
        // An instance that is as it was keeps its revision.
        ...(!isSameJson(instantiated, instance.instantiated ?? null) && { instance: { instantiated } }),
        ...(occ.error === undefined ? {} : { error: occ.error }),
      }),
    );
  }

  private execute(occ: LcmOpOcc, plan: LcmPlan, direction: 'forward' | 'back', ride: Ride): Promise<Execution> {
    return Executor.run(occ, plan, direction, {
      ...this.ports.steps,
      observer: this.ports.observer,
      token: ride.token,
      waits: ride.waits,
      signal: ride.abort.signal,
      shouldStop: () => ride.stopping || ride.cancel !== undefined,
    });
  }

  /** A step failed or the flag was seen: FAILED_TEMP, the world left as it is. Berth stopping: let go as it is. */
  private async park(occ: LcmOpOcc, execution: Exclude<Execution, { end: 'done' }>, ride: Ride): Promise<void> {
    if (ride.stopping) {
      await this.letGo(occ, ride);
      return;
    }
    // A forceful cancel aborts the running step, which is why it failed.
    const isCancelled = execution.end === 'cancelled' || ride.cancel === 'FORCEFUL';
    const error = isCancelled ? cancelled(occ, ride) : execution.problem;
    await this.end(occ, ride, { state: 'FAILED_TEMP', error });
  }

  private async letGo(occ: LcmOpOcc, ride: Ride): Promise<undefined> {
    await this.ports.store.dropLease(occ.id, ride.token, ride.waits.sums());
    return undefined;
  }

  private async end(occ: LcmOpOcc, ride: Ride, ending: Ending): Promise<void> {
    const left = occ.operationState === 'STARTING' && occ.plan !== undefined ? 'PROCESSING' : occ.operationState;
    const ended = await this.ports.store.endOperation({
      opOccId: occ.id,
      token: ride.token,
      nowMs: this.ports.clock.now(),
      ...ending,
    });
    this.tell(ended, left, occ.stateEnteredTimeMs);
  }

  private async entered(occ: LcmOpOcc, left: OperationState): Promise<LcmOpOcc> {
    const now = await this.ports.store.opOcc(occ.id);
    if (now === undefined) throw new Error(`operation ${occ.id} is gone from the store`);
    this.tell(now, left, occ.stateEnteredTimeMs);
    return now;
  }

  private tell(occ: LcmOpOcc, left: OperationState, sinceMs: number): void {
    this.ports.observer.operationEntered(occ, { state: left, ms: agoMs(this.ports.clock, sinceMs) });
  }
}

/** Of VNFCs that were to be, and whose claims end with the operation. */
function functionsGivenUp(
  planned: InstantiatedVnf | undefined,
  stays: InstantiatedVnf | null,
): readonly FunctionsGivenBack[] {
  const staying = new Set(stays?.vnfcs.flatMap(allocationIdsOf));
  return (planned?.vnfcs ?? [])
    .filter((vnfc) => vnfc.placement.pciFunctions.length > 0 && !allocationIdsOf(vnfc).every((id) => staying.has(id)))
    .map((vnfc) => ({
      ...{ hostId: vnfc.hostId, vnfcId: vnfc.id },
      allocationIds: allocationIdsOf(vnfc).filter((id) => !staying.has(id)),
    }));
}

function planOf(occ: LcmOpOcc): LcmPlan {
  if (occ.plan === undefined) throw new Error(`operation ${occ.id} is ${occ.operationState} without a plan`);
  return occ.plan;
}

/** The mode comes from the run: the occurrence was read before the cancel. */
const cancelled = (occ: LcmOpOcc, ride: Ride): Problem =>
  problem(
    'operation-cancelled',
    `Operation ${occ.id} was cancelled (${ride.cancel ?? occ.cancelMode ?? 'GRACEFUL'}) before its end.`,
  );
