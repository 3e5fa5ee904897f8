/**
 * Hosts, demands and questions for placement tests. Tests change only what they are about.
 */
import type { Cell, Cpu, Host, HostFacts, HugepagePool, PciFunction } from '../../src/inventory/model.js';
import type { PlacementRequest, VnfcDemand } from '../../src/placement/model.js';
import { hostId, vnfcId, vnfInstanceId } from '../../src/shared/ids.js';

export interface HostShapeWish {
  readonly cells?: number;
  readonly coresPerCell?: number;
  readonly threads?: number;
  readonly memoryMiB?: number;
  readonly pages2MiB?: number;
  readonly pages1GiB?: number;
  readonly sharedCpus?: readonly number[];
  readonly reservedMiB?: number;
  readonly poolMiB?: number;
  readonly sharedCpuRatio?: number;
  readonly functions?: readonly PciFunction[];
}

/**
 * Two cells of four cores with two threads each. CPU numbers go cell by cell, core by core, thread by thread; the first
 * core of each cell is shared.
 */
export function host(name: string, wish: HostShapeWish = {}, change: Partial<Host> = {}): Host {
  const { cells = 2, coresPerCell = 4, threads = 2, reservedMiB = 0, sharedCpuRatio = 4 } = wish;
  const perCell = coresPerCell * threads;
  const firstCores = Array.from({ length: cells }, (_, cell) => range(cell * perCell, threads)).flat();
  return {
    id: hostId(name),
    zone: 'z1',
    adminState: 'active',
    reachable: true,
    facts: factsOf(name, wish),
    reserved: {
      sharedCpus: wish.sharedCpus ?? firstCores,
      memoryMiBPerCell: range(0, cells).map(() => reservedMiB),
    },
    sharedCpuRatio,
    generation: 0,
    ...change,
  };
}

const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, at) => from + at);

function factsOf(name: string, wish: HostShapeWish): HostFacts {
  const { cells = 2, poolMiB = 100_000 } = wish;
  return {
    hostname: name,
    uuid: name,
    architecture: 'x86_64',
    cpuModel: 'Skylake-Server',
    cpuVendor: 'Intel',
    cpuFeatures: ['aes', 'avx2'],
    hypervisor: { name: 'simulated', version: '1', libvirtVersion: '0', type: 'simulated' },
    acceleration: {
      kind: 'simulated',
      technology: 'none',
      reason: 'simulated',
      overridden: false,
      probeKey: '',
      probedAtMs: 0,
    },
    cells: range(0, cells).map((id) => cellOf(id, cells, wish)),
    pciFunctions: wish.functions ?? [],
    pools: [{ name: 'default', path: '/pool', capacityMiB: poolMiB, availableMiB: poolMiB }],
    networks: [{ name: 'data', kind: 'bridge' }],
    machines: ['pc-q35'],
    capabilities: [],
  };
}

function cellOf(id: number, cells: number, wish: HostShapeWish): Cell {
  const { coresPerCell = 4, threads = 2, memoryMiB = 16_384, pages2MiB = 0, pages1GiB = 0 } = wish;
  const first = id * coresPerCell * threads;
  const cpus: Cpu[] = range(0, coresPerCell).flatMap((core) => {
    const siblings = range(first + core * threads, threads);
    return siblings.map((cpu) => ({ id: cpu, socket: id, core: id * coresPerCell + core, siblings }));
  });
  const pool = (pageSizeKiB: number, total: number): HugepagePool[] =>
    total > 0 ? [{ pageSizeKiB, total, foreign: 0 }] : [];
  return {
    id,
    memoryMiB,
    cpus,
    hugepages: [...pool(2048, pages2MiB), ...pool(1_048_576, pages1GiB)],
    distances: range(0, cells).map((other) => (other === id ? 10 : 20)),
  };
}

/** A card on a cell: one PF and its VFs. */
export function card(bus: number, cell: number, vfs: number, physicalNetwork = 'physnet1'): readonly PciFunction[] {
  const at = `0000:${String(bus).padStart(2, '0')}`;
  const common = {
    cell,
    vendorId: '8086',
    deviceId: '1572',
    physicalNetwork,
    trustCapable: true,
    rateCapable: true,
  };
  const pf: PciFunction = { ...common, address: `${at}:00.0`, kind: 'pf' };
  const vf = (nth: number): PciFunction => ({
    ...common,
    address: `${at}:02.${String(nth)}`,
    kind: 'vf',
    parent: pf.address,
  });
  return [pf, ...range(0, vfs).map(vf)];
}

/** A card whose link has this speed. */
export const linked = (linkMbps: number, functions: readonly PciFunction[]): readonly PciFunction[] =>
  functions.map((one) => (one.kind === 'pf' ? { ...one, linkMbps } : one));

/** The same functions, all in one IOMMU group. */
export const inGroup = (iommuGroup: number, functions: readonly PciFunction[]): readonly PciFunction[] =>
  functions.map((one) => ({ ...one, iommuGroup }));

/** The same functions, each in an IOMMU group of its own. */
export const isolated = (functions: readonly PciFunction[]): readonly PciFunction[] =>
  functions.map((one, at) => ({ ...one, iommuGroup: 100 + at }));

/** One shared vCPU and 512 MiB of plain memory, not tied to a cell. */
export function demand(name: string, change: Partial<VnfcDemand> = {}): VnfcDemand {
  const { vcpus = 1, memoryMiB = 512, cpuPolicy = 'shared' } = change;
  return {
    vnfcId: vnfcId(name),
    vnfInstanceId: vnfInstanceId('vnf-1'),
    vduId: 'vdu',
    vcpus,
    cpuPolicy,
    dedicatedVcpus: cpuPolicy === 'dedicated' ? vcpus : 0,
    threadPolicy: 'prefer',
    emulatorPolicy: 'shared',
    memoryMiB,
    pageSize: 'small',
    guestCells: [{ vcpus, memoryMiB }],
    numaStrict: false,
    diskMiB: 1024,
    networks: [],
    pciFunctions: [],
    cpuFeatures: [],
    capabilities: [],
    ...change,
  };
}

/** Dedicated CPUs and memory in one cell. */
export const pinned = (name: string, vcpus: number, change: Partial<VnfcDemand> = {}): VnfcDemand =>
  demand(name, { vcpus, cpuPolicy: 'dedicated', dedicatedVcpus: vcpus, numaStrict: true, ...change });

export function question(demands: readonly VnfcDemand[], change: Partial<PlacementRequest> = {}): PlacementRequest {
  return { demands, affinity: [], seed: 1, budget: 20_000, strategy: 'pack', ...change };
}
