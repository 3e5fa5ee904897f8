/**
 * What is recorded of an instance once an operation was given up (SOL003 clause 5.6.2): what its steps did, and nothing
 * that they did not.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { EngineVerb } from '../../src/engine/simulated/control.js';
import type { InstantiatedVnf } from '../../src/lifecycle/model.js';
import { hostId, type VnfInstanceId } from '../../src/shared/ids.js';
import { newFleet, startBerth, valueOf, worldOf, type RunningBerth } from '../builders/berth.js';
import { instantiate, operate, reach, scale, terminate, type Ask } from '../crash/operations.js';

let dir: string;
let berth: RunningBerth;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'berth-given-up-'));
  berth = await startBerth({ dir, fleet: newFleet() });
});

afterEach(async () => {
  await berth.stop();
  rmSync(dir, { recursive: true, force: true });
});

interface GivenUp {
  readonly id: VnfInstanceId;
  readonly real: InstantiatedVnf | undefined;
}

/** Asks for the operation, has one call to a host fail, and gives the operation up. */
async function giveUp(before: readonly Ask[], ask: Ask, verb: EngineVerb, afterEffect = false): Promise<GivenUp> {
  const id = await reach(berth, before);
  berth.fleet.control(hostId('sim-1')).failNext(verb, 'Rejected', 'no', { afterEffect });
  const occ = await berth.settled(valueOf(await ask(berth, id)).id);
  expect(occ.operationState).toBe('FAILED_TEMP');
  expect(valueOf(await berth.workflow.lcm.fail(occ.id)).operationState).toBe('FAILED');
  return { id, real: (await berth.store.instance(id))?.instantiated };
}

/** As recorded, beside what runs. */
async function told(real: InstantiatedVnf | undefined) {
  const states = (real?.vnfcs ?? []).map(({ state }) => state).sort();
  const running = (await worldOf(berth)).domains.filter((state) => state === 'running').length;
  return { vnfState: real?.vnfState, states, running };
}

describe('OPERATE that is given up', () => {
  it('to STOPPED, one of two VNFCs failing: the other is STOPPED, the VNF STARTED', async () => {
    const { real } = await giveUp([instantiate, scale('SCALE_OUT')], operate('STOPPED'), 'ensureStopped');
    expect(await told(real)).toEqual({ vnfState: 'STARTED', states: ['STARTED', 'STOPPED'], running: 1 });
  });

  it('to STARTED, one of two VNFCs failing: the other is STARTED', async () => {
    const before = [instantiate, scale('SCALE_OUT'), operate('STOPPED')];
    const { real } = await giveUp(before, operate('STARTED'), 'ensureStarted');
    expect(await told(real)).toEqual({ vnfState: 'STARTED', states: ['STARTED', 'STOPPED'], running: 1 });
  });
});

describe('INSTANTIATE that is given up', () => {
  it('before anything of the VNF is on a host leaves it NOT_INSTANTIATED', async () => {
    const { real } = await giveUp([], instantiate, 'ensureBaseImage');
    expect(real).toBeUndefined();
    expect((await worldOf(berth)).claims).toEqual([]);
  });
});

describe('SCALE in that is given up', () => {
  it('once the disks of a VNFC are removed does not count it as whole: scaling out replaces it', async () => {
    const { id, real } = await giveUp([instantiate, scale('SCALE_OUT')], scale('SCALE_IN'), 'removeVolume', true);
    expect(real?.vnfcs.map(({ incomplete }) => incomplete)).toEqual([undefined, true]);
    const occ = await berth.settled(valueOf(await scale('SCALE_IN')(berth, id)).id);
    expect(occ.operationState).toBe('COMPLETED');
    expect(await told((await berth.store.instance(id))?.instantiated)).toMatchObject({
      states: ['STARTED'],
      running: 1,
    });
  });
});

describe('TERMINATE that is given up', () => {
  it('keeps of the VNF what is left, for a second TERMINATE', async () => {
    const { id, real } = await giveUp([instantiate, scale('SCALE_OUT')], terminate, 'removeDomain');
    expect(await told(real)).toEqual({ vnfState: 'STOPPED', states: ['STOPPED', 'STOPPED'], running: 0 });
    expect((await berth.settled(valueOf(await terminate(berth, id)).id)).operationState).toBe('COMPLETED');
    expect(await worldOf(berth)).toMatchObject({ domains: [], volumes: 0, claims: [], instantiated: undefined });
  });
});
