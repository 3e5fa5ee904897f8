/**
 * Connections of a router that runs, changed by the whole Berth on QEMU: its card goes over to a VLAN of a physical network,
 * as a guest with an operating system gives one up and takes the other.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { networkXml } from '../../src/libvirt-xml/network.js';
import { readDomain } from '../../src/libvirt-xml/read-domain.js';
import { listOf } from '../api/door.js';
import { readInstance } from '../flow/router.js';
import {
  expectCompleted,
  expectForwarded,
  heldOn,
  nothing,
  onlyVnfc,
  operate,
  runningRouter,
  started,
  stopped,
  terminate,
} from './berth-life.js';
import { startWorld, type World } from './berth-world.js';
import { describeUnless } from './environment.js';
import { soon } from './soon.js';
import { routerPackage } from './vnf-package.js';

jest.setTimeout(300_000);

const router = routerPackage();
const blue = { name: 'blue.100', bridge: 'berth-blue' };

describeUnless(router.missing, 'A router whose connection changes while it runs', () => {
  let world: World;
  let id = '';
  let domainName = '';
  let pid = 0;

  beforeAll(async () => {
    world = await startWorld({ router, pages: 128 });
    const file = join(world.daemon.folder, 'blue.xml');
    writeFileSync(file, networkXml(blue));
    await world.daemon.virsh('net-define', file);
    await world.daemon.virsh('net-start', blue.name);
    await soon(isKnown, 'Berth does not know the network', 90_000);
    id = await runningRouter(world, 'simple');
    ({ domainName } = (await onlyVnfc(world.berth(), id)).metadata);
    pid = world.daemon.qemuPid(domainName);
  });
  afterAll(() => world.end());

  const isKnown = async () =>
    (await listOf(await world.berth().ask('/nfvi/v1/networks'))).find(({ name }) => name === blue.name);
  const cards = async (...which: readonly string[]) =>
    readDomain(await world.daemon.virsh('dumpxml', domainName, ...which))
      .interfaces.map(({ mac, network, bridge, guestAddress }) => [mac, network ?? bridge, guestAddress].join(' '))
      .toSorted();
  /** Devices of the host on a bridge. */
  const ports = async (bridge: string) =>
    (await world.daemon.ip('-o', 'link', 'show', 'master', bridge))
      .trim()
      .split('\n')
      .filter((line) => line !== '').length;
  const blueFor = (cpConfig: object) => ({
    extVirtualLinks: [{ id: 'blue', resourceId: 'blue', extCps: [{ cpdId: 'west', cpConfig }] }],
  });
  const inVlan = {
    cpProtocolData: [
      {
        layerProtocol: 'IP_OVER_ETHERNET',
        ipOverEthernet: {
          segmentationId: '100',
          ipAddresses: [
            {
              type: 'IPV4',
              addressRange: { minAddress: '10.1.0.10', maxAddress: '10.1.0.19' },
              subnetId: '10.1.0.0/24',
            },
          ],
        },
      },
    ],
  };
  const linksOf = async () => {
    const { instantiatedVnfInfo } = await readInstance(world.berth(), id);
    const { extVirtualLinkInfo } = instantiatedVnfInfo as { extVirtualLinkInfo: readonly { id: string }[] };
    return extVirtualLinkInfo.map((link) => link.id).toSorted();
  };

  test('leaves its network and joins a VLAN, in its place of the guest, without a restart', async () => {
    const before = await cards();
    const [west = '', east] = before[0]?.includes('berth-west') ? before : before.toReversed();
    const occ = await operate(world.berth(), id, 'change_ext_conn', blueFor({ west: inVlan }));
    expectCompleted(occ);
    const after = [west.replace('berth-west', blue.name), east].toSorted();
    expect([await cards(), await cards('--inactive')]).toEqual([after, after]);
    expect([await ports('berth-west'), await ports(blue.bridge)]).toEqual([1, 1]);
    expect(world.daemon.qemuPid(domainName)).toBe(pid);
    expect(occ['changedExtConnectivity']).toHaveLength(2);
    expect(await linksOf()).toContain('blue');
  });

  test('forwards there once its guest has booted with its new day-0', async () => {
    await world.daemon.ip('link', 'set', 'west0', 'master', blue.bridge);
    for (const body of [stopped, started]) expectCompleted(await operate(world.berth(), id, 'operate', body));
    pid = world.daemon.qemuPid(domainName);
    await soon(async () => (await world.hosts.ping(1)).received || undefined, 'no ping is answered', 60_000);
    expectForwarded(await world.hosts.ping(20));
  });

  test('is on no network, and on one again', async () => {
    expectCompleted(await operate(world.berth(), id, 'change_ext_conn', blueFor({ west: null })));
    expect(await cards()).toHaveLength(1);
    expect(await ports(blue.bridge)).toBe(1);
    expect(await world.hosts.ping(2)).toMatchObject({ received: 0 });
    expectCompleted(await operate(world.berth(), id, 'change_ext_conn', blueFor({ west: inVlan })));
    expect(await cards()).toHaveLength(2);
    expect(world.daemon.qemuPid(domainName)).toBe(pid);
  });

  test('leaves nothing when the VNF is gone', async () => {
    await terminate(world, id);
    expect(await heldOn(world)).toEqual(nothing);
    expect(await ports(blue.bridge)).toBe(1);
  });
});
