import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lanesToRun, lanesToUndo, nextSeq, stepStates } from '../../src/lifecycle/journal.js';
import type { JournalEntry, JournalPhase, LcmPlan, Step } from '../../src/lifecycle/model.js';
import { opOccId } from '../../src/shared/ids.js';
import { Tried } from '../builders/tried.js';

const step = (id: string, stage: number, lane: string): Step => ({
  id,
  kind: 'release-claims',
  stage,
  lane,
  timeoutMs: 1,
  input: {},
});

const plan: LcmPlan = {
  vnfcs: [],
  links: [],
  order: 'add-first',
  rollbackSupported: true,
  steps: [
    step('h', 0, 'host'),
    step('a1', 1, 'a'),
    step('a2', 1, 'a'),
    step('b1', 1, 'b'),
    step('b2', 1, 'b'),
    step('w', 2, 'a'),
  ],
};

const journal = (...phases: readonly (readonly [string, JournalPhase])[]): readonly JournalEntry[] =>
  phases.map(([stepId, phase], at) => ({ opOccId: opOccId('o'), seq: at + 1, stepId, phase, atMs: 0 }));

const ids = (lanes: readonly (readonly Step[])[]): readonly (readonly string[])[] =>
  lanes.map((lane) => lane.map((each) => each.id));

describe('what is next, forwards', () => {
  it.each([
    ['nothing written', journal(), [['h']]],
    [
      'the first stage done',
      journal(['h', 'started'], ['h', 'done']),
      [
        ['a1', 'a2'],
        ['b1', 'b2'],
      ],
    ],
    [
      'killed within a step',
      journal(['h', 'done'], ['a1', 'started']),
      [
        ['a1', 'a2'],
        ['b1', 'b2'],
      ],
    ],
    ['one lane ahead', journal(['h', 'done'], ['a1', 'done'], ['a2', 'done'], ['b1', 'failed']), [['b1', 'b2']]],
    [
      'a rollback that broke',
      journal(['h', 'done'], ['a1', 'done'], ['a1', 'undone']),
      [
        ['a1', 'a2'],
        ['b1', 'b2'],
      ],
    ],
  ] as const)('%s', (_name, entries, expected) => {
    expect(ids(lanesToRun(plan, stepStates(entries)))).toEqual(expected);
  });

  it('is nothing when every step is done', () => {
    const all = journal(...plan.steps.map((each) => [each.id, 'done'] as const));
    expect(lanesToRun(plan, stepStates(all))).toEqual([]);
  });
});

describe('what is next, backwards', () => {
  it.each([
    ['never begun', journal(), []],
    ['killed within a step: it may have had its effect', journal(['h', 'done'], ['a1', 'started']), [['a1']]],
    [
      'lanes are undone in reverse',
      journal(['h', 'done'], ['a1', 'done'], ['a2', 'failed'], ['b1', 'done']),
      [['b1'], ['a2', 'a1']],
    ],
    ['the last stage first', journal(['h', 'done'], ['a1', 'done'], ['w', 'started']), [['w']]],
    ['half undone', journal(['h', 'done'], ['a1', 'done'], ['a1', 'undone']), [['h']]],
    ['an undo that failed is tried again', journal(['h', 'done'], ['h', 'undo-failed']), [['h']]],
  ] as const)('%s', (_name, entries, expected) => {
    expect(ids(lanesToUndo(plan, stepStates(entries)))).toEqual(expected);
  });
});

describe('the journal', () => {
  it('ends from any state it can be left in, forwards and backwards', () => {
    const phase = fc.constantFrom<JournalPhase>('started', 'done', 'failed', 'undo-started', 'undone', 'undo-failed');
    const entries = fc.array(fc.tuple(fc.constantFrom(...plan.steps.map((each) => each.id)), phase));
    const tried = new Tried('a journal that something follows');
    fc.assert(
      fc.property(entries, fc.boolean(), (written, forward) => {
        const log = [...journal(...written)];
        const next = forward ? lanesToRun : lanesToUndo;
        tried.is(next(plan, stepStates(log)).length > 0);
        for (let round = 0; round < 20; round += 1) {
          const lanes = next(plan, stepStates(log));
          if (lanes.length === 0) break;
          for (const each of lanes.flat())
            log.push(
              ...journal([each.id, forward ? 'done' : 'undone']).map((entry) => ({ ...entry, seq: nextSeq(log) })),
            );
        }
        expect(next(plan, stepStates(log))).toEqual([]);
      }),
    );
    tried.expectShare(1 / 4);
  });
});
