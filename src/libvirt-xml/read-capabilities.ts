/**
 * Host capabilities (formatcaps): CPU, NUMA cells with their CPUs, pages and distances, caches, and what kinds of
 * guest the hypervisor starts.
 */
import { readCpuList } from './cpu-list.js';
import { readXml } from './read-xml.js';
import { elements, find, textOf, type XmlElement } from './xml/element.js';
import { defined } from '../shared/defined.js';

export interface HostCapabilities {
  readonly uuid: string;
  readonly architecture: string;
  readonly cpuModel: string;
  readonly cpuVendor: string;
  readonly cpuFeatures: readonly string[];
  /** `family/model/stepping/microcode`, as far as the host says. */
  readonly cpuSignature: string;
  /** Whether the kernel uses an IOMMU; absent where libvirt does not say. */
  readonly iommu?: boolean;
  readonly cells: readonly CellCapabilities[];
  readonly guests: readonly GuestCapabilities[];
}

export interface CellCapabilities {
  readonly id: number;
  readonly memoryKiB: number;
  /** Plain pages, the smallest, are among them. */
  readonly pages: readonly { readonly sizeKiB: number; readonly count: number }[];
  /** Index is the other cell. */
  readonly distances: readonly number[];
  readonly cpus: readonly CpuCapabilities[];
}

export interface CpuCapabilities {
  readonly id: number;
  readonly socket: number;
  readonly core: number;
  readonly siblings: readonly number[];
  /** Number of the L3 bank that serves it. */
  readonly l3?: number;
}

export interface GuestCapabilities {
  readonly architecture: string;
  readonly machines: readonly string[];
  /** Most vCPUs of each machine type, as far as it is said. */
  readonly mostVcpus: Readonly<Record<string, number>>;
  /** `qemu` (TCG), `kvm`, `test` … */
  readonly domainTypes: readonly string[];
}

export function readCapabilities(xml: string): HostCapabilities {
  const root = readXml(xml);
  const host = find(root, 'host');
  const cpu = find(host, 'cpu');
  const l3 = l3Banks(host);
  const iommu = find(host, 'iommu')?.attributes['support'];
  return {
    uuid: textOf(find(host, 'uuid')),
    architecture: textOf(find(cpu, 'arch')),
    cpuModel: textOf(find(cpu, 'model')),
    cpuVendor: textOf(find(cpu, 'vendor')),
    cpuFeatures: elements(cpu, 'feature').map((feature) => feature.attributes['name'] ?? ''),
    cpuSignature: signature(cpu),
    ...(iommu === undefined ? {} : { iommu: iommu === 'yes' }),
    cells: elements(find(host, 'topology', 'cells'), 'cell')
      .map((cell) => readCell(cell, l3))
      .sort(byNumber),
    guests: elements(root, 'guest').map(readGuest),
  };
}

/** Nothing depends on the order in which a host tells of itself. */
const byNumber = (a: { readonly id: number }, b: { readonly id: number }): number => a.id - b.id;

function readCell(cell: XmlElement, l3: ReadonlyMap<number, number>): CellCapabilities {
  const distances: number[] = [];
  for (const sibling of elements(find(cell, 'distances'), 'sibling')) {
    distances[integer(sibling.attributes['id'])] = integer(sibling.attributes['value']);
  }
  return {
    id: integer(cell.attributes['id']),
    memoryKiB: integer(textOf(find(cell, 'memory'))),
    pages: elements(cell, 'pages').map((pages) => ({
      sizeKiB: integer(pages.attributes['size']),
      count: integer(textOf(pages)),
    })),
    distances,
    // Some versions give an offline CPU no place in the topology; others make one up, and the CPU map tells.
    cpus: elements(find(cell, 'cpus'), 'cpu')
      .filter(({ attributes }) => attributes['socket_id'] !== undefined)
      .map((cpu) => readCpu(cpu, l3))
      .sort(byNumber),
  };
}

function readCpu({ attributes }: XmlElement, l3: ReadonlyMap<number, number>): CpuCapabilities {
  const id = integer(attributes['id']);
  const bank = l3.get(id);
  return {
    id,
    socket: integer(attributes['socket_id']),
    core: integer(attributes['core_id']),
    siblings: readCpuList(attributes['siblings'] ?? String(id)),
    ...defined({ l3: bank }),
  };
}

function l3Banks(host: XmlElement | undefined): ReadonlyMap<number, number> {
  const banks = elements(find(host, 'cache'), 'bank').filter(({ attributes }) => attributes['level'] === '3');
  return new Map(
    banks.flatMap(({ attributes }) =>
      readCpuList(attributes['cpus'] ?? '').map((cpu): [number, number] => [cpu, integer(attributes['id'])]),
    ),
  );
}

const readGuest = (guest: XmlElement): GuestCapabilities => {
  const arch = find(guest, 'arch');
  return {
    architecture: arch?.attributes['name'] ?? '',
    machines: elements(arch, 'machine').map(textOf),
    mostVcpus: Object.fromEntries(
      elements(arch, 'machine').flatMap((machine) => {
        const most = integer(machine.attributes['maxCpus']);
        return most > 0 ? [[textOf(machine), most] as const] : [];
      }),
    ),
    domainTypes: elements(arch, 'domain').map((domain) => domain.attributes['type'] ?? ''),
  };
};

function signature(cpu: XmlElement | undefined): string {
  const { family, model, stepping } = find(cpu, 'signature')?.attributes ?? {};
  const microcode = find(cpu, 'microcode')?.attributes['version'];
  return [family, model, stepping, microcode].map((part) => part ?? '').join('/');
}

const integer = (text: string | undefined): number => Number.parseInt(text ?? '0', 10) || 0;
