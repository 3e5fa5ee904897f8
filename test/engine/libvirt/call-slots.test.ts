import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { type Call, CallSlots } from '../../../src/engine/libvirt/call-slots.js';

const call = (id: number, name: Call['name'] = 'listDomains'): Call => ({
  id,
  name,
  args: [],
  resolve: () => undefined,
  reject: () => undefined,
});

let sent: string[];
let overdue: number[];
let slots: CallSlots;

beforeEach(() => {
  jest.useFakeTimers();
  sent = [];
  overdue = [];
  slots = new CallSlots(2, {
    send: ({ id }, slot) => sent.push(`${String(id)} on ${String(slot)}`),
    deadlineMs: () => 100,
    overdue: ({ id }) => overdue.push(id),
  });
});
afterEach(() => {
  jest.useRealTimers();
});

test('calls take the free workers and wait in order for the next', () => {
  [1, 2, 3, 4].forEach((id) => {
    slots.add(call(id));
  });
  expect(sent).toEqual(['1 on 0', '2 on 1']);
  expect(slots.end(2)?.id).toBe(2);
  expect(slots.end(1)?.id).toBe(1);
  expect(sent.slice(2)).toEqual(['3 on 1', '4 on 0']);
});

test('counters have a worker of their own', () => {
  [1, 2].forEach((id) => {
    slots.add(call(id));
  });
  slots.add(call(3, 'readStats'));
  expect(sent).toContain('3 on 2');
  expect(slots.isRunning(slots.statsSlot)).toBe(true);
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

test('progress starts the time anew', () => {
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
