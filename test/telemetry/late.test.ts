/** The page of metrics while the database is slow to answer, or meets a fault. */
import { beforeEach, expect, test } from '@jest/globals';
import type { Outbox } from '../../src/store/subscriptions.js';
import { createTelemetry, type Remembered } from '../../src/telemetry/telemetry.js';
import type { FleetView } from '../../src/workflow/hosts/fleet-view.js';
import { FakeClock } from '../builders/fake-clock.js';
import { instance } from '../builders/instance.js';
import { host } from '../builders/placement.js';
import { instantiated } from '../builders/vnfc.js';
import { textOf } from './page-world.js';

let clock: FakeClock;
beforeEach(() => {
  clock = new FakeClock();
});

const fleet: FleetView = {
  hosts: () => [host('host-1', { pages2MiB: 1024 })],
  host: () => undefined,
  domain: () => ({ state: 'running', reason: 'booted', agentConnected: true }),
  whyUnreachable: () => undefined,
  unreachable: () => [],
  isSeen: () => true,
  waitsFor: () => undefined,
  drift: () => [],
  isConfigured: () => true,
  stats: () => [],
  freePages: () => [],
};

let outbox: () => Promise<Outbox>;
function open() {
  const running = instance({ instantiated: instantiated() });
  const remembered: Remembered = {
    claims: async () => new Map(),
    instances: async () => new Map([[running.id, running]]),
    outbox: () => outbox(),
    unreadable: async () => [],
    openOperations: async () => ({ counts: [], waiting: 0, longest: [] }),
    packageCounts: async () => new Map(),
    idleInstances: async () => 0,
    size: async () => ({ database: 'sqlite', bytes: 1 }),
    whereabouts: { on: () => new Map() },
    capacities: { last: () => undefined },
  };
  const page = createTelemetry('1.2.3', clock).page(remembered, fleet, () => Promise.resolve(undefined));
  return { render: () => textOf(page.render()) };
}

const up = (page: string): string | undefined => /^berth_store_up (\d)$/m.exec(page)?.[1];

test('does not wait for a database that hangs longer than a scrape may take, nor asks it again meanwhile', async () => {
  const page = open();
  let asked = 0;
  const later = Promise.withResolvers<Outbox>();
  outbox = () => {
    asked += 1;
    return later.promise;
  };
  for (let scrape = 0; scrape < 3; scrape += 1) {
    const part = page.render();
    await clock.advance(5_000);
    expect(up(await part)).toBe('0');
  }
  expect(asked).toBe(1);
  const next = page.render();
  later.resolve({ pending: 7 });
  const whole = await next;
  expect([up(whole), asked]).toEqual(['1', 1]);
  expect(whole).toMatch(/^berth_notifications_pending 7$/m);
});

test('is made although the database says too late that it met a fault, which the next page meets', async () => {
  const page = open();
  const later = Promise.withResolvers<Outbox>();
  outbox = () => later.promise;
  const part = page.render();
  await clock.advance(5_000);
  expect(up(await part)).toBe('0');
  later.reject(new TypeError('a fault'));
  await clock.advance(0);
  await expect(page.render()).rejects.toThrow('a fault');
});

test('does not hide a fault that is not the database’s', async () => {
  outbox = () => Promise.reject(new TypeError('a fault'));
  await expect(open().render()).rejects.toThrow('a fault');
});
