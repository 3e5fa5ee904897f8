import { expect, test } from '@jest/globals';
import { silentLog } from '../../../../src/shared/log.js';
import type { Forgetting, Forgotten } from '../../../../src/store/retention.js';
import { BackgroundDriver } from '../../../../src/workflow/background/driver.js';
import { OperationRetention, retentionOf } from '../../../../src/workflow/background/tasks/retention.js';
import { realClock } from '../../../builders/berth.js';

const nowMs = 200 * 24 * 3_600_000;

/** A store that answers so, one part after the other, and what it was asked. */
function round(beyond: number, parts: readonly Forgotten[], spaces = 0) {
  const asked: Forgetting[] = [];
  const removed: number[] = [];
  let pauses = 0;
  let given = 0;
  const retention = new OperationRetention(
    {
      store: {
        operationsBeyond: () => Promise.resolve(beyond),
        forgetOperations: (forgetting) => {
          asked.push(forgetting);
          return Promise.resolve(parts[asked.length - 1] ?? { removed: 0 });
        },
        returnSpace: () => Promise.resolve((given += 1) < spaces),
      },
      clock: { now: () => nowMs, sleep: () => Promise.resolve(void (pauses += 1)) },
      log: silentLog,
      observer: { operationsRemoved: (count) => removed.push(count) },
      background: new BackgroundDriver({ clock: realClock, log: silentLog }),
    },
    retentionOf(10, 90),
  );
  return {
    asked,
    removed,
    pauses: () => pauses,
    given: () => given,
    done: retention.round(new AbortController().signal),
  };
}

test('what is beyond the number and what is too old goes in parts, with pauses between', async () => {
  const reached = { ms: 1, id: 'op50' };
  const { asked, removed, pauses, done } = round(70, [{ removed: 50, reached }, { removed: 20 }]);
  await done;
  expect(asked).toEqual([
    { nowMs, keepDays: 90, surplus: 70, look: 50 },
    { nowMs, keepDays: 90, surplus: 20, look: 50, after: reached },
  ]);
  expect([removed, pauses()]).toEqual([[70], 1]);
});

test('room is given back in parts, with pauses between, once for all that was removed', async () => {
  const { pauses, given, done } = round(0, [], 3);
  await done;
  expect([given(), pauses()]).toEqual([3, 2]);
});

test('nobody is told of nothing', async () => {
  const { asked, removed, done } = round(0, []);
  await done;
  expect([asked.length, removed]).toEqual([1, []]);
});
