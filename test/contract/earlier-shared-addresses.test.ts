/**
 * Virtual addresses that one VNFC claimed for all, as earlier builds did: all that share them have them claimed afterwards,
 * those of an operation under way too.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Vnfc, VnfcCp } from '../../src/lifecycle/model.js';
import { allocationId, hostId, opOccId, vnfcId } from '../../src/shared/ids.js';
import { createPostgresStore } from '../../src/store/kysely/postgres/postgres.js';
import { createSqliteStore } from '../../src/store/kysely/sqlite/sqlite.js';
import type { Store } from '../../src/store/store.js';
import { instantiated, vnfc } from '../builders/vnfc.js';
import { everyClaim } from '../builders/whole-tables.js';
import { insert, migratedBefore, postgresAt, sqliteFile } from './earlier-database.js';
import { describeWithPostgres, startPostgres, type Cluster } from './postgres-cluster.js';
import { freeOnly, sampleInstance, sampleOperation, samplePlan } from './store-samples.js';
import { systemClock } from '../../src/system.js';

type Raw = ReturnType<typeof sqliteFile>;

const vip = { cpdId: 'vip', cpConfigId: 'c0', extVirtualLinkId: 'link', addresses: ['10.9.0.1/24'] };
const cpOf = (id: string, change: Partial<VnfcCp> = {}): VnfcCp => ({
  ...{ id: `${id}/west`, cpdId: 'west', order: 0, mac: `mac-of-${id}`, addresses: [], network: 'data', vips: [vip] },
  ...change,
});
const sharer = (id: string, change: Partial<VnfcCp> = {}): Vnfc =>
  vnfc({
    ...{ id: vnfcId(id), hostId: hostId('h1'), cps: [cpOf(id, change)] },
    allocations: { place: allocationId(`place-${id}`), addresses: allocationId(`addresses-${id}`) },
  });

/** Of a build that knew no allocations, as the migration of its claims named them. */
const { allocations: _none, ...eldest } = sharer('eldest');

async function writeEarlier(db: Raw): Promise<void> {
  await migratedBefore(db, '0023-shared-addresses');
  await insert(db, 'packages', { id: 'p1', vnfd_id: null, created_at_ms: 1, state: 'CREATED', document: '{}' });
  await writeInstance(db, 'i1', JSON.stringify(instantiated({ vnfcs: [sharer('first'), eldest] })));
  await writeInstance(db, 'broken', '{"vnfcs":[{"id":"x","cps":[{"vips":[{}]}]}');
  await writeInstance(db, 'i2', undefined);
  const left = { network: 'left' };
  await writeInstance(
    db,
    'i3',
    JSON.stringify(instantiated({ vnfcs: [sharer('sixth', left), sharer('seventh', left)] })),
  );
  await writeOperation(db, 'made', 'i1', 'COMPLETED', []);
  await writeOperation(db, 'scales', 'i1', 'PROCESSING', [{ after: sharer('third') }]);
  const physical = { physicalNetwork: 'wire', vlan: 7 };
  const tagged = (id: string): Vnfc => {
    const made = sharer(id, physical);
    const { network: _network, ...cp } = made.cps[0] ?? cpOf(id);
    return { ...made, cps: [cp] };
  };
  await writeOperation(db, 'starts', 'i2', 'FAILED_TEMP', [{ after: tagged('fourth') }, { after: tagged('fifth') }]);
  await writeOperation(db, 'scaled', 'i3', 'COMPLETED', []);
  await claim(db, 'sixth', 'i3', 'scaled', 'addresses-sixth', 'left/10.9.0.6', 'record');
  await claim(db, 'seventh', 'i3', 'scaled', 'addresses-seventh', 'left/10.9.0.7', 'record');
  await claim(db, 'first', 'i1', 'made', 'addresses-first', 'data/10.9.0.1', 'record');
  await claim(db, 'eldest', 'i1', 'made', 'eldest/addresses', 'data/10.9.0.3', 'record');
  await claim(db, 'third', 'i1', 'scales', 'addresses-third', 'data/10.9.0.4', 'operation');
  await claim(db, 'fourth', 'i2', 'starts', 'addresses-fourth', 'wire.7/10.9.0.1', 'operation');
  await claim(db, 'fifth', 'i2', 'starts', 'addresses-fifth', 'wire.7/10.9.0.5', 'operation');
}

async function writeInstance(db: Raw, id: string, real: string | undefined): Promise<void> {
  await insert(db, 'instances', {
    ...{
      id,
      package_id: 'p1',
      vnfd_id: null,
      name: null,
      revision: 1,
      flavour_id: real === undefined ? null : 'simple',
    },
    ...{ document: JSON.stringify(sampleInstance(id, 'p1')), instantiated: real ?? null },
  });
}

async function writeOperation(db: Raw, id: string, instance: string, state: string, vnfcs: readonly unknown[]) {
  await insert(db, 'operations', {
    ...{ id, instance_id: instance, state, state_entered_ms: 1, start_time_ms: 1, operation: 'SCALE' },
    ...{ document: JSON.stringify({ ...sampleOperation(id, instance), operationState: state }), params: '{}' },
    ...{ explanation: null, waited: null, plan: JSON.stringify({ ...samplePlan, vnfcs }), rollback_supported: 1 },
  });
}

async function claim(
  db: Raw,
  ...[id, instance, operation, allocation, key, owner]: readonly [string, string, string, string, string, string]
): Promise<void> {
  const of = { vnfc_id: id, instance_id: instance, host_id: '*', op_occ_id: operation };
  await insert(db, 'allocations', { ...of, id: allocation, owner });
  await insert(db, 'claims', {
    ...{ host_id: '*', kind: 'ip', key, cell: null, exclusive: 1, amount: 1, allocation_id: allocation },
  });
}

function earlierAddresses(bench: () => { readonly raw: () => Raw; readonly store: () => Store }): void {
  let store: Store;
  beforeEach(async () => {
    const db = bench().raw();
    await writeEarlier(db);
    await db.destroy();
    store = bench().store();
    await store.open();
  });
  afterEach(() => store.close());
  const of = async (key: string) =>
    (await everyClaim(store))
      .filter((one) => one.key === key)
      .map(({ vnfcId: id, exclusive }) => `${id}${exclusive ? ' holds' : ''}`)
      .sort();

  it('are shared by all that have them, by their record or by the plan of an operation', async () => {
    expect(await of('data/10.9.0.1')).toEqual(['eldest', 'first holds', 'third']);
    expect(await of('wire.7/10.9.0.1')).toEqual(['fifth', 'fourth holds']);
    expect(await everyClaim(store)).toHaveLength(12);
  });

  it('are claimed again when the one that had claimed them has left already', async () => {
    expect(await of('left/10.9.0.1')).toEqual(['seventh', 'sixth holds']);
  });

  it('stay claimed when the one that claimed them leaves, and the operation goes on', async () => {
    await store.releaseAllocations([allocationId('addresses-first')]);
    expect(await of('data/10.9.0.1')).toEqual(['eldest', 'third holds']);
    const leased = await store.leaseOperation(freeOnly('me'));
    expect(leased?.work.id).toBe('scales');
    await store.endOperation({ opOccId: opOccId('scales'), token: leased?.token ?? 0, state: 'ROLLED_BACK', nowMs: 9 });
    expect(await of('data/10.9.0.1')).toEqual(['eldest holds']);
  });
}

describe('virtual addresses of earlier builds on SQLite', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'berth-vips-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const file = () => join(folder, 'berth.db');
  earlierAddresses(() => ({
    raw: () => sqliteFile(file()),
    store: () => createSqliteStore({ file: file(), clock: systemClock }),
  }));
});

describeWithPostgres('virtual addresses of earlier builds on PostgreSQL', () => {
  let cluster: Cluster;
  let url = '';
  beforeAll(async () => {
    cluster = await startPostgres();
  });
  afterAll(() => cluster.stop());
  beforeEach(async () => {
    url = await cluster.database();
  });
  earlierAddresses(() => ({
    raw: () => postgresAt(url),
    store: () => createPostgresStore({ url, clock: systemClock, connections: 4 }),
  }));
});
