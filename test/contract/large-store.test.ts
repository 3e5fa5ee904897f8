/**
 * What pages and periodic tasks ask of a database that has grown: the time does not grow with it. SQLite answers in this
 * process, so that everybody else waits for as long.
 */
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { opOccId, subscriptionId, vnfPkgId } from '../../src/shared/ids.js';
import { createSqliteStore } from '../../src/store/kysely/sqlite/sqlite.js';
import type { Store } from '../../src/store/store.js';
import { begun, freeOnly, onboard, sampleSubscription } from './store-samples.js';
import { systemClock } from '../../src/system.js';

jest.setTimeout(120_000);

const rows = 60_000;
/** On a machine that is busy; whatever looks at all rows takes longer on any. */
const mostMs = 15;

const idOf = (at: number): string => `copy-${String(100_000 + at)}`;

let file = '';
let folder = '';
let store: Store;
async function open(): Promise<void> {
  store = createSqliteStore({ file, clock: systemClock });
  await store.open();
}

/** Closes the store while something is done to its file. */
async function behindIt(work: (raw: Database) => void): Promise<void> {
  await store.close();
  const raw = new Database(file);
  work(raw);
  raw.close();
  await open();
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'berth-large-'));
  file = join(folder, 'berth.sqlite');
  await open();
  await begun(store, 'ended');
  await store.endOperation({ opOccId: opOccId('ended'), token: 1, state: 'COMPLETED', nowMs: 3000 });
  await behindIt(copyOperation);
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

function copyOperation(raw: Database): void {
  const columns = (raw.pragma('table_info(operations)') as readonly { readonly name: string }[]).map(
    ({ name }) => name,
  );
  const own: Readonly<Record<string, string>> = {
    id: `'copy-' || (100000 + i)`,
    start_time_ms: 'start_time_ms + i',
    explanation: `case i % 2 when 0 then '{}' end`,
    document: `json_set(document, '$.id', 'copy-' || (100000 + i), '$.startTimeMs', start_time_ms + i)`,
  };
  raw.exec(`with recursive n(i) as (select 1 union all select i + 1 from n where i < ${String(rows)})
    insert into operations (${columns.join()}) select ${columns.map((name) => own[name] ?? name).join()} from n, operations`);
}

/** The shortest of some tries: what others do on the machine only ever adds. */
async function shortest(ask: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 6; round += 1) {
    const from = performance.now();
    await ask();
    times.push(performance.now() - from);
  }
  return Math.min(...times);
}

const none = ['STARTING', 'PROCESSING', 'FAILED', 'ROLLED_BACK'];
const some = Array.from({ length: 90 }, (_, at) => `instance-${String(at)}`);
const limit = 200;
const asked: Readonly<Record<string, () => Promise<unknown>>> = {
  'a state that is rare': () => store.opOccPage({ limit }, { states: ['FAILED_TEMP'] }),
  'states of which there is none': () => store.opOccPage({ limit }, { states: none }),
  'all states': () => store.opOccPage({ limit }, { states: ['COMPLETED', ...none] }),
  'a kind that is rare': () => store.opOccPage({ limit }, { operations: ['SCALE', 'OPERATE'] }),
  'a kind and states that are rare': () => store.opOccPage({ limit }, { states: none, operations: ['INSTANTIATE'] }),
  'a time at which nothing began': () => store.opOccPage({ limit }, { startFromMs: 1e12 }),
  'a state and a time': () => store.opOccPage({ limit }, { states: none, startFromMs: 5000, startUntilMs: 50_000 }),
  'an instance': () => store.opOccPage({ limit }, { instanceIds: ['instance-of-ended'] }),
  'many instances': () => store.opOccPage({ limit }, { instanceIds: some }),
  ids: () => store.opOccPage({ limit }, { ids: some }),
  'decisions of a kind that is rare': () => store.decidedPage({ limit }, { operations: ['SCALE'] }),
  'decisions on an instance': () => store.decidedPage({ limit }, { instanceIds: ['none'] }),
  'the next operation to carry out': () => store.leaseOperation(freeOnly('me')),
  'the next package to read': () => store.leaseOnboarding(freeOnly('me')),
  'the next delivery': () => store.leaseDelivery(freeOnly('me')),
  'what is in hand': () => store.occupied('operations', ''),
  'the outbox': () => store.outbox(),
  'operations that have not ended': () => store.openOperations(50),
  'packages by state': () => store.packageCounts(),
  'instances that are idle': () => store.idleInstances(),
  'its size': () => store.size(),
  readiness: () => store.ping(),
};

describe(`with ${String(rows)} operations stored`, () => {
  it.each(Object.keys(asked))('asking for %s looks at few of them', async (what) => {
    expect(await shortest(asked[what] ?? (() => Promise.reject(new Error(what))))).toBeLessThan(mostMs);
  });

  it('an operation that cannot be read is named without looking at the others', async () => {
    await behindIt((raw) => raw.exec(`update operations set document = '{' where id = '${idOf(1)}'`));
    expect(await store.opOccPage({ limit: 5 })).toHaveLength(4);
    expect(await shortest(() => store.opOccPage({ limit: 5 }))).toBeLessThan(mostMs);
    expect(await store.unreadable()).toMatchObject([{ id: idOf(1) }]);
  });
});

describe('documents that are large', () => {
  it('are read a few at a time, and all of them', async () => {
    const large = { text: 'x'.repeat(60_000) };
    for (let at = 0; at < 30; at += 1) {
      await store.createPackage({ id: vnfPkgId(`large-${String(at)}`), userDefinedData: large, createdAtMs: at });
    }
    const seen: string[] = [];
    for (;;) {
      const after = seen.at(-1);
      const page = await store.packagePage({ limit, ...(after !== undefined && { after }) });
      expect(JSON.stringify(page).length).toBeLessThan(300 * 1024);
      if (page.length === 0) break;
      seen.push(...page.map(({ id }) => id));
    }
    expect(seen.filter((id) => id.startsWith('large-'))).toHaveLength(30);
  });
});

describe('more subscriptions than a page holds', () => {
  it('are all told of an event, a page at a time, and counted in the outbox', async () => {
    for (let at = 0; at < 450; at += 1) {
      await store.createSubscription({
        ...sampleSubscription(`s${String(at)}`, { vnfdId: ['vnfd-9', 'x'.repeat(500)] }),
        callbackUri: `http://192.0.2.1/${String(at)}`,
      });
    }
    await onboard(store, 'p9', 'vnfd-9');
    expect(await store.outbox()).toMatchObject({ pending: 450 });
    const first = await store.leaseDelivery(freeOnly('me'));
    expect(first?.work.subscription.id).toEqual(subscriptionId('s0'));
  });
});
