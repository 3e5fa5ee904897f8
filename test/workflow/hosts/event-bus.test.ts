import { beforeEach, describe, expect, test } from '@jest/globals';
import { hostId, vnfcId } from '../../../src/shared/ids.js';
import { silentLog } from '../../../src/shared/log.js';
import { HostEventBus } from '../../../src/workflow/hosts/event-bus.js';
import { hostEventOf, type HeardEvent, type HostEvent } from '../../../src/workflow/hosts/events.js';

const h1 = hostId('h1');
const h2 = hostId('h2');
const vnfc = vnfcId('11111111-1111-4111-8111-111111111111');

let logged: unknown[];
let missedBy: Map<string, number>;
let bus: HostEventBus;
beforeEach(() => {
  logged = [];
  const note = (about: unknown) => void logged.push(about);
  missedBy = new Map();
  const count = (name: string, more: number) => void missedBy.set(name, (missedBy.get(name) ?? 0) + more);
  bus = new HostEventBus({ ...silentLog, warn: note, error: note }, { hostEventsMissed: count });
});

const read = (id = h1): HostEvent => ({ type: 'read', hostId: id, isFirst: false });
const domain = (change: 'started' | 'stopped' | 'crashed', id = h1): HostEvent => ({
  ...{ type: 'domain', hostId: id, vnfcId: vnfc, change },
  ...{ state: change === 'started' ? 'running' : 'shutoff', detail: '' },
});

/** A subscriber whose events end when the test says so. */
function slow() {
  const heard: HeardEvent[] = [];
  const open: (() => void)[] = [];
  const take = (event: HeardEvent): Promise<void> => {
    heard.push(event);
    return new Promise((resolve) => open.push(resolve));
  };
  const end = async (): Promise<void> => {
    open.shift()?.();
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  };
  return { heard, take, end };
}

const words = (events: readonly HeardEvent[]) =>
  events.map((event) => (event.type === 'domain' ? event.change : event.type));

test('a subscriber has heard an event when it is published, and nothing after it has left', () => {
  const heard: HeardEvent[] = [];
  const leave = bus.subscribe('test', (event) => void heard.push(event));
  bus.publish(read());
  expect(words(heard)).toEqual(['read']);
  leave();
  bus.publish(read());
  expect(heard).toHaveLength(1);
});

test('events of a host are heard one at a time and in order, whatever the other hosts do', async () => {
  const { heard, take, end } = slow();
  bus.subscribe('slow', take);
  bus.publish(domain('started'));
  bus.publish(domain('crashed'));
  bus.publish(read());
  bus.publish(domain('started', h2));
  expect(heard.map(({ hostId: id }) => id)).toEqual([h1, h2]);
  await end();
  expect(words(heard)).toEqual(['started', 'started', 'crashed']);
  await end();
  await end();
  expect(words(heard)).toEqual(['started', 'started', 'crashed', 'read']);
});

test('what a subscriber publishes while it hears comes after what it hears, for everybody', () => {
  const heard: HeardEvent[] = [];
  bus.subscribe('first', (event) => {
    if (event.type === 'disconnected') bus.publish({ type: 'lost', hostId: event.hostId });
  });
  bus.subscribe('second', (event) => void heard.push(event));
  bus.publish({ type: 'disconnected', hostId: h1, reason: 'gone' });
  expect(words(heard)).toEqual(['disconnected', 'lost']);
});

describe('a subscriber that', () => {
  test.each([
    [
      'throws',
      () => {
        throw new Error('no');
      },
    ],
    ['fails later', () => Promise.reject(new Error('no'))],
  ])('%s hurts neither the others nor its own next event', async (_how, fail) => {
    const heard: HeardEvent[] = [];
    let calls = 0;
    bus.subscribe('bad', () => {
      calls += 1;
      return fail();
    });
    bus.subscribe('good', (event) => void heard.push(event));
    bus.publish(read());
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
    bus.publish(domain('crashed'));
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
    expect([calls, words(heard)]).toEqual([2, ['read', 'crashed']]);
    expect(logged).toEqual([
      expect.objectContaining({ hostId: h1, subscriber: 'bad', event: 'read' }),
      expect.objectContaining({ hostId: h1, subscriber: 'bad', event: 'domain' }),
    ]);
  });

  test('never ends holds up nobody, and hears that it missed what did not fit', async () => {
    const { heard, take, end } = slow();
    const others: HeardEvent[] = [];
    bus.subscribe('stuck', take);
    bus.subscribe('good', (event) => void others.push(event));
    const many = 1000;
    for (let at = 0; at < many; at += 1) bus.publish(read());
    expect([heard.length, others.length]).toEqual([1, many]);
    expect(logged).toContainEqual(expect.objectContaining({ hostId: h1, subscriber: 'stuck' }));
    for (let at = 0; at < many; at += 1) await end();
    const missed = heard.find((event) => event.type === 'missed');
    expect(heard.length).toBeLessThan(300);
    expect(heard.length - 1 + (missed?.type === 'missed' ? missed.count : 0)).toBe(many);
    expect(missedBy).toEqual(new Map([...missedBy, ['stuck', many - heard.length + 1], ['good', 0]]));
    bus.publish(domain('started'));
    expect(words(heard).at(-1)).toBe('started');
  });

  test('left hears nothing that waited for it', async () => {
    const { heard, take, end } = slow();
    const leave = bus.subscribe('slow', take);
    bus.publish(read());
    bus.publish(read());
    leave();
    await end();
    expect(heard).toHaveLength(1);
  });
});

test.each([
  ['started', 'booted', 'started'],
  ['resumed', 'unpaused', 'resumed'],
  ['suspended', 'io-error', 'suspended'],
  ['pmsuspended', 'memory', 'suspended'],
  ['shutdown', 'guest', 'shutting-down'],
  ['stopped', 'shutdown', 'stopped'],
  ['stopped', 'crashed', 'crashed'],
  ['stopped', 'failed', 'crashed'],
  ['crashed', 'panicked', 'panicked'],
  ['defined', 'added', 'defined'],
  ['undefined', 'removed', 'undefined'],
  ['event-99', 'detail-1', 'changed'],
])('libvirt event %s (%s) is %s', (event, detail, change) => {
  const told = hostEventOf({ type: 'domain', hostId: h1, uuid: vnfc, state: 'unknown', event, detail });
  expect(told).toEqual({ type: 'domain', hostId: h1, vnfcId: vnfc, change, state: 'unknown', detail });
});

test('connections and agents are told as they are', () => {
  expect(hostEventOf({ type: 'connected', hostId: h1 })).toEqual({ type: 'connected', hostId: h1 });
  expect(hostEventOf({ type: 'disconnected', hostId: h1, reason: 'x' })).toEqual({
    ...{ type: 'disconnected', hostId: h1, reason: 'x' },
  });
  expect(hostEventOf({ type: 'agent', hostId: h1, uuid: vnfc, connected: false })).toEqual({
    ...{ type: 'agent', hostId: h1, vnfcId: vnfc, isConnected: false },
  });
});
