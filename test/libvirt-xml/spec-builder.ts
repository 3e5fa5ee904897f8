/**
 * Domain specifications for tests: a small router, changed in what the test is about.
 */
import type { CpuSpec, DiskSpec, DomainSpec, InterfaceSpec, MemorySpec } from '../../src/libvirt-xml/domain-spec.js';
import { vnfcId } from '../../src/shared/ids.js';

export type SpecChange = Partial<Omit<DomainSpec, 'cpu' | 'memory'>> & {
  readonly cpu?: Partial<CpuSpec>;
  readonly memory?: Partial<MemorySpec>;
};

const plain: DomainSpec = {
  uuid: vnfcId('11111111-2222-4333-8444-555555555555'),
  name: 'berth-0a1b2c3d-router-0',
  title: 'router 0 of edge-1',
  owner: {
    vnfInstanceId: '0a1b2c3d-0000-4000-8000-000000000001',
    vnfcId: '11111111-2222-4333-8444-555555555555',
    vduId: 'router',
    vnfdId: 'b1e2f3a4-0000-4000-8000-00000000000f',
  },
  acceleration: 'tcg',
  virtualisation: 'para',
  architecture: 'x86_64',
  cpu: { vcpus: 1, pins: [], emulatorCpus: [], features: [], threads: 1, cells: [] },
  memory: { memoryMiB: 512, locked: false },
  disks: [],
  interfaces: [],
  guestAgent: false,
};

export const aSpec = (change: SpecChange = {}): DomainSpec => ({
  ...plain,
  ...change,
  cpu: { ...plain.cpu, ...change.cpu },
  memory: { ...plain.memory, ...change.memory },
});

export const aDisk = (change: Partial<DiskSpec> = {}): DiskSpec => ({
  id: 'root',
  path: '/var/lib/berth/pool/root.qcow2',
  format: 'qcow2',
  device: 'disk',
  readOnly: false,
  ...change,
});

export const aCard = (order: number, change: Partial<InterfaceSpec> = {}): InterfaceSpec => ({
  cpdId: `cp${String(order)}`,
  mac: `52:54:00:00:00:${order.toString(16).padStart(2, '0')}`,
  source: { kind: 'network', network: `net${String(order)}` },
  model: 'virtio',
  queues: 1,
  order,
  ...change,
});
