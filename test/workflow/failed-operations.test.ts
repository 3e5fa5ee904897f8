/**
 * What is said of an operation that failed or was cancelled: the reason in the words of whoever said it, and only what may
 * be done; and what is kept of it once it has ended.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { EngineVerb } from '../../src/engine/simulated/control.js';
import type { LcmOpOcc } from '../../src/lifecycle/model.js';
import { hostId, type VnfInstanceId } from '../../src/shared/ids.js';
import type { Outcome } from '../../src/shared/outcome.js';
import { newFleet, realClock, startBerth, valueOf, type RunningBerth } from '../builders/berth.js';
import { instantiate, modify, operate, reach, scale, terminate, type Ask } from '../crash/operations.js';
import { everyOpOcc } from '../builders/whole-tables.js';

const words = 'internal error: process exited while connecting to monitor';

let dir: string;
let berth: RunningBerth;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'berth-failed-'));
  berth = await startBerth({ dir, fleet: newFleet() });
});

afterEach(async () => {
  await berth.stop();
  rmSync(dir, { recursive: true, force: true });
});

const hand = () => berth.fleet.control(hostId('sim-1'));

async function failed(before: readonly Ask[], ask: Ask, verb: EngineVerb): Promise<LcmOpOcc> {
  const id = await reach(berth, before);
  hand().failNext(verb, 'Rejected', words);
  const occ = await berth.settled(valueOf(await ask(berth, id)).id);
  expect(occ.operationState).toBe('FAILED_TEMP');
  return occ;
}

const refusalOf = (outcome: Outcome<unknown>): string => (outcome.ok ? 'accepted' : String(outcome.problem.detail));

const every: readonly [string, readonly Ask[], Ask, EngineVerb][] = [
  ['INSTANTIATE', [], instantiate, 'ensureDomain'],
  ['SCALE out', [instantiate], scale('SCALE_OUT'), 'ensureDomain'],
  ['SCALE in', [instantiate, scale('SCALE_OUT')], scale('SCALE_IN'), 'removeDomain'],
  ['OPERATE', [instantiate], operate('STOPPED'), 'ensureStopped'],
  ['TERMINATE', [instantiate], terminate, 'removeDomain'],
  ['MODIFY_INFO', [instantiate], modify, 'guestWriteFile'],
];

describe('an operation whose step failed', () => {
  it.each(every)('%s tells the reason, and advises what is accepted', async (_, before, ask, verb) => {
    const occ = await failed(before, ask, verb);
    const { detail } = occ.error ?? {};
    expect(detail).toContain(words);
    const rolledBack = await berth.workflow.lcm.rollback(occ.id);
    expect([detail?.includes('roll back'), rolledBack.ok]).toEqual([rolledBack.ok, rolledBack.ok]);
  });

  it.each(every)(
    '%s is what every other task is refused for, whatever the instance is',
    async (_, before, ask, verb) => {
      const occ = await failed(before, ask, verb);
      const { lcm } = berth.workflow;
      const id: VnfInstanceId = occ.vnfInstanceId;
      const canRollBack = occ.plan?.rollbackSupported === true;
      const tasks = [instantiate, scale('SCALE_OUT'), operate('STARTED'), operate('STOPPED'), terminate, modify];
      const refusals = [
        ...(await Promise.all(tasks.map((task) => task(berth, id)))).map(refusalOf),
        refusalOf(await lcm.begin('SCALE', id, { type: 'SCALE_OUT', aspectId: 'none', numberOfSteps: 9 })),
        refusalOf(await lcm.delete(id)),
      ];
      for (const refusal of refusals) {
        expect(refusal).toContain(`Operation ${occ.id} (${occ.operation})`);
        expect(refusal.includes('roll it back')).toBe(canRollBack);
      }
    },
  );
});

it.each(['GRACEFUL', 'FORCEFUL'] as const)('a cancel that is %s is reported so', async (mode) => {
  const id = await reach(berth, []);
  hand().latency(50);
  const { id: opOccId } = valueOf(await instantiate(berth, id));
  await until(async () => (await berth.store.journal(opOccId)).length > 0);
  valueOf(await berth.workflow.lcm.cancel(opOccId, mode));
  const { operationState, error } = await berth.settled(opOccId);
  expect([operationState, error?.detail]).toEqual(['FAILED_TEMP', expect.stringContaining(`(${mode})`)]);
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const limit = realClock.elapsedMs() + 60_000; realClock.elapsedMs() < limit;) {
    if (await holds()) return;
    await realClock.sleep(5);
  }
  throw new Error('it did not come true in 60 s');
}

describe('the configuration of guests', () => {
  const kept = (occ: LcmOpOcc | undefined): readonly unknown[] =>
    (occ?.plan?.steps ?? []).flatMap(({ input }) => {
      const { content, userData } = input as { readonly content?: string; readonly userData?: string };
      return [content, userData].filter((text) => text !== undefined && text !== '');
    });

  it('is in no plan of an operation that has COMPLETED', async () => {
    await reach(berth, [instantiate, scale('SCALE_OUT'), operate('STOPPED'), operate('STARTED'), modify]);
    const occs = await everyOpOcc(berth.store);
    expect(occs.flatMap(({ plan }) => plan?.steps ?? []).length).toBeGreaterThan(0);
    expect(occs.flatMap(kept)).toEqual([]);
  });

  it.each(['fail', 'rollback'] as const)('is in a plan until %s has ended it', async (task) => {
    const occ = await failed([], instantiate, 'ensureDomain');
    expect(kept(await berth.store.opOcc(occ.id))).toHaveLength(1);
    await berth.workflow.lcm[task](occ.id);
    await until(async () =>
      ['FAILED', 'ROLLED_BACK'].includes((await berth.store.opOcc(occ.id))?.operationState ?? ''),
    );
    expect(kept(await berth.store.opOcc(occ.id))).toEqual([]);
  });
});
