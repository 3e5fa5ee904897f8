/** The notifier over a real store; subscribers answer what the test says. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { CallbackAnswer } from '../../../../src/notify/notify.js';
import type { Clock } from '../../../../src/shared/clock.js';
import { vnfPkgId } from '../../../../src/shared/ids.js';
import { createSqliteStore } from '../../../../src/store/kysely/sqlite/sqlite.js';
import type { Store } from '../../../../src/store/store.js';
import type { Delivery } from '../../../../src/subscription/model.js';
import { BackgroundDriver } from '../../../../src/workflow/background/driver.js';
import {
  defaultNotifierSettings,
  Notifier,
  type NotifierSettings,
} from '../../../../src/workflow/background/tasks/notifier.js';
import { realClock } from '../../../builders/berth.js';
import { onboard, sampleSubscription } from '../../../contract/store-samples.js';
import { until } from '../../../flow/server.js';
import { systemClock } from '../../../../src/system.js';

let dir: string;
let store: Store;
let running: BackgroundDriver[];
let logged: string[];
let counted: string[];

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'berth-notifier-'));
  store = createSqliteStore({ file: join(dir, 'berth.sqlite'), clock: systemClock });
  await store.open();
  [running, logged, counted] = [[], [], []];
});
afterEach(async () => {
  await Promise.all(running.map((background) => background.stop()));
  await store.close();
  rmSync(dir, { recursive: true });
});

const subscribe = (id: string) => store.createSubscription(sampleSubscription(id));

const toggle = (operationalState: 'ENABLED' | 'DISABLED') => store.modifyPackage(vnfPkgId('p1'), { operationalState });

type Deliver = (delivery: Delivery, signal: AbortSignal) => Promise<CallbackAnswer>;

/** No call over a network answers within the same turn of the event loop. */
const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

const quick: Partial<NotifierSettings> = { pollMs: 5, backOff: { firstPauseMs: 1, longestPauseMs: 1 } };

function start(
  deliver: Deliver,
  change: Partial<NotifierSettings> = {},
  seen: Partial<Store> = {},
  clock: Clock = realClock,
): BackgroundDriver {
  const say = (fields: object, message: string) => void logged.push(`${message} ${JSON.stringify(fields)}`);
  const log = { info: say, warn: say, error: say };
  const background = new BackgroundDriver({ clock, log });
  new Notifier(
    {
      store: {
        occupied: (...args) => store.occupied(...args),
        leaseDelivery: (...args) => store.leaseDelivery(...args),
        endDelivery: (...args) => store.endDelivery(...args),
        ...seen,
      },
      callbacks: { deliver: async (...args) => turn().then(() => deliver(...args)) },
      clock,
      log,
      background,
      observer: { deliveriesEnded: (how, count) => void counted.push(`${how} ${count}`) },
    },
    { ...defaultNotifierSettings('me'), ...quick, ...change },
  );
  background.start();
  running.push(background);
  return background;
}

const comes = (what: string, is: () => boolean | Promise<boolean>) =>
  until(
    async () => is(),
    (yes) => yes,
    `it does not come that ${what}`,
  );
const waiting = async (count: number) => (await store.outbox()).pending === count;
const emptied = () => comes('nothing waits', () => waiting(0));

describe('the notifier', () => {
  it('tries again what failed, before what came later, and says so once when it fails and once when it is well', async () => {
    await subscribe('s1');
    await onboard(store);
    await toggle('DISABLED');
    const tried: string[] = [];
    start(async ({ event }) => {
      tried.push(event.what);
      return tried.length < 4 ? { result: 'failed', why: 'it answers 500' } : { result: 'delivered' };
    });
    await emptied();
    expect(tried).toEqual(['ONBOARDED', 'ONBOARDED', 'ONBOARDED', 'ONBOARDED', 'OP_STATE_CHANGE']);
    await comes('all is counted', () => counted.length === 5);
    expect(counted).toEqual(['failed 1', 'failed 1', 'failed 1', 'delivered 1', 'delivered 1']);
    expect(logged.map((line) => line.replace(/ \{.*/, ''))).toEqual([
      'a notification could not be delivered; it is tried again',
      'the subscriber takes notifications again',
    ]);
    expect(logged[0]).toContain('"callback":"http://s1.example"');
    expect(logged.join()).not.toContain('hidden');
  });

  it('serves others while one subscriber does not answer, and breaks the call off when it stops', async () => {
    await subscribe('s1');
    await subscribe('s2');
    await onboard(store);
    await toggle('DISABLED');
    const told: string[] = [];
    const notifier = start(async ({ subscription, event }, signal) => {
      if (subscription.id === 's1') {
        await new Promise((done) => signal.addEventListener('abort', done));
        return { result: 'failed', why: 'Berth is stopping' };
      }
      told.push(event.what);
      return { result: 'delivered' };
    });
    await comes('s2 is told', () => told.length === 2);
    await notifier.stop();
    expect((await store.outbox()).pending).toBe(2);
  });

  it('drops what is refused, what is too old and what is too much, and counts it', async () => {
    await subscribe('s1');
    await onboard(store);
    start(async () => ({ result: 'refused', why: 'it answers 400, not 204' }));
    await emptied();
    await running[0]?.stop();
    for (const state of ['DISABLED', 'ENABLED', 'DISABLED'] as const) await toggle(state);
    start(async () => ({ result: 'failed', why: 'it is away' }), { keepAtMost: 2, keepMs: 60_000 });
    await comes('one is dropped', () => waiting(2));
    await running[1]?.stop();
    start(async () => ({ result: 'failed', why: 'it is away' }), { keepMs: -60_000 });
    await emptied();
    await running[2]?.stop();
    expect(counted.filter((each) => each.startsWith('dropped'))).toEqual(['dropped 1', 'dropped 1', 'dropped 2']);
    expect(logged.filter((line) => line.includes('dropped'))).toHaveLength(3);
  });

  it('that dies after the call and before its note delivers again, the same notification', async () => {
    await subscribe('s1');
    await onboard(store);
    const heard: string[] = [];
    const hear: Deliver = async ({ event }) => {
      heard.push(event.id);
      return { result: 'delivered' };
    };
    const dead = (): Promise<never> => Promise.reject(new Error('this Berth is dead'));
    start(hear, { owner: 'dying', leaseMs: 20 }, { endDelivery: dead });
    await comes('somebody is called', () => heard.length > 0);
    await running[0]?.stop();
    start(hear, { owner: 'next', leaseMs: 20 });
    await emptied();
    expect(heard.length).toBeGreaterThan(1);
    expect(new Set(heard).size).toBe(1);
  });

  it('never has two calls about one subscription, however long one takes', async () => {
    await subscribe('s1');
    await onboard(store);
    await toggle('DISABLED');
    let [underWay, most] = [0, 0];
    const slow: Deliver = async () => {
      most = Math.max(most, (underWay += 1));
      await realClock.sleep(60);
      underWay -= 1;
      return { result: 'delivered' };
    };
    start(slow, { leaseMs: 10, goneMs: 10 });
    await emptied();
    await comes('both are counted', () => counted.length === 2);
    expect([most, counted]).toEqual([1, ['delivered 1', 'delivered 1']]);
  });

  it('tries again and drops nothing whichever way the wall clock is set', async () => {
    await subscribe('s1');
    await onboard(store);
    let calls = 0;
    const world = { setMs: 0 };
    const clock = { ...realClock, now: () => realClock.now() + world.setMs };
    const fails: Deliver = async () => {
      calls += 1;
      world.setMs = calls % 2 === 0 ? 90 * 86_400_000 : -3_600_000;
      return calls < 5 ? { result: 'failed', why: 'it is away' } : { result: 'delivered' };
    };
    start(fails, { backOff: { firstPauseMs: 20, longestPauseMs: 20 } }, {}, clock);
    await emptied();
    await comes('all are counted', () => counted.length === 5);
    expect(counted).toEqual(['failed 1', 'failed 1', 'failed 1', 'failed 1', 'delivered 1']);
  });

  it('outlives a store that goes away for a while, and says so once', async () => {
    await subscribe('s1');
    await onboard(store);
    let broken = 3;
    const leaseDelivery: Store['leaseDelivery'] = async (...args) => {
      if ((broken -= 1) >= 0) throw new Error('the database is gone');
      return store.leaseDelivery(...args);
    };
    start(async () => ({ result: 'delivered' }), {}, { leaseDelivery });
    await emptied();
    await comes('it is said', () => logged.length >= 2);
    expect(logged.map((line) => line.replace(/ \{.*/, ''))).toEqual([
      'looking for notifications failed; it is tried again until it works',
      'looking for notifications works again',
    ]);
  });
});
