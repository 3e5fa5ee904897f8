import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { CallProcesses, type CallProcessesOptions } from '../../../src/engine/libvirt/processes/call-processes.js';
import { hostId } from '../../../src/shared/ids.js';
import { systemClock } from '../../../src/system.js';
import { Tried } from '../../builders/tried.js';
import { fakeChildren, job, type FakeChild } from './fake-children.js';

let made: FakeChild[];
let told: string[];
let ended: string[];
let broken: number;
let processes: CallProcesses;

function open(change: Partial<CallProcessesOptions> = {}): void {
  const children = fakeChildren();
  made = children.made;
  [told, ended, broken] = [[], [], 0];
  processes = new CallProcesses({
    clock: systemClock,
    ...{ role: 'calls', most: 2, mayExceed: true, makeChild: children.makeChild },
    broke: () => (broken += 1),
    ended: (reason) => ended.push(reason),
    ...change,
  });
}

beforeEach(() => {
  jest.useFakeTimers();
  open();
});
afterEach(() => {
  jest.useRealTimers();
});

const run = (id: number, host = 'a') => processes.run(job(id, host, told));
const child = (at: number): FakeChild => {
  const found = made[at];
  if (found === undefined) throw new Error(`there is no process ${String(at)}`);
  return found;
};
const runs = () => made.map((each) => (each.isGone ? 'gone' : each.calls().map(({ id }) => id)));
const patience = () => jest.advanceTimersByTime(50);

describe('the first call', () => {
  test('has a process started at once, and is sent to it when it reads', () => {
    run(1);
    jest.advanceTimersByTime(0);
    expect(runs()).toEqual([[]]);
    child(0).start();
    expect([runs(), told]).toEqual([[[1]], ['1 begun']]);
    child(0).answer();
    expect(told).toEqual(['1 begun', '1 result']);
  });

  test('is told that its process ended, and whatever waits is served by the next', () => {
    run(1);
    jest.advanceTimersByTime(0);
    child(0).start();
    run(2);
    child(0).die('crashed');
    jest.advanceTimersByTime(0);
    child(1).start();
    expect([told, broken, ended]).toEqual([['1 begun', '1 lost: crashed', '2 begun'], 1, []]);
  });

  test('and all that wait are lost when no process can be started', () => {
    run(1);
    run(2, 'b');
    jest.advanceTimersByTime(0);
    child(0).die('no memory');
    expect(told).toEqual(['1 lost: no memory', '2 lost: no memory']);
    jest.runOnlyPendingTimers();
    expect(made).toHaveLength(1);
    run(3);
    jest.runOnlyPendingTimers();
    expect(made).toHaveLength(2);
  });
});

describe('a call that waits', () => {
  beforeEach(() => {
    run(1);
    jest.advanceTimersByTime(0);
    child(0).start();
  });

  test('has a further process only after its patience, one start at a time', () => {
    run(2);
    run(3, 'b');
    jest.advanceTimersByTime(49);
    expect(made).toHaveLength(1);
    jest.advanceTimersByTime(1);
    expect(made).toHaveLength(2);
    jest.advanceTimersByTime(10_000);
    expect(made).toHaveLength(2);
    child(1).start();
    expect(runs()).toEqual([[1], [3]]);
  });

  test('takes the process that is free before another is there', () => {
    run(2);
    child(0).answer();
    jest.advanceTimersByTime(1_000);
    expect(runs()).toEqual([[1, 2]]);
  });

  test('of a host that has one running comes after that of a host that has none', () => {
    run(2);
    run(3, 'b');
    patience();
    child(1).start();
    expect(runs()).toEqual([[1], [3]]);
  });

  test('has no process beyond the most, unless its host would have none', () => {
    run(2);
    patience();
    child(1).start();
    run(3);
    jest.advanceTimersByTime(1_000);
    expect(made).toHaveLength(2);
    run(4, 'b');
    patience();
    child(2).start();
    expect(runs()).toEqual([[1], [2], [4]]);
  });

  test('stays below the most where that may not be exceeded', async () => {
    await processes.end();
    open({ most: 1, mayExceed: false });
    run(1);
    run(2, 'b');
    jest.advanceTimersByTime(0);
    child(0).start();
    jest.advanceTimersByTime(10_000);
    expect(runs()).toEqual([[1]]);
  });

  test('goes to the process that has a connection to its host', () => {
    run(2, 'b');
    patience();
    child(1).start();
    child(1).answer();
    child(0).answer();
    run(3, 'b');
    run(4, 'a');
    expect(runs()).toEqual([
      [1, 4],
      [2, 3],
    ]);
  });

  test('is served by those that are there when a further one cannot start, which is tried again later', () => {
    run(2);
    patience();
    child(1).die('no memory');
    expect([told, broken]).toEqual([['1 begun'], 1]);
    jest.advanceTimersByTime(999);
    expect(made).toHaveLength(2);
    child(0).answer();
    expect(told).toEqual(['1 begun', '1 result', '2 begun']);
    run(3);
    jest.advanceTimersByTime(51);
    expect(made).toHaveLength(3);
  });
});

describe('with two processes', () => {
  beforeEach(() => {
    run(1);
    run(2, 'b');
    jest.advanceTimersByTime(0);
    child(0).start();
    patience();
    child(1).start();
    expect(runs()).toEqual([[1], [2]]);
  });

  test('progress of a call does not free its process', () => {
    run(3);
    child(0).listener.message({ type: 'progress', id: 1 });
    expect(runs()).toEqual([[1], [2]]);
    expect(told).toContain('1 progress');
  });

  test('ending the calls of a host ends its processes only, and nothing more is heard of them', () => {
    run(3);
    run(4, 'b');
    processes.endCalls(hostId('a'));
    expect(runs()).toEqual(['gone', [2]]);
    child(1).answer();
    expect(told).toEqual(['1 begun', '2 begun', '2 result', '4 begun']);
    expect(broken).toBe(1);
  });

  test('a host that is forgotten leaves its connections where it had some', () => {
    child(0).answer();
    processes.forget(hostId('a'));
    const forget = { type: 'forget', host: 'a' };
    expect([child(0).sent.at(-1), child(1).sent.at(-1)]).toEqual([forget, expect.objectContaining({ id: 2 })]);
    processes.forget(hostId('a'));
    expect(child(0).sent.filter(({ type }) => type === 'forget')).toHaveLength(1);
  });

  test('what has been idle for a minute ends, but for one, and that breaks nothing', () => {
    child(0).answer();
    jest.advanceTimersByTime(30_000);
    child(1).answer();
    jest.advanceTimersByTime(29_999);
    expect(processes.count).toBe(2);
    jest.advanceTimersByTime(1);
    expect(runs()).toEqual(['gone', [2]]);
    jest.advanceTimersByTime(600_000);
    expect([processes.count, broken]).toEqual([1, 0]);
  });

  test('a call within the minute keeps its process', () => {
    child(0).answer();
    child(1).answer();
    jest.advanceTimersByTime(59_000);
    run(3);
    jest.advanceTimersByTime(2_000);
    expect(runs()).toEqual([[1, 3], 'gone']);
  });

  test('one that ends idle is told of apart from calls', () => {
    child(0).answer();
    child(0).die('out of memory');
    expect([ended, broken, processes.count]).toEqual([['out of memory'], 1, 1]);
  });

  test('the end ends all, and drops what waits', async () => {
    run(3);
    await processes.end();
    jest.advanceTimersByTime(10_000);
    expect([runs(), processes.count, broken]).toEqual([['gone', 'gone'], 0, 0]);
    expect(told).toEqual(['1 begun', '2 begun']);
  });

  test('a message goes to every process', () => {
    processes.send({ type: 'forget', host: hostId('c') });
    expect(made.map(({ sent }) => sent.at(-1))).toEqual(made.map(() => ({ type: 'forget', host: 'c' })));
  });
});

test('whatever happens, a process has one call at a time, and each call ends once unless its host is let go', () => {
  const hosts = ['a', 'b', 'c'];
  const act = fc.oneof(
    { weight: 4, arbitrary: fc.record({ run: fc.constantFrom(...hosts) }) },
    { weight: 4, arbitrary: fc.record({ answer: fc.nat(5) }) },
    { weight: 3, arbitrary: fc.record({ start: fc.nat(5) }) },
    fc.record({ die: fc.nat(5) }),
    fc.record({ drop: fc.constantFrom(...hosts) }),
    { weight: 3, arbitrary: fc.record({ wait: fc.constantFrom(1, 50, 1_000, 61_000) }) },
  );
  const tried = new Tried('more calls than processes');
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
      open();
      const dropped = new Set<number>();
      const hostOf: string[] = [];
      const ends = (id: number) => told.filter((each) => each.startsWith(`${String(id)} `) && !each.endsWith('begun'));
      const isOpen = (id: number) => ends(id).length === 0 && !dropped.has(id);
      const busy = (one: FakeChild) => one.calls().filter(({ id }) => isOpen(id));
      for (const each of acts) {
        const alive = made.filter(({ isGone }) => !isGone);
        const nth = (at: number, of: readonly FakeChild[]) => of[at % Math.max(1, of.length)];
        if ('run' in each) run(hostOf.push(each.run) - 1, each.run);
        else if ('answer' in each)
          nth(
            each.answer,
            alive.filter((one) => one.isReady && busy(one).length > 0),
          )?.answer();
        else if ('start' in each)
          nth(
            each.start,
            alive.filter(({ isReady }) => !isReady),
          )?.start();
        else if ('die' in each) nth(each.die, alive)?.die();
        else if ('wait' in each) jest.advanceTimersByTime(each.wait);
        else {
          hostOf.forEach((host, id) => host === each.drop && isOpen(id) && dropped.add(id));
          processes.endCalls(hostId(each.drop));
        }
        const now = made.filter(({ isGone }) => !isGone);
        for (const one of now) expect(busy(one).length).toBeLessThanOrEqual(1);
        expect(now.length).toBeLessThanOrEqual(2 + hosts.length);
        expect(processes.count).toBe(now.length);
        expect(now.filter(({ isReady }) => !isReady).length).toBeLessThanOrEqual(1);
      }
      tried.is(hostOf.filter((_host, id) => isOpen(id)).length > made.filter(({ isGone }) => !isGone).length);
      // All that is left comes to its end when processes start and answer.
      for (let turn = 0; turn < 200; turn += 1) {
        jest.advanceTimersByTime(1_000);
        for (const one of made.filter(({ isGone }) => !isGone)) {
          if (!one.isReady) one.start();
          if (busy(one).length > 0) one.answer();
        }
      }
      hostOf.forEach((_host, id) => expect(ends(id)).toHaveLength(dropped.has(id) ? 0 : 1));
    }),
    { numRuns: 150 },
  );
  tried.expectShare(0.2);
});
