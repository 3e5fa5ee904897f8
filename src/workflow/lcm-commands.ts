/**
 * Lifecycle commands (SOL003 clause 5.4): each has the request checked by its operation (lifecycle/operations), records it,
 * wakes the runner and answers. No effects here.
 */
import type { CapacityIndex } from '../inventory/capacity-index.js';
import { checkMetadata } from '../lifecycle/check-values.js';
import type { PlanContext } from '../lifecycle/draft.js';
import type { LcmOpOcc, LcmOperation, OperationState, VnfInstance } from '../lifecycle/model.js';
import { realNow } from '../lifecycle/real.js';
import type { Asked, NeededState, Operation } from '../lifecycle/operations/operation.js';
import { operationOf, type RequestOf } from '../lifecycle/operations/table.js';
import type { CreateVnfRequest } from '../lifecycle/requests.js';
import type { Sight } from '../lifecycle/vnf-state.js';
import { agoMs, type IdSource, type WallClock } from '../shared/clock.js';
import { defined } from '../shared/defined.js';
import { opOccId, vnfdId, vnfInstanceId, type OpOccId, type VnfInstanceId } from '../shared/ids.js';
import { ok, refuse, type Outcome } from '../shared/outcome.js';
import type { ProblemCode } from '../shared/problem-types.js';
import { problem } from '../shared/problem.js';
import type { InstanceRecords } from '../store/instances.js';
import type { OperationRecords } from '../store/operations.js';
import type { PackageRecords } from '../store/packages.js';
import type { LcmCommands } from './commands.js';
import type { OperationObserver } from './observer.js';
import { unknownNetwork } from './placement-request.js';
import { planContextOf } from './plan-context.js';

/** What commands need of the runner. */
export interface RunnerHandle {
  wake(): void;
  cancel(id: OpOccId, mode: 'GRACEFUL' | 'FORCEFUL'): void;
}

const no = (code: ProblemCode, detail: string): Outcome<never> => refuse(problem(code, detail));

export class SolLcmCommands implements LcmCommands {
  constructor(
    private readonly store: OperationRecords & InstanceRecords & Pick<PackageRecords, 'package' | 'packageByVnfdId'>,
    private readonly runner: RunnerHandle,
    private readonly observer: OperationObserver,
    private readonly clock: WallClock,
    private readonly ids: IdSource,
    /** Undefined while a host has no facts yet. */
    private readonly wholeFleet: () => Promise<CapacityIndex | undefined>,
    private readonly sight: Sight,
  ) {}

  async create(body: CreateVnfRequest): Promise<Outcome<VnfInstance>> {
    const record = await this.store.packageByVnfdId(vnfdId(body.vnfdId));
    const vnfd = record?.contents?.vnfd;
    if (record === undefined || vnfd === undefined) {
      return no('unprocessable', `No onboarded package has vnfdId "${body.vnfdId}"; onboard it first.`);
    }
    const metadata = body.metadata ?? {};
    const allowed = checkMetadata(vnfd, metadata);
    if (!allowed.ok) return allowed;
    return this.store.createInstance({
      id: vnfInstanceId(this.ids.uuid()),
      ...defined({ vnfInstanceName: body.vnfInstanceName, vnfInstanceDescription: body.vnfInstanceDescription }),
      vnfPkgId: record.id,
      vnfdId: vnfd.id,
      vnfProvider: vnfd.provider,
      vnfProductName: vnfd.productName,
      vnfSoftwareVersion: vnfd.softwareVersion,
      vnfdVersion: vnfd.version,
      metadata,
      extensions: {},
      vnfConfigurableProperties: {},
      revision: 1,
    });
  }

  delete(id: VnfInstanceId, ifRevision?: number): Promise<Outcome<void>> {
    return this.store.deleteInstance(id, ifRevision);
  }

  begin<Name extends LcmOperation>(
    operation: Name,
    id: VnfInstanceId,
    request: RequestOf<Name>,
    ifRevision?: number,
  ): Promise<Outcome<LcmOpOcc>> {
    return this.ask(operation, id, request, { ...defined({ ifRevision }), isAutomatic: false });
  }

  /** Automatic start of VNFs that went down with their host. */
  bringBack(id: VnfInstanceId): Promise<Outcome<LcmOpOcc>> {
    const request: RequestOf<'OPERATE'> = { changeStateTo: 'STARTED' };
    return this.ask('OPERATE', id, request, { isAutomatic: true });
  }

  async retry(id: OpOccId): Promise<Outcome<LcmOpOcc>> {
    return this.moveOn(id, 'PROCESSING');
  }

  async rollback(id: OpOccId): Promise<Outcome<LcmOpOcc>> {
    const occ = await this.store.opOcc(id);
    if (occ?.operationState === 'FAILED_TEMP' && occ.plan?.rollbackSupported !== true) {
      return no(
        'task-not-supported',
        `Operation ${id} (${occ.operation}) removes or changes what cannot be brought back; retry it or fail it.`,
      );
    }
    return this.moveOn(id, 'ROLLING_BACK');
  }

  async fail(id: OpOccId): Promise<Outcome<LcmOpOcc>> {
    const occ = await this.store.opOcc(id);
    if (occ === undefined) return noOperation(id);
    const instance = await this.store.instance(occ.vnfInstanceId);
    if (instance === undefined)
      throw new Error(`operation ${id} is about instance ${occ.vnfInstanceId}, which is gone`);
    const { instantiated } = realNow(instance, occ.plan, await this.store.journal(id));
    const failed = await this.store.failOperation({
      opOccId: id,
      instance: { instantiated },
      error: occ.error ?? problem('operation-failed', `Operation ${id} was given up.`),
      nowMs: this.clock.now(),
    });
    if (failed.ok) this.tell(failed.value, 'FAILED_TEMP', occ.stateEnteredTimeMs);
    return failed;
  }

  async cancel(id: OpOccId, mode: 'GRACEFUL' | 'FORCEFUL'): Promise<Outcome<LcmOpOcc>> {
    const flagged = await this.store.requestCancel(id, mode);
    if (flagged.ok) this.runner.cancel(id, mode);
    return flagged;
  }

  private async moveOn(id: OpOccId, to: OperationState): Promise<Outcome<LcmOpOcc>> {
    const before = await this.store.opOcc(id);
    const moved = await this.store.requestState({ opOccId: id, from: ['FAILED_TEMP'], to, nowMs: this.clock.now() });
    if (moved.ok && before !== undefined) this.tell(moved.value, 'FAILED_TEMP', before.stateEnteredTimeMs);
    this.runner.wake();
    return moved;
  }

  private tell(occ: LcmOpOcc, state: OperationState, sinceMs: number): void {
    this.observer.operationEntered(occ, { state, ms: agoMs(this.clock, sinceMs) });
  }

  private async ask(
    name: LcmOperation,
    id: VnfInstanceId,
    request: object,
    options: AskOptions,
  ): Promise<Outcome<LcmOpOcc>> {
    const context = await this.contextOf(id);
    if (!context.ok) return context;
    const operation = operationOf(name);
    const asked = { ...context.value, sight: this.sight };
    const allowed = await this.allowed(operation, asked, request);
    if (!allowed.ok) return allowed;
    const recorded = operation.recorded?.(request) ?? request;
    return this.record(this.starting(name, id, recorded, options.isAutomatic), operation.needs, options.ifRevision);
  }

  /** Refuses at once what can be refused without reading a host. */
  private async allowed(operation: Operation<object>, asked: Asked, request: object): Promise<Outcome<void>> {
    const state = inNeededState(operation, asked.instance);
    if (!state.ok) return state;
    const checked = operation.check?.(asked, request) ?? ok(undefined);
    if (!checked.ok) return checked;
    const draft = operation.draft(asked, request);
    if (!draft.ok) return draft;
    const { newLinks = [] } = draft.value;
    const fleet = newLinks.length === 0 ? undefined : await this.wholeFleet();
    const missing = fleet && unknownNetwork(newLinks, fleet);
    return missing === undefined ? ok(undefined) : refuse(missing);
  }

  private starting(operation: LcmOperation, id: VnfInstanceId, params: object, isAutomatic: boolean): LcmOpOcc {
    const nowMs = this.clock.now();
    return {
      id: opOccId(this.ids.uuid()),
      vnfInstanceId: id,
      operation,
      operationState: 'STARTING',
      startTimeMs: nowMs,
      stateEnteredTimeMs: nowMs,
      isAutomaticInvocation: isAutomatic,
      operationParams: { ...params },
      isCancelPending: false,
      revision: 1,
    };
  }

  private async record(occ: LcmOpOcc, needs: NeededState, ifRevision?: number): Promise<Outcome<LcmOpOcc>> {
    const begun = await this.store.beginOperation(occ, needs, ifRevision);
    if (begun.ok) {
      this.observer.operationEntered(begun.value);
      this.runner.wake();
    }
    return begun;
  }

  private async contextOf(id: VnfInstanceId): Promise<Outcome<PlanContext>> {
    const instance = await this.store.instance(id);
    if (instance === undefined) return no('not-found', `There is no VNF instance ${id}.`);
    // An operation under way changes what is checked below, so it is reported first.
    const busy = await this.store.refusalUnderWay(id);
    if (busy !== undefined) return busy;
    return ok(await planContextOf(this.store, instance, this.ids));
  }
}

interface AskOptions {
  readonly ifRevision?: number;
  /** Requests that Berth makes itself. */
  readonly isAutomatic: boolean;
}

function inNeededState({ needs, task }: Operation<object>, { id, instantiated }: VnfInstance): Outcome<void> {
  if (needs === 'NOT_INSTANTIATED' && instantiated !== undefined)
    return no('wrong-state', `VNF instance ${id} is INSTANTIATED already; terminate it first.`);
  if (needs === 'INSTANTIATED' && instantiated === undefined)
    return no('wrong-state', `VNF instance ${id} is NOT_INSTANTIATED; instantiate it before you ${task} it.`);
  return ok(undefined);
}

const noOperation = (id: OpOccId): Outcome<never> => no('not-found', `There is no operation occurrence ${id}.`);
