import { describe, expect, test } from '@jest/globals';
import { domainSpecOf, type SpecInput } from '../../src/libvirt-xml/spec-of.js';
import type { GuestCellPlacement, VnfcDemand, VnfcPlacement } from '../../src/placement/model.js';
import { demand, host, pinned } from '../builders/placement.js';
import { vnfc, vnfcCp } from '../builders/vnfc.js';
import { cp, flavour, vdu } from '../builders/vnfd.js';

/** Two cells of four cores with two threads: CPUs 0-7 and 8-15, of which 0, 1, 8 and 9 are shared. */
const facts = host('host-1').facts;

const cell = (hostCell: number, pinnedCpus: readonly number[], vcpus = pinnedCpus.length): GuestCellPlacement => ({
  hostCell,
  pinnedCpus,
  idleCpus: [],
  vcpus,
  memoryMiB: 256,
  pages: 0,
  memoryShares: [{ hostCell, memoryMiB: 256 }],
});

const placed = (change: Partial<VnfcPlacement> = {}): VnfcPlacement => ({
  vnfcId: vnfc().id,
  hostId: vnfc().hostId,
  cells: [cell(0, [2])],
  emulatorCpus: [0, 1],
  ownEmulatorCpus: [],
  sharedCpus: [],
  pool: 'default',
  pciFunctions: [],
  ...change,
});

const strict = (vcpus: number, change: Partial<VnfcDemand> = {}) => demand('a', { vcpus, numaStrict: true, ...change });

const input = (change: Partial<SpecInput> = {}): SpecInput => ({
  installationId: 'installation-1',
  vnfInstanceId: 'instance-1',
  vnfdId: 'vnfd-1',
  flavour: flavour({ cps: [cp('west_vdu_cp', 0), cp('east_vdu_cp', 1)] }),
  vdu: vdu(),
  vnfc: vnfc(),
  placement: placed(),
  demand: pinned('a', 1),
  host: facts,
  ...change,
});

const cpu = vdu().cpu;
const withVcpus = (count: number, change: Partial<typeof cpu> = {}) => vdu({ cpu: { ...cpu, count, ...change } });

describe('where memory comes from', () => {
  const near = (change: Partial<SpecInput>) => domainSpecOf(input(change)).memory.nearCell;
  const placement = placed({ cells: [cell(1, [])] });

  test('for a guest that is bound to no cell first from the one that was counted', () => {
    expect(near({ placement, demand: demand('a') })).toBe(1);
  });

  test('for a guest that is bound from nowhere else, and a host of one cell has no choice', () => {
    expect(near({ placement, demand: strict(1) })).toBeUndefined();
    expect(near({ placement: { ...placement, pageSizeKiB: 2048 }, demand: demand('a') })).toBeUndefined();
    expect(near({ demand: demand('a'), host: { ...facts, cells: facts.cells.slice(0, 1) } })).toBeUndefined();
  });
});

describe('who', () => {
  test('the domain is the VNFC and names its owner', () => {
    expect(domainSpecOf(input())).toMatchObject({
      uuid: vnfc().id,
      name: 'edge-router-0',
      owner: { vnfInstanceId: 'instance-1', vnfcId: vnfc().id, vduId: 'router', vnfdId: 'vnfd-1' },
    });
  });

  test.each([
    ['kvm', 'kvm'],
    ['tcg', 'tcg'],
    ['simulated', 'tcg'],
  ] as const)('a host with %s runs it under %s', (kind, expected) => {
    const acceleration = { ...facts.acceleration, kind };
    expect(domainSpecOf(input({ host: { ...facts, acceleration } })).acceleration).toBe(expected);
  });
});

describe('vCPUs', () => {
  test('dedicated ones are pinned in order, through all guest cells', () => {
    const placement = placed({ cells: [cell(0, [2, 3]), cell(1, [10])] });
    expect(domainSpecOf(input({ vdu: withVcpus(3), placement, demand: pinned('a', 3) })).cpu).toMatchObject({
      vcpus: 3,
      emulatorCpus: [0, 1],
      pins: [
        { vcpu: 0, hostCpus: [2] },
        { vcpu: 1, hostCpus: [3] },
        { vcpu: 2, hostCpus: [10] },
      ],
      cells: [
        { vcpus: [0, 1], memoryMiB: 256, hostCell: 0 },
        { vcpus: [2], memoryMiB: 256, hostCell: 1 },
      ],
    });
  });

  test('shared ones float over the shared CPUs', () => {
    const placement = placed({ cells: [cell(0, [], 2)], sharedCpus: [0, 1, 8, 9] });
    expect(domainSpecOf(input({ vdu: withVcpus(2), placement, demand: demand('a', { vcpus: 2 }) })).cpu.pins).toEqual([
      { vcpu: 0, hostCpus: [0, 1, 8, 9] },
      { vcpu: 1, hostCpus: [0, 1, 8, 9] },
    ]);
  });

  test('shared ones of a strict guest float in their own host cell', () => {
    const placement = placed({ cells: [cell(1, [], 1)], sharedCpus: [0, 1, 8, 9] });
    expect(domainSpecOf(input({ placement, demand: strict(1) })).cpu.pins).toEqual([{ vcpu: 0, hostCpus: [8, 9] }]);
  });

  test('of a mixed guest the last are the dedicated ones', () => {
    const placement = placed({ cells: [cell(0, [4, 5], 3)], sharedCpus: [0, 1] });
    const mixed = strict(3, { cpuPolicy: 'mixed', dedicatedVcpus: 2 });
    expect(domainSpecOf(input({ vdu: withVcpus(3), placement, demand: mixed })).cpu.pins).toEqual([
      { vcpu: 0, hostCpus: [0, 1] },
      { vcpu: 1, hostCpus: [4] },
      { vcpu: 2, hostCpus: [5] },
    ]);
  });

  test('of a mixed guest that says which are shared, those float, through all guest cells', () => {
    const placement = placed({ cells: [cell(0, [4], 2), cell(1, [10], 2)], sharedCpus: [0, 1, 8, 9] });
    const mixed = strict(4, { cpuPolicy: 'mixed', dedicatedVcpus: 2, sharedVcpus: [1, 2] });
    expect(domainSpecOf(input({ vdu: withVcpus(4), placement, demand: mixed })).cpu.pins).toEqual([
      { vcpu: 0, hostCpus: [4] },
      { vcpu: 1, hostCpus: [0, 1] },
      { vcpu: 2, hostCpus: [8, 9] },
      { vcpu: 3, hostCpus: [10] },
    ]);
  });

  test('that are real-time are named to the scheduler, and the memory is locked', () => {
    const placement = placed({ cells: [cell(0, [2, 4])], emulatorCpus: [2] });
    const spec = domainSpecOf(input({ vdu: withVcpus(2), placement, demand: pinned('a', 2, { realtimeVcpus: [1] }) }));
    expect(spec.cpu).toMatchObject({ realtimeVcpus: [1], emulatorCpus: [2] });
    expect(spec.memory.locked).toBe(true);
  });

  test.each([
    ['on sibling pairs', [2, 3, 4, 5], 'prefer', 2],
    ['on cores apart', [2, 4, 6, 7], 'prefer', 1],
    ['isolated', [2, 3, 4, 5], 'isolate', 1],
  ] as const)('%s: CPUs %j, policy %s make %i threads per core', (_how, cpus, threadPolicy, threads) => {
    const placement = placed({ cells: [cell(0, cpus)] });
    expect(
      domainSpecOf(input({ vdu: withVcpus(4, { threadPolicy }), placement, demand: pinned('a', 4) })).cpu.threads,
    ).toBe(threads);
  });
});

describe('memory', () => {
  test('is the sum of the guest cells, in the pages placed', () => {
    const placement = placed({ cells: [cell(0, [2]), cell(1, [10])], pageSizeKiB: 2048 });
    expect(domainSpecOf(input({ vdu: withVcpus(2), placement, demand: pinned('a', 2) })).memory).toEqual({
      memoryMiB: 512,
      pageSizeKiB: 2048,
      locked: false,
    });
  });

  test('plain memory of a guest that is not strict may come from anywhere', () => {
    expect(domainSpecOf(input({ demand: demand('a') })).cpu.cells).toEqual([{ vcpus: [0], memoryMiB: 256 }]);
  });

  test('hugepages come from the cell they are claimed of, strict or not', () => {
    const placement = placed({ pageSizeKiB: 2048 });
    expect(domainSpecOf(input({ demand: demand('a'), placement })).cpu.cells).toEqual([
      { vcpus: [0], memoryMiB: 256, hostCell: 0 },
    ]);
  });
});

test('memory split over page sizes stays with its guest cells', () => {
  const cells = [{ ...cell(0, [2]), pageSizeKiB: 1_048_576 }, cell(1, [10])];
  const spec = domainSpecOf(input({ vdu: withVcpus(2), placement: placed({ cells }), demand: pinned('a', 2) }));
  expect(spec.memory).not.toHaveProperty('pageSizeKiB');
  expect(spec.cpu.cells).toEqual([
    { vcpus: [0], memoryMiB: 256, hostCell: 0, pageSizeKiB: 1_048_576 },
    { vcpus: [1], memoryMiB: 256, hostCell: 1 },
  ]);
});

describe('disks', () => {
  const day0 = { id: 'day0', name: 'd.iso', format: 'raw', capacityBytes: 2048 } as const;
  const guest = vnfc({ volumes: [...vnfc().volumes, day0] });

  test('lie in the pool of the VNFC; the image boots, day 0 cannot be written', () => {
    const path = (name: string) => `/pool/${name}`;
    expect(domainSpecOf(input({ vnfc: guest }))).toMatchObject({
      disks: [
        { id: 'root', path: path(`${guest.id}-root.qcow2`), device: 'disk', readOnly: false, bootOrder: 1 },
        { id: 'data', path: path(`${guest.id}-data.qcow2`), device: 'disk', readOnly: false },
        { id: 'day0', path: path('d.iso'), format: 'raw', device: 'disk', readOnly: true },
      ],
      serialLog: path(guest.serialLog),
    });
  });

  test('an unmodified guest finds day 0 on a CD-ROM', () => {
    const spec = domainSpecOf(input({ vnfc: guest, vdu: vdu({ virtualisation: 'full' }) }));
    expect(spec.disks.map((disk) => disk.device)).toEqual(['disk', 'disk', 'cdrom']);
  });

  test('a pool that the host does not have is a fault that names both', () => {
    expect(() => domainSpecOf(input({ vnfc: vnfc({ pool: 'gone' }) }))).toThrow(/host-1.*gone/);
  });
});

describe('cards', () => {
  test('join their networks in the order of the VNFC', () => {
    const cps = [vnfcCp('west', 0, { network: 'w', mtu: 9000 }), vnfcCp('east', 1, { network: 'e' })];
    expect(domainSpecOf(input({ vnfc: vnfc({ cps }) })).interfaces).toEqual([
      {
        cpdId: 'west_vdu_cp',
        mac: '52:54:00:00:00:00',
        source: { kind: 'network', network: 'w' },
        model: 'virtio',
        queues: 1,
        mtu: 9000,
        order: 0,
      },
      {
        cpdId: 'east_vdu_cp',
        mac: '52:54:00:00:00:01',
        source: { kind: 'network', network: 'e' },
        model: 'virtio',
        queues: 1,
        order: 1,
      },
    ]);
  });

  test.each([
    [2, 2],
    [8, 8],
    [12, 8],
  ])('of a guest with %i vCPUs have %i queues', (count, queues) => {
    const placement = placed({ cells: [cell(0, [], count)], sharedCpus: [0, 1] });
    const { interfaces } = domainSpecOf(input({ vdu: withVcpus(count), placement, demand: strict(count) }));
    expect(interfaces.map((card) => card.queues)).toEqual([queues, queues]);
  });

  test.each([
    ['virtio', 'e1000e'],
    ['e1000e', 'e1000e'],
    ['rtl8139', 'rtl8139'],
  ] as const)('an unmodified guest that asks for %s gets %s', (model, expected) => {
    const cps = [cp('west_vdu_cp', 0, { model }), cp('east_vdu_cp', 1, { model })];
    const spec = domainSpecOf(input({ vdu: vdu({ virtualisation: 'full' }), flavour: flavour({ cps }) }));
    expect(spec.interfaces.map((card) => [card.model, card.queues])).toEqual([
      [expected, 1],
      [expected, 1],
    ]);
  });

  test.each([
    ['direct', 'vf'],
    ['direct-physical', 'pf'],
  ] as const)('a %s CP gets the %s that was placed', (vnicType, function_) => {
    const cps = [cp('west_vdu_cp', 0, { vnicType }), cp('east_vdu_cp', 1)];
    const placement = placed({ pciFunctions: [{ cpdId: 'west_vdu_cp', address: '0000:06:10.1' }] });
    const [west, east] = domainSpecOf(input({ flavour: flavour({ cps }), placement })).interfaces;
    expect(west?.source).toEqual({ kind: 'hostdev', function: function_, address: '0000:06:10.1' });
    expect(east?.source).toEqual({ kind: 'network', network: 'data' });
  });

  test('a virtual function puts the VLAN of its CP on its frames', () => {
    const cps = [cp('west_vdu_cp', 0, { vnicType: 'direct' })];
    const placement = placed({ pciFunctions: [{ cpdId: 'west_vdu_cp', address: '0000:06:10.1' }] });
    const guest = vnfc({ cps: [vnfcCp('west', 0, { vlan: 42 })] });
    const [west] = domainSpecOf(input({ flavour: flavour({ cps }), placement, vnfc: guest })).interfaces;
    expect(west?.source).toEqual({ kind: 'hostdev', function: 'vf', address: '0000:06:10.1', vlan: 42 });
  });

  test('a port in a VLAN joins the bridge of its device, else the device', () => {
    const cps = [cp('west_vdu_cp', 0)];
    const vlan = { physicalNetwork: 'physnet0', id: 100, device: 'ens10.100' };
    const on = (network: (typeof facts.networks)[number]) =>
      domainSpecOf({
        ...input({
          flavour: flavour({ cps }),
          vnfc: vnfc({ cps: [vnfcCp('west', 0, { network: 'physnet0.100', vlan: 100 })] }),
        }),
        host: { ...facts, networks: [network] },
      }).interfaces[0]?.source;
    const name = 'physnet0.100';
    expect(on({ name, kind: 'physical', vlan })).toEqual({ kind: 'direct', device: 'ens10.100' });
    expect(on({ name, kind: 'bridge', bridge: 'br100', vlan })).toEqual({ kind: 'bridge', bridge: 'br100' });
    expect(on({ name, kind: 'ovs' })).toEqual({ kind: 'network', network: name });
  });

  test('a virtio-forwarder CP opens the socket that the switch of its network looks for', () => {
    const cps = [cp('west_vdu_cp', 0, { vnicType: 'virtio-forwarder' })];
    const guest = vnfc({ cps: [vnfcCp('west', 0, { network: 'dpdk' })] });
    const asked = input({ flavour: flavour({ cps }), vnfc: guest });
    const on = (vhostUser: Record<string, string>) =>
      domainSpecOf({ ...asked, host: { ...facts, vhostUser } }).interfaces[0]?.source;
    expect(on({ dpdk: '/run/vswitch' })).toEqual({ kind: 'vhostuser', path: '/run/vswitch/vhu-525400000000' });
    expect(() => on({})).toThrow(/host-1 has no vhost-user switch on network dpdk/);
  });

  test('a CP that joins nothing is a fault that names it', () => {
    const { network: _, ...loose } = vnfcCp('west', 0);
    expect(() => domainSpecOf(input({ vnfc: vnfc({ cps: [loose] }) }))).toThrow(/cp-west/);
  });
});

test('the architecture is the host’s, however the VDU spells it', () => {
  const { architecture } = domainSpecOf(input({ vdu: withVcpus(1, { architecture: 'amd64' }) }));
  expect(architecture).toBe('x86_64');
});
