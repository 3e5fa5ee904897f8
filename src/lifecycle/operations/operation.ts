/**
 * What an LCM operation says of itself. Commands and the planner know no operation by name: they ask the table
 * (operations/table.ts), which has one entry for each.
 */
import type { AllocationId, VnfcId } from '../../shared/ids.js';
import type { Outcome } from '../../shared/outcome.js';
import type { Filling, OperationDraft, PlanContext } from '../draft.js';
import type { ExtVirtualLink, LcmPlan, VnfInstance, Vnfc } from '../model.js';
import type { Reconnected, Reconnection } from '../reconnection.js';
import type { Bound } from '../plan.js';
import type { RestoredVnfc } from '../plan-start.js';
import type { StepTimes } from '../steps.js';
import type { Sight } from '../vnf-state.js';

export type NeededState = 'NOT_INSTANTIATED' | 'INSTANTIATED' | 'any';

/** What an operation is asked on. */
export interface Asked extends PlanContext {
  /** How domains were last seen. */
  readonly sight: Sight;
}

export interface Operation<Request extends object> {
  /** State in which the instance must be (SOL003 clause 5.6.1). */
  readonly needs: NeededState;
  /** As in "instantiate it before you scale it"; what its resource is called, too (SOL003 clause 5.4). */
  readonly task: string;
  /** Whether VNFCs may be placed for it. */
  readonly places: boolean;
  /** Whether a VNF of these scaling aspects may be asked for it at all; it may when left out. */
  readonly offered?: (aspects: readonly unknown[]) => boolean;
  /** What only the moment of asking decides: refused at once, or never. */
  readonly check?: (asked: Asked, request: Request) => Outcome<void>;
  /**
   * What is to come of the request, refused where VNFD or instance do not allow it. Drawn up when the operation is asked
   * for, which answers a refusal, and when it is planned, since until then it has no effect and may be carried to another
   * process (ADR 1).
   */
  readonly draft: (asked: Asked, request: Request) => Outcome<Draft>;
  /** The request as it may be recorded and shown; as it is when left out. */
  readonly recorded?: (request: Request) => object;
}

/** An operation before anything is placed or written. */
export interface Draft {
  /** VNFCs that come, go and stay; absent: none comes. */
  readonly placing?: OperationDraft;
  /**
   * Allocations of the instance that go in the moment in which the plan is committed: what comes is placed as if they were
   * gone already, and may have what they hold. Their VNFCs use it no more by then, or the plan hands it over.
   */
  readonly releases?: readonly AllocationId[];
  /** External links that the request brings: one to a network that no host has is refused. */
  readonly newLinks?: readonly ExtVirtualLink[];
  /** VNFCs that stand, and are written again with this. */
  readonly restoring?: { readonly vnfcs: readonly Vnfc[]; readonly filling: Filling };
  /** VNFCs that stand, and whose connection points join something else. */
  readonly reconnecting?: Reconnection;
  /** The instance as its new VNFCs are to find it; as it is when left out. */
  readonly instance?: VnfInstance;
  plan(parts: PlanParts): LcmPlan;
}

/** What the planner made of a draft. */
export interface PlanParts {
  /** For what was to be placed. */
  readonly bound: Bound;
  /** For what was to be written again. */
  readonly restored: ReadonlyMap<VnfcId, RestoredVnfc>;
  /** For what was to be reconnected. */
  readonly reconnected: readonly Reconnected[];
  readonly times: StepTimes;
}
