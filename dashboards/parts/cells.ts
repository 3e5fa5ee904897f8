/**
 * NUMA cells: what guests need of one cell together. For a fleet and for a host the same.
 */
import { anyIsNoted, calm, roomLeft } from './levels.ts';
import { cellColumn, hostColumn } from './columns.ts';
import { fact, sum, withPage } from './metrics.ts';
import { graph, type AnyPanel } from './panels.ts';
import { table } from './table.ts';

const perCell = ['host', 'cell'] as const;

/** One row for each cell; `hosts` is what the label `host` is held to. */
export const cellMap = (hosts: string, height: number): AnyPanel =>
  table({
    title: 'Cell map',
    description:
      'What each NUMA cell has free. A guest with dedicated cores, hugepages and a virtual function needs all of them on one cell: the smallest number of a row decides. Stranded CPUs are free and of no use, as something else of their cell is used up. Click a host for its own dashboard.',
    unit: 'none',
    width: 24,
    height,
    labels: [hostColumn, cellColumn],
    numbers: [
      {
        title: 'Free cores',
        expr: fact('berth_host_free_cores', perCell, { host: hosts }),
        levels: roomLeft(1, 4),
      },
      {
        title: 'Free sibling pairs',
        expr: fact('berth_host_free_sibling_pairs', perCell, { host: hosts }),
        levels: roomLeft(1, 4),
      },
      {
        title: 'Free 2 MiB pages',
        expr: fact('berth_host_hugepages', perCell, { host: hosts, state: 'free', page_size_bytes: '2097152' }),
        levels: roomLeft(1, 512),
      },
      {
        title: 'Free 1 GiB pages',
        expr: fact('berth_host_hugepages', perCell, { host: hosts, state: 'free', page_size_bytes: '1073741824' }),
        levels: roomLeft(1, 4),
      },
      {
        title: 'Free plain memory',
        unit: 'bytes',
        expr: fact('berth_host_memory_bytes', perCell, { host: hosts, state: 'free' }),
        levels: roomLeft(1, 1024 ** 3),
      },
      {
        title: 'Free VFs',
        expr: sum(
          ['job', ...perCell],
          fact('berth_host_pci_functions', [...perCell, 'physical_network'], {
            host: hosts,
            kind: 'vf',
            state: 'free',
          }),
        ),
        levels: roomLeft(1, 4),
      },
      {
        title: 'Stranded CPUs',
        expr: sum(['job', ...perCell], fact('berth_host_stranded_cpus', [...perCell, 'resource'], { host: hosts })),
        levels: anyIsNoted,
      },
    ],
  });

interface Shares {
  /** What the label `host` is held to. */
  readonly hosts: string;
  /** Also by cell: of several hosts, the cells of one number together. */
  readonly each: boolean;
}

const partsOf = ({ each }: Shares) => (each ? (['cell'] as const) : ([] as const));
const legendOf = ({ each }: Shares, rest: string): string => (each ? `cell {{cell}} ${rest}` : rest);

export const cpuShares = (of: Shares): AnyPanel =>
  graph({
    title: 'CPUs by state',
    description:
      'Host CPUs: shared ones carry shared vCPUs and the host itself, claimed ones belong to one VNFC each, foreign ones have something pinned that is not Berth’s, free ones can be given away.',
    unit: 'short',
    levels: calm,
    width: 8,
    height: 9,
    style: 'stack',
    slow: true,
    queries: [
      {
        expr: sum([...partsOf(of), 'state'], fact('berth_host_cpus', [...perCell, 'state'], { host: of.hosts })),
        legend: legendOf(of, '{{state}}'),
      },
    ],
  });

export const hugepageShares = (of: Shares): AnyPanel =>
  graph({
    title: 'Hugepages by size and state',
    description:
      'Pages of each size, in pages: claimed by VNFCs, foreign (others use them) or free. Guests that ask for hugepages get them of one cell and one size.',
    unit: 'short',
    levels: calm,
    width: 8,
    height: 9,
    style: 'stack',
    slow: true,
    queries: [
      {
        expr: withPage(
          sum(
            [...partsOf(of), 'page_size_bytes', 'state'],
            fact('berth_host_hugepages', [...perCell, 'page_size_bytes', 'state'], { host: of.hosts }),
          ),
        ),
        legend: legendOf(of, '{{page}} {{state}}'),
      },
    ],
  });

export const memoryShares = (of: Shares): AnyPanel =>
  graph({
    title: 'Plain memory by state',
    description:
      'Memory that is no hugepage: reserved for the host, claimed by VNFCs, used by others (foreign) or free.',
    unit: 'bytes',
    levels: calm,
    width: 8,
    height: 9,
    style: 'stack',
    slow: true,
    queries: [
      {
        expr: sum(
          [...partsOf(of), 'state'],
          fact('berth_host_memory_bytes', [...perCell, 'state'], { host: of.hosts }),
        ),
        legend: legendOf(of, '{{state}}'),
      },
    ],
  });

export const functionShares = (of: Shares): AnyPanel =>
  graph({
    title: 'PCI functions by kind, network and state',
    description:
      'Functions of cards for passthrough. Claimed: by VNFCs. Foreign: used by others. Blocked: their card or functions of it are held. Down: their card is. Unusable: see berth host show HOST.',
    unit: 'short',
    levels: calm,
    width: 8,
    height: 9,
    style: 'stack',
    slow: true,
    queries: [
      {
        expr: sum(
          [...partsOf(of), 'kind', 'physical_network', 'state'],
          fact('berth_host_pci_functions', [...perCell, 'kind', 'physical_network', 'state'], { host: of.hosts }),
        ),
        legend: legendOf(of, '{{kind}} {{physical_network}} {{state}}'),
      },
    ],
  });

export const sharedShares = ({ hosts }: Shares): AnyPanel =>
  graph({
    title: 'Shared vCPUs by state',
    description: 'Shared vCPUs that the hosts accept on their shared CPUs at the configured ratio: claimed or free.',
    unit: 'short',
    levels: calm,
    width: 8,
    height: 9,
    style: 'stack',
    slow: true,
    queries: [
      {
        expr: sum(['state'], fact('berth_host_shared_vcpus', ['host', 'state'], { host: hosts })),
        legend: '{{state}}',
      },
    ],
  });

export const poolShares = ({ hosts }: Shares): AnyPanel =>
  graph({
    title: 'Storage pools by state',
    description: 'Room for disks: claimed at the size that guests see, or free. All disks of a VNFC go into one pool.',
    unit: 'bytes',
    levels: calm,
    width: 8,
    height: 9,
    style: 'stack',
    slow: true,
    queries: [
      {
        expr: sum(['pool', 'state'], fact('berth_host_pool_bytes', ['host', 'pool', 'state'], { host: hosts })),
        legend: '{{pool}} {{state}}',
      },
    ],
  });
