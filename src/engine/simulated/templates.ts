/**
 * Hosts to simulate, from a few numbers: a laptop for a look at Berth, a two-socket server for fleets of up to 10,000
 * hosts, and whatever a fleet file describes.
 */
import type { Cell, Cpu, HostNetwork, HugepagePool, PciFunction } from '../../inventory/model.js';
import { hostId } from '../../shared/ids.js';
import type { SimulatedCpu, SimulatedHostSpec, SimulatedTemplate } from './host-spec.js';

/** What alike hosts are made of. */
export interface TemplateSpec {
  readonly cpu?: SimulatedCpu;
  readonly cells: CellsSpec;
  readonly cards?: readonly CardSpec[];
  readonly networks: readonly HostNetwork[];
  readonly pools: readonly { readonly name: string; readonly capacityMiB: number }[];
}

/** All cells of a host are alike. */
export interface CellsSpec {
  readonly count: number;
  readonly cores: number;
  readonly threads: number;
  /** Cores that share one L3 cache; absent: all of a cell. */
  readonly coresPerL3?: number;
  /** Of each cell, hugepages included. */
  readonly memoryMiB: number;
  readonly hugepages?: readonly { readonly pageSizeKiB: number; readonly total: number }[];
  /** From one cell to another (ACPI SLIT: 10 is local). */
  readonly distance?: number;
}

/** A network card: one physical function and its virtual ones. */
export interface CardSpec {
  /** Absent: the host does not say where it is. */
  readonly cell?: number;
  readonly functions: number;
  readonly physicalNetwork?: string;
  readonly trustCapable?: boolean;
  readonly rateCapable?: boolean;
}

const usualDistance = 21;

export function templateOf({ cpu, cells, cards = [], networks, pools }: TemplateSpec): SimulatedTemplate {
  return {
    cells: cellsOf(cells),
    pciFunctions: cards.flatMap(functionsOf),
    networks,
    pools: pools.map((pool) => ({ ...pool, path: `/simulated/${pool.name}` })),
    ...(cpu && { cpu }),
  };
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
function cellsOf(spec: CellsSpec): readonly Cell[] {
  const { count, memoryMiB, distance = usualDistance } = spec;
  const hugepages = (spec.hugepages ?? []).map((pool): HugepagePool => ({ ...pool, foreign: 0 }));
  return Array.from({ length: count }, (_, id) => ({
    id,
    memoryMiB,
    cpus: cpusOf(spec, id),
    hugepages,
    distances: Array.from({ length: count }, (_unused, other) => (other === id ? 10 : distance)),
  }));
}

function cpusOf({ count, cores, threads, coresPerL3 = cores }: CellsSpec, cell: number): readonly Cpu[] {
  const all = count * cores;
  return Array.from({ length: cores * threads }, (_, index) => {
    const core = cell * cores + (index % cores);
    const siblings = Array.from({ length: threads }, (_unused, thread) => core + thread * all);
    const id = core + Math.floor(index / cores) * all;
    return { id, socket: cell, core, siblings, l3: Math.floor(core / coresPerL3) };
  });
}

const hexadecimal = (value: number): string => value.toString(16).padStart(2, '0');

const firstBus = 0x3b;
/** IOMMU groups of virtual functions begin above those of cards. */
const firstVirtualGroup = 100;

/** Every card on a bus of its own. */
function functionsOf(card: CardSpec, index: number): readonly PciFunction[] {
  const { cell, functions, physicalNetwork, trustCapable = true, rateCapable = true } = card;
  const bus = `0000:${hexadecimal(firstBus + index)}`;
  const common = {
    vendorId: '8086',
    trustCapable,
    rateCapable,
    ...(cell !== undefined && { cell }),
    ...(physicalNetwork !== undefined && { physicalNetwork }),
  };
  const parent = `${bus}:00.0`;
  const pf: PciFunction = {
    ...common,
    address: parent,
    kind: 'pf',
    deviceId: '1592',
    driver: 'ice',
    iommuGroup: index,
  };
  const vfs = Array.from({ length: functions }, (_, nth): PciFunction => {
    const address = `${bus}:${hexadecimal(1 + Math.floor(nth / 8))}.${String(nth % 8)}`;
    const iommuGroup = firstVirtualGroup + index * 256 + nth;
    return { ...common, address, kind: 'vf', parent, deviceId: '1889', driver: 'iavf', iommuGroup };
  });
  return [pf, ...vfs];
}

const networks: readonly HostNetwork[] = ['berth-west', 'berth-east', 'mgmt'].map((name) => ({
  name,
  bridge: name,
  kind: 'bridge',
}));

/** 4 cores with SMT, 16 GiB of which 2 GiB are hugepages. */
export const laptopTemplate: SimulatedTemplate = templateOf({
  cells: { count: 1, cores: 4, threads: 2, memoryMiB: 16_384, hugepages: [{ pageSizeKiB: 2048, total: 1024 }] },
  networks,
  pools: [{ name: 'berth', capacityMiB: 100 * 1024 }],
});

/** Two sockets of 32 cores with SMT, 512 GiB, hugepages of both sizes, a network card of 16 VFs on each socket. */
export const serverTemplate: SimulatedTemplate = templateOf({
  cells: {
    count: 2,
    cores: 32,
    threads: 2,
    coresPerL3: 8,
    memoryMiB: 262_144,
    hugepages: [
      { pageSizeKiB: 2048, total: 16_384 },
      { pageSizeKiB: 1_048_576, total: 160 },
    ],
  },
  cards: [0, 1].map((cell) => ({ cell, functions: 16, physicalNetwork: `physnet${String(cell + 1)}` })),
  networks,
  pools: [{ name: 'berth', capacityMiB: 3_600 * 1024 }],
});
