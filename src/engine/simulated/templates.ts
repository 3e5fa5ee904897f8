/**
 * Hosts to simulate, from the few numbers that a fleet file gives.
 */
import type { Cell, Cpu, HostNetwork, HugepagePool, PciFunction } from '../../inventory/model.js';
import type { SimulatedCpu, SimulatedTemplate } from './host-spec.js';

/** What alike hosts are made of. */
interface TemplateSpec {
  readonly cpu?: SimulatedCpu;
  readonly cells: CellsSpec;
  readonly cards?: readonly CardSpec[];
  readonly networks: readonly HostNetwork[];
  readonly pools: readonly { readonly name: string; readonly capacityMiB: number }[];
  readonly capabilities?: readonly string[];
}

/** All cells of a host are alike. */
interface CellsSpec {
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
interface CardSpec {
  /** Absent: the host does not say where it is. */
  readonly cell?: number;
  readonly functions: number;
  readonly physicalNetwork?: string;
  readonly trustCapable?: boolean;
  readonly rateCapable?: boolean;
  /** Absent: the host does not say how fast its link is. */
  readonly linkMbps?: number;
  /** False: all functions are in one IOMMU group, as on hardware without access control (ACS). */
  readonly isolated?: boolean;
}

const usualDistance = 21;

export function templateOf({ cpu, cells, cards = [], networks, pools, capabilities }: TemplateSpec): SimulatedTemplate {
  return {
    cells: cellsOf(cells),
    pciFunctions: cards.flatMap(functionsOf),
    networks,
    pools: pools.map((pool) => ({ ...pool, path: `/simulated/${pool.name}` })),
    ...(cpu && { cpu }),
    ...(capabilities && { capabilities }),
  };
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
  const { cell, functions, physicalNetwork, trustCapable = true, rateCapable = true, isolated = true } = card;
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
    ...(card.linkMbps !== undefined && { linkMbps: card.linkMbps }),
  };
  const vfs = Array.from({ length: functions }, (_, nth): PciFunction => {
    const address = `${bus}:${hexadecimal(1 + Math.floor(nth / 8))}.${String(nth % 8)}`;
    const iommuGroup = isolated ? firstVirtualGroup + index * 256 + nth : index;
    return { ...common, address, kind: 'vf', parent, deviceId: '1889', driver: 'iavf', iommuGroup };
  });
  return [pf, ...vfs];
}
