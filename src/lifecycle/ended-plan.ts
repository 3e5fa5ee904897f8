/**
 * The plan of an operation that has ended: what it did stays readable, the configuration that it brought to guests, which
 * may hold secrets, does not.
 */
import type { LcmPlan, Step, StepInputs } from './model.js';

/** The same object when there is nothing to take out. */
export function withoutGuestContent(plan: LcmPlan): LcmPlan {
  const steps = plan.steps.map(cleaned);
  return steps.every((step, at) => step === plan.steps[at]) ? plan : { ...plan, steps };
}

function cleaned(step: Step): Step {
  switch (step.kind) {
    case 'content-volume': {
      const input = step.input as StepInputs['content-volume'];
      return input.content === '' ? step : { ...step, input: { ...input, content: '' } };
    }
    case 'configure-guest': {
      const input = step.input as StepInputs['configure-guest'];
      return input.userData === '' ? step : { ...step, input: { ...input, userData: '' } };
    }
    default:
      return step;
  }
}
