/** What the executor writes down, and together with what. */
import { expect, it } from '@jest/globals';
import type { JournalEntry, LcmOpOcc, LcmPlan, Step } from '../../src/lifecycle/model.js';
import { opOccId } from '../../src/shared/ids.js';
import { Executor, type ExecutePorts, type Execution } from '../../src/workflow/execute.js';
import { StepWaits } from '../../src/workflow/step-waits.js';

const step = (id: string, stage = 0, lane = 'a'): Step => ({
  ...{ id, kind: 'ensure-network', stage, lane, timeoutMs: 1000 },
  input: { hostId: 'h1', network: id, bridge: id },
});

const planOf = (...steps: readonly Step[]): LcmPlan => ({
  ...{ vnfcs: [], links: [], order: 'add-first', steps, rollbackSupported: true },
});

/** Runs the plan; `failing`: networks that are refused; `stopAfter`: a cancellation is seen once this network is made. */
async function run(
  plan: LcmPlan,
  { failing = [], stopAfter, journal = [] }: { failing?: string[]; stopAfter?: string; journal?: JournalEntry[] } = {},
): Promise<{ execution: Execution; writes: string[][]; made: string[] }> {
  const writes: string[][] = [];
  const made: string[] = [];
  const clock = { now: () => 1, elapsedMs: () => 1, sleep: () => new Promise<void>(() => undefined) };
  const engine = {
    ensureNetwork: async ({ name }: { name: string }) => {
      if (failing.includes(name)) throw new Error('no');
      // What is called slow is made when all else that can be done has been.
      if (name.startsWith('slow')) await new Promise((resolve) => setImmediate(resolve));
      made.push(name);
    },
  };
  const ports = {
    context: {
      clock,
      engine: () => engine,
      store: {
        hostAdminState: () => Promise.resolve('enabled'),
        journal: () => Promise.resolve(journal),
        appendJournal: (entries: readonly JournalEntry[]) => {
          writes.push(entries.map(({ stepId, phase }) => `${stepId} ${phase}`));
          return Promise.resolve();
        },
      },
    },
    observer: { stepFinished: () => undefined },
    ...{ token: 1, width: 4, patienceMs: 0, signal: new AbortController().signal },
    waits: new StepWaits(clock, {}),
    shouldStop: () => stopAfter !== undefined && made.includes(stopAfter),
  } as unknown as ExecutePorts;
  const occ = { id: opOccId('op1') } as LcmOpOcc;
  return { execution: await Executor.run(occ, plan, 'forward', ports), writes, made };
}

it('writes the end of a step and the beginning of the next together, in a lane and from stage to stage', async () => {
  const { execution, writes } = await run(planOf(step('s1'), step('s2'), step('s3', 1)));
  expect(execution).toEqual({ end: 'done' });
  expect(writes).toEqual([['s1 started'], ['s1 done', 's2 started'], ['s2 done', 's3 started'], ['s3 done']]);
});

it('writes the end of a lane by itself while another lane of the stage goes on', async () => {
  const { writes } = await run(planOf(step('s1'), step('slow', 0, 'b'), step('s3', 1)));
  expect(writes).toEqual([['s1 started'], ['slow started'], ['s1 done'], ['slow done', 's3 started'], ['s3 done']]);
});

it('begins no further step when it has to stop, and says so', async () => {
  const { execution, writes } = await run(planOf(step('s1'), step('s2')), { stopAfter: 's1' });
  expect(execution).toEqual({ end: 'cancelled' });
  expect(writes).toEqual([['s1 started'], ['s1 done']]);
});

it('writes a failure by itself, and begins nothing after it', async () => {
  const { execution, writes, made } = await run(planOf(step('s1'), step('s2'), step('s3')), { failing: ['s2'] });
  expect(execution.end).toBe('failed');
  expect(writes).toEqual([['s1 started'], ['s1 done', 's2 started'], ['s2 failed']]);
  expect(made).toEqual(['s1']);
});

it('begins a step again that an earlier Berth began and did not end', async () => {
  const begun = (seq: number, stepId: string, phase: JournalEntry['phase']): JournalEntry => ({
    ...{ opOccId: opOccId('op1'), seq, stepId, phase, atMs: 1 },
  });
  const journal = [begun(1, 's1', 'started'), begun(2, 's1', 'done'), begun(3, 's2', 'started')];
  const { writes, made } = await run(planOf(step('s1'), step('s2'), step('s3')), { journal });
  expect(made).toEqual(['s2', 's3']);
  expect(writes).toEqual([['s2 started'], ['s2 done', 's3 started'], ['s3 done']]);
});
