/**
 * What is real of an instance wherever an operation stands: the effects of its steps, folded over the journal.
 */
import { describe, expect, it } from '@jest/globals';
import { effectsOf } from '../../src/lifecycle/effects.js';
import type { StepInputs } from '../../src/lifecycle/step-inputs.js';
import type { JournalPhase, LcmPlan, Step, StepKind, Vnfc } from '../../src/lifecycle/model.js';
import { realNow } from '../../src/lifecycle/real.js';
import { hostId, opOccId, vnfcId } from '../../src/shared/ids.js';
import { instantiated, vnfc } from '../builders/vnfc.js';

const host = hostId('host-1');
const old = vnfc({ id: vnfcId('old') });
const fresh = vnfc({ id: vnfcId('fresh') });
const link = { id: 'inner@host-1', virtualLinkDescId: 'inner', hostId: host, network: 'net', bridge: 'br' };
const other = { ...link, id: 'other@host-1', network: 'other' };

const step = <K extends StepKind>(id: string, kind: K, input: Partial<StepInputs[K]>): Step => ({
  ...{ id, kind, input },
  ...{ stage: 0, lane: id, timeoutMs: 1 },
});

const add: readonly Step[] = [
  step('net', 'ensure-network', link),
  step('disk', 'image-volume', { vnfcId: fresh.id }),
  step('define', 'define-domain', { vnfcId: fresh.id }),
  step('start', 'start-domain', { vnfcId: fresh.id }),
  step('await', 'await-guest', { vnfcId: fresh.id }),
];
const remove: readonly Step[] = [
  step('stop', 'stop-domain', { vnfcId: old.id }),
  step('undefine', 'remove-domain', { vnfcId: old.id }),
  step('empty', 'remove-volumes', { vnfcId: old.id }),
  step('release', 'release-claims', { vnfcIds: [old.id] }),
  step('unlink', 'remove-network', other),
];

const after = (vnfcs: readonly Vnfc[]) => instantiated({ vnfcs, virtualLinks: [link] });
const plan = (change: Partial<LcmPlan>): LcmPlan => ({
  ...{ vnfcs: [], links: [], order: 'add-first', steps: [], after: after([old]), rollbackSupported: true },
  ...change,
});

const wrote = (...phases: readonly (readonly [string, JournalPhase])[]) =>
  phases.map(([stepId, phase], at) => ({ opOccId: opOccId('op'), seq: at + 1, stepId, phase, atMs: 0 }));

const done = (...ids: readonly string[]) => ids.map((id) => [id, 'done'] as const);

describe('a VNFC that is added', () => {
  const adds = plan({ vnfcs: [{ after: fresh }], links: [{ after: link }], steps: add, after: after([fresh]) });
  const real = (...phases: readonly (readonly [string, JournalPhase])[]) => realNow({}, adds, wrote(...phases));

  it('before its first step is not there', () => {
    expect(real()).toEqual({ instantiated: null });
  });

  it('before its first step is not there, and the link that is there is', () => {
    const { instantiated: now } = real(...done('net'));
    expect([now?.vnfcs, now?.virtualLinks]).toEqual([[], [link]]);
  });

  it.each<readonly (readonly [string, JournalPhase])[]>([
    [['disk', 'started']],
    [['disk', 'failed']],
    [...done('net', 'disk', 'define'), ['start', 'failed']],
    [...done('net', 'disk', 'define', 'start'), ['start', 'undone'], ['define', 'undo-failed']],
  ])('begun and not started is there, incomplete and STOPPED', (...phases) => {
    const { instantiated: now } = real(...phases);
    expect(now?.vnfcs).toEqual([{ ...fresh, state: 'STOPPED', incomplete: true }]);
    expect(now?.vnfState).toBe('STOPPED');
  });

  it('is STARTED and whole from its start on, ready or not', () => {
    const { instantiated: now } = real(...done('net', 'disk', 'define', 'start'), ['await', 'failed']);
    expect(now).toEqual(after([fresh]));
  });

  it('undone to the last step is not there', () => {
    const all = ['net', 'disk', 'define', 'start'];
    const back = all.toReversed().map((id) => [id, 'undone'] as const);
    expect(real(...done(...all), ...back)).toEqual({ instantiated: null });
  });
});

describe('a VNFC that is removed', () => {
  const before = { instantiated: instantiated({ vnfcs: [old, fresh], virtualLinks: [link, other] }) };
  const removes = plan({ vnfcs: [{ before: old }], links: [{ before: other }], steps: remove });
  const real = (...phases: readonly (readonly [string, JournalPhase])[]) => realNow(before, removes, wrote(...phases));

  it.each<readonly [string, readonly (readonly [string, JournalPhase])[], Partial<Vnfc>]>([
    ['as it was while its stop did not end', [['stop', 'failed']], {}],
    ['STOPPED once it was stopped', done('stop'), { state: 'STOPPED' }],
    ['STOPPED and whole without its domain', done('stop', 'undefine'), { state: 'STOPPED' }],
    [
      'incomplete once any of its disks may be gone',
      [...done('stop', 'undefine'), ['empty', 'failed']],
      { state: 'STOPPED', incomplete: true },
    ],
    [
      'incomplete while it holds its claims',
      [...done('stop', 'undefine', 'empty'), ['release', 'failed']],
      { state: 'STOPPED', incomplete: true },
    ],
  ])('is %s', (_, phases, expected) => {
    expect(real(...phases).instantiated?.vnfcs).toEqual([{ ...old, ...expected }, fresh]);
  });

  it('is gone once it has let go of its claims, and a link once its network is removed', () => {
    const { instantiated: now } = real(...done('stop', 'undefine', 'empty', 'release'), ['unlink', 'failed']);
    expect([now?.vnfcs, now?.virtualLinks]).toEqual([[fresh], [link, other]]);
    expect(real(...done('unlink')).instantiated?.virtualLinks).toEqual([link]);
  });
});

describe('a VNFC that is changed', () => {
  const changed = { ...old, pool: 'fast' };
  const steps = [
    step('stop', 'stop-domain', { vnfcId: old.id }),
    step('define', 'define-domain', { vnfcId: old.id }),
    step('start', 'start-domain', { vnfcId: old.id }),
  ];
  const changes = plan({ vnfcs: [{ before: old, after: changed }], steps });
  const vnfcNow = (recorded: Vnfc, ...phases: readonly (readonly [string, JournalPhase])[]) =>
    realNow({ instantiated: after([recorded]) }, changes, wrote(...phases)).instantiated?.vnfcs[0];

  it('is as before until its definition is that of the plan', () => {
    expect(vnfcNow(old, ...done('stop'))).toEqual({ ...old, state: 'STOPPED' });
    expect(vnfcNow(old, ...done('stop', 'define'))).toEqual({ ...changed, state: 'STOPPED' });
    expect(vnfcNow(old, ...done('stop', 'define', 'start'))).toEqual(changed);
  });

  it('stays STOPPED when all is undone: a stop has no undo', () => {
    const back = [...done('stop', 'define'), ['define', 'undone'], ['stop', 'undone']] as const;
    expect(vnfcNow(old, ...back)).toEqual({ ...old, state: 'STOPPED' });
  });

  it('is whole and wanted again by its start, whatever it was', () => {
    const ended: Vnfc = { ...old, state: 'STOPPED', endedByItself: true, incomplete: true };
    expect(vnfcNow(ended, ...done('start'))).toEqual(old);
  });
});

it('an operation that was not planned changes nothing', () => {
  const before = { instantiated: after([old]) };
  expect(realNow(before, undefined, [])).toEqual(before);
});

it('a step that leaves VNFCs and links as they are has no effect', () => {
  expect(effectsOf(step('image', 'base-image', { hostId: host }))).toEqual([]);
});
