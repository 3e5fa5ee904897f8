/**
 * A failed step as a Problem: our part in the detail, the cause's own words in `cause`.
 */
import { EngineError } from '../engine/engine.js';
import type { Step } from '../lifecycle/model.js';
import { problem, type Problem } from '../shared/problem.js';

export function stepProblem(step: Step, error: unknown, undoing: boolean): Problem {
  const what = undoing ? `Undoing step ${step.id} (${step.kind}) failed` : `Step ${step.id} (${step.kind}) failed`;
  const next = undoing
    ? 'Remove the cause, then roll back again, or fail the operation.'
    : 'Remove the cause, then retry; or roll back; or fail the operation.';
  return problem('step-failed', `${what}. ${next}`, { step: step.id, stepKind: step.kind, cause: causeOf(error) });
}

/** JSON of an error, for the journal and the Problem: kind and native words where there are any. */
export function causeOf(error: unknown): Readonly<Record<string, unknown>> {
  if (error instanceof EngineError) {
    return {
      kind: error.kind,
      hostId: error.hostId,
      text: error.message,
      ...(error.native ? { native: error.native } : {}),
    };
  }
  if (error instanceof Error) return { kind: error.name, text: error.message };
  return { kind: 'unknown', text: String(error) };
}
