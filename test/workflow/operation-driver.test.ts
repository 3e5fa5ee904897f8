/**
 * One operation from each state to where it ends or parks, with a planner and a store made by hand.
 */
import { describe, expect, it } from '@jest/globals';
import { isTerminal, type LcmOpOcc, type LcmPlan, type VnfInstance } from '../../src/lifecycle/model.js';
import { silentLog } from '../../src/shared/log.js';
import { problem } from '../../src/shared/problem.js';
import { LeaseLost, type OperationEnd } from '../../src/store/operations.js';
import { StoreTrouble } from '../../src/store/trouble.js';
import { SolDriver } from '../../src/workflow/driver.js';
import { deafObserver } from '../../src/workflow/observer.js';
import type { PlanOutcome } from '../../src/workflow/planner.js';
import type { Ride } from '../../src/workflow/background/tasks/runner.js';
import { StepWaits } from '../../src/workflow/step-waits.js';
import { instance } from '../builders/instance.js';
import { instantiated } from '../builders/vnfc.js';
import { byHand, journalOf, netStep, occOf, planOf, type Hand } from './driven.js';

const plan: LcmPlan = { ...planOf(netStep('a', 0, 'one'), netStep('b', 1, 'one')), after: instantiated() };
const noRoom = problem('no-placement', 'no host has room');

interface Scene {
  readonly hand?: Hand;
  /** What the planner answers, one after the other, the last forever. */
  readonly answers?: readonly (PlanOutcome | Error)[];
  readonly of?: VnfInstance;
  readonly ride?: Partial<Ride>;
}

interface Driven {
  readonly ends: readonly Omit<OperationEnd, 'token' | 'opOccId' | 'nowMs'>[];
  readonly dropped: number;
  readonly planned: number;
  readonly did: readonly string[];
}

async function drive(occ: LcmOpOcc, scene: Scene = {}): Promise<Driven> {
  const { hand = byHand(), answers = [{ result: 'committed' as const }], of = instance() } = scene;
  const seen = { ends: [] as OperationEnd[], dropped: 0, planned: 0 };
  let now = occ;
  const store = {
    opOcc: async () => now,
    instance: async () => of,
    journal: async () => hand.journal,
    dropLease: async () => {
      seen.dropped += 1;
    },
    endOperation: async (end: OperationEnd) => {
      seen.ends.push(end);
      return { ...now, operationState: end.state };
    },
  };
  const planAndCommit = async (): Promise<PlanOutcome> => {
    const answer = answers[Math.min(seen.planned, answers.length - 1)] ?? { result: 'committed' };
    seen.planned += 1;
    if (answer instanceof Error) throw answer;
    if (answer.result === 'committed') now = { ...now, operationState: 'PROCESSING', plan };
    return answer;
  };
  const driver = new SolDriver({
    ...{ store, planner: { planAndCommit }, clock: hand.clock, log: silentLog, observer: deafObserver },
    steps: { context: hand.context, width: 2, patienceMs: 0 },
  });
  const ride: Ride = {
    ...{ token: 7, abort: new AbortController(), cancel: undefined, stopping: false },
    waits: new StepWaits(hand.clock, {}),
  };
  // A cancel may come while it is driven.
  Object.defineProperties(ride, Object.getOwnPropertyDescriptors(scene.ride ?? {}));
  await driver.drive(occ, ride);
  const ends = seen.ends.map(({ token: _token, opOccId: _id, nowMs: _now, ...end }) => end);
  return { ...seen, ends, did: hand.host.did };
}

const starting = occOf({ operationState: 'STARTING' });
const processing = occOf({ plan });
const rollingBack = occOf({ operationState: 'ROLLING_BACK', plan, error: noRoom });

describe('an operation in STARTING', () => {
  it('is planned, carried out and COMPLETED with what its plan says', async () => {
    const { ends, did } = await drive(starting);
    expect(ends).toEqual([{ state: 'COMPLETED', instance: { instantiated: plan.after } }]);
    expect(did).toEqual(['ensure a', 'ensure b']);
  });

  it('is ROLLED_BACK with the reasons when it is refused', async () => {
    const { ends, did } = await drive(starting, {
      answers: [{ result: 'refused', problem: noRoom, explanation: { summary: 'full' } }],
    });
    expect([ends, did]).toEqual([[{ state: 'ROLLED_BACK', error: noRoom, explanation: { summary: 'full' } }], []]);
  });

  it('is planned again when it lost a race, and given up when it always does', async () => {
    const lost: PlanOutcome = { result: 'lost', lost: 'cpu 3 is claimed' };
    const again = await drive(starting, { answers: [lost, lost, { result: 'committed' }] });
    expect([again.planned, again.ends.map(({ state }) => state)]).toEqual([3, ['COMPLETED']]);
    const never = await drive(starting, { answers: [lost] });
    expect(never.planned).toBe(8);
    expect(never.ends).toMatchObject([{ state: 'ROLLED_BACK', error: { detail: expect.stringContaining(lost.lost) } }]);
  });

  it('is ROLLED_BACK unplanned when it is cancelled, and let go when Berth stops', async () => {
    const cancelled = await drive(starting, { ride: { cancel: 'GRACEFUL' } });
    expect([cancelled.planned, cancelled.ends.map(({ state }) => state)]).toEqual([0, ['ROLLED_BACK']]);
    const stopped = await drive(starting, { ride: { stopping: true } });
    expect(stopped).toMatchObject({ planned: 0, ends: [], dropped: 1 });
  });

  it('is ROLLED_BACK by a fault of the planner, which the error names', async () => {
    const { ends } = await drive(starting, { answers: [new Error('the package is gone')] });
    expect(ends).toMatchObject([{ state: 'ROLLED_BACK', error: { cause: { text: 'the package is gone' } } }]);
  });

  it.each([
    ['a lease that is lost', new LeaseLost(starting.id)],
    ['a database that is away', new StoreTrouble('unavailable', problem('internal-error', 'away'))],
  ])('%s is for the runner to bear', async (_, error) => {
    await expect(drive(starting, { answers: [error] })).rejects.toBe(error);
  });
});

describe('an operation in PROCESSING', () => {
  it('parks with the reason when a step fails', async () => {
    const hand = byHand();
    hand.host.refuse('b');
    const { ends } = await drive(processing, { hand });
    expect(ends).toMatchObject([{ state: 'FAILED_TEMP', error: { step: 'b' } }]);
  });

  it.each(['GRACEFUL', 'FORCEFUL'] as const)('parks when it is cancelled (%s), and says so', async (cancel) => {
    const { ends, did } = await drive(processing, { ride: { cancel } });
    expect(ends).toMatchObject([{ state: 'FAILED_TEMP', error: { detail: expect.stringContaining(`(${cancel})`) } }]);
    expect(did).toEqual([]);
  });

  it('says that it was cancelled where a forceful cancel ended the step', async () => {
    const hand = byHand();
    hand.host.refuse('a');
    const ride: Partial<Ride> = {
      get cancel() {
        return hand.host.did.length > 0 ? ('FORCEFUL' as const) : undefined;
      },
    };
    const { ends } = await drive(processing, { hand, ride });
    expect(ends).toMatchObject([{ state: 'FAILED_TEMP', error: { detail: expect.stringContaining('FORCEFUL') } }]);
  });

  it('is let go as it is when Berth stops', async () => {
    expect(await drive(processing, { ride: { stopping: true } })).toMatchObject({ ends: [], dropped: 1, did: [] });
  });

  it('without a plan is a fault, and parks', async () => {
    const { ends } = await drive(occOf());
    expect(ends).toMatchObject([
      { state: 'FAILED_TEMP', error: { cause: { text: expect.stringContaining('without a plan') } } },
    ]);
  });

  it('writes what its plan modifies', async () => {
    const modifies = { vnfInstanceName: 'core' };
    const { ends } = await drive(occOf({ plan: { ...plan, modifies } }));
    expect(ends).toMatchObject([{ state: 'COMPLETED', instance: { modifies } }]);
  });
});

describe('an operation in ROLLING_BACK', () => {
  it('undoes, keeps its error, and leaves an instance alone that is as it was', async () => {
    const hand = byHand(journalOf(['a', 'done'], ['b', 'failed']));
    const { ends, did } = await drive(rollingBack, { hand });
    expect([ends, did]).toEqual([[{ state: 'ROLLED_BACK', error: noRoom }], ['remove b', 'remove a']]);
  });

  it('records what its undo does not bring back', async () => {
    const now = instantiated();
    const [vnfc] = now.vnfcs;
    if (vnfc === undefined) throw new Error('an instance without VNFC');
    const stop = { ...netStep('s', 0, 'one'), kind: 'stop-domain' as const, input: { vnfcId: vnfc.id } };
    const stops: LcmPlan = { ...plan, vnfcs: [{ before: vnfc, after: vnfc }], links: [], steps: [stop] };
    const hand = byHand(journalOf(['s', 'done']));
    const { ends } = await drive({ ...rollingBack, plan: stops }, { hand, of: instance({ instantiated: now }) });
    expect(ends).toMatchObject([{ state: 'ROLLED_BACK', instance: { instantiated: { vnfState: 'STOPPED' } } }]);
  });

  it('parks when an undo fails', async () => {
    const hand = byHand(journalOf(['a', 'done']));
    hand.host.refuse('a');
    const { ends } = await drive(rollingBack, { hand });
    expect(ends).toMatchObject([{ state: 'FAILED_TEMP', error: { detail: expect.stringContaining('Undoing') } }]);
  });
});

it.each(['COMPLETED', 'FAILED_TEMP', 'FAILED', 'ROLLED_BACK'] as const)(
  'an operation in %s is left alone',
  async (state) => {
    expect(await drive(occOf({ operationState: state, plan }))).toMatchObject({
      ends: [],
      did: [],
      planned: 0,
      dropped: 0,
    });
    expect(isTerminal(state)).toBe(state !== 'FAILED_TEMP');
  },
);
