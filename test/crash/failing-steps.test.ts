/**
 * Every kind of step in the plan of every operation failed once, before its effect and after it. Retried, the operation ends
 * as if nothing had failed; rolled back, all is as before it; given up, the record says what is there and terminate removes it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Engine } from '../../src/engine/engine.js';
import type { Engines } from '../../src/engine/engines.js';
import type { EngineVerb } from '../../src/engine/simulated/control.js';
import type { LcmOpOcc, StepKind } from '../../src/lifecycle/model.js';
import { hostId, type VnfInstanceId } from '../../src/shared/ids.js';
import type { Outcome } from '../../src/shared/outcome.js';
import type { Store } from '../../src/store/store.js';
import { newFleet, startBerth, valueOf, worldOf, type RunningBerth, type World } from '../builders/berth.js';
import { everyOperation, wholeVnfd, type OperationCase } from './every-operation.js';
import { instantiate, reach, terminate } from './operations.js';

/** The call that is the effect of a step; of those that may find nothing to do, the one that makes what is lost. */
const effectOf: Readonly<Record<StepKind, EngineVerb | undefined>> = {
  'base-image': 'ensureBaseImage',
  'ensure-network': 'ensureNetwork',
  'image-volume': 'ensureOverlay',
  'blank-volume': 'ensureBlank',
  'content-volume': 'ensureContent',
  'restore-volume': 'ensureOverlay',
  'restore-domain': 'ensureDomain',
  'define-domain': 'ensureDomain',
  'start-domain': 'ensureStarted',
  'await-guest': 'guestExec',
  'stop-domain': 'ensureStopped',
  'remove-domain': 'removeDomain',
  'remove-volumes': 'removeVolume',
  'remove-network': 'removeNetwork',
  'configure-guest': 'guestWriteFile',
  'detach-card': 'removeCard',
  'attach-card': 'ensureCard',
  'rewrite-day0': 'ensureContent',
  // Of the store: the crash suite kills Berth before and after it.
  'release-claims': undefined,
  'release-cards': undefined,
};

const moments = ['before', 'after'] as const;
type Moment = (typeof moments)[number];
const words = 'internal error: process exited while connecting to monitor';

interface Calm {
  /** Kinds of its steps that had something to do. */
  readonly kinds: readonly StepKind[];
  readonly canRollBack: boolean;
  readonly world: World;
}

const start = (dir: string): Promise<RunningBerth> => startBerth({ dir, fleet: newFleet(), vnfd: wholeVnfd });

async function inBerth<T>(work: (berth: RunningBerth, calls: Set<string>) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'berth-steps-'));
  const calls = new Set<string>();
  const through = { store: (store: Store) => store, engines: (engines: Engines) => watched(engines, calls) };
  const berth = await startBerth({ dir, fleet: newFleet(), vnfd: wholeVnfd, through });
  try {
    return await work(berth, calls);
  } finally {
    await berth.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Engines whose calls are written down. */
const watched = (engines: Engines, calls: Set<string>): Engines => ({
  of: (id) => watchedEngine(engines.of(id), calls),
  all: () => engines.all(),
  onEvent: (listener) => engines.onEvent(listener),
});

const watchedEngine = (engine: Engine, calls: Set<string>): Engine =>
  new Proxy(engine, {
    get(target, name, receiver): unknown {
      calls.add(String(name));
      const member: unknown = Reflect.get(target, name, receiver);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });

/** The operation when nothing fails: its plan is what there is to fail. */
const calmly = ({ before, ask }: OperationCase): Promise<Calm> =>
  inBerth(async (berth, calls) => {
    const id = await reach(berth, before);
    calls.clear();
    const { operationState, error, plan } = await berth.settled(valueOf(await ask(berth, id)).id);
    expect({ operationState, error }).toEqual({ operationState: 'COMPLETED' });
    const kinds = [...new Set(plan?.steps.map(({ kind }) => kind))].filter((kind) => calls.has(effectOf[kind] ?? ''));
    return { kinds, canRollBack: plan?.rollbackSupported === true, world: await worldOf(berth) };
  });

const bare = await inBerth(worldOf);
const operations: (OperationCase & Calm & { readonly name: string })[] = [];
for (const one of everyOperation) operations.push({ ...one, ...(await calmly(one)) });

let dir: string;
let berth: RunningBerth;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'berth-steps-'));
  berth = await start(dir);
});

afterEach(async () => {
  await berth.stop();
  rmSync(dir, { recursive: true, force: true });
});

interface Failed {
  readonly id: VnfInstanceId;
  readonly before: World;
  readonly occ: LcmOpOcc;
}

async function failed({ before, ask }: OperationCase, kind: StepKind, moment: Moment): Promise<Failed> {
  const id = await reach(berth, before);
  const world = await worldOf(berth);
  return { id, before: world, occ: await failing(kind, moment, () => ask(berth, id)) };
}

/** Asks with the first step of that kind about to fail. */
async function failing(kind: StepKind, moment: Moment, ask: () => Promise<Outcome<LcmOpOcc>>): Promise<LcmOpOcc> {
  const verb = effectOf[kind];
  if (verb === undefined) throw new Error(`a step ${kind} calls no engine`);
  berth.fleet.control(hostId('sim-1')).failNext(verb, 'Rejected', words, { afterEffect: moment === 'after' });
  const occ = await ended(ask());
  expect([occ.operationState, occ.error?.status]).toEqual(['FAILED_TEMP', 500]);
  expect(occ.error).toMatchObject({
    stepKind: kind,
    cause: { kind: 'Rejected', text: expect.stringContaining(words) },
  });
  return occ;
}

const ended = async (asked: Promise<Outcome<LcmOpOcc>>): Promise<LcmOpOcc> => berth.settled(valueOf(await asked).id);

/** VNFCs as recorded beside the domains that are there. */
async function expectRecordIsTrue(id: VnfInstanceId, statesToo: boolean): Promise<void> {
  const vnfcs = (await berth.store.instance(id))?.instantiated?.vnfcs ?? [];
  const domains = await berth.fleet.of(hostId('sim-1')).listDomains();
  expect(vnfcs.map((vnfc) => vnfc.id as string)).toEqual(expect.arrayContaining(domains.map(({ uuid }) => uuid)));
  if (!statesToo) return;
  const running = domains.filter(({ state }) => state === 'running').map(({ uuid }) => uuid as string);
  expect(vnfcs.filter(({ state }) => state === 'STARTED').map((vnfc) => vnfc.id as string)).toEqual(running);
}

describe.each(operations)('$name', ({ kinds, canRollBack, world, ...one }) => {
  const cases = kinds.flatMap((kind) => moments.map((moment) => [kind, moment] as const));

  it.each(kinds)('%s, failed before its effect and after it: retry ends as if it had not failed', async (kind) => {
    const { occ } = await failed(one, kind, 'before');
    await failing(kind, 'after', () => berth.workflow.lcm.retry(occ.id));
    const retried = await ended(berth.workflow.lcm.retry(occ.id));
    expect([retried.operationState, retried.error]).toEqual(['COMPLETED', undefined]);
    expect(await worldOf(berth)).toEqual(world);
  });

  const rolledBack = async (kind: StepKind, moment: Moment): Promise<void> => {
    const { occ, before } = await failed(one, kind, moment);
    const back = await ended(berth.workflow.lcm.rollback(occ.id));
    expect([back.operationState, back.error]).toEqual(['ROLLED_BACK', occ.error]);
    expect(await worldOf(berth)).toEqual(before);
  };
  if (canRollBack) it.each(cases)('%s, failed %s its effect: rollback leaves all as it was', rolledBack);

  it.each(cases)(
    '%s, failed %s its effect: given up, the record is true and terminate empties it',
    async (kind, moment) => {
      const { id, occ } = await failed(one, kind, moment);
      if (!canRollBack) expect((await berth.workflow.lcm.rollback(occ.id)).ok).toBe(false);
      expect(valueOf(await berth.workflow.lcm.fail(occ.id)).operationState).toBe('FAILED');
      await expectRecordIsTrue(id, moment === 'before');
      const isThere = (await berth.store.instance(id))?.instantiated !== undefined;
      if (isThere) expect((await ended(terminate(berth, id))).operationState).toBe('COMPLETED');
      expect(await worldOf(berth)).toEqual({ ...bare, instantiated: undefined });
    },
  );
});

it('every kind of step is failed in some operation', () => {
  const tried = new Set<string>(operations.flatMap(({ kinds }) => kinds));
  const untried = Object.entries(effectOf).filter(([kind, verb]) => verb !== undefined && !tried.has(kind));
  expect(untried).toEqual([]);
});

describe('a rollback that fails', () => {
  it.each(['removeDomain', 'removeVolume'] as const)('in %s parks again and can be repeated', async (verb) => {
    const { occ } = await failed({ before: [], ask: instantiate }, 'await-guest', 'after');
    berth.fleet.control(hostId('sim-1')).failNext(verb, 'Rejected', words);
    expect((await ended(berth.workflow.lcm.rollback(occ.id))).operationState).toBe('FAILED_TEMP');
    expect((await ended(berth.workflow.lcm.rollback(occ.id))).operationState).toBe('ROLLED_BACK');
    expect(await worldOf(berth)).toEqual({ ...bare, instantiated: undefined });
  });

  it.each(['removeDomain', 'removeVolume'] as const)('in %s and is given up keeps what is there', async (verb) => {
    const { id, occ } = await failed({ before: [], ask: instantiate }, 'await-guest', 'after');
    berth.fleet.control(hostId('sim-1')).failNext(verb, 'Rejected', words);
    expect((await ended(berth.workflow.lcm.rollback(occ.id))).operationState).toBe('FAILED_TEMP');
    valueOf(await berth.workflow.lcm.fail(occ.id));
    await expectRecordIsTrue(id, true);
    expect((await ended(terminate(berth, id))).operationState).toBe('COMPLETED');
    expect(await worldOf(berth)).toEqual({ ...bare, instantiated: undefined });
  });
});
