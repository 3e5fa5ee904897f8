/**
 * The domains whose whole XML is kept in `test/golden/domain`: one per kind of VNFC that Berth runs.
 */
import type { DomainSpec } from '../../src/libvirt-xml/domain-spec.js';
import { aCard, aDisk, aSpec } from './spec-builder.js';
import { accelerationKinds } from '../../src/inventory/model.js';

const root = aDisk({ bootOrder: 1 });
const day0 = aDisk({ id: 'day0', path: '/var/lib/berth/pool/day0.iso', format: 'raw', readOnly: true });
const agentAndLog = { guestAgent: true, serialLog: '/var/lib/berth/pool/serial.log' };

const pinned = (...hostCpus: readonly number[]) => hostCpus.map((cpu, vcpu) => ({ vcpu, hostCpus: [cpu] }));

export const goldenSpecs: Readonly<Record<string, DomainSpec>> = {
  'para-shared': aSpec({
    ...agentAndLog,
    cpu: { vcpus: 1, pins: [{ vcpu: 0, hostCpus: [0, 1] }], emulatorCpus: [0, 1] },
    disks: [root, day0],
    interfaces: [aCard(0, { mtu: 1500 }), aCard(1)],
  }),
  'pinned-hugepages': aSpec({
    ...agentAndLog,
    acceleration: 'kvm',
    cpu: {
      vcpus: 2,
      pins: pinned(2, 3),
      emulatorCpus: [0],
      cells: [{ vcpus: [0, 1], memoryMiB: 2048, hostCell: 0 }],
    },
    memory: { memoryMiB: 2048, pageSizeKiB: 2048, locked: true },
    disks: [root, day0],
    interfaces: [aCard(0), aCard(1)],
  }),
  'two-cells-asymmetric': aSpec({
    ...agentAndLog,
    acceleration: 'kvm',
    cpu: {
      vcpus: 6,
      threads: 2,
      pins: pinned(2, 3, 4, 5, 10, 11),
      emulatorCpus: [0, 8],
      features: ['aes', 'pdpe1gb'],
      cells: [
        { vcpus: [0, 1, 2, 3], memoryMiB: 4096, hostCell: 0 },
        { vcpus: [4, 5], memoryMiB: 1024, hostCell: 1 },
      ],
    },
    memory: { memoryMiB: 5120, pageSizeKiB: 1048576, locked: false },
    disks: [root, day0],
    interfaces: [aCard(0, { queues: 6 })],
  }),
  'real-time': aSpec({
    ...agentAndLog,
    acceleration: 'kvm',
    cpu: {
      vcpus: 4,
      pins: pinned(8, 10, 9, 11),
      emulatorCpus: [8],
      realtimeVcpus: [1, 2, 3],
      cells: [{ vcpus: [0, 1, 2, 3], memoryMiB: 2048, hostCell: 1 }],
    },
    memory: { memoryMiB: 2048, pageSizeKiB: 1048576, locked: true },
    disks: [root, day0],
    interfaces: [aCard(0)],
  }),
  'vhost-user': aSpec({
    ...agentAndLog,
    acceleration: 'kvm',
    cpu: {
      vcpus: 2,
      pins: pinned(2, 3),
      emulatorCpus: [0],
      cells: [{ vcpus: [0, 1], memoryMiB: 2048, hostCell: 0 }],
    },
    memory: { memoryMiB: 2048, pageSizeKiB: 1048576 },
    disks: [root, day0],
    interfaces: [
      aCard(0),
      aCard(1, { queues: 2, source: { kind: 'vhostuser', path: '/run/vswitch/vhu-525400000001' } }),
    ],
  }),
  'split-pages': aSpec({
    ...agentAndLog,
    acceleration: 'kvm',
    cpu: {
      vcpus: 4,
      pins: pinned(2, 3, 10, 11),
      emulatorCpus: [0, 8],
      cells: [
        { vcpus: [0, 1], memoryMiB: 2048, hostCell: 0, pageSizeKiB: 1048576 },
        { vcpus: [2], memoryMiB: 512, hostCell: 1, pageSizeKiB: 2048 },
        { vcpus: [3], memoryMiB: 256, hostCell: 1 },
      ],
    },
    memory: { memoryMiB: 2816 },
    disks: [root, day0],
    interfaces: [aCard(0)],
  }),
  'full-virtualised': aSpec({
    virtualisation: 'full',
    serialLog: '/var/lib/berth/pool/serial.log',
    disks: [root, { ...day0, device: 'cdrom' }, aDisk({ id: 'data', path: '/var/lib/berth/pool/data.qcow2' })],
    interfaces: [aCard(0, { model: 'e1000e' }), aCard(1, { model: 'rtl8139' })],
  }),
  'sriov-hostdev': aSpec({
    ...agentAndLog,
    acceleration: 'kvm',
    cpu: { vcpus: 2, pins: pinned(4, 5), emulatorCpus: [0] },
    disks: [root, day0],
    interfaces: [
      aCard(0),
      aCard(1, { source: { kind: 'hostdev', function: 'vf', address: '0000:06:10.1', vlan: 42 } }),
      aCard(2, { source: { kind: 'hostdev', function: 'pf', address: '0000:07:00.0' } }),
    ],
  }),
  multiqueue: aSpec({
    ...agentAndLog,
    cpu: { vcpus: 4, pins: [], emulatorCpus: [0, 1] },
    disks: [root, day0],
    interfaces: [aCard(0, { queues: 4, source: { kind: 'bridge', bridge: 'br-data' } }), aCard(1, { queues: 4 })],
  }),

  /** A small guest under each hypervisor. */
  ...Object.fromEntries(
    accelerationKinds.map((acceleration) => [`hypervisor-${acceleration}`, aSpec({ acceleration })]),
  ),
};
