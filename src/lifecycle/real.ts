/**
 * What is real of an instance after an operation was given up (SOL003 clause 5.6.2, FAILED): VNFCs that were begun are
 * there for TERMINATE to remove; VNFCs that had let go of their claims are gone.
 */
import type { VnfcId } from '../shared/ids.js';
import { stepStates, type StepStates } from './journal.js';
import { withVnfState } from './vnf-state.js';
import type { InstantiatedVnf, JournalEntry, LcmOpOcc, LcmPlan, VnfInstance, Vnfc } from './model.js';

export interface RealityAfterFail {
  /** `null`: nothing is left, NOT_INSTANTIATED. */
  readonly instantiated: InstantiatedVnf | null;
  /** VNFCs that were planned and never begun: their claims go. */
  readonly releases: readonly VnfcId[];
}

export function realityAfterFail(
  instance: VnfInstance,
  occ: LcmOpOcc,
  entries: readonly JournalEntry[],
): RealityAfterFail {
  const { plan } = occ;
  const before = instance.instantiated;
  if (plan === undefined) return { instantiated: before ?? null, releases: [] };
  const states = stepStates(entries);
  const begun = plan.adds.filter((vnfc) => isTouched(plan, states, vnfc));
  const gone = new Set(plan.removes.filter((vnfc) => isGone(states, vnfc)).map((vnfc) => vnfc.id));
  const stay = (before?.vnfcs ?? []).filter((vnfc) => !gone.has(vnfc.id));
  const vnfcs = [...stay.map((vnfc) => afterSteps(states, vnfc)), ...begun.map((vnfc) => leftBy(states, vnfc))];
  const releases = plan.adds.filter((vnfc) => !begun.includes(vnfc)).map((vnfc) => vnfc.id);
  const shape = before ?? plan.after;
  const links = [...(before?.virtualLinks ?? []), ...plan.addsLinks];
  if (shape === undefined || (vnfcs.length === 0 && links.length === 0)) return { instantiated: null, releases };
  return { instantiated: withVnfState({ ...shape, vnfcs, virtualLinks: links }), releases };
}

function isTouched(plan: LcmPlan, states: StepStates, vnfc: Vnfc): boolean {
  const lane = `vnfc/${vnfc.id}`;
  return plan.steps.some((step) => {
    const state = step.lane === lane ? states.get(step.id) : undefined;
    return state !== undefined && state !== 'undone';
  });
}

const isGone = (states: StepStates, vnfc: Vnfc): boolean => states.get(`vnfc/${vnfc.id}/release`) === 'done';

/** What its start or stop made of it; what neither finished is as it was, until its host is looked at. */
function afterSteps(states: StepStates, vnfc: Vnfc): Vnfc {
  const { endedByItself: _cleared, ...rest } = vnfc;
  if (states.get(`vnfc/${vnfc.id}/start`) === 'done') return { ...rest, state: 'STARTED' };
  if (states.get(`vnfc/${vnfc.id}/stop`) === 'done') return { ...rest, state: 'STOPPED' };
  return vnfc;
}

const leftBy = (states: StepStates, vnfc: Vnfc): Vnfc =>
  states.get(`vnfc/${vnfc.id}/start`) === 'done' ? vnfc : { ...vnfc, state: 'STOPPED', incomplete: true };
