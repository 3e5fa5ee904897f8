/**
 * Documents that earlier builds wrote, as today's are: the one place that knows what they lacked. Documents are completed
 * as they are read; whoever changes one writes it whole.
 */
import type { LcmPlan, Step, StepInputs, Vnfc } from '../../../lifecycle/model.js';

type Started = StepInputs['start-domain'];

/** The first builds did not tell `start-domain` where the log of the serial console lies, which its undo removes. */
export function planOfToday(plan: LcmPlan): LcmPlan {
  if (!plan.steps.some(lacksLog)) return plan;
  const vnfcs = new Map([...plan.removes, ...(plan.after?.vnfcs ?? []), ...plan.adds].map((vnfc) => [vnfc.id, vnfc]));
  return { ...plan, steps: plan.steps.map((step) => (lacksLog(step) ? withLog(step, vnfcs) : step)) };
}

const inputOf = ({ input }: Step): Partial<Started> => input as Partial<Started>;

const lacksLog = (step: Step): boolean => step.kind === 'start-domain' && inputOf(step).serialLog === undefined;

function withLog(step: Step, vnfcs: ReadonlyMap<Vnfc['id'], Vnfc>): Step {
  const { vnfcId } = inputOf(step);
  const vnfc = vnfcId && vnfcs.get(vnfcId);
  if (!vnfc) throw new Error(`step ${step.id} starts VNFC ${String(vnfcId)}, of which its plan says nothing`);
  return { ...step, input: { ...inputOf(step), pool: vnfc.pool, serialLog: vnfc.serialLog } };
}
