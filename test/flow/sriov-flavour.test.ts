/**
 * The flavour `sriov` of each VNF of the catalogue on a simulated server with cards: dry run, then the domain that
 * Berth defines, kept in test/golden/flavour.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, expect, it } from '@jest/globals';
import { createSimulatedFleet } from '../../src/engine/simulated/simulated-fleet.js';
import { templateOf } from '../../src/engine/simulated/templates.js';
import { hostId, vnfcId } from '../../src/shared/ids.js';
import { systemClock } from '../../src/system.js';
import { bodyOf } from '../api/door.js';
import { buildVnf, createInstance, createPackage, onboarded, operate, readInstance, upload } from './router.js';
import { startServer, type Server } from './server.js';

let server: Server | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

const cells = { count: 2, cores: 8, threads: 2, memoryMiB: 32768 };
const pages = (pageSizeKiB: number, total: number) => [{ pageSizeKiB, total }];
/** The card's network, but of N4: that is beside the virtual functions. */
const networkOf = (cp: string) => (cp === 'n4' ? 'mgmt' : 'physnet1');
const card = (cell: number) => ({ cell, functions: 4, physicalNetwork: 'physnet1' });

/** Two sockets with SMT, a card of four functions on the second. */
const serverWith = (hugepages: readonly { pageSizeKiB: number; total: number }[]) =>
  createSimulatedFleet({
    hosts: [
      {
        id: hostId('sim-1'),
        ...templateOf({
          cells: { ...cells, hugepages },
          cards: [card(1)],
          networks: [{ name: 'mgmt', kind: 'bridge' }],
          pools: [{ name: 'berth', capacityMiB: 100_000 }],
        }),
      },
    ],
    clock: systemClock,
  });

const links = (cps: readonly string[]) =>
  cps.map((cp, index) => {
    const ipAddresses = [
      { type: 'IPV4', fixedAddresses: [`10.${String(index)}.0.1`], subnetId: `10.${String(index)}.0.0/24` },
      { type: 'IPV6', fixedAddresses: [`2001:db8:${String(index)}::1`], subnetId: `2001:db8:${String(index)}::/64` },
    ];
    const cpProtocolData = [{ layerProtocol: 'IP_OVER_ETHERNET', ipOverEthernet: { ipAddresses } }];
    return { id: cp, resourceId: networkOf(cp), extCps: [{ cpdId: cp, cpConfig: { [cp]: { cpProtocolData } } }] };
  });

/** What differs from run to run. */
const masked = (xml: string, ...ids: readonly string[]) =>
  ids
    .reduce((text, id) => text.replaceAll(id, 'ID'), xml)
    .replace(/[0-9a-f]{2}(:[0-9a-f]{2}){5}/g, 'MAC')
    .replace(/(berth|edge)-[0-9a-f]{12}/g, '$1-ID')
    .replace(/[0-9a-f]{64}/g, 'DIGEST')
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID');

function golden(name: string, actual: string): string {
  const file = new URL(`../golden/flavour/${name}.xml`, import.meta.url);
  if (process.env['UPDATE_GOLDEN']) {
    mkdirSync(new URL('.', file), { recursive: true });
    writeFileSync(file, actual);
  }
  return readFileSync(file, 'utf8');
}

it.each([
  ['router', ['west', 'east']],
  ['firewall', ['inside', 'outside']],
  ['upf', ['n3', 'n4', 'n6']],
])('places the %s on whole cores, big pages and functions of one cell', async (name, cps) => {
  server = await startServer({ fleet: serverWith(pages(2048, 4096)) });
  const id = await createPackage(server);
  await upload(server, id, await buildVnf(name));
  const { vnfdId } = await onboarded(server, id);
  const request = { flavourId: 'sriov', extVirtualLinks: links(cps) };
  const dry = await bodyOf(
    await server.send('POST', '/nfvi/v1/placements/dry-run', { instantiate: { vnfdId, request } }),
  );
  expect(dry).toMatchObject({ fits: true });

  const instance = await createInstance(server, vnfdId, 'edge');
  expect(await operate(server, instance, 'instantiate', request)).toMatchObject({ operationState: 'COMPLETED' });
  const { instantiatedVnfInfo } = await readInstance(server, instance);
  const [vnfc] = (instantiatedVnfInfo as { vnfcResourceInfo: { computeResource: { resourceId: string } }[] })
    .vnfcResourceInfo;
  const uuid = String(vnfc?.computeResource.resourceId);
  const xml = (await server.fleet.all()[0]?.domainXml(vnfcId(uuid))) ?? '';
  const actual = masked(xml, uuid, instance);
  expect(actual).toBe(golden(`${name}-sriov`, actual));
});

it('takes pages of 1 GiB where a host has only those', async () => {
  server = await startServer({ fleet: serverWith(pages(1024 * 1024, 8)) });
  const id = await createPackage(server);
  await upload(server, id, await buildVnf('firewall'));
  const { vnfdId } = await onboarded(server, id);
  const instantiate = { vnfdId, request: { flavourId: 'sriov', extVirtualLinks: links(['inside', 'outside']) } };
  const dry = await bodyOf(await server.send('POST', '/nfvi/v1/placements/dry-run', { instantiate }));
  expect(dry).toMatchObject({ fits: true });
  expect(JSON.stringify(dry)).toContain('1048576');
});
