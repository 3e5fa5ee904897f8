/** The driver of background tasks, by a clock that the test moves. */
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { PeriodicWork } from '../../../src/workflow/background/background.js';
import { BackgroundDriver } from '../../../src/workflow/background/driver.js';
import { FakeClock, settled } from '../../builders/fake-clock.js';

let clock: FakeClock;
let logged: string[];
let driver: BackgroundDriver;

beforeEach(() => {
  clock = new FakeClock();
  logged = [];
  const say = (_fields: object, message: string) => void logged.push(message);
  driver = new BackgroundDriver({ clock, log: { info: say, warn: say, error: say }, drainMs: 5_000 });
});

const state = (name = 'task') => {
  const found = driver.states().find((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no task ${name}`);
  return found;
};

/** A task, and when it ran. */
function started(change: Partial<PeriodicWork> = {}) {
  const ran: number[] = [];
  const task = driver.add({
    name: 'task',
    does: 'doing it',
    everyMs: 10_000,
    run: () => Promise.resolve(void ran.push(clock.elapsedMs())),
    ...change,
  });
  driver.start();
  return { task, ran };
}

/** Runs that end when the test says so. */
function held() {
  const begun: { readonly over: AbortSignal; readonly end: () => void }[] = [];
  const run = (over: AbortSignal) => new Promise<void>((end) => void begun.push({ over, end }));
  return { begun, run };
}

describe('a periodic task', () => {
  it('runs at the start and after each period, from begin to begin', async () => {
    const ran: number[] = [];
    driver.add({
      name: 'task',
      does: 'doing it',
      everyMs: 10_000,
      run: async () => {
        ran.push(clock.elapsedMs());
        await clock.sleep(4_000);
      },
    });
    driver.start();
    await clock.advance(25_000);
    expect(ran).toEqual([0, 10_000, 20_000]);
    expect(state()).toMatchObject({ runs: 3, underWay: 0, last: { tookMs: 4_000 }, nextInMs: 5_000 });
  });

  it('waits for its first period when it says so', async () => {
    const { ran } = started({ isFirstLater: true });
    await clock.advance(9_999);
    expect(ran).toEqual([]);
    await clock.advance(1);
    expect(ran).toEqual([10_000]);
  });

  it('that takes longer than its period begins the next run at once, and never two', async () => {
    const { begun, run } = held();
    started({ run });
    await clock.advance(35_000);
    expect(begun).toHaveLength(1);
    begun[0]?.end();
    await clock.advance(0);
    expect(begun).toHaveLength(2);
  });

  it('runs when it is woken, and its next period counts from then', async () => {
    const { task, ran } = started();
    await clock.advance(3_000);
    task.wake();
    await clock.advance(10_000);
    expect(ran).toEqual([0, 3_000, 13_000]);
  });

  it('woken during a run, however often, runs once more', async () => {
    const { begun, run } = held();
    const { task } = started({ run });
    await settled();
    for (let times = 0; times < 3; times += 1) task.wake();
    begun[0]?.end();
    await settled();
    expect(begun).toHaveLength(2);
    begun[1]?.end();
    await clock.advance(9_000);
    expect(begun).toHaveLength(2);
  });
});

describe('a task that throws', () => {
  const failing = (from: number, until: number) => {
    const ran: number[] = [];
    const run = () => {
      ran.push(clock.elapsedMs());
      const fails = clock.elapsedMs() >= from && clock.elapsedMs() < until;
      return fails ? Promise.reject(new Error('the database is gone')) : Promise.resolve();
    };
    return { ran, run };
  };

  it('rests twice as long each time, up to the longest, and goes back to its period', async () => {
    const { ran, run } = failing(0, 25_000);
    started({ run, everyMs: 2_000, backOff: { firstMs: 1_000, longestMs: 8_000 } });
    await clock.advance(35_000);
    expect(ran).toEqual([0, 1_000, 3_000, 7_000, 15_000, 23_000, 31_000, 33_000, 35_000]);
  });

  it('rests between its period or a second and its period or ten when it says nothing of it', async () => {
    const { ran, run } = failing(0, Infinity);
    started({ run, everyMs: 600_000 });
    await clock.advance(2_000_000);
    expect(ran.slice(1).map((ms, index) => ms - (ran[index] ?? 0))).toEqual([
      ...[1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600].map((seconds) => seconds * 1_000),
    ]);
  });

  it('says so once when it begins and once when it works again, and its state tells it', async () => {
    const { run } = failing(0, 5_000);
    started({ run });
    await clock.advance(4_000);
    expect(state()).toMatchObject({
      runs: 3,
      failures: 3,
      failuresInRow: 3,
      lastError: { text: 'the database is gone' },
    });
    await clock.advance(10_000);
    expect(state()).toMatchObject({ failures: 3, failuresInRow: 0 });
    expect(logged).toEqual(['doing it failed; it is tried again until it works', 'doing it works again']);
  });

  it('is tried sooner when it is woken, but not at once', async () => {
    const { ran, run } = failing(0, 8_000);
    const { task } = started({ run });
    await clock.advance(7_500);
    expect(ran).toEqual([0, 1_000, 3_000, 7_000]);
    task.wake();
    await clock.advance(499);
    expect(ran).toHaveLength(4);
    await clock.advance(1);
    expect(ran).toEqual([0, 1_000, 3_000, 7_000, 8_000]);
  });

  it('synchronously is no different', async () => {
    started({
      run: () => {
        throw new Error('at once');
      },
    });
    await clock.advance(1_000);
    expect(state()).toMatchObject({ failures: 2, lastError: { text: 'at once' } });
  });
});

describe('a task that hangs', () => {
  it('is told to end, named in its state and in the log, and not begun beside itself', async () => {
    const { begun, run } = held();
    started({ run, limitMs: 60_000 });
    await clock.advance(59_999);
    expect([state().isOverdue, begun[0]?.over.aborted]).toEqual([false, false]);
    await clock.advance(600_000);
    expect([state().isOverdue, begun[0]?.over.aborted, begun.length]).toEqual([true, true, 1]);
    expect(state().sinceMs).toBe(clock.now() - 659_999);
    expect(logged).toEqual([
      'doing it has not ended in the time it may take; no other run of it begins before it ends',
    ]);
    begun[0]?.end();
    await clock.advance(0);
    expect([state().isOverdue, begun.length]).toEqual([false, 2]);
  });

  it('does not keep Berth from stopping', async () => {
    started({ run: held().run });
    await settled();
    let isStopped = false;
    const stopped = driver.stop().then(() => (isStopped = true));
    await clock.advance(4_999);
    expect(isStopped).toBe(false);
    await clock.advance(1);
    await stopped;
    expect(logged).toEqual(['tasks have not ended in time; Berth stops without them']);
  });
});

describe('stopping', () => {
  it('tells runs to end, waits for them and for what they began, and begins nothing more', async () => {
    const { begun, run } = held();
    const { task } = started({ run });
    const beside = held();
    void task.beside({}, () => beside.run(task.stopping));
    await settled();
    expect(state().underWay).toBe(2);
    let isStopped = false;
    const stopped = driver.stop().then(() => (isStopped = true));
    await settled();
    expect([begun[0]?.over.aborted, beside.begun[0]?.over.aborted]).toEqual([true, true]);
    begun[0]?.end();
    await settled();
    expect(isStopped).toBe(false);
    beside.begun[0]?.end();
    await stopped;
    task.wake();
    await clock.advance(60_000);
    expect([begun.length, state().underWay]).toEqual([1, 0]);
  });

  it('ends a rest at once', async () => {
    started();
    await clock.advance(1_000);
    await driver.stop();
    expect(clock.elapsedMs()).toBe(1_000);
  });
});

describe('what a task begins beside itself', () => {
  it('is counted while it goes on, and told when it fails', async () => {
    const { task } = started();
    await task.beside({ id: 'one' }, () => Promise.reject(new Error('no')));
    expect(logged).toEqual(['doing it failed']);
  });
});

describe('work on one of many', () => {
  const asking = () => {
    const { begun, run } = held();
    const keys: string[] = [];
    const task = driver.keyed<string>({
      name: 'task',
      does: 'looking at hosts',
      about: (hostId) => ({ hostId }),
      limitMs: 60_000,
      run: (key) => {
        keys.push(key);
        return run(new AbortController().signal);
      },
    });
    driver.start();
    return { task, keys, begun };
  };

  it('asked for in one turn is done once, and once more when it is asked for during a run', async () => {
    const { task, keys, begun } = asking();
    void task.ask('a');
    void task.ask('a');
    await settled();
    expect(keys).toEqual(['a']);
    void task.ask('a');
    const last = task.ask('a');
    begun[0]?.end();
    await settled();
    expect(keys).toEqual(['a', 'a']);
    begun[1]?.end();
    await last;
    expect([keys.length, state().runs]).toEqual([2, 2]);
  });

  it('goes on for different keys side by side, and names one that hangs', async () => {
    const { task, keys, begun } = asking();
    void task.ask('a');
    void task.ask('b');
    await settled();
    expect([keys, state().underWay]).toEqual([['a', 'b'], 2]);
    begun[1]?.end();
    await clock.advance(60_000);
    expect(state()).toMatchObject({ isOverdue: true, underWay: 1, runs: 1 });
  });

  it('that fails is told with its key, and harms no other', async () => {
    const task = driver.keyed<string>({
      name: 'task',
      does: 'looking at hosts',
      about: (hostId) => ({ hostId }),
      run: (key) => (key === 'a' ? Promise.reject(new Error('away')) : Promise.resolve()),
    });
    await task.ask('a');
    expect(state()).toMatchObject({ failures: 1, failuresInRow: 1 });
    await task.ask('b');
    expect([state().failuresInRow, logged]).toEqual([0, ['looking at hosts failed; it is done again later']]);
  });

  it('is not begun any more once Berth stops, and nobody waits for it', async () => {
    const { task, keys } = asking();
    await driver.stop();
    await task.ask('a');
    expect(keys).toEqual([]);
  });
});

it('two tasks of one name are a fault', () => {
  started();
  expect(() => driver.group({ name: 'task', does: 'something else' })).toThrow('two background tasks called task');
});
