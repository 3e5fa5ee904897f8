/**
 * A failed step as a Problem: Berth's message in the detail, that of the cause in `cause`.
 */
import { EngineError, reasonOf } from '../engine/engine.js';
import type { Step } from '../lifecycle/model.js';
import { problem, type Problem } from '../shared/problem.js';
import { sentence } from './time-limit.js';

/** `canRollBack`: whether the plan can be; only what the API accepts is advised. */
export function stepProblem(step: Step, error: unknown, undoing: boolean, canRollBack: boolean): Problem {
  const what = undoing ? `Undoing step ${step.id} (${step.kind}) failed` : `Step ${step.id} (${step.kind}) failed`;
  const ways = undoing ? 'roll back again; or retry' : canRollBack ? 'retry; or roll back' : 'retry';
  const detail = `${what}: ${sentence(reasonIn(error))} Remove the cause, then ${ways}; or fail the operation.`;
  return problem('step-failed', detail, { step: step.id, stepKind: step.kind, cause: causeOf(error) });
}

/** The message of the cause. */
function reasonIn(error: unknown): string {
  if (error instanceof EngineError) return reasonOf(error);
  return error instanceof Error ? error.message : String(error);
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
