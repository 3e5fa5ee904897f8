import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type Call, CallSlots } from '../../../src/engine/libvirt/call-slots.js';
import { systemClock } from '../../../src/system.js';

const call = (id: number, name: Call['name'] = 'listDomains', ...args: readonly string[]): Call => ({
  id,
  name,
  args,
  resolve: () => undefined,
  reject: () => undefined,
});

let sent: string[];
let overdue: number[];
let slots: CallSlots;
/** No process takes a call at once. */
let isCrowded: boolean;

beforeEach(() => {
  jest.useFakeTimers();
  sent = [];
  overdue = [];
  isCrowded = false;
  slots = new CallSlots(
    { calls: 2, guest: 3, stats: 2, looks: 1 },
    {
      send: ({ id }, slot) => {
        sent.push(`${String(id)} on ${String(slot)}`);
        if (!isCrowded) slots.begun(id);
      },
      clock: systemClock,
      deadlineMs: () => 100,
      overdue: ({ id }) => overdue.push(id),
    },
  );
});
afterEach(() => {
  jest.useRealTimers();
});

test('calls take the free slots and wait in order for the next', () => {
  [1, 2, 3, 4].forEach((id) => {
    slots.add(call(id));
  });
  expect(sent).toEqual(['1 on 0', '2 on 1']);
  expect(slots.end(2)?.id).toBe(2);
  expect(slots.end(1)?.id).toBe(1);
  expect(sent.slice(2)).toEqual(['3 on 1', '4 on 0']);
});

test('counters have slots of their own, and no queue', () => {
  [1, 2, 3].forEach((id) => {
    slots.add(call(id));
  });
  slots.add(call(4, 'readStats'));
  expect(sent).toContain('4 on 5');
  expect(slots.hasRoom('stats')).toBe(true);
  slots.add(call(5, 'readStats'));
  expect(sent).toContain('5 on 6');
  expect(slots.hasRoom('stats')).toBe(false);
});

describe('calls that wait for a guest', () => {
  test('take no slot of the others, nor two for one guest', () => {
    [1, 2, 3].forEach((id) => {
      slots.add(call(id, 'agentCommand', 'a'));
    });
    slots.add(call(4, 'requestShutdown', 'b'));
    slots.add(call(5));
    expect(sent).toEqual(['1 on 2', '4 on 3', '5 on 0']);
    slots.end(1);
    expect(sent.at(-1)).toBe('2 on 2');
  });

  test('share one slot for all guests that were slow, however many hang', () => {
    const hung = ['a', 'b', 'c', 'd', 'e'];
    hung.forEach((guest, index) => {
      slots.add(call(index, 'agentCommand', guest));
    });
    jest.advanceTimersByTime(2_500);
    hung.forEach((_guest, index) => {
      slots.end(index);
      jest.advanceTimersByTime(2_500);
    });
    sent = [];
    hung.forEach((guest, index) => {
      slots.add(call(10 + index, 'agentCommand', guest));
    });
    slots.add(call(20, 'agentCommand', 'well'));
    expect(sent).toEqual(['10 on 4', '20 on 2']);
    slots.end(10);
    expect(sent.at(-1)).toBe('11 on 4');
  });

  test('have every slot again once the guest answers', () => {
    slots.add(call(1, 'agentCommand', 'a'));
    jest.advanceTimersByTime(2_500);
    slots.end(1);
    slots.add(call(2, 'agentCommand', 'a'));
    slots.end(2);
    slots.add(call(3, 'agentCommand', 'a'));
    expect(sent).toEqual(['1 on 2', '2 on 4', '3 on 2']);
  });
});

test('the deadline counts from the start of the call, not from the asking', () => {
  [1, 2, 3].forEach((id) => {
    slots.add(call(id));
  });
  jest.advanceTimersByTime(60);
  slots.end(1);
  jest.advanceTimersByTime(60);
  expect(overdue).toEqual([2]);
  jest.advanceTimersByTime(60);
  expect(overdue).toEqual([2, 3]);
});

test('the deadline of a call counts from when a process has it', () => {
  isCrowded = true;
  slots.add(call(1));
  jest.advanceTimersByTime(500);
  expect(overdue).toEqual([]);
  slots.begun(1);
  jest.advanceTimersByTime(99);
  expect(overdue).toEqual([]);
  jest.advanceTimersByTime(1);
  expect(overdue).toEqual([1]);
});

test('progress starts the time again', () => {
  slots.add(call(1));
  jest.advanceTimersByTime(90);
  slots.progress(1);
  jest.advanceTimersByTime(90);
  expect(overdue).toEqual([]);
});

test('an answer to a call that is gone is nobody’s', () => {
  slots.add(call(1));
  slots.add(call(2));
  slots.add(call(3));
  const { running, waiting } = slots.clear();
  expect([running.map(({ id }) => id), waiting.map(({ id }) => id)]).toEqual([[1, 2], [3]]);
  expect(slots.end(1)).toBeUndefined();
  jest.advanceTimersByTime(1_000);
  expect(overdue).toEqual([]);
});
