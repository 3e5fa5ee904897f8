/**
 * What others use is not free: functions, CPUs and memory of domains that Berth did not make, of libvirt's networks and
 * of the host itself.
 */
import { describe, expect, it } from '@jest/globals';
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

const cpu = (id: number) => `<cpu id='${String(id)}' socket_id='0' core_id='${String(id)}' siblings='${String(id)}'/>`;
const cell = (id: number, cpus: readonly number[]) => `<cell id='${String(id)}'><memory unit='KiB'>8388608</memory>
  <pages unit='KiB' size='4'>2097152</pages><pages unit='KiB' size='2048'>512</pages><cpus>${cpus.map(cpu).join('')}</cpus></cell>`;

const pci = (name: string, slot: string, inner = '') => `<device><name>${name}</name><capability type='pci'>
  <class>0x020000</class><domain>0</domain><bus>59</bus><slot>${String(Number(slot))}</slot><function>0</function>
  <product id='0x10c9'/><vendor id='0x8086'/>${inner}</capability></device>`;
const card = pci('pf', '0x00', "<capability type='virt_functions' maxCount='8'/>");
const vf = (nth: number) =>
  pci(
    `vf${String(nth)}`,
    `0x1${String(nth)}`,
    "<capability type='phys_function'><address domain='0x0' bus='0x3b' slot='0x0' function='0x0'/></capability>",
  );
const net = (name: string, parent: string, state = 'up', speed = '25000') =>
  `<device><name>net_${name}</name><parent>${parent}</parent><capability type='net'><interface>${name}</interface>
    <address>0c:42:a1:00:00:01</address><link${state === 'up' ? ` speed='${speed}'` : ''} state='${state}'/></capability></device>`;

const hostdev = (slot: string) => `<hostdev mode='subsystem' type='pci' managed='yes'><source>
  <address domain='0x0000' bus='0x3b' slot='${slot}' function='0x0'/></source></hostdev>`;
const ours = "<metadata><berth:owner xmlns:berth='urn:berth:domain:1'/></metadata>";
const uuid = '0d3dc28d-197e-4a05-974c-692762d2f733';
const domain = (name: string, inner: string, { metadata = '', vcpu = '<vcpu>1</vcpu>' } = {}) =>
  `<domain type='kvm'><name>${name}</name><uuid>${uuid}</uuid>${metadata}<memory unit='KiB'>1048576</memory>${vcpu}${inner}</domain>`;

const described = (changed: Partial<HostDescription>): HostDescription => ({
  hostname: 'host7',
  hypervisor: 'QEMU',
  hypervisorVersion: 7_002_022,
  libvirtVersion: 9_000_000,
  capabilities: `<capabilities><host><uuid>u</uuid><cpu><arch>x86_64</arch></cpu>
    <topology><cells>${cell(0, [0, 1, 2, 3])}${cell(1, [4, 5, 6, 7])}</cells></topology></host></capabilities>`,
  domainCapabilities: { kvm: '', qemu: '' },
  nodeDevices: [card, vf(0), vf(1), net('ens8f1', 'pf')],
  pools: [],
  networks: [],
  activeDomains: [],
  inactiveDomains: [],
  interfaces: [],
  ...changed,
});

const onPhysnet: OperatorsWord = { physicalNetworks: { physnet1: ['ens8f1'] }, idleCards: ['ens8f1'] };
const factsOf = (changed: Partial<HostDescription>, said: OperatorsWord = onPhysnet) =>
  hostFacts(readHost(described(changed)), [], acceleration, said);

/** Address without bus -> why it is given to nobody. */
const taken = (changed: Partial<HostDescription>, said?: OperatorsWord) =>
  Object.fromEntries(
    factsOf(changed, said).pciFunctions.flatMap(({ address, takenBy }) =>
      takenBy === undefined ? [] : [[address.slice(8), takenBy]],
    ),
  );

const holds = (what: string, name: string) => `${what}domain ${name}, which is not Berth’s, holds it`;

describe('a card', () => {
  const networkOf = (said: OperatorsWord) => factsOf({}, said).pciFunctions[0];

  it('is named by MAC address, PCI address or network device', () => {
    const named = (name: string) => networkOf({ physicalNetworks: { physnet1: [name] } });
    for (const name of ['0C:42:A1:00:00:01', '0c-42-a1-00-00-01', '0000:3b:00.0', '3B:00.0', 'ens8f1'])
      expect(named(name)?.physicalNetwork).toBe('physnet1');
    expect(named('0c:42:a1:00:00:02')?.physicalNetwork).toBeUndefined();
    expect(named('0c:42:a1:00:00:01')).not.toHaveProperty('isNamedByDevice');
    expect(named('ens8f1')).toMatchObject({ isNamedByDevice: true });
  });

  it('that is named under two networks is given to nobody, its functions neither', () => {
    const two = { physicalNetworks: { physnet1: ['ens8f1'], physnet2: ['0000:3b:00.0'] }, idleCards: ['ens8f1'] };
    const why =
      'the configuration names its card under physnet1 (ens8f1) and physnet2 (0000:3b:00.0), and it is on one network: name it once in physicalNetworks';
    expect(taken({}, two)).toEqual({ '00.0': why, '10.0': why, '11.0': why });
    expect(factsOf({}, two).pciFunctions.map(({ takenFor }) => takenFor)).toEqual(Array(3).fill('unusable'));
  });

  it('that is down says so', () => {
    const down = factsOf({ nodeDevices: [card, vf(0), net('ens8f1', 'pf', 'down')] }).pciFunctions;
    expect(down[0]).toMatchObject({ isDown: true });
    expect(down[1]).toMatchObject({ takenFor: 'down' });
    expect(factsOf({}).pciFunctions[0]).not.toHaveProperty('isDown');
  });
});

describe('functions of Berth’s own guests', () => {
  const own = `<interface type='hostdev' managed='yes'><mac address='52:54:00:00:00:07'/><source>
    <address type='pci' domain='0x0000' bus='0x3b' slot='0x10' function='0x0'/></source></interface>`;

  it('say which domain has them, and with which address', () => {
    const [, held, other] = factsOf({
      activeDomains: [domain('berth-a', `<devices>${own}</devices>`, { metadata: ours })],
    }).pciFunctions;
    expect(held).toMatchObject({ guest: { domain: 'berth-a', mac: '52:54:00:00:00:07' } });
    expect(held).not.toHaveProperty('takenBy');
    expect(other).not.toHaveProperty('guest');
  });

  it('are the host’s again when the domain is off', () => {
    const off = domain('berth-a', `<devices>${own}</devices>`, { metadata: ours });
    expect(factsOf({ inactiveDomains: [off] }).pciFunctions[1]).not.toHaveProperty('guest');
  });
});

describe('functions that others use', () => {
  it('are none on an idle card', () => {
    expect(taken({})).toEqual({});
  });

  it('are those of a running domain that is not Berth’s, and their card as a whole', () => {
    const devices = `<devices>${hostdev('0x10')}</devices>`;
    expect(taken({ activeDomains: [domain('win11', devices)] })).toEqual({
      '10.0': holds('', 'win11'),
      '00.0': holds('of its function 0000:3b:10.0, ', 'win11'),
    });
    expect(taken({ activeDomains: [domain('berth-x', devices, { metadata: ours })] })).toEqual({});
  });

  it('are those of a network card of such a domain', () => {
    const nic = hostdev('0x11')
      .replace("<hostdev mode='subsystem' type='pci'", "<interface type='hostdev'")
      .replace('</hostdev>', '</interface>');
    expect(taken({ activeDomains: [domain('win11', `<devices>${nic}</devices>`)] })['11.0']).toBe(holds('', 'win11'));
  });

  it('are all of a card that such a domain has whole', () => {
    const all = taken({ activeDomains: [domain('win11', `<devices>${hostdev('0x00')}</devices>`)] });
    expect(all).toEqual({
      '00.0': holds('', 'win11'),
      '10.0': holds('of its card 0000:3b:00.0, ', 'win11'),
      '11.0': holds('of its card 0000:3b:00.0, ', 'win11'),
    });
  });

  it('are those that a domain is configured with that does not run', () => {
    expect(taken({ inactiveDomains: [domain('win11', `<devices>${hostdev('0x10')}</devices>`)] })['10.0']).toBe(
      'domain win11, which is not Berth’s, is configured with it',
    );
  });

  it('are those that a network of libvirt hands out', () => {
    const xml = `<network><name>pool</name><forward mode='hostdev'><pf dev='ens8f1'/>
      <address type='pci' domain='0x0000' bus='0x3b' slot='0x10' function='0x0'/></forward></network>`;
    expect(taken({ networks: [{ xml, active: true }] })).toEqual({
      '10.0': 'network pool hands it out',
      '00.0': 'its network device ens8f1 is used by network pool',
    });
    expect(taken({ networks: [{ xml, active: false }] })).toEqual({});
  });

  it('are those whose network device is up on the host, unless the operator calls the card idle', () => {
    const nodeDevices = [card, vf(0), vf(1), net('ens8f1', 'pf'), net('ens8f1v0', 'vf0')];
    const why = (device: string, whole = '') =>
      `its network device ${device} is up, so the host may use it${whole}: set it down, or name its card in idleCards`;
    expect(taken({ nodeDevices }, { physicalNetworks: { physnet1: ['ens8f1'] } })).toEqual({
      '00.0': why('ens8f1', ' as a whole'),
      '10.0': why('ens8f1v0'),
    });
    expect(taken({ nodeDevices })).toEqual({});
  });

  it.each([
    [
      'bridge',
      "<interface type='bridge' name='br0'><bridge><interface type='ethernet' name='ens8f1v0'/></bridge></interface>",
    ],
    ['bond', "<interface type='bond' name='br0'><bond><interface type='ethernet' name='ens8f1v0'/></bond></interface>"],
    ['vlan', "<interface type='vlan' name='br0'><vlan tag='7'><interface name='ens8f1v0'/></vlan></interface>"],
  ])('are those in a %s of the host, up or not', (type, xml) => {
    const nodeDevices = [card, vf(0), vf(1), net('ens8f1', 'pf'), net('ens8f1v0', 'vf0', 'down')];
    expect(taken({ nodeDevices, interfaces: [{ mac: '', xml }] })['10.0']).toBe(
      `its network device ens8f1v0 is part of ${type} br0`,
    );
  });

  it('are the parts of a bond that is in a bridge', () => {
    const xml = `<interface type='bridge' name='br0'><bridge><interface type='bond' name='bond0'><bond>
      <interface type='ethernet' name='ens8f1'/></bond></interface></bridge></interface>`;
    expect(taken({ interfaces: [{ mac: '', xml }] })).toEqual({
      '00.0': 'its network device ens8f1 is part of bond bond0',
    });
  });

  const listed = (type: string, name: string, mac: string) => ({
    mac,
    xml: `<interface type='${type}' name='${name}'/>`,
  });

  it.each([
    ['bond', 'bond0'],
    ['bridge', 'br0'],
    ['ethernet', 'team0'],
  ])('are those that may be part of what has their MAC address: %s', (type, name) => {
    const nodeDevices = [card, vf(0), vf(1), net('ens8f1', 'pf'), net('ens8f1v0', 'vf0', 'up')];
    const mac = '1e:00:ef:ea:4c:4e';
    const interfaces = [listed('ethernet', 'ens8f1v0', mac), listed(type, name, mac)];
    expect(taken({ nodeDevices, interfaces })).toEqual({
      '10.0': `its network device ens8f1v0 has the MAC address of ${type} ${name}, so it may be part of it`,
      '00.0': `of its function 0000:3b:10.0, its network device ens8f1v0 has the MAC address of ${type} ${name}, so it may be part of it`,
    });
    expect(taken({ nodeDevices, interfaces: interfaces.slice(0, 1) })).toEqual({});
    const none = '00:00:00:00:00:00';
    expect(
      taken({ nodeDevices, interfaces: [listed('ethernet', 'ens8f1v0', none), listed(type, name, none)] }),
    ).toEqual({});
  });

  it.each(['unknown', 'dormant', 'lowerlayerdown'])('are those whose network device was set up, link %s', (state) => {
    const nodeDevices = [card, vf(0), net('ens8f1', 'pf', 'down'), net('ens8f1v0', 'vf0', state)];
    const said = { physicalNetworks: { physnet1: ['ens8f1'] } };
    expect(taken({ nodeDevices }, said)['10.0']).toMatch('its network device ens8f1v0 is up, so the host may use it');
  });

  it('are cards that are down, as a whole, while the host has network devices of their functions', () => {
    const nodeDevices = [card, vf(0), net('ens8f1', 'pf', 'down'), net('ens8f1v0', 'vf0', 'down')];
    const said = { physicalNetworks: { physnet1: ['ens8f1'] } };
    expect(taken({ nodeDevices }, said)['00.0']).toMatch(
      'of its function 0000:3b:10.0, the host has network device ens8f1v0, of which nobody can see whether it is used',
    );
    expect(taken({ nodeDevices })).not.toHaveProperty('00.0');
    expect(taken({ nodeDevices: nodeDevices.slice(0, 3) }, said)).not.toHaveProperty('00.0');
  });

  it('are cards under macvtap devices, as a whole', () => {
    const devices = "<devices><interface type='direct'><source dev='ens8f1' mode='bridge'/></interface></devices>";
    expect(taken({ activeDomains: [domain('berth-a', devices, { metadata: ours })] })).toEqual({
      '00.0': 'its network device ens8f1 has macvtap devices of domain berth-a',
    });
  });

  it('are those of a card that is down', () => {
    const nodeDevices = [card, vf(0), net('ens8f1', 'pf', 'down')];
    expect(taken({ nodeDevices })).toEqual({
      '10.0': 'its card ens8f1 is down, and passes nothing: set it up',
    });
  });

  it('are those that the configuration withholds, by address or name', () => {
    const nodeDevices = [card, vf(0), vf(1), net('ens8f1', 'pf'), net('ens8f1v1', 'vf1', 'down')];
    const said = { ...onPhysnet, withheldFunctions: ['0000:3b:10.0', 'ens8f1v1'] };
    expect(taken({ nodeDevices }, said)).toEqual({
      '10.0': 'the configuration withholds it (withheldFunctions)',
      '11.0': 'the configuration withholds it (withheldFunctions)',
    });
  });
});

describe('a card with several network devices', () => {
  const nets = [net('ens8f1', 'pf'), net('ens8f1_0', 'pf', 'down')];

  it.each([
    ['its own first', nets],
    ['its own last', nets.toReversed()],
  ])('is known by its own, %s', (_, listed) => {
    const [pf, first] = factsOf({ nodeDevices: [card, vf(0), ...listed] }).pciFunctions;
    expect(pf).toMatchObject({ netdev: 'ens8f1', linkMbps: 25_000, physicalNetwork: 'physnet1' });
    expect(first).toMatchObject({ physicalNetwork: 'physnet1' });
  });

  it('is on the network that names its second port', () => {
    const ports = [net('enp3s0', 'pf', 'up', '40000'), net('enp3s0d1', 'pf', 'down')];
    for (const named of ['enp3s0', 'enp3s0d1']) {
      const said = { physicalNetworks: { physnet1: [named] } };
      const [pf] = factsOf({ nodeDevices: [card, ...ports] }, said).pciFunctions;
      expect(pf).toMatchObject({ netdev: named, physicalNetwork: 'physnet1' });
    }
  });

  it.each(['4294967295', '2147483647', '-1', '0', 'x'])('has no known speed when libvirt says %s', (speed) => {
    const [pf] = factsOf({ nodeDevices: [card, net('ens8f1', 'pf', 'up', speed)] }).pciFunctions;
    expect(pf).not.toHaveProperty('linkMbps');
  });

  it('can be given away whole as a network controller of any class, when the operator names it', () => {
    const nodeDevices = [pci('nic', '0x00').replace('0x020000', '0x020700'), net('ib0', 'nic')];
    const [silent] = factsOf({ nodeDevices }, {}).pciFunctions;
    expect(silent).toMatchObject({ kind: 'other' });
    for (const name of ['ib0', '0000:3b:00.0']) {
      const [nic] = factsOf({ nodeDevices }, { physicalNetworks: { fabric: [name] }, idleCards: [name] }).pciFunctions;
      expect(nic).toMatchObject({ kind: 'pf', physicalNetwork: 'fabric', netdev: 'ib0' });
    }
  });

  it('can be given away whole when it has no virtual functions at all', () => {
    const [nic] = factsOf({ nodeDevices: [pci('nic', '0x00'), net('ens8f1', 'nic')] }).pciFunctions;
    expect(nic).toMatchObject({ kind: 'pf', physicalNetwork: 'physnet1' });
    expect(nic).not.toHaveProperty('takenBy');
  });
});

describe('CPUs and memory of domains that are not Berth’s', () => {
  const cpus = (active: readonly string[]) =>
    factsOf({ activeDomains: active }).cells.flatMap((one) =>
      one.cpus.flatMap(({ id, takenBy }) => (takenBy === undefined ? [] : [id])),
    );
  const memory = (active: readonly string[]) =>
    factsOf({ activeDomains: active }).cells.map(({ foreignMiB }) => foreignMiB);

  it('are CPUs that a vCPU, an I/O thread or the emulator is pinned to', () => {
    const pins =
      "<cputune><vcpupin vcpu='0' cpuset='2'/><emulatorpin cpuset='5'/><iothreadpin iothread='1' cpuset='6-7'/></cputune>";
    expect(cpus([domain('win11', pins)])).toEqual([2, 5, 6, 7]);
    expect(cpus([domain('berth-x', pins, { metadata: ours })])).toEqual([]);
    expect(factsOf({ activeDomains: [domain('win11', pins)] }).cells[0]?.cpus[2]?.takenBy).toBe(
      'domain win11, which is not Berth’s, is pinned to it',
    );
  });

  it('are those of the domain’s own CPU set', () => {
    expect(cpus([domain('win11', '', { vcpu: "<vcpu placement='static' cpuset='4-7,^6'>2</vcpu>" })])).toEqual([
      4, 5, 7,
    ]);
  });

  it('are none of a domain that may run everywhere', () => {
    expect(cpus([domain('win11', "<cputune><emulatorpin cpuset='0-7'/></cputune>")])).toEqual([]);
    expect(cpus([domain('win11', '')])).toEqual([]);
  });

  it('are plain memory in the cells that it is bound to, or over all', () => {
    expect(memory([])).toEqual([undefined, undefined]);
    expect(memory([domain('win11', '')])).toEqual([512, 512]);
    expect(memory([domain('win11', "<numatune><memory mode='strict' nodeset='1'/></numatune>")])).toEqual([
      undefined,
      1024,
    ]);
    expect(memory([domain('berth-x', '', { metadata: ours })])).toEqual([undefined, undefined]);
  });

  it('are no plain memory where it has hugepages, which count as pages', () => {
    const pages = "<memoryBacking><hugepages><page size='2048' unit='KiB'/></hugepages></memoryBacking>";
    expect(memory([domain('win11', pages)])).toEqual([undefined, undefined]);
  });
});

describe('a domain of another installation', () => {
  const mark = (id: string) =>
    `<metadata><berth:owner xmlns:berth='urn:berth:domain:1'${id && ` installationId='${id}'`}/></metadata>`;
  const pins =
    "<cputune><vcpupin vcpu='0' cpuset='2'/></cputune><numatune><memory mode='strict' nodeset='1'/></numatune>";
  const pages = "<memoryBacking><hugepages><page size='2048' unit='KiB'/></hugepages></memoryBacking>";
  const seenBy = (installation: string, owner?: string, held?: string) =>
    hostFacts(
      readHost(
        described({
          activeDomains: [domain('berth-x', `${pins}${pages}`, { metadata: owner === undefined ? '' : mark(owner) })],
        }),
      ),
      [{ cell: 1, pageSizeKiB: 2048, free: 0 }],
      acceleration,
      { own: { installation, ...(held && { uuids: new Set([held]) }) } },
    ).cells;

  it.each([
    ['its own', 'one', undefined, 0],
    ['from before installations had ids', '', undefined, 0],
    ['another’s', 'two', 'domain berth-x, which is another Berth’s, is pinned to it', 512],
  ])('is told apart: %s', (_, owner, takenBy, foreignPages) => {
    const [first, second] = seenBy('one', owner);
    expect(first?.cpus[2]?.takenBy).toBe(takenBy);
    expect(second?.hugepages[0]?.foreign).toBe(foreignPages);
  });

  it.each([undefined, 'two'])('is its own when the database has it (mark: %s)', (owner) => {
    expect(seenBy('one', owner)[0]?.cpus[2]?.takenBy).toContain('domain berth-x');
    const [first, second] = seenBy('one', owner, uuid);
    expect([first?.cpus[2]?.takenBy, second?.hugepages[0]?.foreign]).toEqual([undefined, 0]);
  });
});
