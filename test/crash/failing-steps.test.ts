/**
 * Every step failed once, before its effect and after it: rolled back leaves nothing, retried ends as if it had not
 * failed, given up keeps what is real for terminate to remove.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { EngineVerb } from '../../src/engine/simulated/control.js';
import type { LcmOpOcc } from '../../src/lifecycle/model.js';
import { hostId } from '../../src/shared/ids.js';
import type { Outcome } from '../../src/shared/outcome.js';
import { newFleet, startBerth, valueOf, worldOf, type RunningBerth, type World } from '../builders/berth.js';
import { instantiate, reach, scale, terminate } from './operations.js';

const adding: readonly EngineVerb[] = [
  'ensureBaseImage',
  'ensureOverlay',
  'ensureContent',
  'ensureDomain',
  'ensureStarted',
  'guestExec',
];
const removing: readonly EngineVerb[] = ['ensureStopped', 'removeDomain', 'removeVolume'];
const moments = ['before', 'after'] as const;
const words = 'internal error: process exited while connecting to monitor';
const nothing: Partial<World> = { domains: [], volumes: 0, claims: [], instantiated: undefined };

let dir: string;
let berth: RunningBerth;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'berth-steps-'));
  berth = await startBerth({ dir, fleet: newFleet() });
});

afterEach(async () => {
  await berth.stop();
  rmSync(dir, { recursive: true, force: true });
});

const failNext = (verb: EngineVerb, moment: 'before' | 'after'): void => {
  berth.fleet.control(hostId('sim-1')).failNext(verb, 'Rejected', words, { afterEffect: moment === 'after' });
};

const outcome = async (asked: Promise<Outcome<LcmOpOcc>>): Promise<LcmOpOcc> => berth.settled(valueOf(await asked).id);

/** The state entered after a task that goes on in the background. */
async function movedOn(task: Promise<Outcome<LcmOpOcc>>): Promise<LcmOpOcc> {
  return berth.settled(valueOf(await task).id);
}

const everyAdding = adding.flatMap((verb) => moments.map((moment) => [verb, moment] as const));
const everyRemoving = removing.flatMap((verb) => moments.map((moment) => [verb, moment] as const));

describe('an instantiate whose step fails', () => {
  it.each(everyAdding)('%s, %s its effect: FAILED_TEMP says why, rollback leaves nothing', async (verb, moment) => {
    failNext(verb, moment);
    const id = await reach(berth, []);
    const failed = await outcome(instantiate(berth, id));
    expect(failed.operationState).toBe('FAILED_TEMP');
    expect(failed.error).toMatchObject({
      status: 500,
      cause: { kind: 'Rejected', text: expect.stringContaining(words) },
    });
    const back = await movedOn(berth.workflow.lcm.rollback(failed.id));
    expect([back.operationState, back.error]).toEqual(['ROLLED_BACK', failed.error]);
    expect(await worldOf(berth)).toMatchObject(nothing);
  });

  it.each(everyAdding)('%s, %s its effect: retry ends as if it had not failed', async (verb, moment) => {
    const id = await reach(berth, []);
    failNext(verb, moment);
    const failed = await outcome(instantiate(berth, id));
    const retried = await movedOn(berth.workflow.lcm.retry(failed.id));
    expect([retried.operationState, retried.error]).toEqual(['COMPLETED', undefined]);
    const world = await worldOf(berth);
    expect(world).toMatchObject({ domains: ['running'], volumes: 3, instantiated: { vnfState: 'STARTED' } });
  });

  it.each(everyAdding)('%s, %s its effect: given up, terminate still removes everything', async (verb, moment) => {
    const id = await reach(berth, []);
    failNext(verb, moment);
    const failed = await outcome(instantiate(berth, id));
    expect(valueOf(await berth.workflow.lcm.fail(failed.id)).operationState).toBe('FAILED');
    const begun = (await berth.store.instance(id))?.instantiated;
    if (begun !== undefined) expect((await outcome(terminate(berth, id))).operationState).toBe('COMPLETED');
    expect(await worldOf(berth)).toMatchObject(nothing);
  });
});

describe('a rollback that fails', () => {
  it.each(['removeDomain', 'removeVolume'] as const)('in %s parks again and can be repeated', async (verb) => {
    const id = await reach(berth, []);
    failNext('guestExec', 'after');
    const failed = await outcome(instantiate(berth, id));
    failNext(verb, 'before');
    expect((await movedOn(berth.workflow.lcm.rollback(failed.id))).operationState).toBe('FAILED_TEMP');
    expect((await movedOn(berth.workflow.lcm.rollback(failed.id))).operationState).toBe('ROLLED_BACK');
    expect(await worldOf(berth)).toMatchObject(nothing);
  });
});

describe('a scale out whose step fails', () => {
  it.each(everyAdding.filter(([verb]) => verb !== 'ensureBaseImage'))(
    '%s, %s its effect: rollback takes back only what was added',
    async (verb, moment) => {
      const id = await reach(berth, [instantiate]);
      const before = await worldOf(berth);
      failNext(verb, moment);
      const failed = await outcome(scale('SCALE_OUT')(berth, id));
      expect((await movedOn(berth.workflow.lcm.rollback(failed.id))).operationState).toBe('ROLLED_BACK');
      expect(await worldOf(berth)).toEqual(before);
    },
  );
});

describe('a terminate whose step fails', () => {
  it.each(everyRemoving)('%s, %s its effect: cannot be rolled back, retry ends it', async (verb, moment) => {
    const id = await reach(berth, [instantiate]);
    failNext(verb, moment);
    const failed = await outcome(terminate(berth, id));
    expect(failed.operationState).toBe('FAILED_TEMP');
    const refused = await berth.workflow.lcm.rollback(failed.id);
    expect(!refused.ok && refused.problem.status).toBe(404);
    expect((await movedOn(berth.workflow.lcm.retry(failed.id))).operationState).toBe('COMPLETED');
    expect(await worldOf(berth)).toMatchObject(nothing);
  });

  it.each(everyRemoving)('%s, %s its effect: given up, a second terminate ends it', async (verb, moment) => {
    const id = await reach(berth, [instantiate]);
    failNext(verb, moment);
    const failed = await outcome(terminate(berth, id));
    expect(valueOf(await berth.workflow.lcm.fail(failed.id)).operationState).toBe('FAILED');
    expect((await outcome(terminate(berth, id))).operationState).toBe('COMPLETED');
    expect(await worldOf(berth)).toMatchObject(nothing);
  });
});
