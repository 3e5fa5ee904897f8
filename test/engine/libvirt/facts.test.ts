import { expect, test } from '@jest/globals';
import type { Acceleration, OperatorsWord } from '../../../src/inventory/model.js';
import type { HostDescription } from '../../../src/engine/libvirt/calls/host.js';
import { hostFacts, readHost } from '../../../src/engine/libvirt/facts.js';

const acceleration: Acceleration = {
  kind: 'kvm',
  technology: 'AMD-V/RVI',
  reason: 'A test says so.',
  overridden: true,
  probeKey: 'key',
  probedAtMs: 0,
};

const cell = (id: number) => `<cell id='${String(id)}'><memory unit='KiB'>8388608</memory>
  <pages unit='KiB' size='4'>1000</pages><pages unit='KiB' size='2048'>512</pages>
  <cpus><cpu id='${String(id)}' socket_id='0' core_id='0' siblings='${String(id)}'/></cpus></cell>`;

const domain = (metadata: string, pagesMiB: number) => `<domain type='kvm'><name>n</name>${metadata}
  <memory unit='MiB'>${String(pagesMiB)}</memory>
  <memoryBacking><hugepages><page size='2048' unit='KiB'/></hugepages></memoryBacking>
  <numatune><memory mode='strict' nodeset='1'/></numatune></domain>`;

const pci = (name: string, slot: number, capability: string, classCode = '0x020000') => `<device><name>${name}</name>
  <capability type='pci'><class>${classCode}</class><domain>0</domain><bus>1</bus><slot>${String(slot)}</slot>
  <function>0</function><product id='0x10c9'/><vendor id='0x8086'/>${capability}</capability></device>`;

/** A card and a virtual function of it. */
const kin = [
  pci('pf', 0, "<capability type='virt_functions' maxCount='7'/>"),
  pci('vf', 16, "<capability type='phys_function'><address domain='0' bus='0x1' slot='0' function='0'/></capability>"),
];

const description = (changed: Partial<HostDescription> = {}): HostDescription => ({
  hostname: 'host7',
  hypervisor: 'QEMU',
  hypervisorVersion: 7_002_022,
  libvirtVersion: 9_000_000,
  capabilities: `<capabilities><host><uuid>u</uuid><cpu><arch>x86_64</arch></cpu>
    <topology><cells>${cell(0)}${cell(1)}</cells></topology></host></capabilities>`,
  domainCapabilities: { kvm: '', qemu: '' },
  nodeDevices: [],
  pools: [],
  networks: [],
  activeDomains: [],
  inactiveDomains: [],
  interfaces: [],
  ...changed,
});

const facts = (changed: Partial<HostDescription> = {}, freeInCell1 = 512, said: OperatorsWord = {}) =>
  hostFacts(
    readHost(description(changed)),
    [
      { cell: 0, pageSizeKiB: 2048, free: 512 },
      { cell: 1, pageSizeKiB: 2048, free: freeInCell1 },
    ],
    acceleration,
    { ...said, pool: 'berth' },
  );

test('versions are told as people write them', () => {
  expect(facts().hypervisor).toEqual({ name: 'QEMU', version: '7.2.22', libvirtVersion: '9.0.0', type: '1' });
});

test('plain pages are memory, larger ones are pools', () => {
  expect(facts().cells[0]?.hugepages).toEqual([{ pageSizeKiB: 2048, total: 512, foreign: 0 }]);
});

test('pages in use are foreign unless a domain of Berth’s holds them', () => {
  const ours = domain("<metadata><berth:owner xmlns:berth='urn:berth:domain:1'/></metadata>", 200);
  const theirs = domain('', 100);
  const { cells } = facts({ activeDomains: [ours, theirs] }, 512 - 150);
  expect(cells.map(({ hugepages }) => hugepages[0]?.foreign)).toEqual([0, 50]);
});

test('without a table of distances the own cell is near and every other far', () => {
  expect(facts().cells.map(({ distances }) => distances)).toEqual([
    [10, 20],
    [20, 10],
  ]);
});

test('a card is on the physical network that names its device or address, and its virtual functions with it', () => {
  const nodeDevices = [
    ...kin,
    pci('nic', 2, "<capability type='virt_functions' maxCount='7'/>"),
    "<device><name>net</name><parent>pf</parent><capability type='net'><interface>eth1</interface></capability></device>",
  ];
  const networks = (cards: Readonly<Record<string, readonly string[]>>) =>
    facts({ nodeDevices }, 512, { physicalNetworks: cards }).pciFunctions.map(({ physicalNetwork }) => physicalNetwork);
  expect(networks({ physnet1: ['eth1'] })).toEqual(['physnet1', 'physnet1', undefined]);
  expect(networks({ physnet2: ['0000:01:02.0'] })).toEqual([undefined, undefined, 'physnet2']);
});

test('a virtual function has its number on its card, and the address of its network device', () => {
  const made = (slot: string) => `<address domain='0x0000' bus='0x01' slot='${slot}' function='0x0'/>`;
  const nodeDevices = [
    pci('pf', 0, `<capability type='virt_functions' maxCount='7'>${made('0x11')}${made('0x10')}</capability>`),
    ...kin.slice(1),
    "<device><name>n</name><parent>vf</parent><capability type='net'><interface>eth2</interface><address>0e:00:00:00:00:09</address></capability></device>",
  ];
  expect(facts({ nodeDevices }).pciFunctions[1]).toMatchObject({ vfIndex: 1, vfMac: '0e:00:00:00:00:09' });
  expect(facts({ nodeDevices: kin }).pciFunctions[1]).not.toHaveProperty('vfIndex');
});

test('virtual functions are trusted and have rates where the operator says so of their card', () => {
  const nodeDevices = [
    ...kin,
    "<device><name>net</name><parent>pf</parent><capability type='net'><interface>eth1</interface></capability></device>",
  ];
  const able = (said: OperatorsWord) =>
    facts({ nodeDevices }, 512, said).pciFunctions.map((one) => [one.trustCapable, one.rateCapable]);
  expect(able({})).toEqual([
    [false, false],
    [false, false],
  ]);
  expect(able({ trustedCards: ['eth1'], rateLimitedCards: ['0000:01:00.0'] })).toEqual([
    [true, true],
    [true, true],
  ]);
});

test('capabilities are those that libvirt tells and those that the operator says', () => {
  const { capabilities } = facts({}, 512, { capabilities: ['m1.tiny'] });
  expect(capabilities).toEqual([...facts().capabilities, 'm1.tiny']);
});

test('a userspace switch is there when the operator says where it looks for sockets', () => {
  expect(facts()).not.toHaveProperty('vhostUser');
  expect(facts({}, 512, { vhostUser: { dpdk: '/run/vswitch' } }).vhostUser).toEqual({ dpdk: '/run/vswitch' });
});

test('network functions are listed with their kin, other devices are not', () => {
  const nodeDevices = [
    ...kin,
    pci('nic', 2, ''),
    pci('disk', 3, '', '0x010000'),
    "<device><name>net</name><parent>pf</parent><capability type='net'><interface>eth1</interface><address>52:54:00:a0:00:00</address><link speed='10000' state='up'/></capability></device>",
  ];
  const shown = facts({ nodeDevices }).pciFunctions.map(({ address, kind, parent, netdev, mac, linkMbps }) => [
    address,
    kind,
    parent,
    netdev,
    mac,
    linkMbps,
  ]);
  expect(shown).toEqual([
    ['0000:01:00.0', 'pf', undefined, 'eth1', '52:54:00:a0:00:00', 10_000],
    ['0000:01:10.0', 'vf', '0000:01:00.0', undefined, undefined, undefined],
    ['0000:01:02.0', 'pf', undefined, undefined, undefined, undefined],
  ]);
});

test('what shares the IOMMU group of a network function is listed with it, bridges are not', () => {
  const group = (number: number) => `<iommuGroup number='${String(number)}'/>`;
  const nodeDevices = [
    pci('pf', 0, `<capability type='virt_functions' maxCount='7'/>${group(5)}`),
    pci('usb', 1, group(5), '0x0c0330'),
    pci('port', 2, group(5), '0x060400'),
    pci('root', 3, group(5), '0x060000'),
    pci('disk', 4, group(6), '0x010802'),
  ];
  const shown = facts({ nodeDevices }).pciFunctions.map(({ address, kind, iommuGroup }) => [address, kind, iommuGroup]);
  expect(shown).toEqual([
    ['0000:01:00.0', 'pf', 5],
    ['0000:01:01.0', 'other', 5],
  ]);
});

test('Berth’s own pool comes first, then the others by name', () => {
  const pool = (name: string) =>
    `<pool type='dir'><name>${name}</name><capacity unit='bytes'>2147483648</capacity>
      <available unit='bytes'>1073741824</available><target><path>/${name}</path></target></pool>`;
  const { pools } = facts({ pools: ['slow', 'archive', 'berth'].map(pool) });
  expect(pools.map(({ name }) => name)).toEqual(['berth', 'archive', 'slow']);
});

test('pools that are no directory or tell no room, and networks that are not active are nobody’s to use', () => {
  const { pools, networks } = facts({
    pools: [
      `<pool type='dir'><name>berth</name><capacity unit='bytes'>2147483648</capacity>
        <available unit='bytes'>1073741824</available><target><path>/p</path></target></pool>`,
      `<pool type='rbd'><name>ceph</name></pool>`,
      `<pool type='dir'><name>mute</name><capacity unit='bytes'>2147483648</capacity><target><path>/m</path></target></pool>`,
    ],
    networks: [
      { xml: `<network><name>a</name><bridge name='br-a'/></network>`, active: true },
      { xml: `<network><name>b</name><bridge name='br-b'/></network>`, active: false },
    ],
  });
  expect(pools).toEqual([{ name: 'berth', path: '/p', capacityMiB: 2048, availableMiB: 1024 }]);
  expect(networks).toEqual([{ name: 'a', kind: 'isolated', bridge: 'br-a' }]);
});

test('a network that hands out PCI functions is reported as such, one that gives devices away by how many are left', () => {
  const passthrough = `<network><name>up</name><forward mode='passthrough'><interface dev='e1'/><interface dev='e2'/></forward></network>`;
  const joined = (
    name: string,
  ) => `<domain type='kvm'><name>${name}</name><uuid>${name}</uuid><memory unit='MiB'>1</memory>
    <devices><interface type='network'><source network='up'/></interface></devices></domain>`;
  const networks = [
    { xml: passthrough, active: true },
    { xml: `<network><name>vfs</name><forward mode='hostdev'><pf dev='e3'/></forward></network>`, active: true },
  ];
  expect(facts({ networks }).networks).toEqual([
    { name: 'up', kind: 'physical', physicalNetwork: 'e1', devices: 2 },
    { name: 'vfs', kind: 'hostdev', physicalNetwork: 'e3' },
  ]);
  expect(facts({ networks, activeDomains: [joined('a')] }).networks[0]).toMatchObject({ devices: 1 });
});

test('a domain has as many vCPUs as its machine type and its kind of domain take', () => {
  const { capabilities } = description();
  const guest = `<guest><arch name='x86_64'><machine maxCpus='288'>q35</machine><machine maxCpus='1'>isapc</machine></arch></guest>`;
  const most = (vcpu: string, more = '') =>
    facts({
      capabilities: capabilities.replace('</capabilities>', `${more}</capabilities>`),
      domainCapabilities: { kvm: vcpu, qemu: '' },
    }).mostVcpus;
  const domain = (max: number) => `<domainCapabilities><vcpu max='${String(max)}'/></domainCapabilities>`;
  expect(most('')).toBeUndefined();
  expect(most('', guest)).toBe(288);
  expect(most(domain(255), guest)).toBe(255);
  expect(most(domain(4096))).toBe(4096);
});

test('a CPU that is switched off is none, though libvirt gives it a place', () => {
  expect(facts().cells.map(({ cpus }) => cpus.map(({ id }) => id))).toEqual([[0], [1]]);
  expect(facts({ offlineCpus: [1] }).cells.map(({ cpus }) => cpus.map(({ id }) => id))).toEqual([[0], []]);
});

const assigned = (iommu: string, driverFault?: string) =>
  hostFacts(
    readHost(
      description({
        capabilities: `<capabilities><host><cpu><arch>x86_64</arch></cpu><iommu support='${iommu}'/></host></capabilities>`,
        nodeDevices: kin,
      }),
    ),
    [],
    acceleration,
    { physicalNetworks: { physnet0: ['0000:01:00.0'] }, ...(driverFault !== undefined && { driverFault }) },
  ).pciFunctions;

test('a host that uses no IOMMU says so of each function', () => {
  expect(assigned('yes').filter(({ takenBy }) => takenBy !== undefined)).toEqual([]);
  const functions = assigned('no');
  expect(functions).toHaveLength(2);
  for (const one of functions)
    expect(one).toMatchObject({
      ...{ fault: 'iommu', takenFor: 'unusable', takenBy: expect.stringMatching(/^the host uses no IOMMU/) },
      takenFix: expect.stringContaining('intel_iommu=on'),
    });
});

test('a host that does not load the driver for guests says so of each function', () => {
  const functions = assigned('yes', 'administratively prohibited');
  expect(functions).toHaveLength(2);
  for (const one of functions)
    expect(one).toMatchObject({ fault: 'driver', takenBy: expect.stringMatching(/vfio-pci: administratively/) });
});
