/**
 * Steps run from a journal: stage by stage, lanes side by side, forwards and backwards, and halted where they should be.
 */
import { describe, expect, it } from '@jest/globals';
import type { JournalEntry } from '../../src/lifecycle/model.js';
import { opOccId } from '../../src/shared/ids.js';
import { problem } from '../../src/shared/problem.js';
import { LeaseLost } from '../../src/store/operations.js';
import { StoreTrouble } from '../../src/store/trouble.js';
import { Executor } from '../../src/workflow/execute.js';
import { byHand, journalOf, netStep, occOf, phasesOf, planOf, portsOf, type Hand } from './driven.js';

const plan = planOf(netStep('a', 0, 'one'), netStep('b', 1, 'one'), netStep('c', 1, 'two'), netStep('d', 2, 'one'));
const run = (hand: Hand, direction: 'forward' | 'back' = 'forward', change = {}) =>
  Executor.run(occOf(), plan, direction, portsOf(hand, change));

describe('forwards', () => {
  it('a stage begins when the one before is done, and every step is bracketed in the journal', async () => {
    const hand = byHand();
    expect(await run(hand)).toEqual({ end: 'done' });
    expect(hand.host.did[0]).toBe('ensure a');
    expect(hand.host.did.slice(1, 3).sort()).toEqual(['ensure b', 'ensure c']);
    expect(hand.host.did[3]).toBe('ensure d');
    for (const id of ['a', 'b', 'c', 'd'])
      expect(phasesOf(hand.journal).filter((phase) => phase.startsWith(`${id} `))).toEqual([
        `${id} started`,
        `${id} done`,
      ]);
    expect(hand.journal.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('goes on where the journal ends, with what may have been done halfway', async () => {
    const hand = byHand(journalOf(['a', 'done'], ['b', 'started'], ['c', 'done']));
    expect(await run(hand)).toEqual({ end: 'done' });
    expect(hand.host.did).toEqual(['ensure b', 'ensure d']);
    expect(hand.journal.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('lanes go side by side, as many at once as the width', async () => {
    const [wide, narrow] = [byHand(journalOf(['a', 'done'])), byHand(journalOf(['a', 'done']))];
    const free = [wide.host.hold('b'), narrow.host.hold('b')];
    const runs = [run(wide), run(narrow, 'forward', { width: 1 })];
    await wide.clock.advance(0);
    expect([wide.host.did, narrow.host.did]).toEqual([['ensure b', 'ensure c'], ['ensure b']]);
    free.forEach((letGo) => {
      letGo();
    });
    expect(await Promise.all(runs)).toEqual([{ end: 'done' }, { end: 'done' }]);
  });

  it('a failing step says why; the lane beside it ends its step, and nothing further begins', async () => {
    const hand = byHand(journalOf(['a', 'done']));
    hand.host.refuse('c');
    const free = hand.host.hold('b');
    const running = run(hand);
    await hand.clock.advance(0);
    free();
    expect(await running).toMatchObject({
      end: 'failed',
      problem: { step: 'c', stepKind: 'ensure-network', cause: { kind: 'Rejected' } },
    });
    expect(phasesOf(hand.journal)).toEqual(expect.arrayContaining(['b done', 'c failed']));
    expect(hand.host.did).not.toContain('ensure d');
  });

  it('is cancelled between steps', async () => {
    const hand = byHand();
    const end = await run(hand, 'forward', { shouldStop: () => hand.host.did.length >= 1 });
    expect([end, hand.host.did, phasesOf(hand.journal)]).toEqual([
      { end: 'cancelled' },
      ['ensure a'],
      ['a started', 'a done'],
    ]);
  });

  it.each([
    ['a lease that is lost', new LeaseLost(opOccId('o1'))],
    ['a database that cannot be written', new StoreTrouble('unavailable', problem('internal-error', 'it is away'))],
  ])('%s is not the fault of the step: nothing is written of it', async (_, error) => {
    const hand = byHand();
    const appendJournal = async (entries: readonly JournalEntry[]) => {
      if (entries.some(({ phase }) => phase === 'done')) throw error;
      hand.journal.push(...entries);
    };
    const context = { ...hand.context, store: { ...hand.context.store, appendJournal } };
    await expect(run(hand, 'forward', { context })).rejects.toBe(error);
    expect(phasesOf(hand.journal)).toEqual(['a started']);
  });
});

describe('backwards', () => {
  it('undoes what began, the last stage first and each lane from its end', async () => {
    const hand = byHand(journalOf(['a', 'done'], ['b', 'done'], ['c', 'failed']));
    expect(await run(hand, 'back')).toEqual({ end: 'done' });
    expect([hand.host.did.slice(0, 2).sort(), hand.host.did[2]]).toEqual([['remove b', 'remove c'], 'remove a']);
    expect(phasesOf(hand.journal).slice(-2)).toEqual(['a undo-started', 'a undone']);
  });

  it('an undo that fails is told as one', async () => {
    const hand = byHand(journalOf(['a', 'done']));
    hand.host.refuse('a');
    expect(await run(hand, 'back')).toMatchObject({
      end: 'failed',
      problem: { detail: expect.stringContaining('Undoing step a') },
    });
    expect(phasesOf(hand.journal).at(-1)).toBe('a undo-failed');
  });
});
