/**
 * A host whose two cards have changed bus numbers while Berth was away and a VNF was off: each VNFC starts with its own
 * functions, on its own networks.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { FleetConfig } from '../../src/config/config.js';
import { templateOf } from '../../src/engine/simulated/templates.js';
import { readDomain } from '../../src/libvirt-xml/read-domain.js';
import { hostId } from '../../src/shared/ids.js';
import { bodyOf } from '../api/door.js';
import { createInstance, instances, onboardRouter, operate } from './router.js';
import { startServer, until, type Server } from './server.js';

jest.setTimeout(120_000);

const wired = (physicalNetwork: string) => ({ cell: 0, functions: 3, physicalNetwork, linkMbps: 10_000 });
const template = templateOf({
  cells: { count: 1, cores: 8, threads: 2, memoryMiB: 32768, hugepages: [{ pageSizeKiB: 2048, total: 4096 }] },
  cards: [wired('physnet1'), wired('physnet2')],
  networks: [{ name: 'mgmt', kind: 'bridge' }],
  pools: [{ name: 'berth', capacityMiB: 100_000 }],
});

/** Its cards at these buses. */
function fleet(...buses: readonly [string, string]): FleetConfig {
  const cards = ['3b', '3c'];
  const at = (address: string): string => {
    const card = cards.indexOf(address.slice(5, 7));
    return `0000:${buses[card] ?? ''}${address.slice(7)}`;
  };
  const pciFunctions = template.pciFunctions.map((one) => ({
    ...one,
    address: at(one.address),
    ...(one.parent === undefined
      ? { mac: `0c:42:a1:00:00:${one.address.slice(5, 7)}` }
      : { parent: at(one.parent), vfIndex: Number(one.address.at(-1)) }),
  }));
  const host = { id: hostId('sim-1'), zone: 'z', sharedCpuRatio: 4, template: { ...template, pciFunctions } };
  return { kind: 'simulated', hosts: [host] };
}

let dir: string;
let server: Server;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'berth-buses-'));
});
afterEach(async () => {
  await server.stop();
  rmSync(dir, { recursive: true, force: true });
});

async function restart(...buses: readonly [string, string]): Promise<void> {
  await server.stop();
  server = await startServer({ dir, configured: fleet(...buses) });
  await until(
    async () => (await bodyOf(await server.ask('/nfvi/v1/hosts/sim-1')))['reachable'],
    (is) => is === true,
    'the host is not reached',
  );
}

const link = (cp: string, net: string, resourceId: string) => ({
  ...{ id: cp, resourceId },
  extCps: [{ cpdId: cp, cpConfig: { [cp]: { cpProtocolData: [protocolData(net)] } } }],
});
const protocolData = (net: string) => ({
  layerProtocol: 'IP_OVER_ETHERNET',
  ipOverEthernet: { ipAddresses: [{ type: 'IPV4', numDynamicAddresses: 1, subnetId: `${net}.0/24` }] },
});
const request = {
  flavourId: 'sriov',
  extVirtualLinks: [link('west', '10.1.0', 'physnet1'), link('east', '10.2.0', 'physnet2')],
};
const completed = { operationState: 'COMPLETED' };

interface Fn {
  readonly address: string;
  readonly physicalNetwork?: string;
  readonly state?: string;
  readonly vnfcId?: string;
}
const functions = async (): Promise<readonly Fn[]> =>
  (await bodyOf(await server.ask('/nfvi/v1/hosts/sim-1')))['pciFunctions'] as readonly Fn[];
const held = async (): Promise<readonly string[]> =>
  (await functions())
    .flatMap(({ vnfcId, address, physicalNetwork = '' }) => (vnfcId ? [`${physicalNetwork} ${address}`] : []))
    .sort();

interface Placement {
  readonly pciFunctions: readonly { readonly cpdId: string; readonly address: string }[];
}
async function placement(id: string): Promise<Placement> {
  const vnf = (await bodyOf(await server.ask(`${instances}/${id}`)))['instantiatedVnfInfo'] as {
    readonly vnfcResourceInfo: readonly { readonly id: string }[];
  };
  const [vnfc] = vnf.vnfcResourceInfo;
  return (await bodyOf(await server.ask(`/nfvi/v1/vnfcs/${vnfc?.id ?? ''}/placement`))) as unknown as Placement;
}
const addresses = async (id: string) =>
  (await placement(id)).pciFunctions.map(({ cpdId, address }) => `${cpdId} ${address}`).sort();

/** The functions of each domain that the host has, as it was defined last. */
function startedWith(): readonly string[] {
  const defined = new Map<string, string>();
  for (const line of readFileSync(join(dir, 'simulated', 'hosts', 'sim-1.json'), 'utf8')
    .trim()
    .split('\n')) {
    for (const xml of JSON.stringify(JSON.parse(line)).match(/<domain .*?<\/domain>/g) ?? []) {
      const { uuid, hostFunctions } = readDomain(JSON.parse(`"${xml}"`) as string);
      defined.set(uuid, hostFunctions.join(' '));
    }
  }
  return [...defined.values()];
}

test('a VNF that was off starts with its own functions of its own cards at their new addresses', async () => {
  server = await startServer({ dir, configured: fleet('3b', '3c') });
  const { vnfdId } = await onboardRouter(server);
  const id = await createInstance(server, vnfdId);
  expect(await operate(server, id, 'instantiate', request)).toMatchObject(completed);
  const first = await addresses(id);
  const before = await held();
  expect(before).toEqual(['physnet1 0000:3b:01.0', 'physnet2 0000:3c:01.0']);
  expect(await operate(server, id, 'operate', { changeStateTo: 'STOPPED' })).toMatchObject(completed);

  await restart('3c', '3b');
  expect(await held()).toEqual(['physnet1 0000:3c:01.0', 'physnet2 0000:3b:01.0']);
  const swap = (text: string) => text.replace(/:3([bc]):/, (_all, bus: string) => `:3${bus === 'b' ? 'c' : 'b'}:`);
  expect(await addresses(id)).toEqual(first.map(swap));
  // Others get what is free, and nothing of it.
  const other = await createInstance(server, vnfdId, 'edge-2');
  expect(await operate(server, other, 'instantiate', request)).toMatchObject(completed);
  expect(await operate(server, id, 'operate', { changeStateTo: 'STARTED' })).toMatchObject(completed);
  expect(startedWith()).toContain('0000:3c:01.0 0000:3b:01.0');
  expect(new Set(await held()).size).toBe(4);
  expect(server.log.filter((line) => line.includes('is not as planned'))).toEqual([]);

  for (const each of [id, other])
    expect(await operate(server, each, 'terminate', { terminationType: 'FORCEFUL' })).toMatchObject(completed);
  expect(await held()).toEqual([]);
  const free = await until(functions, (all) => all.every(({ state }) => state === 'free'), 'functions are not free');
  expect(free).toHaveLength(8);
});

test('a VNF whose card is away starts nowhere else, and starts when the card is back', async () => {
  server = await startServer({ dir, configured: fleet('3b', '3c') });
  const { vnfdId } = await onboardRouter(server);
  const id = await createInstance(server, vnfdId);
  expect(await operate(server, id, 'instantiate', request)).toMatchObject(completed);
  expect(await operate(server, id, 'operate', { changeStateTo: 'STOPPED' })).toMatchObject(completed);

  await server.stop();
  const { hosts, ...rest } = fleet('3d', '3b') as Extract<FleetConfig, { kind: 'simulated' }>;
  const without = hosts.map((host) => {
    const pciFunctions = host.template.pciFunctions.filter(({ address }) => !address.startsWith('0000:3d'));
    return { ...host, template: { ...host.template, pciFunctions } };
  });
  server = await startServer({ dir, configured: { ...rest, hosts: without } });
  await until(held, (all) => all.includes('physnet2 0000:3b:01.0'), 'the cards are not followed');
  const parked = await operate(server, id, 'operate', { changeStateTo: 'STARTED' });
  expect(parked).toMatchObject({ operationState: 'FAILED_TEMP' });
  expect(JSON.stringify(parked['error'])).toContain('PCI function 0c:42:a1:00:00:3b/vf0 of VNFC');
  const occ = String(parked['id']);

  await restart('3d', '3b');
  expect(await held()).toEqual(['physnet1 0000:3d:01.0', 'physnet2 0000:3b:01.0']);
  expect((await server.send('POST', `/vnflcm/v2/vnf_lcm_op_occs/${occ}/retry`, {})).status).toBe(202);
  await until(
    async () => (await bodyOf(await server.ask(`/vnflcm/v2/vnf_lcm_op_occs/${occ}`)))['operationState'],
    (state) => state === 'COMPLETED',
    'the retry does not end',
  );
  expect(startedWith()).toEqual(['0000:3d:01.0 0000:3b:01.0']);
});
