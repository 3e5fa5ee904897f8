/**
 * Refusals as an operator meets them, one per constraint and a few more: docs/placement.md shows what Berth answers.
 */
import type { Claim, Host, PciFunction } from '../../src/inventory/model.js';
import type { PlacementRequest } from '../../src/placement/model.js';
import { allocationId, hostId, opOccId, vnfcId, vnfInstanceId } from '../../src/shared/ids.js';
import { card, demand, host, inGroup, linked, pinned, question } from '../builders/placement.js';
import { ofHosts } from './refusals-of-hosts.js';

export interface RefusalCase {
  readonly title: string;
  /** What is there and what is asked, in words. */
  readonly situation: string;
  readonly hosts: readonly Host[];
  readonly claims?: readonly Claim[];
  readonly request: PlacementRequest;
  /** The stage of the funnel that refuses the last host; `budget`: the search stopped before it knew. */
  readonly refusedBy: string;
}

const held = (on: string, by: string, change: Partial<Claim>): Claim => ({
  hostId: hostId(on),
  kind: 'cpu',
  key: '',
  exclusive: false,
  amount: 1,
  allocationId: allocationId(`${by}-vnfc`),
  vnfcId: vnfcId(`${by}-vnfc`),
  vnfInstanceId: vnfInstanceId(by),
  opOccId: opOccId('earlier'),
  ...change,
});

const heldCpus = (on: string, by: string, cell: number, cpus: readonly number[]): readonly Claim[] =>
  cpus.map((cpu) => held(on, by, { kind: 'cpu', cell, key: String(cpu), exclusive: true }));

const vf = (nth: number, cellPolicy: 'required' | 'none' = 'required') =>
  ({ cpdId: `cp${String(nth)}`, kind: 'vf', physicalNetwork: 'physnet1', cellPolicy }) as const;

const facts = (one: Host, change: Partial<Host['facts']>): Host => ({ ...one, facts: { ...one.facts, ...change } });

const takenAll = (functions: readonly PciFunction[]): readonly PciFunction[] =>
  functions.map((one, at) => ({
    ...one,
    takenBy: at === 1 ? 'domain win11, which is not Berth’s, holds it' : 'its network device ens1 is up on the host',
  }));

const fault = {
  reason: 'it has driver vfio-pci, and had iavf before VNFC vnf-a-vnfc had it',
  repair: 'virsh nodedev-reattach pci_0000_01_02_1',
};
const inQuarantine = (one: PciFunction): PciFunction => ({ ...one, quarantine: fault, takenBy: 'in quarantine' });

/** A domain that is not Berth's is pinned to this CPU. */
const pinnedTo = (one: Host, id: number): Host =>
  facts(one, {
    cells: one.facts.cells.map((cell) => ({
      ...cell,
      cpus: cell.cpus.map((cpu) =>
        cpu.id === id ? { ...cpu, takenBy: 'domain win11, which is not Berth’s, is pinned to it' } : cpu,
      ),
    })),
  });

export const refusals: readonly RefusalCase[] = [
  {
    title: 'Hosts are away',
    situation: 'The one host is draining.',
    hosts: [host('host-01', {}, { adminState: 'draining' })],
    request: question([demand('fw-1')]),
    refusedBy: 'host-state',
  },
  {
    title: 'Another zone',
    situation: 'The host is in zone z1, the request names z2.',
    hosts: [host('host-01')],
    request: question([demand('fw-1', { zone: 'z2' })]),
    refusedBy: 'zone',
  },
  {
    title: 'Another architecture',
    situation: 'An Arm VDU, an x86 host.',
    hosts: [host('host-01')],
    request: question([demand('fw-1', { architecture: 'aarch64' })]),
    refusedBy: 'architecture',
  },
  {
    title: 'A CPU feature is missing',
    situation: 'The VDU needs avx512f.',
    hosts: [host('host-01')],
    request: question([demand('upf-1', { cpuFeatures: ['aes', 'avx512f'] })]),
    refusedBy: 'cpu-model',
  },
  {
    title: 'A capability is missing',
    situation: 'The VDU requests the capability `sgx` as mandatory.',
    hosts: [host('host-01')],
    request: question([demand('vault-1', { capabilities: ['sgx'] })]),
    refusedBy: 'capabilities',
  },
  {
    title: 'A network does not reach the host',
    situation: 'An external link names the host network `blue`; the host has `data`.',
    hosts: [host('host-01')],
    request: question([demand('fw-1', { networks: ['blue'] })]),
    refusedBy: 'networks',
  },
  {
    title: 'A network of another kind',
    situation: 'A macvtap CP on the network `data`, which is a bridge, and a virtio-forwarder CP on `dpdk`.',
    hosts: [host('host-01')],
    request: question([demand('fw-1', { networks: ['data'], macvtapNetworks: ['data'], vhostUserNetworks: ['dpdk'] })]),
    refusedBy: 'networks',
  },
  {
    title: 'Too few hosts for anti-affinity',
    situation: 'Three VNFCs on three hosts, but there are two.',
    hosts: [host('host-01'), host('host-02')],
    request: question([demand('fw-1'), demand('fw-2'), demand('fw-3')], {
      affinity: [
        {
          id: 'apart',
          kind: 'anti-affinity',
          scope: 'nfvi_node',
          bestEffort: false,
          vnfcIds: ['fw-1', 'fw-2', 'fw-3'].map(vnfcId),
          placed: [],
        },
      ],
    }),
    refusedBy: 'affinity',
  },
  {
    title: 'Nothing reserved for shared vCPUs',
    situation: 'The host dedicates all its CPUs; the VDU asks for shared ones.',
    hosts: [host('host-01', { sharedCpus: [] })],
    request: question([demand('mgmt-1', { vcpus: 2 })]),
    refusedBy: 'shared-cpus',
  },
  {
    title: 'A named CPU has another owner',
    situation: 'Pinning rules name CPUs 4 to 7; vnf-a holds 6, and 7 is reserved.',
    hosts: [host('host-01', { sharedCpus: [0, 7] })],
    claims: heldCpus('host-01', 'vnf-a', 0, [6]),
    request: question([pinned('fw-1', 4, { hostCpus: [4, 5, 6, 7] })]),
    refusedBy: 'pinning-rules',
  },
  {
    title: 'Named CPUs and the thread policy',
    situation: 'Pinning rules name CPUs 4 and 6, each to be alone on its core; vnf-a holds the sibling of one.',
    hosts: [host('host-01')],
    claims: heldCpus('host-01', 'vnf-a', 0, [7]),
    request: question([pinned('rt-1', 2, { hostCpus: [4, 6], threadPolicy: 'isolate' })]),
    refusedBy: 'pinning-rules',
  },
  {
    title: 'Sibling pairs are broken',
    situation: 'Six vCPUs as whole sibling pairs; other VNFs hold one thread of a core in each cell.',
    hosts: [host('host-01')],
    claims: [...heldCpus('host-01', 'vnf-a', 0, [2]), ...heldCpus('host-01', 'vnf-b', 1, [10, 12])],
    request: question([pinned('fw-1', 6, { threadPolicy: 'require' })]),
    refusedBy: 'dedicated-cpus',
  },
  {
    title: 'Whole cores are too few to isolate',
    situation: 'Four vCPUs, each alone on its core, of three in a cell.',
    hosts: [host('host-01')],
    request: question([pinned('rt-1', 4, { threadPolicy: 'isolate' })]),
    refusedBy: 'dedicated-cpus',
  },
  {
    title: 'Hugepages are spread over cells',
    situation: '512 pages of 2 MiB in all would do, but each cell has 300, and a guest cell lies on one.',
    hosts: [host('host-01', { pages2MiB: 300 })],
    request: question([pinned('fw-1', 2, { memoryMiB: 1024, pageSize: 2048 })]),
    refusedBy: 'hugepages',
  },
  {
    title: 'Memory on two page sizes',
    situation: 'A guest cell on pages of 1 GiB and one on pages of 2 MiB; vnf-a holds one of the two large pages.',
    hosts: [host('host-01', { pages1GiB: 1, pages2MiB: 300 })],
    claims: [held('host-01', 'vnf-a', { kind: 'hugepages', cell: 0, key: '1048576', amount: 1 })],
    request: question([
      pinned('fw-1', 2, {
        memoryMiB: 3072,
        guestCells: [
          { vcpus: 1, memoryMiB: 1024, pageSizeKiB: 1_048_576 },
          { vcpus: 1, memoryMiB: 2048, pageSizeKiB: 2048 },
        ],
      }),
    ]),
    refusedBy: 'hugepages',
  },
  {
    title: 'Memory is no whole number of pages',
    situation: '1536 MiB in pages of 1 GiB.',
    hosts: [host('host-01', { pages1GiB: 8 })],
    request: question([pinned('fw-1', 2, { memoryMiB: 1536, pageSize: 1_048_576 })]),
    refusedBy: 'hugepages',
  },
  {
    title: 'Plain memory is short',
    situation: '48 GiB, the host has 32 on two cells.',
    hosts: [host('host-01')],
    request: question([demand('db-1', { memoryMiB: 49_152 })]),
    refusedBy: 'memory',
  },
  {
    title: 'VFs are taken',
    situation: 'Two VFs on physnet1; one of the two is held by vnf-a.',
    hosts: [host('host-01', { functions: card(1, 0, 2) })],
    claims: [held('host-01', 'vnf-a', { kind: 'pci', key: '0000:01:02.0', exclusive: true })],
    request: question([pinned('upf-1', 2, { pciFunctions: [vf(0), vf(1)] })]),
    refusedBy: 'pci-functions',
  },
  {
    title: 'VFs share an IOMMU group',
    situation: 'A card without access control (ACS): it and its four VFs are in one IOMMU group.',
    hosts: [host('host-01', { functions: inGroup(12, card(1, 0, 4)) })],
    request: question([pinned('upf-1', 2, { pciFunctions: [vf(0)] })]),
    refusedBy: 'pci-functions',
  },
  {
    title: 'A domain that is not Berth’s holds the last VF',
    situation: 'The other VF of the card has a network device that is up on the host.',
    hosts: [host('host-01', { functions: takenAll(card(1, 0, 2)) })],
    request: question([pinned('upf-1', 2, { pciFunctions: [vf(0)] })]),
    refusedBy: 'pci-functions',
  },
  {
    title: 'Functions for each wish, not for all at once',
    situation: 'One card is wanted whole, and one by a VF, and there is only one card.',
    hosts: [host('host-01', { functions: card(1, 0, 2) })],
    request: question([pinned('upf-1', 2, { pciFunctions: [vf(0), { ...vf(1), kind: 'pf' }] })]),
    refusedBy: 'pci-functions',
  },
  {
    title: 'The last VF is in quarantine',
    situation: 'It came back from vnf-a with the driver for guests; the other VF of the card is held by vnf-b.',
    hosts: [host('host-01', { functions: card(1, 0, 2).map((one, at) => (at === 2 ? inQuarantine(one) : one)) })],
    claims: [held('host-01', 'vnf-b', { kind: 'pci', key: '0000:01:02.0', exclusive: true })],
    request: question([pinned('upf-1', 2, { pciFunctions: [vf(0)] })]),
    refusedBy: 'pci-functions',
  },
  {
    title: 'Others are pinned to the CPUs that are left',
    situation:
      'Six dedicated vCPUs in one cell of eight CPUs; the first core is the host’s, a foreign domain is pinned to one CPU more.',
    hosts: [pinnedTo(host('host-01', { cells: 1 }), 7)],
    request: question([pinned('upf-1', 6)]),
    refusedBy: 'dedicated-cpus',
  },
  {
    title: 'The link of a card is full',
    situation: 'A VF with a bitrate_requirement of 4 Gbit/s; on the card of 10 Gbit/s vnf-a holds 9.',
    hosts: [host('host-01', { functions: linked(10_000, card(1, 0, 4)) })],
    claims: [
      held('host-01', 'vnf-a', { kind: 'pci', key: '0000:01:02.0', exclusive: true }),
      held('host-01', 'vnf-a', { kind: 'bandwidth', key: '0000:01:00.0', amount: 9000 }),
    ],
    request: question([pinned('upf-1', 2, { pciFunctions: [{ ...vf(0), bitrateMbps: 4000 }] })]),
    refusedBy: 'pci-functions',
  },
  ...ofHosts,
  {
    title: 'The pool is full',
    situation: '200 GB of disk in a pool of 100.',
    hosts: [host('host-01')],
    request: question([demand('log-1', { diskMiB: 200_000 })]),
    refusedBy: 'disk',
  },
  {
    title: 'CPUs on one cell, VFs on the other',
    situation: 'The card is on cell 0, whose CPUs vnf-a holds; the NIC must be on the guest’s cell.',
    hosts: [host('host-01', { functions: card(1, 0, 4) })],
    claims: heldCpus('host-01', 'vnf-a', 0, [2, 3, 4, 5, 6]),
    request: question([pinned('upf-1', 4, { pciFunctions: [vf(0)] })]),
    refusedBy: 'numa-fit',
  },
  {
    title: '200 free vCPUs and nothing fits',
    situation: 'One host has CPUs and no pages, another pages and no CPUs.',
    hosts: [host('host-01'), host('host-02', { pages2MiB: 512, coresPerCell: 2 })],
    request: question([pinned('fw-1', 4, { memoryMiB: 512, pageSize: 2048 })]),
    refusedBy: 'hugepages',
  },
  {
    title: 'One fits, two do not',
    situation: 'Two VNFCs of four pinned vCPUs each; the host has six CPUs free in each cell, one cell held by vnf-a.',
    hosts: [host('host-01')],
    claims: heldCpus('host-01', 'vnf-a', 1, [10, 11, 12]),
    request: question([pinned('fw-1', 4), pinned('fw-2', 4)]),
    refusedBy: 'dedicated-cpus',
  },
  {
    title: 'A guest cell has no place beside the other',
    situation: 'Two guest cells of four vCPUs; one host cell can take either, none both.',
    hosts: [host('host-01')],
    claims: heldCpus('host-01', 'vnf-a', 1, [10, 11, 12]),
    request: question([
      pinned('db-1', 8, {
        memoryMiB: 2048,
        guestCells: [
          { vcpus: 4, memoryMiB: 1024 },
          { vcpus: 4, memoryMiB: 1024 },
        ],
      }),
    ]),
    refusedBy: 'numa-fit',
  },
  {
    title: 'Pages of one guest cell are short',
    situation: 'Two guest cells with 8 pages of 1 GiB each; cell 1 has 8, cell 0 has 6 left beside those of vnf-a.',
    hosts: [host('host-01', { pages1GiB: 8 })],
    claims: [held('host-01', 'vnf-a', { kind: 'hugepages', cell: 0, key: '1048576', amount: 2 })],
    request: question([
      pinned('upf-1', 8, {
        memoryMiB: 16_384,
        pageSize: 1_048_576,
        guestCells: [
          { vcpus: 4, memoryMiB: 8192 },
          { vcpus: 4, memoryMiB: 8192 },
        ],
      }),
    ]),
    refusedBy: 'numa-fit',
  },
  {
    title: 'Pages are just short',
    situation: '8 pages of 1 GiB on a host of one cell that has 6.',
    hosts: [host('host-01', { cells: 1, pages1GiB: 6 })],
    request: question([pinned('fw-1', 2, { memoryMiB: 8192, pageSize: 1_048_576 })]),
    refusedBy: 'hugepages',
  },
  {
    title: 'Sibling pairs and VFs are short together',
    situation: '16 vCPUs as sibling pairs with two VFs near; vnf-x holds two cores and a VF of the cell with the card.',
    hosts: [host('host-07', { coresPerCell: 9, pages1GiB: 4, functions: card(1, 1, 2) })],
    claims: [
      ...heldCpus('host-07', 'vnf-x', 1, [20, 21, 22, 23]),
      held('host-07', 'vnf-x', { kind: 'pci', key: '0000:01:02.0', exclusive: true }),
      ...heldCpus('host-07', 'vnf-y', 0, [2, 4]),
    ],
    request: question([
      pinned('upf-1', 16, {
        threadPolicy: 'require',
        memoryMiB: 4096,
        pageSize: 1_048_576,
        pciFunctions: [vf(0), vf(1)],
      }),
    ]),
    refusedBy: 'dedicated-cpus',
  },
  {
    title: 'Two things have to give',
    situation: '8 isolated vCPUs and 8 pages of 1 GiB; the cell has 7 whole cores and 6 pages.',
    hosts: [host('host-01', { cells: 1, coresPerCell: 8, pages1GiB: 6 })],
    request: question([
      pinned('rt-1', 8, { threadPolicy: 'isolate', memoryMiB: 8192, pageSize: 1_048_576, numaStrict: true }),
    ]),
    refusedBy: 'dedicated-cpus',
  },
  {
    title: 'CPU model not on offer',
    situation: 'The VDU names a CPU model that the host’s domain capabilities do not list.',
    hosts: [facts(host('host-01'), { cpuModel: 'Broadwell' })],
    request: question([demand('upf-1', { cpuModel: 'Icelake-Server' })]),
    refusedBy: 'cpu-model',
  },
  {
    title: 'The budget runs out',
    situation: 'Eight VNFCs that must stand apart, on nine hosts, and a budget of 10 cases.',
    hosts: Array.from({ length: 9 }, (_, at) => host(`host-0${String(at + 1)}`)),
    request: question(
      Array.from({ length: 8 }, (_, at) => demand(`fw-${String(at + 1)}`)),
      {
        budget: 10,
        affinity: [
          {
            id: 'apart',
            kind: 'anti-affinity',
            scope: 'nfvi_node',
            bestEffort: false,
            vnfcIds: Array.from({ length: 8 }, (_, at) => vnfcId(`fw-${String(at + 1)}`)),
            placed: [],
          },
        ],
      },
    ),
    refusedBy: 'budget',
  },
];
