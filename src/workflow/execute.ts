/**
 * Runs the steps of a plan from its journal, forwards or backwards: stage by stage, lanes side by side, each step
 * bracketed by journal entries. Knows nothing of operations; `runner.ts` decides what its outcome means.
 */
import type { JournalEntry, JournalPhase, LcmOpOcc, LcmPlan, Step } from '../lifecycle/model.js';
import { lanesToRun, lanesToUndo, nextSeq, stepStates } from '../lifecycle/journal.js';
import type { Problem } from '../shared/problem.js';
import { LeaseLost, type OperationRecords } from '../store/operations.js';
import { isPassing } from '../store/trouble.js';
import { runWithPatience } from './patience.js';
import { causeOf, stepProblem } from './step-problem.js';
import { runStep, undoStep } from './steps/table.js';
import type { StepContext } from './steps/handler.js';
import type { StepWaits } from './step-waits.js';
import type { OperationObserver } from './observer.js';

export type Execution =
  { readonly end: 'done' } | { readonly end: 'failed'; readonly problem: Problem } | { readonly end: 'cancelled' };

export interface ExecutePorts {
  readonly context: Omit<StepContext, 'signal' | 'deadlineMs' | 'wait'> & {
    readonly store: Pick<OperationRecords, 'journal' | 'appendJournal'>;
  };
  readonly observer: OperationObserver;
  /** Of the lease under which it runs. */
  readonly token: number;
  /** What its steps have waited so far. */
  readonly waits: StepWaits;
  /** How many lanes run at once. */
  readonly width: number;
  /** How long an unreachable or busy host is waited for within a step, ms. */
  readonly patienceMs: number;
  /** Aborted on FORCEFUL cancel and when Berth stops. */
  readonly signal: AbortSignal;
  /** Asked between steps: GRACEFUL cancel, or Berth stopping. */
  readonly shouldStop: () => boolean;
}

export class Executor {
  private seq = 1;

  private constructor(
    private readonly occ: LcmOpOcc,
    private readonly plan: LcmPlan,
    private entries: readonly JournalEntry[],
    private readonly ports: ExecutePorts,
  ) {
    this.seq = nextSeq(entries);
  }

  /** Throws LeaseLost when another owner has the operation, and on faults of the store. */
  static async run(
    occ: LcmOpOcc,
    plan: LcmPlan,
    direction: 'forward' | 'back',
    ports: ExecutePorts,
  ): Promise<Execution> {
    const executor = new Executor(occ, plan, await ports.context.store.journal(occ.id), ports);
    return executor.stages(direction);
  }

  private async stages(direction: 'forward' | 'back'): Promise<Execution> {
    const next = direction === 'forward' ? lanesToRun : lanesToUndo;
    for (;;) {
      const lanes = next(this.plan, stepStates(this.entries));
      if (lanes.length === 0) return { end: 'done' };
      const ends = await this.runLanes(lanes, direction);
      const bad = ends.find((end) => end.end === 'failed') ?? ends.find((end) => end.end === 'cancelled');
      if (bad !== undefined) return bad;
    }
  }

  /** Lanes side by side, at most `width`; once one has failed, the others end their step and begin no further one. */
  private async runLanes(lanes: readonly (readonly Step[])[], direction: 'forward' | 'back'): Promise<Execution[]> {
    const waiting = [...lanes];
    const ends: Execution[] = [];
    let halted = false;
    const worker = async (): Promise<void> => {
      for (let lane = waiting.shift(); lane !== undefined && !halted; lane = waiting.shift()) {
        const end = await this.runLane(lane, direction, () => halted).catch((error: unknown) => {
          halted = true;
          throw error;
        });
        ends.push(end);
        if (end.end !== 'done') halted = true;
      }
    };
    const workers = Array.from({ length: Math.min(this.ports.width, lanes.length) }, worker);
    const settled = await Promise.allSettled(workers);
    for (const one of settled) if (one.status === 'rejected') throw one.reason;
    return ends;
  }

  private async runLane(
    lane: readonly Step[],
    direction: 'forward' | 'back',
    halted: () => boolean,
  ): Promise<Execution> {
    for (const step of lane) {
      if (halted()) return { end: 'done' };
      if (this.ports.shouldStop()) return { end: 'cancelled' };
      const problem = await this.oneStep(step, direction);
      if (problem !== undefined) return { end: 'failed', problem };
    }
    return { end: 'done' };
  }

  private async oneStep(step: Step, direction: 'forward' | 'back'): Promise<Problem | undefined> {
    const forward = direction === 'forward';
    const { clock } = this.ports.context;
    const begun = clock.elapsedMs();
    await this.write(step, forward ? 'started' : 'undo-started');
    try {
      const output = await this.effect(step, forward);
      await this.write(step, forward ? 'done' : 'undone', output);
      this.ports.waits.end(step.id);
      this.ports.observer.stepFinished(step.kind, forward ? 'done' : 'undone', clock.elapsedMs() - begun);
      return undefined;
    } catch (error) {
      if (error instanceof LeaseLost || isPassing(error)) throw error;
      await this.write(step, forward ? 'failed' : 'undo-failed', causeOf(error));
      // Cut short, it goes on later with the time that is left.
      if (!this.ports.signal.aborted) this.ports.waits.end(step.id);
      this.ports.observer.stepFinished(step.kind, forward ? 'failed' : 'undo-failed', clock.elapsedMs() - begun);
      return stepProblem(step, error, !forward, this.plan.rollbackSupported);
    }
  }

  /** Its time counts from its first beginning, whoever began it; it is tried once in any case. */
  private effect(step: Step, forward: boolean): Promise<unknown> {
    const { context, patienceMs, signal, waits } = this.ports;
    const wait = waits.of(step.id);
    return wait.during('in all', (spentMs) => {
      const deadlineMs = context.clock.elapsedMs() + step.timeoutMs - spentMs;
      const stepContext: StepContext = { ...context, signal, deadlineMs, wait };
      return runWithPatience<unknown>(() => (forward ? runStep(step, stepContext) : undoStep(step, stepContext)), {
        ...{ clock: context.clock, patienceMs, deadlineMs, signal, wait },
      });
    });
  }

  private async write(step: Step, phase: JournalPhase, output?: unknown): Promise<void> {
    const entry: JournalEntry = {
      opOccId: this.occ.id,
      seq: this.seq++,
      stepId: step.id,
      phase,
      atMs: this.ports.context.clock.now(),
      ...(output === undefined ? {} : { output }),
    };
    await this.ports.context.store.appendJournal(entry, this.ports.token);
    this.entries = [...this.entries, entry];
  }
}
