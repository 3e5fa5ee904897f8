/**
 * Runs the steps of a plan from its journal, forwards or backwards: stage by stage, lanes side by side, each step
 * bracketed by journal entries. Knows nothing of operations; `runner.ts` decides what its outcome means.
 */
import { EngineError } from '../engine/engine.js';
import type { JournalEntry, JournalPhase, LcmOpOcc, LcmPlan, Step, Vnfc } from '../lifecycle/model.js';
import { plannedVnfc } from '../lifecycle/moved-functions.js';
import type { HostId, VnfcId } from '../shared/ids.js';
import { lanesToRun, lanesToUndo, nextSeq, stepStates } from '../lifecycle/journal.js';
import type { Problem } from '../shared/problem.js';
import { LeaseLost, type OperationRecords } from '../store/operations.js';
import { isPassing } from '../store/trouble.js';
import { filesAgain, isHostTrouble } from './files-again.js';
import { runWithPatience } from './patience.js';
import { causeOf, stepProblem } from './step-problem.js';
import { runStep, undoStep } from './steps/table.js';
import type { StepContext } from './steps/handler.js';
import type { StepWaits } from './step-waits.js';
import type { OperationObserver, StepResult } from './observer.js';

export type Execution =
  { readonly end: 'done' } | { readonly end: 'failed'; readonly problem: Problem } | { readonly end: 'cancelled' };

type Direction = 'forward' | 'back';

const phasesOf = {
  forward: { begun: 'started', ended: 'done', failed: 'failed' },
  back: { begun: 'undo-started', ended: 'undone', failed: 'undo-failed' },
} as const;

interface StepEnd {
  /** Why it failed. */
  readonly problem?: Problem;
  /** The next step, whose beginning was written together with the end of this one. */
  readonly begun?: Step;
}

export interface ExecutePorts {
  readonly context: Omit<StepContext, 'signal' | 'deadlineMs' | 'wait' | 'withFunctionsNow'> & {
    readonly store: Pick<OperationRecords, 'journal' | 'appendJournal' | 'opOcc'>;
    /** Reads a host; false: it did not answer. */
    readonly readAgain: (id: HostId) => Promise<boolean>;
  };
  readonly observer: OperationObserver;
  /** Of the lease under which it runs. */
  readonly token: number;
  /** Waits of its steps so far. */
  readonly waits: StepWaits;
  /** How many lanes run at once. */
  readonly width: number;
  /** Time limit for an unreachable or busy host within a step, ms. */
  readonly patienceMs: number;
  /** Aborted on FORCEFUL cancel and when Berth stops. */
  readonly signal: AbortSignal;
  /** Asked between steps: GRACEFUL cancel, or Berth stopping. */
  readonly shouldStop: () => boolean;
}

export class Executor {
  private seq = 1;
  /** Something went wrong since the first step: what hosts were sent may be lost. */
  private isTroubled: boolean;
  /** The end of a stage, written with the beginning of the next one, since there is no external effect in between. */
  private held: readonly JournalEntry[] = [];
  /** The write that includes the held entries. */
  private bringing: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly occ: LcmOpOcc,
    private readonly plan: LcmPlan,
    private entries: readonly JournalEntry[],
    private readonly ports: ExecutePorts,
  ) {
    this.seq = nextSeq(entries);
    this.isTroubled = entries.length > 0;
  }

  /** Throws LeaseLost when another owner has the operation, and on faults of the store. */
  static async run(occ: LcmOpOcc, plan: LcmPlan, direction: Direction, ports: ExecutePorts): Promise<Execution> {
    const executor = new Executor(occ, plan, await ports.context.store.journal(occ.id), ports);
    return executor.stages(direction);
  }

  private async stages(direction: Direction): Promise<Execution> {
    const next = direction === 'forward' ? lanesToRun : lanesToUndo;
    for (;;) {
      const lanes = next(this.plan, stepStates(this.entries));
      const ends = await this.runLanes(lanes, direction);
      const bad = ends.find((end) => end.end === 'failed') ?? ends.find((end) => end.end === 'cancelled');
      if (bad === undefined && lanes.length > 0) continue;
      await this.write();
      return bad ?? { end: 'done' };
    }
  }

  /** Runs lanes concurrently, at most `width`; once one has failed, the others finish their step and begin no further one. */
  private async runLanes(lanes: readonly (readonly Step[])[], direction: Direction): Promise<Execution[]> {
    const waiting = [...lanes];
    const ends: Execution[] = [];
    let halted = false;
    const worker = async (): Promise<void> => {
      for (let lane = waiting.shift(); lane !== undefined && !halted; lane = waiting.shift()) {
        const isLast = (): boolean => ends.length === lanes.length - 1;
        const end = await this.runLane(lane, direction, () => halted, isLast).catch((error: unknown) => {
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
    direction: Direction,
    halted: () => boolean,
    isLast: () => boolean,
  ): Promise<Execution> {
    const stopped = (): Execution | undefined => {
      if (halted()) return { end: 'done' };
      return this.ports.shouldStop() ? { end: 'cancelled' } : undefined;
    };
    let begun: Step | undefined;
    for (const [at, step] of lane.entries()) {
      const stop = begun === step ? undefined : stopped();
      if (stop !== undefined) return stop;
      if (begun !== step) await this.write(this.entry(step, phasesOf[direction].begun));
      const after = (): Step | undefined => (stopped() === undefined ? lane[at + 1] : undefined);
      const ended = await this.oneStep(step, direction, after, () => at === lane.length - 1 && isLast());
      if (ended.problem !== undefined) return { end: 'failed', problem: ended.problem };
      begun = ended.begun;
    }
    return { end: 'done' };
  }

  /** Its end and the beginning of the next step are one write. */
  private async oneStep(
    step: Step,
    direction: Direction,
    after: () => Step | undefined,
    endsStage: () => boolean,
  ): Promise<StepEnd> {
    const phases = phasesOf[direction];
    const { clock } = this.ports.context;
    const fromMs = clock.elapsedMs();
    const tell = (phase: StepResult): void => {
      this.ports.observer.stepFinished(step.kind, phase, clock.elapsedMs() - fromMs);
    };
    try {
      const output = await this.effect(step, direction === 'forward');
      const next = after();
      const end = this.entry(step, phases.ended, output);
      if (endsStage()) this.hold(end);
      else await this.write(end, ...(next === undefined ? [] : [this.entry(next, phases.begun)]));
      this.ports.waits.end(step.id);
      tell(phases.ended);
      return next === undefined ? {} : { begun: next };
    } catch (error) {
      if (error instanceof LeaseLost || isPassing(error)) throw error;
      await this.write(this.entry(step, phases.failed, causeOf(error)));
      // Interrupted, it continues later with the remaining time.
      if (!this.ports.signal.aborted) this.ports.waits.end(step.id);
      tell(phases.failed);
      return { problem: stepProblem(step, error, direction === 'back', this.plan.rollbackSupported) };
    }
  }

  /** Its time limit runs from its first beginning, on any replica; it is tried at least once. */
  private effect(step: Step, forward: boolean): Promise<unknown> {
    const { context, patienceMs, signal, waits } = this.ports;
    const wait = waits.of(step.id);
    return wait.during('in all', (spentMs) => {
      const deadlineMs = context.clock.elapsedMs() + step.timeoutMs - spentMs;
      const withFunctionsNow: StepContext['withFunctionsNow'] = (id, which) => this.withFunctionsNow(id, which);
      const stepContext: StepContext = { ...context, signal, deadlineMs, wait, withFunctionsNow };
      return runWithPatience<unknown>(() => (forward ? this.attempt(step, stepContext) : undoStep(step, stepContext)), {
        ...{ clock: context.clock, patienceMs, deadlineMs, signal, wait },
      });
    });
  }

  private async attempt(step: Step, context: StepContext): Promise<unknown> {
    try {
      const again = this.isTroubled ? filesAgain(this.plan, stepStates(this.entries), step) : [];
      for (const file of again) await runStep(file, context);
      return await runStep(step, context);
    } catch (error) {
      if (isHostTrouble(error)) this.isTroubled = true;
      throw error;
    }
  }

  /** The plan in the database follows when buses are renumbered; the one in memory may not yet. */
  private async withFunctionsNow(id: VnfcId, which: 'before' | 'after'): Promise<Vnfc | undefined> {
    const planned = plannedVnfc(this.plan, id, which);
    if (planned === undefined || planned.placement.pciFunctions.length === 0) return undefined;
    const { readAgain, store } = this.ports.context;
    if (await readAgain(planned.hostId)) return plannedVnfc((await store.opOcc(this.occ.id))?.plan, id, which);
    const why = `host ${planned.hostId} was not read, and nobody knows where the PCI functions of VNFC ${id} are`;
    throw new EngineError('Unavailable', planned.hostId, why);
  }

  private entry(step: Step, phase: JournalPhase, output?: unknown): JournalEntry {
    return {
      opOccId: this.occ.id,
      seq: this.seq++,
      stepId: step.id,
      phase,
      atMs: this.ports.context.clock.now(),
      ...(output === undefined ? {} : { output }),
    };
  }

  private hold(entry: JournalEntry): void {
    this.held = [...this.held, entry];
    this.entries = [...this.entries, entry];
  }

  /** Together with the held entries, in one write; of lanes that begin together one writes them, and the others wait for it. */
  private async write(...entries: readonly JournalEntry[]): Promise<void> {
    const { held } = this;
    this.held = [];
    if (held.length === 0) await this.bringing;
    const all = [...held, ...entries];
    if (all.length === 0) return;
    const written = this.ports.context.store.appendJournal(all, this.ports.token);
    if (held.length > 0) this.bringing = written;
    await written;
    this.entries = [...this.entries, ...entries];
  }
}
