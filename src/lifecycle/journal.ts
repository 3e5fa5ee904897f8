/**
 * The journal as a pure fold: from a plan and what was written about it, what is to be done next. Every interleaving of
 * a crash is a table test.
 *
 *   (nothing) -started-> started -done-> done
 *                           |  `-failed-> failed          run again: retry, recovery
 *   any of these -undo-started-> undoing -undone-> undone (run again by a retry after a broken rollback)
 *                                   `-undo-failed-> undo-failed
 */
import type { JournalEntry, JournalPhase, LcmPlan, Step } from './model.js';

export type StepState = JournalPhase | 'pending';
export type StepStates = ReadonlyMap<string, StepState>;

/** Last phase of every step that has one. */
export function stepStates(entries: readonly JournalEntry[]): ReadonlyMap<string, JournalPhase> {
  const ordered = [...entries].sort((a, b) => a.seq - b.seq);
  return new Map(ordered.map((entry) => [entry.stepId, entry.phase]));
}

/** Where a step stands, and whether it was ever done. */
export interface StepTrace {
  readonly last: JournalPhase;
  readonly wasDone: boolean;
}

export function stepTraces(entries: readonly JournalEntry[]): ReadonlyMap<string, StepTrace> {
  const done = new Set(entries.filter(({ phase }) => phase === 'done').map(({ stepId }) => stepId));
  return new Map([...stepStates(entries)].map(([id, last]) => [id, { last, wasDone: done.has(id) }]));
}

const isDone = (states: StepStates, step: Step): boolean => states.get(step.id) === 'done';

/** Undone is undone; a step without entry never began. */
const needsUndo = (states: StepStates, step: Step): boolean => {
  const state = states.get(step.id);
  return state !== undefined && state !== 'undone';
};

/** Steps still to run, as lanes of the first stage that is not done; empty when all are. */
export function lanesToRun(plan: LcmPlan, states: StepStates): readonly (readonly Step[])[] {
  const open = plan.steps.filter((step) => !isDone(states, step));
  const stage = Math.min(...open.map((step) => step.stage));
  return lanes(open.filter((step) => step.stage === stage));
}

/** Steps still to undo, as lanes of the last stage that needs it, each lane backwards; empty when nothing is left. */
export function lanesToUndo(plan: LcmPlan, states: StepStates): readonly (readonly Step[])[] {
  const open = plan.steps.filter((step) => needsUndo(states, step));
  const stage = Math.max(...open.map((step) => step.stage));
  return lanes(open.filter((step) => step.stage === stage).reverse());
}

function lanes(steps: readonly Step[]): readonly (readonly Step[])[] {
  const byLane = new Map<string, Step[]>();
  for (const step of steps) {
    const lane = byLane.get(step.lane);
    if (lane === undefined) byLane.set(step.lane, [step]);
    else lane.push(step);
  }
  return [...byLane.values()];
}

/** Sequence number for the next entry. */
export const nextSeq = (entries: readonly JournalEntry[]): number =>
  entries.reduce((highest, entry) => Math.max(highest, entry.seq), 0) + 1;
