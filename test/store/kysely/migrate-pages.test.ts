import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { Kysely, SqliteDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import type { LcmOpOcc, VnfInstance } from '../../../src/lifecycle/model.js';
import { vnfPkgId } from '../../../src/shared/ids.js';
import { up as initial } from '../../../src/store/kysely/migrations/0001-initial.js';
import { up as subscriptions } from '../../../src/store/kysely/migrations/0002-subscriptions.js';
import { up as onboardingLease } from '../../../src/store/kysely/migrations/0003-onboarding-lease.js';
import { createSqliteStore } from '../../../src/store/kysely/sqlite.js';
import { instantiated } from '../../builders/vnfc.js';
import {
  sampleInstance,
  sampleOperation,
  samplePackage,
  samplePlan,
  sampleSubscription,
} from '../../contract/store-samples.js';

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

/** A file as Berth wrote it before collections were read by the page. */
async function writeEarlier(file: string): Promise<void> {
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
    const names = Object.keys(row);
    raw
      .prepare(`insert into ${table} (${names.join()}) values (${names.map(() => '?').join()})`)
      .run(Object.values(row));
  };
  const document = JSON.stringify({ ...record, contents });
  insert('packages', { id: 'p1', vnfd_id: 'vnfd-1', created_at_ms: 7, document });
  for (const each of [running, idle]) {
    insert('instances', { id: each.id, package_id: 'p1', document: JSON.stringify(each) });
  }
  // More than are moved at once.
  const many = Array.from({ length: 250 }, (_, at) => ({ ...modified, id: `old-${String(at)}`, startTimeMs: 1 }));
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
  await db.destroy();
}

it('a database of an earlier Berth is read as before, and by the page', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'berth-migrate-'));
  const file = join(folder, 'berth.db');
  await writeEarlier(file);
  const store = createSqliteStore({ file });
  try {
    await store.open();
    expect(await store.package(record.id)).toEqual({ ...record, contents, instances: 2 });
    expect(await store.vnfdOf(record.id)).toEqual(contents.vnfd);
    expect(await store.imagesHeld(['ab', 'none'])).toEqual(new Set(['ab']));
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
  } finally {
    await store.close();
    rmSync(folder, { recursive: true });
  }
});
