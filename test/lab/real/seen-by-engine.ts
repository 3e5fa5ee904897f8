/**
 * A host of the lab as Berth's engine sees it over mutual TLS, and a virtual function's life on it: given to a guest under
 * KVM with the address and VLAN that were asked for, and back as it was.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Engine } from '../../../src/engine/engine.js';
import { createLibvirtEngine } from '../../../src/engine/libvirt/libvirt-engine.js';
import type { PciFunction } from '../../../src/inventory/model.js';
import { functionsCommand } from '../../../src/lab/lab.js';
import { cards, functionsPerCard, pagesPerCell, physicalNetworks } from '../../../src/lab/shape.js';
import { domainXml } from '../../../src/libvirt-xml/domain.js';
import type { DomainSpec } from '../../../src/libvirt-xml/domain-spec.js';
import { hostId, vnfcId } from '../../../src/shared/ids.js';
import { systemClock } from '../../../src/system.js';
import { soon } from '../../libvirt/soon.js';
import type { TestLab } from '../lab-under-test.js';

const limitMs = 300_000;
const guest = vnfcId('aaaaaaaa-2222-4333-8444-0000000000f1');
const mac = '52:54:00:0f:00:01';
const vlan = 100;
const guestMiB = 256;
const pageMiB = 2;
/** The cores of cell 1 that are not the host's own. */
const pins = [
  { vcpu: 0, hostCpus: [8] },
  { vcpu: 1, hostCpus: [10] },
];

const spec = (address: string): DomainSpec => ({
  uuid: guest,
  name: 'berth-lab-guest',
  title: 'a guest with a virtual function',
  owner: { vnfInstanceId: 'lab', vnfcId: guest, vduId: 'guest', vnfdId: 'lab' },
  acceleration: 'kvm',
  virtualisation: 'full',
  architecture: 'x86_64',
  cpu: {
    vcpus: 2,
    pins,
    emulatorCpus: [6, 7],
    features: [],
    threads: 1,
    cells: [{ vcpus: [0, 1], memoryMiB: guestMiB, hostCell: 1 }],
  },
  memory: { memoryMiB: guestMiB, pageSizeKiB: pageMiB * 1024, locked: false },
  disks: [],
  interfaces: [
    {
      cpdId: 'west',
      mac,
      source: { kind: 'hostdev', function: 'vf', address, vlan },
      model: 'virtio',
      queues: 1,
      order: 0,
    },
  ],
  guestAgent: false,
});

/** The lab has two wires, and its host no functions yet: all are there afterwards. */
export function seenByEngine(lab: () => TestLab): void {
  let engine: Engine;
  const shell = (command: string) => lab().shell('lab0', command);

  beforeAll(async () => {
    engine = createLibvirtEngine({
      hostId: hostId('lab0'),
      clock: systemClock,
      uri: lab().uris[0]!,
      acceleration: 'kvm',
      told: {
        physicalNetworks: physicalNetworks(2),
        idleCards: cards.map(({ pciAddress }) => pciAddress),
      },
    });
    await engine.start();
  }, limitMs);
  afterAll(() => engine?.stop(), limitMs);

  const functions = async (kind: PciFunction['kind']) =>
    (await engine.facts()).pciFunctions.filter((each) => each.kind === kind && each.driver !== 'virtio-pci');
  const freePages = async () =>
    Object.fromEntries(
      (await engine.freePages())
        .filter(({ pageSizeKiB }) => pageSizeKiB === pageMiB * 1024)
        .map(({ cell, free }) => [cell, free]),
    );
  const addressOf = async (cell: number) =>
    (await functions('vf')).filter((each) => each.cell === cell).map(({ address }) => address)[0]!;
  const driverOf = async (address: string) =>
    (await shell(`readlink /sys/bus/pci/devices/${address}/driver || echo none`)).trim().replace(/.*\//, '');
  /** What the card of cell 1 says of the function. */
  const asTheCardSays = async (address: string) => {
    const { pciAddress } = cards[1]!;
    const number = `ls -l /sys/bus/pci/devices/${pciAddress}/ | sed -n 's/.*virtfn\\([0-9]*\\) -> .*${address}$/\\1/p'`;
    return shell(`n=$(${number}); ip link show "$(ls /sys/bus/pci/devices/${pciAddress}/net)" | grep "vf $n "`);
  };

  test('has two cells of cores with siblings, and pages in each', async () => {
    const { cells, cpuVendor } = await engine.facts();
    expect(cpuVendor).toBe('AMD');
    expect(cells.map(({ cpus }) => cpus.map(({ siblings }) => siblings.join()))).toEqual([
      ['0,1', '0,1', '2,3', '2,3', '4,5', '4,5'],
      ['6,7', '6,7', '8,9', '8,9', '10,11', '10,11'],
    ]);
    expect(cells.map(({ distances }) => distances)).toEqual([
      [10, 21],
      [21, 10],
    ]);
    expect(await freePages()).toEqual({ 0: pagesPerCell, 1: pagesPerCell });
  });

  test('has a card in each cell, and functions as soon as their number is set', async () => {
    const own = (await functions('pf')).filter(({ address }) => cards.some(({ pciAddress }) => pciAddress === address));
    expect(own.map(({ address, cell, physicalNetwork }) => [address, cell, physicalNetwork]).toSorted()).toEqual(
      cards.map(({ pciAddress, cell }, card) => [pciAddress, cell, `physnet${card}`]),
    );
    expect(await functions('vf')).toEqual([]);
    await shell(functionsCommand(functionsPerCard));
    const all = cards.length * functionsPerCard;
    const found = await soon(
      async () => {
        const now = await functions('vf');
        return now.length === all ? now : undefined;
      },
      `libvirt does not tell of ${all} functions`,
      limitMs,
    );
    expect(found.filter(({ takenBy }) => takenBy !== undefined)).toEqual([]);
    for (const [card, { cell, pciAddress }] of cards.entries()) {
      const ofCard = found.filter(({ parent }) => parent === pciAddress);
      expect(ofCard.map((each) => [each.cell, each.physicalNetwork])).toEqual(
        Array.from({ length: functionsPerCard }, () => [cell, `physnet${card}`]),
      );
    }
  });

  test('has an IOMMU group for each function', async () => {
    const all = (await engine.facts()).pciFunctions.filter(({ kind }) => kind !== 'other');
    const groups = all.map(({ iommuGroup }) => iommuGroup);
    expect(groups.length).toBeGreaterThan(cards.length * functionsPerCard);
    expect(groups).not.toContain(undefined);
    expect(new Set(groups).size).toBe(groups.length);
  });

  test('gives a guest under KVM its function, cores and pages, and has them back', async () => {
    const address = await addressOf(1);
    const before = { driver: await driverOf(address), said: await asTheCardSays(address) };
    await engine.ensureDomain(domainXml(spec(address)));
    expect((await engine.ensureStarted(guest)).state).toBe('running');

    expect(await driverOf(address)).toBe('vfio-pci');
    expect(await asTheCardSays(address)).toMatch(new RegExp(`${mac}.*vlan ${vlan}`));
    expect(await freePages()).toEqual({ 0: pagesPerCell, 1: pagesPerCell - guestMiB / pageMiB });
    const where = (await engine.whereabouts()).find(({ uuid }) => uuid === guest);
    expect(where?.vcpus.map(({ index, hostCpus }) => ({ vcpu: index, hostCpus }))).toEqual(pins);
    expect(await shell(`tr '\\0' ' ' < /proc/$(pgrep -o qemu-system)/cmdline`)).toContain('-accel kvm ');

    await engine.ensureStopped(guest, 10_000);
    await engine.removeDomain(guest);
    expect(await freePages()).toEqual({ 0: pagesPerCell, 1: pagesPerCell });
    expect(await driverOf(address)).toBe(before.driver);
    expect(await asTheCardSays(address)).not.toMatch(new RegExp(`${mac}|vlan`));
    expect(before.said).not.toMatch(/vlan/);
  });
}
