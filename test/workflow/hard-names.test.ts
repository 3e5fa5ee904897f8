/**
 * A package whose node names are alike after cleaning, or cannot stand in names as they are: it lives through
 * instantiate, scale and terminate on simulated hosts, and leaves nothing.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { MiB } from '../../src/shared/units.js';
import { newFleet, startBerth, valueOf, worldOf, type RunningBerth } from '../builders/berth.js';
import { instance } from '../builders/instance.js';
import { cp, flavour, vdu, vnfd } from '../builders/vnfd.js';

const storages = [
  'data_1',
  'data-1',
  'DATA-1',
  'root',
  'day0',
  '数据',
  'データ',
  'x'.repeat(128),
  `${'x'.repeat(127)}y`,
];
const links = ['Net A', 'net_a', 'net-a', 'n'.repeat(128), `${'n'.repeat(127)}m`];
const vdus = ['Router 1', 'router_1', 'router-1'];

const hard = flavour({
  vdus: vdus.map((id) => vdu({ id, storageIds: storages, metadata: {} })),
  storages: storages.map((id) => ({ id, kind: 'block', sizeBytes: MiB, perVnfcInstance: true, requirements: {} })),
  virtualLinks: links.map((id) => ({ id, layerProtocols: ['ethernet'], dhcpEnabled: false })),
  cps: vdus.flatMap((vduId) =>
    links.map((virtualLinkId, at) => cp(`${vduId}.${String(at)}`, at, { vduId, virtualLinkId })),
  ),
  extCps: [],
  aspects: [],
  vduDeltas: [],
  levels: [],
  inputs: {},
});

let dir: string;
let berth: RunningBerth;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'berth-names-'));
  berth = await startBerth({ dir, fleet: newFleet(), vnfd: vnfd({ flavours: [hard] }) });
});

afterEach(async () => {
  await berth.stop();
  rmSync(dir, { recursive: true, force: true });
});

test('an instance of it has a volume and a network for every one that is named, and leaves nothing', async () => {
  const { lcm } = berth.workflow;
  const { id } = valueOf(await lcm.create({ vnfdId: instance().vnfdId, vnfInstanceName: 'Edge / 数据' }));
  const made = await berth.settled(valueOf(await lcm.begin('INSTANTIATE', id, { flavourId: 'simple' })).id);
  expect([made.operationState, made.error]).toEqual(['COMPLETED', undefined]);
  const world = await worldOf(berth);
  const [engine] = berth.fleet.all();
  const own = ((await engine?.listNetworks()) ?? []).filter(({ name }) => name.startsWith(`berth-${id.slice(0, 8)}`));
  expect([world.domains.length, own.length]).toEqual([vdus.length, links.length]);
  const volumes = ((await engine?.listVolumes('berth')) ?? []).filter(({ name }) => name.endsWith('.qcow2'));
  expect(volumes.length).toBe(vdus.length * (storages.length + 1) + 1);
  const gone = await berth.settled(valueOf(await lcm.begin('TERMINATE', id, { terminationType: 'FORCEFUL' })).id);
  expect(gone.operationState).toBe('COMPLETED');
  expect(await worldOf(berth)).toMatchObject({ domains: [], volumes: 0, claims: [] });
});
