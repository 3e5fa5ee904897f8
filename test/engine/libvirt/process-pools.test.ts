import { beforeEach, expect, jest, test } from '@jest/globals';
import { createProcessPools, type ProcessPools } from '../../../src/engine/libvirt/processes/process-pools.js';
import type { Member } from '../../../src/engine/libvirt/processes/seat.js';
import { hostId } from '../../../src/shared/ids.js';
import { systemClock } from '../../../src/system.js';
import { callOptions, fakeChildren, job, type FakeChild } from './fake-children.js';

let made: FakeChild[];
let pools: ProcessPools;
let told: string[];

beforeEach(() => {
  jest.useFakeTimers();
  const children = fakeChildren();
  made = children.made;
  told = [];
  pools = createProcessPools({ clock: systemClock, hostsPerPool: 2, makeChild: children.makeChild });
});

const member = (host: string, uri = callOptions.uri): Member => ({
  host: hostId(host),
  options: { ...callOptions, uri },
  connectTimeoutMs: 1_000,
  connected: () => told.push(`${host} connected`),
  disconnected: (reason) => told.push(`${host} disconnected: ${reason}`),
  notice: () => undefined,
  lost: (reason, alone) => told.push(`${host} lost: ${reason}${alone ? ', alone' : ''}`),
});
const child = (role: string, at = 0): FakeChild => {
  const found = made.filter((each) => each.role === role)[at];
  if (found === undefined) throw new Error(`there is no process ${String(at)} for ${role}`);
  return found;
};

test('hosts share a pool until it is full; one that is kept apart has its own', () => {
  for (const host of ['a', 'b', 'c']) pools.seat(member(host), false);
  pools.seat(member('d'), true);
  expect(pools.pools().map(({ number, hosts }) => [number, hosts])).toEqual([
    [1, 2],
    [2, 1],
    [3, 1],
  ]);
  pools.seat(member('e'), false);
  expect(pools.pools().map(({ hosts }) => hosts)).toEqual([2, 2, 1]);
});

test('a pool shows its processes, ends with its last host, and leaves its number to the next', async () => {
  const [a, b] = ['a', 'b'].map((host) => pools.seat(member(host), false));
  pools.seat(member('c'), false);
  a?.run(job(1, 'a'));
  jest.advanceTimersByTime(0);
  expect(pools.pools()[0]).toEqual({ number: 1, hosts: 2, processes: { calls: 1, events: 1 } });
  await a?.leave();
  expect(pools.pools()[0]).toMatchObject({ hosts: 1 });
  await b?.leave();
  expect(pools.pools()).toEqual([{ number: 2, hosts: 1, processes: { calls: 0, events: 1 } }]);
  expect(made.filter(({ isGone }) => isGone).map(({ role }) => role)).toEqual(['events', 'calls']);
  pools.seat(member('d'), true);
  expect(pools.pools().map(({ number }) => number)).toEqual([2, 1]);
  expect(pools.broken()).toEqual({ calls: 0, events: 0, both: 0 });
});

test('processes that break are counted by role', () => {
  const seat = pools.seat(member('a'), false);
  seat.run(job(1, 'a'));
  jest.advanceTimersByTime(0);
  child('calls').start();
  child('calls').die();
  child('events').start().die('crashed');
  expect(pools.broken()).toEqual({ calls: 1, events: 1, both: 0 });
  expect(seat.isUp).toBe(false);
});

test('connections for events are opened one after the other; a stuck one costs the process and is told apart', () => {
  const [a, b] = ['a', 'b'].map((host) => pools.seat(member(host), false));
  a?.listen();
  b?.listen();
  child('events').start();
  const asked = () => child('events').sent.map((each) => ('host' in each ? each.host : ''));
  expect(asked()).toEqual(['a']);
  child('events').listener.message({ type: 'connected', host: 'a' });
  expect([asked(), told]).toEqual([['a', 'b'], ['a connected']]);
  jest.advanceTimersByTime(1_000);
  const why = 'no connection for events of b within 1000 ms';
  expect(told).toEqual(['a connected', `a lost: ${why}`, `b lost: ${why}, alone`]);
});

test('the test driver has one process for both, which is a pool', async () => {
  const seat = pools.seat(member('t', 'test:///default'), false);
  seat.run(job(1, 't', told));
  jest.advanceTimersByTime(0);
  child('both').start().answer();
  seat.listen();
  child('both').listener.message({ type: 'connected', host: 't' });
  expect(told).toEqual(['1 begun', '1 result', 't connected']);
  expect(pools.pools()).toEqual([{ number: 1, hosts: 1, processes: { both: 1 } }]);
  child('both').die('crashed');
  expect([told.at(-1), pools.broken()['both'], seat.isUp]).toEqual(['t lost: crashed', 1, false]);
  await seat.leave();
  expect(pools.pools()).toEqual([]);
});
