/**
 * A virtual function taken out of a running guest and plugged again in another VLAN, by Berth's engine on a host of the lab:
 * the card of the host agrees each time, and a function that was given up is as it was before.
 */
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { Engine } from '../../../src/engine/engine.js';
import { createLibvirtEngine } from '../../../src/engine/libvirt/libvirt-engine.js';
import { cards, physicalNetworks } from '../../../src/lab/shape.js';
import { cardXml } from '../../../src/libvirt-xml/cards.js';
import { domainXml } from '../../../src/libvirt-xml/domain.js';
import type { DomainSpec } from '../../../src/libvirt-xml/domain-spec.js';
import { readDomain } from '../../../src/libvirt-xml/read-domain.js';
import { hostId, vnfcId } from '../../../src/shared/ids.js';
import { systemClock } from '../../../src/system.js';
import { describeUnless } from '../../libvirt/environment.js';
import { domain } from '../../engine-simulated/bench.js';
import { idleInitramfs } from '../idle-initramfs.js';
import { labLimitMs, missingLab, startLab, type TestLab } from '../lab-under-test.js';

const limitMs = 600_000;
jest.setTimeout(limitMs);

/** Its kernel has to boot first, in a guest of a guest. */
const unplugMs = 300_000;
const guest = vnfcId('aaaaaaaa-2222-4333-8444-0000000000f2');
const mac = '52:54:00:0f:00:02';
const folder = '/run/berth-hot-plug';

const spec = (address: string, vlan: number): DomainSpec =>
  domain(1, {
    ...{ uuid: guest, name: 'berth-lab-hot-plug', acceleration: 'kvm', guestAgent: false },
    interfaces: [
      {
        ...{ cpdId: 'west', mac, model: 'virtio', queues: 1, order: 0 },
        source: { kind: 'hostdev', function: 'vf', address, vlan },
      },
    ],
  });

/** The host's own kernel, with nothing to do. */
const withKernel = (xml: string): string =>
  xml.replace(
    /(<type [^>]*>hvm<\/type>)/,
    `$1<kernel>${folder}/vmlinuz</kernel><initrd>${folder}/initramfs</initrd><cmdline>console=ttyS0</cmdline>`,
  );

describeUnless(await missingLab(), 'a virtual function of a running guest', () => {
  let lab: TestLab;
  let engine: Engine;
  const shell = (command: string) => lab.shell('lab0', command);
  beforeAll(async () => {
    lab = await startLab({ hosts: 1, wires: 1, functions: 2 });
    const initramfs = idleInitramfs().toString('base64');
    await shell(
      `mkdir -p ${folder} && cp /boot/vmlinuz-* ${folder}/vmlinuz && echo ${initramfs} | base64 -d > ${folder}/initramfs && chmod -R a+rX ${folder}`,
    );
    engine = createLibvirtEngine({
      hostId: hostId('lab0'),
      clock: systemClock,
      uri: lab.uris[0]!,
      acceleration: 'kvm',
      told: { physicalNetworks: physicalNetworks(1), idleCards: cards.map(({ pciAddress }) => pciAddress) },
    });
    await engine.start();
  }, labLimitMs);
  afterAll(async () => {
    await engine?.stop();
    await lab?.down();
  }, limitMs);

  const { pciAddress } = cards[1]!;
  const device = `/sys/bus/pci/devices/${pciAddress}`;
  const functionNow = async (address: string) =>
    (await engine.facts()).pciFunctions.find((each) => each.address === address);
  const driverOf = async (address: string) =>
    (await shell(`readlink /sys/bus/pci/devices/${address}/driver || echo none`)).trim().replace(/.*\//, '');
  const asTheCardSays = () => shell(`ip link show "$(ls ${device}/net)" | grep "vf 0 "`);
  const functionsOf = async (which?: 'defined') => readDomain(await engine.domainXml(guest, which)).hostFunctions;

  test('is given up, is as it was before, and comes back in another VLAN', async () => {
    const address = (await shell(`basename "$(readlink -f ${device}/virtfn0)"`)).trim();
    const before = { driver: await driverOf(address), said: await asTheCardSays(), fact: await functionNow(address) };
    const card = (vlan: number) => cardXml(spec(address, vlan), 'west') ?? '';

    await engine.ensureDomain(withKernel(domainXml(spec(address, 100))));
    await engine.ensureStarted(guest);
    expect(await asTheCardSays()).toMatch(new RegExp(`${mac}.*vlan 100`));
    expect(await driverOf(address)).toBe('vfio-pci');

    await engine.removeCard(guest, card(100), unplugMs);
    expect((await engine.domain(guest)).state).toBe('running');
    expect(await functionsOf()).toEqual([]);
    expect(await functionsOf('defined')).toEqual([]);
    expect(await driverOf(address)).toBe(before.driver);
    expect(await asTheCardSays()).not.toMatch(new RegExp(`${mac}|vlan`));
    expect(await functionNow(address)).toEqual(before.fact);

    await engine.ensureCard(guest, card(200));
    expect(await asTheCardSays()).toMatch(new RegExp(`${mac}.*vlan 200`));
    expect(await driverOf(address)).toBe('vfio-pci');
    expect([await functionsOf(), await functionsOf('defined')]).toEqual([[address], [address]]);

    await engine.removeCard(guest, card(200), unplugMs);
    expect(await asTheCardSays()).not.toMatch(new RegExp(`${mac}|vlan`));
    await engine.removeDomain(guest);
    expect(await functionNow(address)).toEqual(before.fact);
  });
});
