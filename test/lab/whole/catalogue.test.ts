/**
 * The flavour `sriov` of the firewall and of the UPF under KVM on a host of the lab, each with two functions in two VLANs.
 * The router's is the quickstart's (`npm run quickstart -- --lab --once`).
 */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { functionsPerCard } from '../../../src/lab/shape.js';
import { networkXml } from '../../../src/libvirt-xml/network.js';
import { LabTraffic, sides, wire } from '../../../scripts/lib/quickstart/lab/traffic.mjs';
import { bodyOf } from '../../api/door.js';
import { createInstance, instances } from '../../flow/router.js';
import { accepted, expectCompleted, forceful, onlyVnfc, operate, rested, type Vnfc } from '../../libvirt/berth-life.js';
import { onboard } from '../../libvirt/berth-world.js';
import { describeUnless, missingLibrary } from '../../libvirt/environment.js';
import { soon } from '../../libvirt/soon.js';
import { builtPackage } from '../../libvirt/vnf-package.js';
import { berthOnLab, type BerthOnLab } from '../berth-on-lab.js';
import { hostSays, type FunctionSaid, type HostSays } from '../host-says.js';
import { labLimitMs, missingLab, startLab, type TestLab } from '../lab-under-test.js';
import { playRadio, putRadio } from './radio.js';

jest.setTimeout(labLimitMs);

/** A guest with a whole system boots under KVM under emulation. */
const guestLimitMs = 10 * 60_000;
const pings = 20;

const [west, east] = sides;
const firewall = builtPackage('firewall');
const upf = builtPackage('upf');
afterAll(() => {
  for (const each of [firewall, upf]) each.remove();
});

/** N4 is beside the functions: on a bridge, whose own address is an SMF's; another SMF is with the gNB. */
const n4 = {
  ...{ network: 'berth-n4', upf: '10.211.5.10', subnet: '10.211.5.0/24' },
  ...{ smf: '10.211.5.1', smfOfGnb: '10.211.5.2' },
};
const ue = '10.60.0.5';
const upfConfig = JSON.stringify({
  n4: { link: 'n4', allow: [n4.subnet] },
  interfaces: [
    { link: 'n3', side: 'access', networkInstance: 'access' },
    { link: 'n6', side: 'core', networkInstance: 'internet', pools: ['10.60.0.0/16'] },
  ],
  sessions: 10,
});

const link = (cpd: string, resourceId: string, subnetId: string, address: string, vlan?: number) => {
  const ipAddresses = [{ type: 'IPV4', fixedAddresses: [address], subnetId }];
  const ipOverEthernet = { ipAddresses, ...(vlan !== undefined && { segmentationId: String(vlan) }) };
  const cpProtocolData = [{ layerProtocol: 'IP_OVER_ETHERNET', ipOverEthernet }];
  return { id: cpd, resourceId, extCps: [{ cpdId: cpd, cpConfig: { [cpd]: { cpProtocolData } } }] };
};
const onWire = (cpd: string, side: (typeof sides)[number]) => link(cpd, wire, side.subnet, side.routers[0], side.vlan);

const whyNot = firewall.missing ?? upf.missing ?? missingLibrary() ?? (await missingLab());

describeUnless(whyNot, 'the VNFs of the catalogue on virtual functions of a host of the lab', () => {
  let lab: TestLab;
  let world: BerthOnLab;
  let traffic: LabTraffic;
  let before: HostSays;

  beforeAll(async () => {
    lab = await startLab({ hosts: 1, wires: 1, functions: functionsPerCard });
    const shell = (command: string) => lab.shell('lab0', command);
    traffic = new LabTraffic({ shell, tryShell: async (command) => ({ stdout: await shell(`${command}\ntrue`) }) });
    await traffic.make();
    await shell(bridgeForN4);
    await putRadio(lab, 'lab0');
    const withheldFunctions = sides.map((side) => side.function);
    world = await berthOnLab(lab, { host: (each) => ({ ...each, withheldFunctions }) });
    before = await hostSays(lab);
  }, labLimitMs);
  afterAll(async () => {
    await world?.end();
    await lab?.down();
  }, labLimitMs);

  const within = (side: (typeof sides)[number], command: string) =>
    lab.shell('lab0', `ip netns exec ${side.namespace} ${command}`);
  const running = async (file: string, body: object): Promise<string> => {
    const vnfdId = await onboard(world.berth(), { file, missing: undefined, remove: () => undefined });
    const id = await createInstance(world.berth(), vnfdId);
    const occ = await operate(world.berth(), id, 'instantiate', { flavourId: 'sriov', ...body }, guestLimitMs);
    expectCompleted(occ);
    return id;
  };
  const gone = async (id: string) => {
    expectCompleted(await operate(world.berth(), id, 'terminate', forceful, guestLimitMs));
    expect((await world.berth().ask(`${instances}/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect(await hostSays(lab)).toEqual(before);
  };
  const configure = async (id: string, property: string, content: object) => {
    const body = { vnfConfigurableProperties: { [property]: JSON.stringify(content) } };
    const type = { 'content-type': 'application/merge-patch+json' };
    const response = await world.berth().send('PATCH', `${instances}/${id}`, body, type);
    return rested(world.berth(), await accepted(response), guestLimitMs);
  };
  const healthy = (id: string): Promise<Vnfc> =>
    soon(
      async () => {
        const vnfc = await onlyVnfc(world.berth(), id);
        const { guestStatus } = (vnfc.metadata.live ?? {}) as { readonly guestStatus?: { readonly healthy?: boolean } };
        return guestStatus?.healthy === true ? vnfc : undefined;
      },
      'the guest does not say that it is healthy',
      guestLimitMs,
      1000,
    );
  /** The functions of the VNFC by its connection points, as the host has them. */
  const functionsOf = async ({ id }: Vnfc): Promise<Readonly<Record<string, FunctionSaid>>> => {
    const placement = await bodyOf(await world.berth().ask(`/nfvi/v1/vnfcs/${id}/placement`));
    const { functions } = await hostSays(lab);
    const own = placement['pciFunctions'] as readonly { readonly cpdId: string; readonly address: string }[];
    return Object.fromEntries(
      own.map(({ cpdId, address }) => [cpdId, functions.find((each) => each.address === address)!]),
    );
  };
  const expectFunctions = async (vnfc: Vnfc, vlans: Readonly<Record<string, number>>) => {
    const functions = await functionsOf(vnfc);
    expect(Object.keys(functions).toSorted()).toEqual(Object.keys(vlans).toSorted());
    for (const [cpd, vlan] of Object.entries(vlans)) {
      expect(functions[cpd]).toMatchObject({ driver: 'vfio-pci', vlan, mac: expect.stringMatching(/^52:54:/) });
    }
  };

  describe('the firewall', () => {
    let id: string;
    const rule = (action: string) => ({
      zones: { inside: { interfaces: ['inside'] }, outside: { interfaces: ['outside'] } },
      rules: [{ name: 'ping', from: 'inside', to: 'outside', protocol: 'icmp', icmpTypes: ['echo-request'], action }],
    });

    beforeAll(async () => {
      const extVirtualLinks = [onWire('inside', west), onWire('outside', east)];
      id = await running(firewall.file, { extVirtualLinks });
      await traffic.routeVia({ west: west.routers[0], east: east.routers[0] });
    });

    test('is up with a function in each VLAN, and lets nothing pass without rules', async () => {
      await expectFunctions(await healthy(id), { inside: west.vlan, outside: east.vlan });
      expect(await traffic.ping(3, { waitSeconds: 1 })).toMatchObject({ received: 0 });
    });

    test('forwards from function to function once a rule accepts, and stops once it drops', async () => {
      expectCompleted(await configure(id, 'firewall_config', rule('accept')));
      const { received, ttls } = await traffic.ping(pings);
      expect(received).toBeGreaterThanOrEqual(pings - 1);
      expect(ttls).toEqual([63]);
      expectCompleted(await configure(id, 'firewall_config', rule('drop')));
      expect(await traffic.ping(3, { waitSeconds: 1 })).toMatchObject({ received: 0 });
    });

    test('leaves the host as it was', () => gone(id));
  });

  describe('the UPF', () => {
    let id: string;

    beforeAll(async () => {
      const links = [onWire('n3', west), link('n4', n4.network, n4.subnet, n4.upf), onWire('n6', east)];
      id = await running(upf.file, { extVirtualLinks: links, additionalParams: { upf_config: upfConfig } });
      await traffic.routeVia({ west: west.routers[0], east: east.routers[0] });
    });

    test('is up with a function in each VLAN', async () =>
      expectFunctions(await healthy(id), { n3: west.vlan, n6: east.vlan }));

    test('answers an echo of GTP-U on N3, through its function', async () => {
      const answer = await within(
        west,
        udp(west.routers[0], 2152, '\\x32\\x01\\x00\\x04\\x00\\x00\\x00\\x00\\x00\\x01\\x00\\x00'),
      );
      // Version 1, echo response.
      expect(answer.trim()).toMatch(/^32 ?02/);
    });

    test('answers a heartbeat of PFCP on N4', async () => {
      const heartbeat = '\\x20\\x01\\x00\\x0c\\x00\\x00\\x01\\x00\\x00\\x60\\x00\\x04\\x00\\x00\\x00\\x01';
      const answer = await lab.shell('lab0', udp(n4.upf, 8805, heartbeat));
      // Version 1, heartbeat response.
      expect(answer.trim()).toMatch(/^20 ?02/);
    });

    test('carries a UE from the gNB on N3 to the data network on N6 and back', async () => {
      const played = await playRadio(lab, 'lab0', west.namespace, {
        smfs: { smf: { local: n4.smfOfGnb, peer: n4.upf, waitMs: 10_000 } },
        gnbs: { gnb: { local: west.address } },
        steps: [
          { do: 'associate' },
          { do: 'establish', session: 'ue', gnb: 'gnb', ue: { v4: ue }, downTeid: 0x100, qfi: 9 },
          { do: 'ping', session: 'ue', to: east.address, count: pings, withinMs: 3000, expect: { sent: pings } },
          { do: 'delete', session: 'ue' },
        ],
      });
      expect(played.map(({ step }) => step)).toEqual(['associate', 'establish', 'ping', 'delete']);
      const [associate, establish, ping, deletion] = played;
      expect([associate, establish, deletion]).toEqual(Array(3).fill(expect.objectContaining({ ok: true })));
      expect(ping!.found['answered']).toBeGreaterThanOrEqual(pings - 2);
      expect(ping!.found).toMatchObject({ hops: [63], qfis: [9] });
    });

    test('leaves the host as it was', () => gone(id));
  });
});

/** Sends the bytes in a datagram until an answer comes, as peers do (T3-RESPONSE of TS 29.281), and prints the first of it. */
const udp = (address: string, port: number, bytes: string): string =>
  `bash -c "exec 3<>/dev/udp/${address}/${String(port)}
for try in 1 2 3 4 5; do
  printf '${bytes}' >&3
  timeout 5 dd bs=1500 count=1 status=none <&3 | od -An -tx1 | grep . && break
done"`;

const bridgeForN4 = `set -e
cat > /tmp/n4.xml <<EOF
${networkXml({ name: n4.network, bridge: n4.network })}
EOF
virsh net-define /tmp/n4.xml
virsh net-start ${n4.network}
ip address add ${n4.smf}/24 dev ${n4.network}
ip link add n4-gnb type veth peer name n4 netns ${west.namespace}
ip link set n4-gnb master ${n4.network} up
ip -n ${west.namespace} address add ${n4.smfOfGnb}/24 dev n4
ip -n ${west.namespace} link set n4 up`;
