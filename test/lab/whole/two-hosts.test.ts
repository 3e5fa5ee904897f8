/**
 * Two hosts of a lab with a Berth over mutual TLS: a VNF whose VNFCs stand apart, its image on both, VLANs that reach over
 * both, and a host whose power is cut and that comes back.
 */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { cards } from '../../../src/lab/shape.js';
import { bodyOf, listOf } from '../../api/door.js';
import { createInstance, instances } from '../../flow/router.js';
import { begin, expectCompleted, forceful, operate, rested, vnfcsOf, type Vnfc } from '../../libvirt/berth-life.js';
import { describeUnless, missingLibrary } from '../../libvirt/environment.js';
import { soon } from '../../libvirt/soon.js';
import { berthOnLab, hostLimitMs, reachable, type BerthOnLab } from '../berth-on-lab.js';
import { hostSays } from '../host-says.js';
import { labLimitMs, missingLab, startLab, type TestLab } from '../lab-under-test.js';
import { onboardPair } from '../pair-vnf.js';
import { onboardTiny, tinyInstantiation } from '../tiny-vnf.js';

const limitMs = 900_000;
jest.setTimeout(limitMs);

const hosts = ['lab0', 'lab1'];
const vlans = [100, 101] as const;
const pings = 5;
const pathOf = (card: string): string => `/sys/bus/pci/devices/${card}`;
/** `west` in the one, `east` in the other. */
const inVlans = tinyInstantiation({ network: 'physnet0', vlans });
/** The last function of the second card is for the test's own traffic. */
const own = { card: cards[1]!.pciAddress, number: 6, address: '0000:81:11.4' };
/** One in each VLAN, so that the emulated card gives frames of that VLAN to the card itself (docs/lab.md). */
const openers = [
  { number: 5, address: '0000:41:11.2' },
  { number: 6, address: '0000:41:11.4' },
];
const openVlans = openers
  .map(({ number }, at) => `ip link set "$(ls ${pathOf(cards[0]!.pciAddress)}/net)" vf ${number} vlan ${vlans[at]}`)
  .join('\n');

/** VLAN devices as docs/provider-networks.md has them; files of /etc, so that they come back with the host. */
const vlanDevices = (card: string): string =>
  [
    'set -e',
    `device=$(ls /sys/bus/pci/devices/${card}/net)`,
    'cd /etc/systemd/network',
    `printf '[Match]\\nName=%s\\n\\n[Network]\\nLinkLocalAddressing=no\\nIPv6AcceptRA=no\\n${vlans.map((id) => `VLAN=v${id}\\n`).join('')}' $device > 15-card.network`,
    ...vlans.flatMap((id) => [
      `printf '[NetDev]\\nName=v${id}\\nKind=vlan\\n\\n[VLAN]\\nId=${id}\\n' > 30-v${id}.netdev`,
      `printf '[Match]\\nName=v${id}\\n\\n[Network]\\nLinkLocalAddressing=no\\nIPv6AcceptRA=no\\n' > 30-v${id}.network`,
    ]),
    'networkctl reload',
    'networkctl reconfigure $device',
    ...vlans.map(
      (id) => `for n in $(seq 60); do ip link show v${id} up 2>/dev/null | grep -q LOWER_UP && break; sleep 1; done`,
    ),
    ...vlans.map((id) => `ip link show v${id} | grep LOWER_UP`),
  ].join('\n');

/** An end in a network namespace: a virtual function in a VLAN. */
const functionEnd = (mac: string, vlan: number, address: string): string =>
  [
    'set -e',
    `card=$(ls /sys/bus/pci/devices/${own.card}/net)`,
    `echo 0 > /sys/bus/pci/devices/${own.card}/sriov_drivers_autoprobe`,
    `echo igbvf > /sys/bus/pci/devices/${own.address}/driver_override`,
    `ip link set $card vf ${own.number} mac ${mac}`,
    `ip link set $card vf ${own.number} vlan ${vlan}`,
    'modprobe igbvf',
    `echo ${own.address} > /sys/bus/pci/drivers_probe`,
    'udevadm settle',
    'ip netns add function',
    `ip link set "$(ls /sys/bus/pci/devices/${own.address}/net)" netns function name end`,
    `ip -n function address add ${address}/24 dev end`,
    'ip -n function link set end up',
  ].join('\n');

/** The same on a VLAN device, as a virtio port is: a macvlan device has all of macvtap but the tap. */
const portEnd = (vlan: number, address: string): string =>
  [
    'set -e',
    `ip netns add port${vlan}`,
    `ip link add link v${vlan} name end${vlan} type macvlan mode bridge`,
    `ip link set end${vlan} netns port${vlan} name end`,
    `ip -n port${vlan} address add ${address}/24 dev end`,
    `ip -n port${vlan} link set end up`,
  ].join('\n');

describeUnless(missingLibrary() ?? (await missingLab(2)), 'a Berth on two hosts of the lab', () => {
  let lab: TestLab;
  let world: BerthOnLab;
  let pair: string;
  beforeAll(async () => {
    lab = await startLab({ hosts: 2, wires: 1, functions: 7 });
    for (const host of hosts) await lab.shell(host, `${vlanDevices(cards[0]!.pciAddress)}\n${openVlans}`);
    world = await berthOnLab(lab, {
      host: (host) => ({ ...host, withheldFunctions: [own, ...openers].map(({ address }) => address) }),
    });
    pair = await onboardPair(world.berth());
  }, labLimitMs);
  afterAll(async () => {
    await world?.end();
    await lab?.down();
  }, limitMs);

  const vnfcOn = (vnfcs: readonly Vnfc[], host: string) => vnfcs.find(({ metadata }) => metadata.hostId === host)!;
  const operated = async (id: string, task: string, body: object) => operate(world.berth(), id, task, body, limitMs);
  const running = async (vnfdId: string): Promise<string> => {
    const id = await createInstance(world.berth(), vnfdId, 'two-hosts');
    expectCompleted(await operated(id, 'instantiate', inVlans));
    return id;
  };
  const onHost = async (host: string) => ({
    domains: (await lab.shell(host, 'virsh list --all --uuid')).split('\n').filter((line) => line !== ''),
    volumes: (await lab.shell(host, 'ls /var/lib/libvirt/images/berth'))
      .split('\n')
      .filter((name) => name !== '' && !name.startsWith('berth-base-')),
    vlans: [...(await lab.shell(host, 'ip link show | grep -E " vf .*vlan" || true')).matchAll(/vlan (\d+)/g)].map(
      ([, id]) => id,
    ),
  });
  const holdersOn = async (host: string): Promise<readonly string[]> => {
    const { holders } = (await bodyOf(await world.berth().ask(`/nfvi/v1/hosts/${host}`))) as {
      readonly holders: readonly { readonly vnfcId: string }[];
    };
    return holders.map(({ vnfcId }) => vnfcId);
  };
  const hostUp = async (host: string): Promise<string | undefined> => {
    const page = await (await world.berth().ask('/metrics')).text();
    return page
      .split('\n')
      .find((line) => line.startsWith('berth_host_up{') && line.includes(`"${host}"`))
      ?.slice(-1);
  };
  const freePages = () => Promise.all(hosts.map(async (host) => (await hostSays(lab, host)).freePages));
  /** VNFC -> `berth_vnfc_up`. */
  const upOf = async (): Promise<Readonly<Record<string, string>>> => {
    const page = await (await world.berth().ask('/metrics')).text();
    const samples = page.matchAll(/^berth_vnfc_up\{.*vnfc_id="([^"]+)".*\} (\S+)$/gm);
    return Object.fromEntries([...samples].map(([, id, value]) => [id!, value!]));
  };

  let pagesBefore: Awaited<ReturnType<typeof freePages>>;
  let stays: string;
  let leaves: string;

  test('puts VNFCs apart, with the image on both hosts, a function and a port each', async () => {
    pagesBefore = await freePages();
    stays = await running(pair);
    leaves = await running(pair);
    const vnfcs = await vnfcsOf(world.berth(), stays);
    expect(vnfcs.map(({ metadata }) => metadata.hostId).toSorted()).toEqual(hosts);
    const images = await Promise.all(
      hosts.map((host) => lab.shell(host, 'cd /var/lib/libvirt/images/berth && sha256sum berth-base-*.qcow2')),
    );
    const [digest, name] = images[0]!.trim().split(/\s+/);
    expect(name).toContain(digest);
    expect(images[1]).toBe(images[0]);
    for (const host of hosts) {
      const xml = await lab.shell(host, `virsh dumpxml ${vnfcOn(vnfcs, host).id}`);
      expect(xml).toMatch(/<interface type='direct'>[^]*?<source dev='v101' mode='bridge'\/>/);
      const ofOpeners = vlans.map(String);
      expect((await onHost(host)).vlans.toSorted()).toEqual(['100', '100', ...ofOpeners]);
    }
    const addresses = JSON.stringify(await bodyOf(await world.berth().ask(`${instances}/${stays}`)));
    expect(addresses).toContain('"subnetId":"10.0.101.0/24"');
  });

  test('has functions and ports of one VLAN on one network over both hosts, and none of another', async () => {
    await lab.shell('lab0', functionEnd('52:54:00:7e:00:01', 100, '10.9.0.1'));
    await lab.shell('lab0', portEnd(100, '10.9.0.2'));
    await lab.shell('lab0', portEnd(101, '10.9.0.6'));
    await lab.shell('lab1', functionEnd('52:54:00:7e:00:02', 100, '10.9.0.3'));
    await lab.shell('lab1', portEnd(100, '10.9.0.4'));
    await lab.shell('lab1', portEnd(101, '10.9.0.5'));
    const answered = async (host: string, from: string, address: string): Promise<number> => {
      const command = `ip netns exec ${from} ping -n -c ${pings} -i 0.3 -W 3 ${address} || true`;
      return [...(await lab.shell(host, command)).matchAll(/ttl=64/g)].length;
    };
    // The first frames are lost while a card that has just come up is looked for.
    await answered('lab0', 'function', '10.9.0.3');
    for (const [from, to] of [
      ['function', '10.9.0.3'],
      ['function', '10.9.0.4'],
      ['function', '10.9.0.2'],
      ['port100', '10.9.0.3'],
      ['port100', '10.9.0.4'],
      ['port101', '10.9.0.5'],
    ] as const)
      expect([from, to, (await answered('lab0', from, to)) >= pings - 1]).toEqual([from, to, true]);
    for (const from of ['function', 'port100'])
      expect([from, await answered('lab0', from, '10.9.0.5')]).toEqual([from, 0]);
    for (const to of ['10.9.0.1', '10.9.0.2']) expect([to, await answered('lab1', 'port101', to)]).toEqual([to, 0]);
  });

  let terminating: string;

  test('says of a host without power that its VNFCs are unknown, and keeps what they hold', async () => {
    const vnfcs = await vnfcsOf(world.berth(), stays);
    const [here, there] = hosts.map((host) => vnfcOn(vnfcs, host).id);
    const held = await holdersOn('lab1');
    expect(held).toHaveLength(2);
    await lab.cutPower('lab1');
    await reachable(world.berth(), 1);
    const states = (await vnfcsOf(world.berth(), stays)).map(({ id, metadata }) => [id, metadata.live?.state]);
    expect(Object.fromEntries(states)).toEqual({ [here!]: 'running', [there!]: 'unknown' });
    const up = await upOf();
    expect([up[here!], up[there!]]).toEqual(['1', undefined]);
    expect(await Promise.all(hosts.map(hostUp))).toEqual(['1', '0']);
    expect(await holdersOn('lab1')).toEqual(held);
    const [unreachable] = (await listOf(await world.berth().ask('/nfvi/v1/hosts'))).filter(({ id }) => id === 'lab1');
    expect(unreachable).toMatchObject({ reachable: false, unreachableBecause: expect.stringMatching(/\w/) });

    const tiny = await onboardTiny(world.berth());
    const other = await createInstance(world.berth(), tiny, 'elsewhere');
    expectCompleted(await operated(other, 'instantiate', inVlans));
    expect((await vnfcsOf(world.berth(), other)).map(({ metadata }) => metadata.hostId)).toEqual(['lab0']);
    expectCompleted(await operated(other, 'terminate', forceful));
    const apart = await createInstance(world.berth(), pair, 'apart');
    const refused = await operated(apart, 'instantiate', inVlans);
    expect(refused['operationState']).toBe('ROLLED_BACK');
    expect(JSON.stringify(refused['error'])).toContain('fits when lab1 answers again');

    terminating = await begin(world.berth(), leaves, 'terminate', forceful);
    await soon(
      async () => ((await onHost('lab0')).domains.length === 1 ? true : undefined),
      'what can be removed is not removed meanwhile',
      hostLimitMs,
      1_000,
    );
    expect(await bodyOf(await world.berth().ask(terminating))).toMatchObject({
      operationState: expect.stringMatching(/^(PROCESSING|FAILED_TEMP)$/),
    });
    expect(await holdersOn('lab1')).toEqual(held);
  });

  test('finds its VNFCs again when the host is back, and removes what was asked meanwhile', async () => {
    await lab.boot('lab1', { functions: 7 });
    await reachable(world.berth(), 2);
    const ended = await rested(world.berth(), terminating, limitMs);
    if (ended['operationState'] === 'FAILED_TEMP') {
      expect(JSON.stringify(ended['error'])).toContain('lab1');
      expect((await world.berth().ask(`${terminating}/retry`, { method: 'POST' })).status).toBe(202);
    }
    expectCompleted(await rested(world.berth(), terminating, limitMs));
    await soon(
      async () => {
        const states = (await vnfcsOf(world.berth(), stays)).map(({ metadata }) => metadata.live?.state);
        return states.every((state) => state === 'running') ? true : undefined;
      },
      'VNFCs of the host that is back do not run',
      limitMs,
      1_000,
    );
    const left = vnfcOn(await vnfcsOf(world.berth(), stays), 'lab1').id;
    expect((await onHost('lab1')).domains).toEqual([left]);
    expect(await holdersOn('lab1')).toEqual([left]);
    expect(Object.values(await upOf())).toEqual(['1', '1']);

    expectCompleted(await operated(stays, 'terminate', forceful));
    for (const host of hosts) {
      expect(await onHost(host)).toMatchObject({ domains: [], volumes: [] });
      expect(await holdersOn(host)).toEqual([]);
    }
    expect(await freePages()).toEqual(pagesBefore);
    // Of the test's own ends; the functions of the host that was off are new.
    expect((await onHost('lab0')).vlans.toSorted()).toEqual(['100', '100', '101']);
    expect((await onHost('lab1')).vlans).toEqual([]);
    expect(await listOf(await world.berth().ask('/nfvi/v1/audit'))).toEqual([]);
  });
});
