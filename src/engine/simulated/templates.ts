/**
 * Fleets to simulate: a few laptop-sized hosts for a look at Berth, and racks of two-socket servers for fleets of up
 * to 10,000 hosts.
 */
import type { Cell, Cpu, HostNetwork, HugepagePool, PciFunction } from '../../inventory/model.js';
import { hostId } from '../../shared/ids.js';
import type { SimulatedHostSpec, SimulatedTemplate } from './host-spec.js';

interface CellShape {
  readonly cells: number;
  readonly coresPerCell: number;
  readonly threads: number;
  /** Cores that share one L3 cache. */
  readonly coresPerL3: number;
  readonly memoryMiB: number;
  readonly hugepages: readonly HugepagePool[];
}

/** `count` hosts, named `prefix-1` and on. */
export function simulatedHosts(
  count: number,
  template: SimulatedTemplate = laptopTemplate,
  prefix = 'sim',
): readonly SimulatedHostSpec[] {
  return Array.from({ length: count }, (_, index) => ({ ...template, id: hostId(`${prefix}-${String(index + 1)}`) }));
}

/** CPUs are numbered as Linux does: the first thread of every core of every cell, then the second ones. */
function simulatedCells(shape: CellShape): readonly Cell[] {
  return Array.from({ length: shape.cells }, (_, id) => ({
    id,
    memoryMiB: shape.memoryMiB,
    cpus: cpusOf(shape, id),
    hugepages: shape.hugepages,
    distances: Array.from({ length: shape.cells }, (_unused, other) => (other === id ? 10 : 21)),
  }));
}

function cpusOf(shape: CellShape, cell: number): readonly Cpu[] {
  const cores = shape.cells * shape.coresPerCell;
  const first = cell * shape.coresPerCell;
  const cpus = Array.from({ length: shape.coresPerCell * shape.threads }, (_, index) => {
    const core = first + (index % shape.coresPerCell);
    const siblings = Array.from({ length: shape.threads }, (_unused, thread) => core + thread * cores);
    const id = core + Math.floor(index / shape.coresPerCell) * cores;
    return { id, socket: cell, core, siblings, l3: Math.floor(core / shape.coresPerL3) };
  });
  return cpus;
}

const pages = (pageSizeKiB: number, total: number): HugepagePool => ({ pageSizeKiB, total, foreign: 0 });

const networks: readonly HostNetwork[] = ['berth-west', 'berth-east', 'mgmt'].map((name) => ({
  name,
  bridge: name,
  kind: 'bridge',
}));

/** 4 cores with SMT, 16 GiB of which 2 GiB are hugepages. */
export const laptopTemplate: SimulatedTemplate = {
  cells: simulatedCells({
    cells: 1,
    coresPerCell: 4,
    threads: 2,
    coresPerL3: 4,
    memoryMiB: 16_384,
    hugepages: [pages(2048, 1024)],
  }),
  pciFunctions: [],
  networks,
  pool: { name: 'berth', path: '/simulated/berth', capacityMiB: 100 * 1024 },
};

/** Two sockets of 32 cores with SMT, 512 GiB, hugepages of both sizes, a network card of 16 VFs on each socket. */
export const serverTemplate: SimulatedTemplate = {
  cells: simulatedCells({
    cells: 2,
    coresPerCell: 32,
    threads: 2,
    coresPerL3: 8,
    memoryMiB: 262_144,
    hugepages: [pages(2048, 16_384), pages(1_048_576, 160)],
  }),
  pciFunctions: [0, 1].flatMap((cell) => networkCard(cell, 16)),
  networks,
  pool: { name: 'berth', path: '/simulated/berth', capacityMiB: 3_600 * 1024 },
};

/** A physical function and its virtual ones, on a bus of its cell. */
function networkCard(cell: number, functions: number): readonly PciFunction[] {
  const bus = `0000:${cell === 0 ? '3b' : 'd8'}`;
  const common = {
    cell,
    vendorId: '8086',
    physicalNetwork: `physnet${String(cell + 1)}`,
    trustCapable: true,
    rateCapable: true,
  };
  const parent = `${bus}:00.0`;
  const pf: PciFunction = { ...common, address: parent, kind: 'pf', deviceId: '1592', driver: 'ice', iommuGroup: cell };
  const vfs = Array.from({ length: functions }, (_, index): PciFunction => {
    const slot = (1 + Math.floor(index / 8)).toString(16).padStart(2, '0');
    const address = `${bus}:${slot}.${String(index % 8)}`;
    const iommuGroup = 100 + cell * functions + index;
    return { ...common, address, kind: 'vf', parent, deviceId: '1889', driver: 'iavf', iommuGroup };
  });
  return [pf, ...vfs];
}
