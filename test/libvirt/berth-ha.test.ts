/**
 * The router's flavour `ha` by the whole Berth on two hosts with QEMU: one VNFC on each, the address that they share
 * changes over when the one that has it dies, and comes back under Berth's care.
 */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { bodyOf } from '../api/door.js';
import { createInstance, instances } from '../flow/router.js';
import { expectCompleted, operate, started, terminate } from './berth-life.js';
import { startWorld, type World } from './berth-world.js';
import { describeUnless } from './environment.js';
import { soon } from './soon.js';
import { routerPackage } from './vnf-package.js';

jest.setTimeout(180_000);

const router = routerPackage();
const changeOverLimitMs = 30_000;

const ipData = (more: object, net: string) => ({
  layerProtocol: 'IP_OVER_ETHERNET',
  ipOverEthernet: { ipAddresses: [{ type: 'IPV4', subnetId: `${net}.0/24`, ...more }] },
});
const cp = (cpd: string, more: object, net: string) => ({
  cpdId: cpd,
  cpConfig: { [cpd]: { cpProtocolData: [ipData(more, net)] } },
});
/** The test hosts go by way of `.10`, which both routers have in common. */
const side = (cpd: string, net: string) => ({
  id: cpd,
  resourceId: `berth-${cpd}`,
  extCps: [
    cp(cpd, { addressRange: { minAddress: `${net}.20`, maxAddress: `${net}.29` } }, net),
    cp(`${cpd}_vip`, { fixedAddresses: [`${net}.10`] }, net),
  ],
});
const request = { flavourId: 'ha', extVirtualLinks: [side('west', '10.1.0'), side('east', '10.2.0')] };

interface Member {
  readonly id: string;
  readonly metadata: {
    readonly hostId: string;
    readonly domainName: string;
    readonly live: { readonly state?: string; readonly guestStatus?: { readonly gauges: Record<string, number> } };
  };
}

describeUnless(router.missing, 'A pair of routers on two hosts', () => {
  let world: World;
  let id = '';

  const members = async (): Promise<readonly Member[]> => {
    const body = await bodyOf(await world.berth().ask(`${instances}/${id}`));
    return (body['instantiatedVnfInfo'] as { vnfcResourceInfo: Member[] }).vnfcResourceInfo;
  };
  const isMaster = ({ metadata: { live } }: Member) => live.guestStatus?.gauges['vrrp_state'] === 1;
  const master = (): Promise<Member> =>
    soon(
      async () => {
        const masters = (await members()).filter(isMaster);
        return masters.length === 1 ? masters[0] : undefined;
      },
      'not one of the pair says that it has the address',
      changeOverLimitMs,
    );

  beforeAll(async () => {
    world = await startWorld({ router, pages: 320, twoHosts: true });
    const created = await createInstance(world.berth(), world.vnfdId);
    expectCompleted(await operate(world.berth(), created, 'instantiate', request));
    id = created;
  });
  afterAll(async () => {
    if (id !== '') await terminate(world, id);
    await world.end();
  });

  test('has a VNFC on each host, and one of them forwards', async () => {
    expect(new Set((await members()).map(({ metadata }) => metadata.hostId))).toEqual(new Set(['qemu', 'qemu-2']));
    await world.hosts.answered();
    expect(await world.hosts.ping(20)).toMatchObject({ received: 20, ttls: [63] });
  });

  test('forwards again soon after the one that has the address is killed, and Berth starts that one again', async () => {
    const first = await master();
    const daemon = first.metadata.hostId === 'qemu' ? world.daemon : world.secondDaemon;
    const pinging = world.hosts.pinging();
    await soon(async () => (await world.hosts.ping(1)).received || undefined, 'no ping is answered');
    process.kill(daemon!.qemuPid(first.metadata.domainName), 'SIGKILL');
    await soon(
      async () => (await world.hosts.ping(1)).received || undefined,
      'nobody took the address over',
      changeOverLimitMs,
    );
    const { sent, received } = await pinging.end();
    console.log(`of ${String(sent)} pings, five a second, ${String(sent - received)} were lost`);
    expect(sent - received).toBeLessThan(changeOverLimitMs / 200);
    const second = await master();
    expect(second.id).not.toBe(first.id);

    expectCompleted(await operate(world.berth(), id, 'operate', started));
    await soon(
      async () => (await members()).every(({ metadata }) => metadata.live.guestStatus !== undefined) || undefined,
      'the pair is not complete again',
      60_000,
    );
    expect((await master()).id).toBe(second.id);
    expect(await world.hosts.ping(20)).toMatchObject({ received: 20 });
  });
});
