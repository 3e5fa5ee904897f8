/**
 * Lifecycle commands (SOL003 clause 5.4): each checks the request against the VNFD and the instance, records it, wakes
 * the runner and answers. No effects here.
 */
import type { Fleet } from '../inventory/fleet.js';
import { checkModifyInfo } from '../lifecycle/check-modify-info.js';
import { checkMetadata } from '../lifecycle/check-values.js';
import type { PlanContext } from '../lifecycle/draft.js';
import { outgrown } from '../lifecycle/kept-maps.js';
import type { LcmOpOcc, LcmOperation, OperationState, VnfInstance } from '../lifecycle/model.js';
import { draftInstantiate } from '../lifecycle/plan-instantiate.js';
import { checkOperate } from '../lifecycle/plan-operate.js';
import { draftScale } from '../lifecycle/plan-scale.js';
import { realNow } from '../lifecycle/real.js';
import type {
  CreateVnfRequest,
  InstantiateVnfRequest,
  OperateVnfRequest,
  ScaleVnfRequest,
  TerminateVnfRequest,
  VnfInfoModificationRequest,
} from '../lifecycle/requests.js';
import { withoutCredentials } from '../lifecycle/vim-connections.js';
import type { Sight } from '../lifecycle/vnf-state.js';
import { agoMs, type IdSource, type WallClock } from '../shared/clock.js';
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
    /** Undefined while there is a host of which nothing is known. */
    private readonly wholeFleet: () => Promise<Fleet | undefined>,
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
      ...(body.vnfInstanceName === undefined ? {} : { vnfInstanceName: body.vnfInstanceName }),
      ...(body.vnfInstanceDescription === undefined ? {} : { vnfInstanceDescription: body.vnfInstanceDescription }),
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

  async modify(id: VnfInstanceId, body: VnfInfoModificationRequest, ifRevision?: number): Promise<Outcome<LcmOpOcc>> {
    const context = await this.contextOf(id);
    if (!context.ok) return context;
    const { instance } = context.value;
    const { metadata, extensions, vnfConfigurableProperties, vimConnectionInfo } = body;
    const tooLarge = outgrown(instance, { metadata, extensions, vnfConfigurableProperties, vimConnectionInfo });
    if (tooLarge) return refuse(tooLarge);
    const allowed = checkModifyInfo(context.value, body);
    return allowed.ok ? this.begin(instance, 'MODIFY_INFO', withoutCredentials(body), 'any', ifRevision) : allowed;
  }

  async instantiate(id: VnfInstanceId, body: InstantiateVnfRequest): Promise<Outcome<LcmOpOcc>> {
    const context = await this.contextOf(id);
    if (!context.ok) return context;
    if (context.value.instance.instantiated !== undefined) {
      return no('wrong-state', `VNF instance ${id} is INSTANTIATED already; terminate it first.`);
    }
    const { extensions, vnfConfigurableProperties, vimConnectionInfo } = body;
    const patches = { extensions, vnfConfigurableProperties, vimConnectionInfo };
    const tooLarge = outgrown(context.value.instance, patches);
    if (tooLarge) return refuse(tooLarge);
    const draft = draftInstantiate(context.value, body);
    if (!draft.ok) return draft;
    const fleet = await this.wholeFleet();
    const stranger = fleet === undefined ? undefined : unknownNetwork(draft.value.extVirtualLinks, fleet);
    if (stranger !== undefined) return refuse(stranger);
    return this.begin(context.value.instance, 'INSTANTIATE', withoutCredentials(body), 'NOT_INSTANTIATED');
  }

  async scale(id: VnfInstanceId, body: ScaleVnfRequest): Promise<Outcome<LcmOpOcc>> {
    const context = await this.instantiatedContext(id, 'scale');
    if (!context.ok) return context;
    const { instance } = context.value;
    if (instance.instantiated?.vnfState === 'STOPPED') {
      return no('wrong-state', `VNF instance ${id} is STOPPED; operate it to STARTED before scaling.`);
    }
    const draft =
      instance.instantiated === undefined ? ok(undefined) : draftScale(context.value, instance.instantiated, body);
    return draft.ok ? this.begin(instance, 'SCALE', body, 'INSTANTIATED') : draft;
  }

  async operate(id: VnfInstanceId, body: OperateVnfRequest): Promise<Outcome<LcmOpOcc>> {
    const context = await this.instantiatedContext(id, 'operate');
    if (!context.ok) return context;
    const { instance } = context.value;
    const now = instance.instantiated;
    const checked = now === undefined ? ok(undefined) : checkOperate(now, body, this.sight);
    return checked.ok ? this.begin(instance, 'OPERATE', body, 'INSTANTIATED') : checked;
  }

  /** Berth's own start of what went down with its host. */
  async bringBack(id: VnfInstanceId): Promise<Outcome<LcmOpOcc>> {
    const context = await this.instantiatedContext(id, 'operate');
    if (!context.ok) return context;
    const body: OperateVnfRequest = { changeStateTo: 'STARTED' };
    return this.begin(context.value.instance, 'OPERATE', body, 'INSTANTIATED', undefined, true);
  }

  async terminate(id: VnfInstanceId, body: TerminateVnfRequest): Promise<Outcome<LcmOpOcc>> {
    const context = await this.instantiatedContext(id, 'terminate');
    if (!context.ok) return context;
    if (body.terminationType === 'FORCEFUL' && body.gracefulTerminationTimeout !== undefined) {
      return no(
        'malformed-request',
        'gracefulTerminationTimeout goes only with terminationType GRACEFUL; leave it out.',
      );
    }
    return this.begin(context.value.instance, 'TERMINATE', body, 'INSTANTIATED');
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
    const { instantiated, releases } = realNow(instance, occ.plan, await this.store.journal(id));
    const failed = await this.store.failOperation({
      opOccId: id,
      instance: { instantiated },
      releases,
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

  private async begin(
    instance: VnfInstance,
    operation: LcmOperation,
    body: object,
    instanceState: 'NOT_INSTANTIATED' | 'INSTANTIATED' | 'any',
    ifRevision?: number,
    isAutomaticInvocation = false,
  ): Promise<Outcome<LcmOpOcc>> {
    const nowMs = this.clock.now();
    const occ: LcmOpOcc = {
      id: opOccId(this.ids.uuid()),
      vnfInstanceId: instance.id,
      operation,
      operationState: 'STARTING',
      startTimeMs: nowMs,
      stateEnteredTimeMs: nowMs,
      isAutomaticInvocation,
      operationParams: { ...body },
      isCancelPending: false,
      revision: 1,
    };
    const begun = await this.store.beginOperation(occ, instanceState, ifRevision);
    if (begun.ok) {
      this.observer.operationEntered(begun.value);
      this.runner.wake();
    }
    return begun;
  }

  private async contextOf(id: VnfInstanceId): Promise<Outcome<PlanContext>> {
    const instance = await this.store.instance(id);
    if (instance === undefined) return no('not-found', `There is no VNF instance ${id}.`);
    // What an operation under way changes cannot be judged: it is named before anything else is.
    const busy = await this.store.refusalUnderWay(id);
    if (busy !== undefined) return busy;
    const contents = (await this.store.package(instance.vnfPkgId))?.contents;
    if (contents === undefined) throw new Error(`the package of instance ${id} is gone`);
    return ok({ instance, vnfd: contents.vnfd, images: contents.softwareImages, ids: this.ids });
  }

  private async instantiatedContext(id: VnfInstanceId, task: string): Promise<Outcome<PlanContext>> {
    const context = await this.contextOf(id);
    if (!context.ok || context.value.instance.instantiated !== undefined) return context;
    return no('wrong-state', `VNF instance ${id} is NOT_INSTANTIATED; instantiate it before you ${task} it.`);
  }
}

const noOperation = (id: OpOccId): Outcome<never> => no('not-found', `There is no operation occurrence ${id}.`);
