import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { Kysely, SqliteDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import type { LcmOpOcc, VnfInstance } from '../../../src/lifecycle/model.js';
import { opOccId, vnfPkgId } from '../../../src/shared/ids.js';
import { up as initial } from '../../../src/store/kysely/migrations/0001-initial.js';
import { up as subscriptions } from '../../../src/store/kysely/migrations/0002-subscriptions.js';
import { up as onboardingLease } from '../../../src/store/kysely/migrations/0003-onboarding-lease.js';
import { createSqliteStore } from '../../../src/store/kysely/sqlite/sqlite.js';
import { instantiated } from '../../builders/vnfc.js';
import {
  sampleInstance,
  sampleOperation,
  samplePackage,
  samplePlan,
  sampleSubscription,
} from '../../contract/store-samples.js';
import { systemClock } from '../../../src/system.js';

type Connection = InstanceType<typeof Database>;

const image = { id: 'i', path: 'i.qcow2', sizeBytes: 1, sha256: 'ab', virtualSizeBytes: 1 };
const artifact = { path: 'Scripts/run.sh', sizeBytes: 1, sha256: 'cd' };
const contents = {
  ...samplePackage(),
  softwareImages: [image, { ...image, id: 'j' }],
  additionalArtifacts: [artifact],
};
const record = {
  ...{ id: vnfPkgId('p1'), onboardingState: 'ONBOARDED', operationalState: 'ENABLED', userDefinedData: {} },
  ...{ createdAtMs: 7, sha256: 'ef', sizeBytes: 3, revision: 4 },
} as const;

const running: VnfInstance = { ...sampleInstance('i1', 'p1'), instantiated: instantiated(), revision: 3 };
const idle = sampleInstance('i2', 'p1');
const parked: LcmOpOcc = {
  ...sampleOperation('op1', 'i1'),
  operationState: 'FAILED_TEMP',
  explanation: { decision: 'placed' },
  plan: { ...samplePlan, steps: [] },
};
const modified: LcmOpOcc = {
  ...sampleOperation('op2', 'i2', 2000),
  operation: 'MODIFY_INFO',
  operationState: 'COMPLETED',
};

// More than are moved at once.
const many = Array.from({ length: 250 }, (_, at) => ({
  ...modified,
  id: opOccId(`old-${String(at)}`),
  startTimeMs: 1,
}));

function insertRow(raw: Connection, table: string, row: Readonly<Record<string, unknown>>): void {
  const names = Object.keys(row);
  raw.prepare(`insert into ${table} (${names.join()}) values (${names.map(() => '?').join()})`).run(Object.values(row));
}

/** A file as Berth wrote it before collections were read by the page. */
async function writeEarlier(file: string, damage: (raw: Connection) => void = () => undefined): Promise<void> {
  const raw = new Database(file);
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database: raw }) });
  const done = {
    '0001-initial': { up: initial },
    '0002-subscriptions': { up: subscriptions },
    '0003-onboarding-lease': { up: onboardingLease },
  };
  const { error } = await new Migrator({ db, provider: { getMigrations: async () => done } }).migrateToLatest();
  expect(error).toBeUndefined();
  const insert = (table: string, row: Readonly<Record<string, unknown>>) => {
    insertRow(raw, table, row);
  };
  raw.exec('begin');
  const document = JSON.stringify({ ...record, contents });
  insert('packages', { id: 'p1', vnfd_id: 'vnfd-1', created_at_ms: 7, document });
  for (const each of [running, idle]) {
    insert('instances', { id: each.id, package_id: 'p1', document: JSON.stringify(each) });
  }
  for (const { plan, ...occ } of [parked, modified, ...many]) {
    const { id, vnfInstanceId, operationState, startTimeMs } = occ;
    const keys = { id, instance_id: vnfInstanceId, state: operationState, start_time_ms: startTimeMs };
    insert('operations', { ...keys, plan: plan ? JSON.stringify(plan) : null, document: JSON.stringify(occ) });
  }
  const subscription = sampleSubscription('s1');
  const sent = {
    api: subscription.api,
    identity: 'x',
    document: JSON.stringify(subscription),
    last_seq: 0,
    failures: 0,
  };
  insert('subscriptions', { id: 's1', ...sent });
  damage(raw);
  raw.exec('commit');
  await db.destroy();
}

it('a database of an earlier Berth is read as before, and by the page', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'berth-migrate-'));
  const file = join(folder, 'berth.db');
  await writeEarlier(file);
  const store = createSqliteStore({ file, clock: systemClock });
  try {
    await store.open();
    expect(await store.package(record.id)).toEqual({ ...record, contents, instances: 2 });
    expect([...(await store.scalingOf([record.id]))]).toEqual([[record.id, {}]]);
    expect(await store.packageWithImage('ab')).toBe('p1');
    const [head] = await store.packagePage({ limit: 9 }, { onboarded: true });
    expect(head).toMatchObject({ id: 'p1', summary: { vnfd: { provider: 'Acme', vnfmInfo: ['berth'] } } });
    expect(await store.instance(running.id)).toEqual(running);
    expect(await store.instance(idle.id)).toEqual(idle);
    expect(await store.instantiatedPage({ limit: 9 })).toEqual([{ id: running.id, revision: 3 }]);
    expect(await store.instancePage({ limit: 9 }, { names: ['name of i2'], vnfdIds: ['vnfd-1'] })).toEqual([idle]);
    expect(await store.opOcc(parked.id)).toEqual(parked);
    expect(await store.opOcc(modified.id)).toEqual(modified);
    const { plan: _plan, operationParams: _params, explanation: _why, ...shown } = parked;
    const shownPage = await store.opOccPage({ limit: 9 }, { operations: ['INSTANTIATE'] });
    expect(shownPage).toEqual([{ ...shown, rollbackSupported: true }]);
    expect(await store.opOccPage({ limit: 999 })).toHaveLength(252);
    expect(await store.decidedPage({ limit: 9 })).toMatchObject([
      { id: parked.id, explanation: { decision: 'placed' } },
    ]);
    expect(await store.subscriptionPage('vnfpkgm', { limit: 9, after: { ms: 0, id: '' } })).toHaveLength(1);
    const { longest } = await store.openOperations(9);
    expect(longest).toMatchObject([{ id: parked.id, stateEnteredTimeMs: parked.stateEnteredTimeMs }]);
    expect(await store.packageCounts()).toEqual(new Map([['ONBOARDED', 1]]));
    expect(await store.idleInstances()).toBe(1);
  } finally {
    await store.close();
    rmSync(folder, { recursive: true });
  }
});

const tables = ['packages', 'instances', 'operations', 'subscriptions'] as const;
const someMember = fc.constantFrom(
  ...['contents', 'vnfd', 'softwareImages', 'additionalArtifacts', 'instantiated', 'flavourId', 'vnfdId', 'revision'],
  ...['vnfInstanceName', 'operation', 'operationState', 'operationParams', 'createdAtMs', 'sha256', 'id'],
);
const damages = fc.oneof(
  fc.constantFrom(...['', '{"id":', 'null', '5', '[]', '"x"', '{}', '\0']).map((text) => () => text),
  fc.nat(400).map((length) => (text: string) => text.slice(0, length)),
  fc.tuple(someMember, fc.jsonValue()).map(
    ([name, value]) =>
      (text: string) =>
        replaced(text, name, value),
  ),
);

/** The document with another value wherever a member has this name. */
const replaced = (text: string, name: string, value: unknown): string =>
  JSON.stringify(JSON.parse(text, (key, old: unknown) => (key === name ? value : old)));

it('documents damaged in any way keep no earlier database from being opened, nor any other row from its place', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'berth-migrate-'));
  let files = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.constantFrom(...tables), damages), { minLength: 60, maxLength: 60 }),
      async (rows) => {
        const file = join(folder, `${String(files++)}.db`);
        await writeEarlier(file, (raw) => {
          for (const [at, [table, damaged]] of rows.entries()) addDamaged(raw, table, at, damaged);
        });
        const store = createSqliteStore({ file, clock: systemClock });
        try {
          await store.open();
          expect((await store.package(record.id))?.contents).toEqual(contents);
          expect(await store.instance(running.id)).toEqual(running);
          expect(await store.opOcc(parked.id)).toEqual(parked);
          const moved = await store.opOccPage({ limit: 999 }, { operations: ['MODIFY_INFO'] });
          expect(moved.map(({ id }) => id)).toEqual(expect.arrayContaining([modified.id, ...many.map(({ id }) => id)]));
        } finally {
          await store.close();
        }
      },
    ),
    { numRuns: 5, endOnFailure: true },
  );
  rmSync(folder, { recursive: true });
});

it('a document that cannot be read is left as it is, for a repair', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'berth-migrate-'));
  const file = join(folder, 'berth.db');
  await writeEarlier(file, (raw) => {
    for (const [at, table] of tables.entries()) addDamaged(raw, table, at, () => '{"id":');
    raw.prepare(`update operations set plan = '{"adds":' where id = 'op1'`).run([]);
  });
  const store = createSqliteStore({ file, clock: systemClock });
  await store.open();
  await store.close();
  const raw = new Database(file);
  for (const table of tables) {
    expect(raw.prepare(`select document from ${table} where id like 'damaged%'`).all([])[0]).toEqual({
      document: '{"id":',
    });
  }
  raw.close();
  rmSync(folder, { recursive: true });
});

interface Row extends Readonly<Record<string, unknown>> {
  readonly document: string;
}

/** A copy of a row, its document damaged. */
function addDamaged(
  raw: Connection,
  table: (typeof tables)[number],
  at: number,
  damaged: (text: string) => string,
): void {
  const row = raw
    .prepare(`select * from ${table} where id not like 'damaged%' order by id desc limit 1`)
    .all([])[0] as Row;
  const id = `damaged-${String(at)}`;
  const unique = {
    packages: { vnfd_id: null },
    instances: {},
    operations: { instance_id: id },
    subscriptions: { identity: id },
  }[table];
  insertRow(raw, table, { ...row, ...unique, id, document: damaged(row.document) });
}
