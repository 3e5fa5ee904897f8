/**
 * Flavour `ha` of the router and of the firewall by the whole Berth on two hosts with QEMU: one VNFC on each, the address that
 * they share changes over when the one that has it dies, connections through firewalls go on, and Berth brings it back.
 */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { bodyOf } from '../api/door.js';
import { createInstance, instances } from '../flow/router.js';
import { expectCompleted, expectForwarded, operate, started, terminate } from './berth-life.js';
import { onboard, startWorld, type World } from './berth-world.js';
import { describeUnless } from './environment.js';
import { soon } from './soon.js';
import { routerPackage, vnfPackage } from './vnf-package.js';

jest.setTimeout(300_000);

const router = routerPackage();
const firewall = vnfPackage('firewall');
const changeOverLimitMs = 30_000;

const ipData = (more: object, net: string) => ({
  layerProtocol: 'IP_OVER_ETHERNET',
  ipOverEthernet: { ipAddresses: [{ type: 'IPV4', subnetId: `${net}.0/24`, ...more }] },
});
const cp = (cpd: string, more: object, net: string) => ({
  cpdId: cpd,
  cpConfig: { [cpd]: { cpProtocolData: [ipData(more, net)] } },
});
/** The test hosts go by way of `.10`, which both members have in common. */
const side = (cpd: string, bridge: string, net: string) => ({
  id: cpd,
  resourceId: bridge,
  extCps: [
    cp(cpd, { addressRange: { minAddress: `${net}.20`, maxAddress: `${net}.29` } }, net),
    cp(`${cpd}_vip`, { fixedAddresses: [`${net}.10`] }, net),
  ],
});
const requestFor = (west: string, east: string) => ({
  flavourId: 'ha',
  extVirtualLinks: [side(west, 'berth-west', '10.1.0'), side(east, 'berth-east', '10.2.0')],
});

interface Member {
  readonly id: string;
  readonly metadata: {
    readonly hostId: string;
    readonly domainName: string;
    readonly live: { readonly state?: string; readonly guestStatus?: { readonly gauges: Record<string, number> } };
  };
}

describeUnless(router.missing ?? firewall.missing, 'A pair on two hosts', () => {
  let world: World;
  let id = '';

  const members = async (): Promise<readonly Member[]> => {
    const body = await bodyOf(await world.berth().ask(`${instances}/${id}`));
    return (body['instantiatedVnfInfo'] as { vnfcResourceInfo: Member[] }).vnfcResourceInfo;
  };
  const stateOf = ({ metadata: { live } }: Member) => live.guestStatus?.gauges['vrrp_state'];
  const isMaster = (member: Member) => stateOf(member) === 1;
  /** `former` had it before; what a guest said before it was killed is told until that is known. */
  const master = (former?: Member): Promise<Member> =>
    soon(
      async () => {
        const masters = (await members()).filter(isMaster);
        return masters.length === 1 && masters[0]?.id !== former?.id ? masters[0] : undefined;
      },
      'not one of the pair, and another than before, says that it has the address',
      changeOverLimitMs,
    );
  const kill = ({ metadata: { hostId, domainName } }: Member) => {
    const daemon = hostId === 'qemu' ? world.daemon : world.secondDaemon;
    process.kill(daemon!.qemuPid(domainName), 'SIGKILL');
  };
  const instantiate = async (vnfdId: string, request: object) => {
    const created = await createInstance(world.berth(), vnfdId);
    expectCompleted(await operate(world.berth(), created, 'instantiate', request));
    id = created;
  };
  const end = async () => {
    if (id !== '') await terminate(world, id);
    id = '';
  };

  beforeAll(async () => {
    world = await startWorld({ router, pages: 320, twoHosts: true });
  });
  afterAll(async () => {
    await world.end();
    firewall.remove();
  });

  describe('of routers', () => {
    beforeAll(() => instantiate(world.vnfdId, requestFor('west', 'east')));
    afterAll(end);

    test('has a VNFC on each host, and one of them forwards', async () => {
      expect(new Set((await members()).map(({ metadata }) => metadata.hostId))).toEqual(new Set(['qemu', 'qemu-2']));
      await world.hosts.answered();
      expectForwarded(await world.hosts.ping(20));
    });

    test('forwards again soon after the one that has the address is killed, and Berth starts that one again', async () => {
      const first = await master();
      const pinging = world.hosts.pinging();
      await soon(async () => (await world.hosts.ping(1)).received || undefined, 'no ping is answered');
      kill(first);
      await soon(
        async () => (await world.hosts.ping(1)).received || undefined,
        'nobody took the address over',
        changeOverLimitMs,
      );
      const { sent, received } = await pinging.end();
      console.log(`of ${String(sent)} pings, five a second, ${String(sent - received)} were lost`);
      expect(sent - received).toBeLessThan(changeOverLimitMs / 200);
      const second = await master(first);

      expectCompleted(await operate(world.berth(), id, 'operate', started));
      await soon(
        async () => (await members()).every(({ metadata }) => metadata.live.guestStatus !== undefined) || undefined,
        'the pair is not complete again',
        60_000,
      );
      expect((await master()).id).toBe(second.id);
      expectForwarded(await world.hosts.ping(20));
    });
  });

  describe('of firewalls', () => {
    const port = 9001;
    const seconds = 8;
    const outward = { from: 'inside', to: 'outside' };
    const document = {
      zones: { inside: { interfaces: ['inside'] }, outside: { interfaces: ['outside'] } },
      rules: [{ ...outward, name: 'out', protocol: 'tcp', destinationPorts: [port], action: 'accept' }],
      nat: { source: [{ ...outward, name: 'out', masquerade: true }] },
    };
    const transfer = (...words: readonly string[]) => ['vnf-catalog/selftest/transfer.mjs', ...words];

    /** Bytes that the east has sent since it is there. */
    const sentFromEast = async (): Promise<number> => {
      const [link] = JSON.parse(await world.hosts.inEast('-j', '-s', 'link', 'show', 'eth0')) as [
        { readonly stats64: { readonly tx: { readonly bytes: number } } },
      ];
      return link.stats64.tx.bytes;
    };

    beforeAll(async () => {
      const vnfdId = await onboard(world.berth(), firewall);
      const additionalParams = { firewall_config: JSON.stringify(document) };
      await instantiate(vnfdId, { ...requestFor('inside', 'outside'), additionalParams });
      // The server answers only what comes from its own network: without translation it has no way back.
      await world.hosts.inEast('route', 'delete', 'default');
    });
    afterAll(end);

    test('lets a translated TCP connection go on, every byte right, when the one that has the address is killed', async () => {
      const first = await master();
      await soon(
        async () => (await members()).some((member) => stateOf(member) === 0) || undefined,
        'there is no backup',
        changeOverLimitMs,
      );
      const server = world.hosts.start('east', process.execPath, ...transfer('serve', String(port), String(seconds)));
      await once(server.stdout, 'data');
      const before = await sentFromEast();
      const client = world.hosts.start('west', process.execPath, ...transfer('fetch', '10.2.0.1', String(port)));
      const said = text(client.stdout);
      const sent = await soon(async () => {
        const bytes = (await sentFromEast()) - before;
        return bytes > 512 * 1024 ? bytes : undefined;
      }, 'the transfer does not begin');
      kill(first);
      const { bytes, sha256, longestPauseMs } = JSON.parse(await said) as Record<string, unknown>;
      console.log(
        `${String(bytes)} bytes, ${String(sent)} before the kill, longest pause ${String(longestPauseMs)} ms`,
      );
      expect(bytes).toBeGreaterThan(sent);
      expect(sha256).toBe(
        execFileSync(process.execPath, transfer('digest', String(bytes)), { encoding: 'utf8' }).trim(),
      );
      await master(first);
    });
  });
});
