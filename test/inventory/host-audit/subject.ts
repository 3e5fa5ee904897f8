/**
 * A host that is set up rightly in every respect: each case of the table makes one thing wrong.
 */
import type { AuditSubject } from '../../../src/inventory/host-audit/rule.js';
import type { HostTuning } from '../../../src/inventory/host-audit/tuning.js';
import type { Cell, Host, HostFacts, PciFunction } from '../../../src/inventory/model.js';
import { hostId } from '../../../src/shared/ids.js';

const gibibyteKiB = 1024 * 1024;

/** Two threads a core: CPU n and n + 8. */
export const cell = (id: number, change: Partial<Cell> = {}): Cell => ({
  id,
  memoryMiB: 65_536,
  cpus: [0, 1, 2, 3].flatMap((core) => {
    const first = id * 4 + core;
    const siblings = [first, first + 8];
    return siblings.map((cpu) => ({ id: cpu, socket: id, core, siblings }));
  }),
  hugepages: [
    { pageSizeKiB: 2048, total: 8192, foreign: 0 },
    { pageSizeKiB: gibibyteKiB, total: 16, foreign: 0 },
  ],
  distances: id === 0 ? [10, 21] : [21, 10],
  ...change,
});

export const card: PciFunction = {
  ...{ address: '0000:06:00.0', kind: 'pf', cell: 0, iommuGroup: 20, vendorId: '8086', deviceId: '1572' },
  ...{ driver: 'i40e', netdev: 'ens1f0', linkMbps: 10_000, physicalNetwork: 'core' },
  ...{ trustCapable: false, rateCapable: false },
};

export const virtualFunction: PciFunction = {
  ...{ address: '0000:06:02.0', kind: 'vf', parent: card.address, cell: 0, iommuGroup: 21 },
  ...{ vendorId: '8086', deviceId: '154c', physicalNetwork: 'core', trustCapable: false, rateCapable: false },
};

const facts: HostFacts = {
  ...{ hostname: 'host-1', uuid: '11111111-2222-4333-8444-555555555555', architecture: 'x86_64' },
  ...{ cpuModel: 'Skylake-Server', cpuVendor: 'Intel', cpuFeatures: ['pdpe1gb', 'invtsc'] },
  hypervisor: { name: 'QEMU', version: '10.0.0', libvirtVersion: '11.0.0', type: '1' },
  acceleration: {
    ...{ kind: 'kvm', technology: 'VT-x/EPT', reason: 'The probe guest ran under KVM.' },
    ...{ overridden: false, probeKey: 'key', probedAtMs: 0 },
  },
  cells: [cell(0), cell(1)],
  pciFunctions: [card, virtualFunction],
  pools: [{ name: 'berth', path: '/var/lib/libvirt/images/berth', capacityMiB: 100_000, availableMiB: 60_000 }],
  ...{ networks: [], machines: ['q35'], capabilities: [] },
};

const host: Host = {
  ...{ id: hostId('host-1'), zone: 'lab', adminState: 'active', reachable: true, facts },
  reserved: { sharedCpus: [0, 8, 4, 12], memoryMiBPerCell: [4096, 4096] },
  ...{ sharedCpuRatio: 4, generation: 1 },
};

const tuning: HostTuning = {
  ...{ offlineCpus: [], iommu: true, nestedPaging: true, steadyTsc: true, isGuest: false },
  merging: { sharedPages: 0, acrossCells: true },
  cards: [{ address: card.address, netdev: 'ens1f0', mostFunctions: 64, functions: 1, isUp: true }],
  pools: [
    { name: 'berth', path: '/var/lib/libvirt/images/berth', capacityBytes: 100_000, availableBytes: 60_000 },
    { name: 'default', path: '/srv/default', capacityBytes: 200_000, availableBytes: 70_000 },
  ],
};

export interface Changes {
  readonly facts?: Partial<HostFacts>;
  readonly host?: Partial<Host>;
  /** Undefined: not told. */
  readonly tuning?: { readonly [Key in keyof HostTuning]?: HostTuning[Key] | undefined };
}

export function subject(changes: Changes = {}): AuditSubject {
  const told = Object.entries({ ...tuning, ...changes.tuning }).filter(([, value]) => value !== undefined);
  return {
    host: { ...host, facts: { ...facts, ...changes.facts }, ...changes.host },
    tuning: Object.fromEntries(told),
  };
}

export const acceleration = facts.acceleration;
export const hypervisor = facts.hypervisor;
export const simulated = { ...facts.acceleration, kind: 'simulated' } as const;
