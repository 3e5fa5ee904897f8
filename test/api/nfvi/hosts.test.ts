import { afterEach, expect, test } from '@jest/globals';
import type { Claim } from '../../../src/inventory/model.js';
import type { Leftover } from '../../../src/lifecycle/leftover.js';
import { allocationId, hostId, opOccId, vnfInstanceId, type HostId, type VnfcId } from '../../../src/shared/ids.js';
import type { HostRecord } from '../../../src/store/hosts.js';
import type { PageAfter } from '../../../src/store/page.js';
import { card, host } from '../../builders/placement.js';
import { firstVnfc } from '../../builders/vnfc.js';
import { bodyOf, listOf, openDoor, type Door } from '../door.js';

let door: Door | undefined;
afterEach(async () => {
  await door?.close();
});

const record = (id: string, change: Partial<HostRecord> = {}): HostRecord => ({
  id: hostId(id),
  zone: 'z1',
  adminState: 'active',
  generation: 0,
  revision: 1,
  ...change,
});

const claim = (change: Partial<Claim>): Claim => ({
  hostId: hostId('h1'),
  kind: 'cpu',
  cell: 0,
  key: '2',
  exclusive: true,
  amount: 1,
  allocationId: allocationId(firstVnfc),
  vnfcId: firstVnfc,
  vnfInstanceId: vnfInstanceId('vnf-1'),
  opOccId: opOccId('op-1'),
  ...change,
});

const seen = host('h1', { pages2MiB: 100, functions: card(6, 0, 2) });

async function open(
  records: readonly HostRecord[],
  claims: readonly Claim[] = [],
  leftovers: readonly Leftover[] = [],
): Promise<Door> {
  let left = leftovers;
  const store = {
    hostPage: async ({ after = '', limit }: PageAfter<string>) =>
      records.filter(({ id }) => id > after).slice(0, limit),
    host: async (id: string) => records.find((each) => each.id === id),
    claimsOn: async (ids: readonly HostId[]) => claims.filter((each) => ids.includes(each.hostId)),
    leftoversOn: async (on: HostId, { limit }: PageAfter<Leftover>, vnfc?: VnfcId) =>
      left.filter((one) => one.hostId === on && (vnfc === undefined || one.vnfcId === vnfc)).slice(0, limit),
    settleLeftovers: async (gone: readonly Leftover[]) => {
      left = left.filter((one) => !gone.includes(one));
    },
    setHostAdminState: async (_id: unknown, adminState: HostRecord['adminState']) =>
      ({ ok: true, value: { ...records[0]!, adminState } }) as const,
  };
  const freePages = () => [{ cell: 0, pageSizeKiB: 2048, free: 90 }];
  return (door = await openDoor({
    store,
    fleet: { hosts: () => [seen], freePages, whyUnreachable: () => 'no certificate' },
  }));
}

test('a host is shown per cell: cores by siblings, CPUs, pages, memory, and who holds what', async () => {
  const claims = [
    claim({}),
    claim({ kind: 'hugepages', key: '2048', exclusive: false, amount: 10 }),
    claim({ kind: 'pci', key: '0000:06:02.0' }),
  ];
  const { ask } = await open([record('h1')], claims);
  const body = await bodyOf(await ask('/nfvi/v1/hosts/h1'));
  expect(body).toMatchObject({
    id: 'h1',
    adminState: 'active',
    cells: [
      {
        id: 0,
        cores: [
          [0, 1],
          [2, 3],
          [4, 5],
          [6, 7],
        ],
        cpus: { total: 8, shared: [0, 1], claimed: [2], free: [3, 4, 5, 6, 7] },
        pages: [{ pageSizeKiB: 2048, total: 100, claimed: 10, free: 90, foreign: 0, freeOnHost: 90 }],
      },
      { id: 1 },
    ],
    networks: [{ name: 'data', kind: 'bridge' }],
    holders: [
      { vnfcId: firstVnfc, claims: [{ kind: 'cpu', key: '2' }, { kind: 'hugepages', amount: 10 }, { kind: 'pci' }] },
    ],
  });
  const taken = (body['pciFunctions'] as { address: string; available: boolean }[]).filter((each) => !each.available);
  expect(taken.map((each) => each.address)).toContain('0000:06:02.0');
});

test('a host that was never reached is shown with what is configured', async () => {
  const { ask } = await open([record('h2', { zone: 'far' })]);
  expect(await listOf(await ask('/nfvi/v1/hosts'))).toMatchObject([
    { id: 'h2', zone: 'far', reachable: false, unreachableBecause: 'no certificate', cells: [] },
  ]);
});

test('a list with few attributes says of the mandatory ones what is true', async () => {
  const { ask } = await open([record('h1')], [claim({})]);
  const whole = await bodyOf(await ask('/nfvi/v1/hosts/h1'));
  for (const fields of ['id', 'zone', 'adminState']) {
    const [shown] = await listOf(await ask(`/nfvi/v1/hosts?fields=${fields}`));
    expect(shown).toMatchObject({ reachable: true, cells: whole['cells'], holders: whole['holders'] });
  }
});

test('what VNFCs left on a host is named with the reason, and forgotten on request', async () => {
  const one: Leftover = {
    ...{ vnfcId: firstVnfc, hostId: hostId('h1'), pool: 'berth', name: 'root.qcow2', bases: [] },
    ...{ reason: 'pool berth is not active', sinceMs: 0 },
  };
  const { ask } = await open([record('h1')], [], [one]);
  expect(await bodyOf(await ask('/nfvi/v1/hosts/h1'))).toMatchObject({
    leftovers: [
      { vnfcId: firstVnfc, pool: 'berth', name: 'root.qcow2', reason: one.reason, since: '1970-01-01T00:00:00.000Z' },
    ],
  });
  const forget = () => ask(`/nfvi/v1/hosts/h1/leftovers/${firstVnfc}`, { method: 'DELETE' });
  expect((await forget()).status).toBe(204);
  expect(await bodyOf(await ask('/nfvi/v1/hosts/h1'))).toMatchObject({ leftovers: [] });
  expect((await forget()).status).toBe(404);
});

test('the administrative state of a host is set to one of three', async () => {
  const { ask, send } = await open([record('h1')]);
  const set = await send('PATCH', '/nfvi/v1/hosts/h1', { adminState: 'draining' });
  expect(await bodyOf(set)).toMatchObject({ id: 'h1', adminState: 'draining' });
  expect((await send('PATCH', '/nfvi/v1/hosts/h1', { adminState: 'off' })).status).toBe(400);
  expect((await send('PATCH', '/nfvi/v1/hosts/h1', { adminState: 'down', unheard: 'x' })).status).toBe(400);
  expect((await send('PATCH', '/nfvi/v1/hosts/h1', {})).status).toBe(400);
  expect((await send('PATCH', '/nfvi/v1/hosts/none', { adminState: 'down' })).status).toBe(404);
  expect((await ask('/nfvi/v1/hosts/none')).status).toBe(404);
});

test('networks are told by name with the hosts that have them', async () => {
  const { ask } = await open([record('h1')]);
  expect(await listOf(await ask('/nfvi/v1/networks'))).toEqual([
    { name: 'data', hosts: [{ hostId: 'h1', kind: 'bridge' }] },
  ]);
});
