/**
 * A simulated host to test with: a clock that stands until moved, and XML of domains as Berth itself writes it.
 */
import type { SimulatedHostSpec } from '../../src/engine/simulated/host-spec.js';
import { createSimulatedEngine, type SimulatedEngine } from '../../src/engine/simulated/simulated-engine.js';
import { laptopTemplate } from '../builders/simulated-hosts.js';
import { domainXml } from '../../src/libvirt-xml/domain.js';
import type { DomainSpec } from '../../src/libvirt-xml/domain-spec.js';
import type { Clock } from '../../src/shared/clock.js';
import { hostId, vnfcId, type VnfcId } from '../../src/shared/ids.js';

/** Sleeping moves it on. */
export class TestClock implements Clock {
  private setMs = 0;
  constructor(private ms = 1_000_000) {}
  now(): number {
    return this.ms + this.setMs;
  }
  elapsedMs(): number {
    return this.ms;
  }
  after(): never {
    throw new Error('simulated hosts have no timers');
  }
  /** Somebody sets the wall clock. */
  jump(ms: number): void {
    this.setMs += ms;
  }
  advance(ms: number): void {
    this.ms += ms;
  }
  async sleep(ms: number): Promise<void> {
    await Promise.resolve();
    this.advance(ms);
  }
}

export const spec: SimulatedHostSpec = { ...laptopTemplate, id: hostId('sim-1') };
export const pool = spec.pools[0]!.name;

export interface Bench {
  readonly engine: SimulatedEngine;
  readonly clock: TestClock;
}

export async function started(changed: Partial<SimulatedHostSpec> = {}, stateDir?: string): Promise<Bench> {
  const clock = new TestClock();
  const options = { clock, ...(stateDir !== undefined && { stateDir }) };
  const engine = createSimulatedEngine({ ...spec, ...changed }, options);
  await engine.start();
  return { engine, clock };
}

export const uuidOf = (n: number): VnfcId => vnfcId(`00000000-0000-4000-8000-${String(n).padStart(12, '0')}`);
export const macOf = (n: number): string => `52:54:00:00:00:${n.toString(16).padStart(2, '0')}`;

/** Domain `n`: one vCPU, 256 MiB of plain memory, a guest agent, nothing else. */
export const domain = (n: number, changed: Partial<DomainSpec> = {}): DomainSpec => ({
  uuid: uuidOf(n),
  name: `berth-${String(n)}`,
  title: 'a test',
  owner: { vnfInstanceId: 'i', vnfcId: uuidOf(n), vduId: 'vdu', vnfdId: 'vnfd' },
  acceleration: 'kvm',
  virtualisation: 'para',
  architecture: 'x86_64',
  cpu: {
    vcpus: 1,
    pins: [],
    emulatorCpus: [],
    features: [],
    threads: 1,
    cells: [{ vcpus: [0], memoryMiB: 256 }],
  },
  memory: { memoryMiB: 256, locked: false },
  disks: [],
  interfaces: [],
  guestAgent: true,
  ...changed,
});

/** Domain `n` whose memory comes strictly from a host cell. */
export const placed = (n: number, memoryMiB: number, hostCell: number, pageSizeKiB?: number): DomainSpec =>
  domain(n, {
    cpu: { ...domain(n).cpu, cells: [{ vcpus: [0], memoryMiB, hostCell }] },
    memory: { memoryMiB, locked: false, ...(pageSizeKiB !== undefined && { pageSizeKiB }) },
  });

/** A card of domain `n` on a network of the host. */
export const card = (n: number, network: string): DomainSpec['interfaces'][number] => ({
  cpdId: 'cp',
  mac: macOf(n),
  source: { kind: 'network', network },
  model: 'virtio',
  queues: 1,
  order: 0,
});

export const rootDisk = (path: string): DomainSpec['disks'][number] => ({
  id: 'root',
  path,
  format: 'qcow2',
  device: 'disk',
  readOnly: false,
});

/** Defines and starts. */
export async function run({ engine }: Bench, of: DomainSpec) {
  await engine.ensureDomain(domainXml(of));
  return engine.ensureStarted(of.uuid);
}
