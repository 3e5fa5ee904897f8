/**
 * The plan of an operation that has ended: what it did stays readable, the configuration that it brought to guests, which
 * may hold secrets, does not.
 */
import type { StepInputs } from './step-inputs.js';
import type { LcmPlan, Step, StepKind } from './model.js';

/** The fields of an input that hold what guests read. A kind of step that is not named here does not compile. */
const guestContent: { readonly [K in StepKind]: readonly TextField<StepInputs[K]>[] | undefined } = {
  'base-image': undefined,
  'ensure-network': undefined,
  'image-volume': undefined,
  'blank-volume': undefined,
  'content-volume': ['content'],
  'restore-volume': undefined,
  'restore-domain': undefined,
  'define-domain': undefined,
  'start-domain': undefined,
  'await-guest': undefined,
  'detach-card': undefined,
  'attach-card': undefined,
  'rewrite-day0': ['content', 'before'],
  'release-cards': undefined,
  'configure-guest': ['userData'],
  'stop-domain': undefined,
  'remove-domain': undefined,
  'remove-volumes': undefined,
  'release-claims': undefined,
  'remove-network': undefined,
};

type TextField<I> = { [F in keyof I]: I[F] extends string ? F : never }[keyof I] & string;

/** The same object when there is nothing to take out. */
export function withoutGuestContent(plan: LcmPlan): LcmPlan {
  const steps = plan.steps.map(cleaned);
  return steps.every((step, at) => step === plan.steps[at]) ? plan : { ...plan, steps };
}

function cleaned(step: Step): Step {
  const fields = guestContent[step.kind];
  const input = step.input as Readonly<Record<string, unknown>>;
  if (fields === undefined || fields.every((field) => input[field] === '')) return step;
  return { ...step, input: { ...input, ...Object.fromEntries(fields.map((field) => [field, ''])) } };
}
