/** Claims that were made before there were allocations: each finds its owner, and operations under way go on. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { StepInputs } from '../../src/lifecycle/step-inputs.js';
import { hostId, opOccId, vnfcId, vnfInstanceId } from '../../src/shared/ids.js';
import { createPostgresStore } from '../../src/store/kysely/postgres/postgres.js';
import { createSqliteStore } from '../../src/store/kysely/sqlite/sqlite.js';
import type { Store } from '../../src/store/store.js';
import { releaseClaims } from '../../src/workflow/steps/claims.js';
import type { StepContext } from '../../src/workflow/steps/handler.js';
import { instantiated, vnfc } from '../builders/vnfc.js';
import { everyClaim, everyHost } from '../builders/whole-tables.js';
import { insert, migratedBefore, postgresAt, sqliteFile } from './earlier-database.js';
import { describeWithPostgres, startPostgres, type Cluster } from './postgres-cluster.js';
import { freeOnly, sampleInstance, sampleOperation, samplePlan } from './store-samples.js';
import { systemClock } from '../../src/system.js';

type Raw = ReturnType<typeof sqliteFile>;

interface Bench {
  /** The database by hand; nobody else has it open. */
  readonly raw: () => Raw;
  readonly store: () => Store;
}

const [router, firewall, half, gone] = ['router', 'firewall', 'half', 'gone'].map(vnfcId);

/** Two VNFs that run, one of which is being terminated, one of which was given up half-way; and what a third left behind. */
async function writeEarlier(db: Raw): Promise<void> {
  await migratedBefore(db, '0015-allocations');
  await insert(db, 'packages', { id: 'p1', vnfd_id: null, created_at_ms: 1, state: 'CREATED', document: '{}' });
  await writeInstance(db, 'i1', router);
  await writeInstance(db, 'i2', firewall);
  await writeOperation(db, 'made-i1', 'i1', 'COMPLETED');
  await writeOperation(db, 'made-i2', 'i2', 'COMPLETED');
  await writeOperation(db, 'made-i3', 'i3', 'ROLLED_BACK');
  await writeOperation(db, 'terminates', 'i1', 'PROCESSING', releasing(router));
  await writeOperation(db, 'scales', 'i2', 'FAILED_TEMP');
  for (const id of ['h1', 'h2'])
    await insert(db, 'hosts', { id, zone: 'z', admin_state: 'active', generation: 7, facts: null });
  await writeClaims(db, router, 'i1', 'made-i1', 'h1', '1');
  await writeClaims(db, firewall, 'i2', 'made-i2', 'h1', '2');
  await writeClaims(db, half, 'i2', 'scales', 'h2', '3');
  await insert(db, 'claims', { ...claim(gone, 'i3', 'made-i3', 'h2'), kind: 'disk', key: 'pool', exclusive: 0 });
  const left = {
    vnfc_id: gone ?? '',
    host_id: 'h2',
    pool: 'pool',
    name: 'a',
    bases: '[]',
    reason: 'away',
    since_ms: 1,
  };
  await insert(db, 'leftovers', left);
}

async function writeInstance(db: Raw, id: string, vnfcOf: typeof router): Promise<void> {
  const { id: _id, ...document } = { ...sampleInstance(id, 'p1') };
  const real = instantiated({ vnfcs: vnfcOf === undefined ? [] : [vnfc({ id: vnfcOf, hostId: hostId('h1') })] });
  await insert(db, 'instances', {
    ...{ id, package_id: 'p1', vnfd_id: null, name: null, revision: 1, flavour_id: 'simple' },
    ...{ document: JSON.stringify({ id, ...document }), instantiated: JSON.stringify(real) },
  });
}

const releasing = (id: typeof router) => ({
  ...samplePlan,
  steps: [
    {
      ...{ id: `vnfc/${String(id)}/release`, kind: 'release-claims', stage: 1, lane: `vnfc/${String(id)}` },
      ...{ timeoutMs: 1000, input: { vnfcIds: [id] } },
    },
  ],
});

async function writeOperation(db: Raw, id: string, instance: string, state: string, plan: unknown = samplePlan) {
  const document = { ...sampleOperation(id, instance), operationState: state };
  await insert(db, 'operations', {
    ...{ id, instance_id: instance, state, state_entered_ms: 1, start_time_ms: 1, operation: 'SCALE' },
    ...{ document: JSON.stringify(document), params: '{}', explanation: null, waited: null },
    ...{ plan: JSON.stringify(plan), rollback_supported: 1 },
  });
}

const claim = (id: typeof router, instance: string, operation: string, host: string) => ({
  ...{ host_id: host, cell: null, amount: 1, vnfc_id: id ?? '', instance_id: instance, op_occ_id: operation },
});

async function writeClaims(
  db: Raw,
  ...[id, instance, operation, host, cpu]: Parameters<typeof claimsBy>
): Promise<void> {
  for (const row of claimsBy(id, instance, operation, host, cpu)) await insert(db, 'claims', row);
}

const claimsBy = (id: typeof router, instance: string, operation: string, host: string, cpu: string) => [
  { ...claim(id, instance, operation, host), kind: 'cpu', key: cpu, exclusive: 1 },
  { ...claim(id, instance, operation, '*'), kind: 'mac', key: `mac-of-${String(id)}`, exclusive: 1 },
];

function earlierClaims(bench: () => Bench): void {
  let open: Store | undefined;
  const opened = async (): Promise<Store> => {
    await open?.close();
    open = bench().store();
    await open.open();
    return open;
  };
  const byHand = async (work: (db: Raw) => Promise<void>): Promise<void> => {
    await open?.close();
    open = undefined;
    const db = bench().raw();
    await work(db);
    await db.destroy();
  };
  beforeEach(() => byHand(writeEarlier));
  afterEach(async () => {
    await open?.close();
    open = undefined;
  });
  const held = async (store: Store) =>
    (await everyClaim(store)).map((one) => `${one.vnfcId} ${one.kind} ${one.allocationId}`);

  it('belong to an allocation of their VNFC, one on its host and one of addresses, and none is without an owner', async () => {
    const store = await opened();
    expect([...(await held(store))].sort()).toEqual([
      'firewall cpu firewall',
      'firewall mac firewall/addresses',
      'gone disk gone',
      'half cpu half',
      'half mac half/addresses',
      'router cpu router',
      'router mac router/addresses',
    ]);
    expect(await store.ownerlessAllocations(9)).toEqual([]);
    expect((await everyHost(store)).map(({ generation }) => generation)).toEqual([7, 7]);
    expect((await store.instancesOn(hostId('h1'))).map(({ id }) => id)).toEqual(['i1', 'i2']);
  });

  it('go by a step of a plan that names VNFCs, and with the end of its operation', async () => {
    const store = await opened();
    const leased = await store.leaseOperation(freeOnly('me'));
    expect(leased?.work.id).toBe('terminates');
    const input = leased?.work.plan?.steps[0]?.input as StepInputs['release-claims'];
    const releasing: StepContext['releasing'] = (_given, release) => release();
    await releaseClaims.run(input, { store, releasing } as unknown as StepContext);
    expect((await held(store)).filter((one) => one.startsWith('router'))).toEqual([]);
    const end = { opOccId: opOccId('terminates'), token: leased?.token ?? 0, state: 'COMPLETED', nowMs: 9 } as const;
    await store.endOperation({ ...end, instance: { instantiated: null } });
    expect((await store.instance(vnfInstanceId('i1')))?.instantiated).toBeUndefined();
  });

  it('of a plan that is given up go, and those that the record names stay', async () => {
    const store = await opened();
    const real = (await store.instance(vnfInstanceId('i2')))?.instantiated;
    const given = { opOccId: opOccId('scales'), nowMs: 9, instance: { instantiated: real ?? null } };
    expect(await store.failOperation(given)).toMatchObject({ ok: true });
    const left = (await held(store)).filter((one) => /half|firewall/.test(one)).sort();
    expect(left).toEqual(['firewall cpu firewall', 'firewall mac firewall/addresses']);
  });

  it('for disks that were left behind go with the last of these', async () => {
    const store = await opened();
    await store.settleLeftovers(await store.leftovers(9));
    expect((await held(store)).filter((one) => one.startsWith('gone'))).toEqual([]);
  });

  it('are told when nobody keeps their allocation, and can be let go', async () => {
    await opened();
    await byHand(async (db) => {
      const lost = { instance_id: 'i1', host_id: 'h1', op_occ_id: 'made-i1' };
      await insert(db, 'allocations', { ...lost, id: 'forgotten', vnfc_id: 'x', owner: 'operation' });
      await insert(db, 'allocations', { ...lost, id: 'swept', vnfc_id: 'y', owner: 'leftover' });
      await insert(db, 'claims', {
        ...{ host_id: 'h1', kind: 'cpu', key: '9', cell: null, exclusive: 1, amount: 1, allocation_id: 'forgotten' },
      });
    });
    const store = await opened();
    const found = await store.ownerlessAllocations(9);
    expect(found).toMatchObject([
      { id: 'forgotten', hostId: 'h1', vnfcId: 'x' },
      { id: 'swept', vnfcId: 'y' },
    ]);
    expect(await store.ownerlessAllocations(1)).toHaveLength(1);
    await store.releaseAllocations(found.map(({ id }) => id));
    expect(await store.ownerlessAllocations(9)).toEqual([]);
    expect((await everyClaim(store)).some(({ key }) => key === '9')).toBe(false);
  });
}

describe('claims of earlier builds on SQLite', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'berth-claims-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const file = () => join(folder, 'berth.db');
  earlierClaims(() => ({
    raw: () => sqliteFile(file()),
    store: () => createSqliteStore({ file: file(), clock: systemClock }),
  }));
});

describeWithPostgres('claims of earlier builds on PostgreSQL', () => {
  let cluster: Cluster;
  let url = '';
  beforeAll(async () => {
    cluster = await startPostgres();
  });
  afterAll(() => cluster.stop());
  beforeEach(async () => {
    url = await cluster.database();
  });
  earlierClaims(() => ({
    raw: () => postgresAt(url),
    store: () => createPostgresStore({ url, clock: systemClock, connections: 4 }),
  }));
});
