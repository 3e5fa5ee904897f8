/**
 * One host or several: may it be rebooted now, are its functions in order, what is left on its cells.
 */
import {
  cellMap,
  cpuShares,
  functionShares,
  hugepageShares,
  memoryShares,
  poolShares,
  sharedShares,
} from './parts/cells.ts';
import { cellColumn, hostColumn, vduColumn, vnfcColumn, vnfColumn, vnfIdColumn } from './parts/columns.ts';
import { framed, host } from './parts/frame.ts';
import { anyIsBad, anyIsNoted, below, calm, lossPerSecond, oneIsGood } from './parts/levels.ts';
import { cameToBe, count, fact, named, orNone, perSecond, sum, withPage } from './parts/metrics.ts';
import { graph, sentences, stat, states, words } from './parts/panels.ts';
import { table } from './parts/table.ts';

const chosen = { host: '~$host' } as const;
const perVnfc = ['host', 'vnf_instance_id', 'vnfc_id', 'vdu'] as const;

const here = fact('berth_vnfc_wanted', perVnfc, chosen);
/** VNFCs that run here, and those that are to run and may: of a host out of reach nobody knows whether they do. */
const running = `((${here} == 1 unless on (job, vnfc_id) ${fact('berth_vnfc_up', perVnfc, chosen)} == 0) or ${fact('berth_vnfc_up', perVnfc, chosen)} == 1)`;
/** VNFCs of the same VNF that are known to run on another host. */
const perVnf = ['job', 'vnf_instance_id'] as const;
const elsewhere = `${count(perVnf, `${fact('berth_vnfc_up', perVnfc)} == 1 unless on (job, vnfc_id) ${running}`)} or ${count(perVnf, running)} * 0`;
const alone = count([], `(${elsewhere}) == 0`);

const reboot = [
  stat({
    title: 'VNFCs that run here',
    description:
      'VNFCs that a reboot of the chosen hosts stops. Of a host out of reach, those that are to run: its guests may go on.',
    unit: 'none',
    levels: anyIsNoted,
    width: 4,
    height: 9,
    queries: [{ expr: orNone(count([], running)), legend: 'VNFCs' }],
  }),
  stat({
    title: 'VNFs that would be gone',
    description:
      'VNFs of which no VNFC is known to run but on the chosen hosts: they lose service while it boots. Nought: every VNF has another VNFC elsewhere, and the host may be rebooted.',
    unit: 'none',
    levels: anyIsBad,
    width: 4,
    height: 9,
    queries: [{ expr: orNone(alone), legend: 'VNFs' }],
  }),
  stat({
    title: 'Operations under way',
    description: 'Operations that have not ended, of VNFs with a VNFC here. Wait for them before a reboot.',
    unit: 'none',
    levels: anyIsBad,
    width: 4,
    height: 9,
    leadsTo: { uid: 'berth-operations', choose: {} },
    queries: [
      {
        expr: orNone(
          count(
            [],
            `${fact('berth_operation_open_since_timestamp_seconds', ['operation_id', 'vnf_instance_id'])} and on (job, vnf_instance_id) ${here}`,
          ),
        ),
        legend: 'operations',
      },
    ],
  }),
  stat({
    title: 'Admin state',
    description:
      'What an operator said of the host: active, draining, down or lost. Nothing new is placed on one that is not active.',
    unit: 'none',
    levels: [['green', null]],
    width: 4,
    height: 9,
    show: 'name',
    queries: [
      { expr: `${fact('berth_host_admin_state', ['host', 'state'], chosen)} == 1`, legend: '{{host}}: {{state}}' },
    ],
  }),
  sentences({
    title: 'Commands',
    description: 'How a host is taken out of service for a reboot, and back.',
    width: 8,
    height: 9,
    content: [
      'Before: `berth host set HOST draining` lets nothing new be placed here.',
      '',
      'What is here: `berth host show HOST`',
      '',
      'Stop a VNF in order: `berth vnf operate VNF stop`. What still runs at the reboot is started again by Berth once the host is back.',
      '',
      'Leave everything down after the reboot: `berth host set HOST down`',
      '',
      'After: `berth host set HOST active`, then `berth host audit HOST`',
      '',
      'Gone for good: `berth host lost HOST`; back after all: `berth host found HOST`',
    ].join('\n'),
  }),
];

const down = [
  table({
    title: 'What a reboot takes down',
    description:
      'VNFCs that run on the chosen hosts, or may, while the host is out of reach. Others: VNFCs of the same VNF that run on another host and carry on. Click a VNF for what it does now.',
    unit: 'none',
    width: 15,
    height: 9,
    labels: [vnfColumn, vduColumn, hostColumn, vnfIdColumn, vnfcColumn],
    numbers: [
      {
        title: 'Others',
        levels: oneIsGood,
        expr: named(`${running} * 0 + on (job, vnf_instance_id) group_left () (${elsewhere})`),
      },
    ],
    sortBy: ['Others', false],
  }),
  states({
    title: 'Whether the hypervisor answers',
    description: 'Up while the hypervisor of the host answers Berth.',
    unit: 'none',
    levels: oneIsGood,
    says: words({ 0: ['down', 'red'], 1: ['up', 'green'] }),
    width: 9,
    height: 9,
    queries: [{ expr: fact('berth_host_up', ['host'], chosen), legend: '{{host}}' }],
  }),
];

const perFunction = ['host', 'cell', 'card', 'kind', 'physical_network', 'state'] as const;

const cardColumn = { label: 'card', title: 'Card' } as const;
const networkColumn = { label: 'physical_network', title: 'Network' } as const;
const perCard = ['host', 'cell', 'card', 'device', 'physical_network'] as const;

const functions = [
  table({
    title: 'Functions by card, network and state',
    description:
      'PCI functions of each card: free, claimed by VNFCs, or why nobody gets them: foreign (used by others), down, unusable, quarantined, blocked, gone. berth host show HOST names each with its reason.',
    unit: 'none',
    width: 10,
    height: 9,
    labels: [
      hostColumn,
      cellColumn,
      cardColumn,
      { label: 'kind', title: 'Kind' },
      networkColumn,
      { label: 'state', title: 'State' },
    ],
    numbers: [{ title: 'Functions', levels: calm, expr: fact('berth_host_pci_functions', perFunction, chosen) }],
  }),
  table({
    title: 'Claims',
    description: 'What VNFCs hold on the chosen hosts, by kind. Each claim belongs to one VNFC.',
    unit: 'none',
    width: 6,
    height: 9,
    labels: [hostColumn, cellColumn, { label: 'kind', title: 'Kind' }],
    numbers: [{ title: 'Claims', expr: fact('berth_host_claims', ['host', 'cell', 'kind'], chosen) }],
  }),
  table({
    title: 'What nobody owns',
    description:
      'Domains, volumes and networks that no VNF and no package owns, by whose they are: of this installation, of another one, or unknown. Run: berth audit',
    unit: 'none',
    width: 8,
    height: 9,
    labels: [hostColumn, { label: 'kind', title: 'Kind' }, { label: 'whose', title: 'Whose' }],
    numbers: [
      { title: 'Entries', levels: anyIsNoted, expr: fact('berth_audit_entries', ['host', 'kind', 'whose'], chosen) },
    ],
  }),
  table({
    title: 'Cards',
    description:
      'Cards on a physical network: whether they have a link, its speed, and what virtual functions with a bit rate have claimed of it. A card without a link passes nothing, and its functions are given to nobody.',
    unit: 'Bps',
    width: 24,
    height: 6,
    labels: [hostColumn, cellColumn, cardColumn, { label: 'device', title: 'Device' }, networkColumn],
    numbers: [
      { title: 'Up', unit: 'none', levels: oneIsGood, expr: fact('berth_host_card_up', perCard, chosen) },
      { title: 'Link', levels: calm, expr: fact('berth_host_card_link_bytes_per_second', perCard, chosen) },
      { title: 'Claimed', levels: calm, expr: fact('berth_host_card_claimed_bytes_per_second', perCard, chosen) },
    ],
  }),
];

const each = { hosts: '~$host', each: true } as const;

const guests = [
  graph({
    title: 'CPU used by VNFCs',
    description: 'Host CPUs that the domains of the chosen hosts keep busy. 1 is one CPU.',
    unit: 'short',
    levels: calm,
    width: 8,
    style: 'stack',
    leadsTo: { uid: 'berth-host', choose: { host: 'host' } },
    queries: [
      {
        expr: sum(['host', 'vdu'], perSecond('berth_vnfc_cpu_seconds_total', perVnfc, chosen)),
        legend: '{{host}} {{vdu}}',
      },
    ],
  }),
  graph({
    title: 'Waiting for a CPU',
    description:
      'Part of its time that a vCPU was ready to run and had no CPU (steal), the worst of each host. A dedicated vCPU should be at nought: something else runs on its CPU.',
    unit: 'percentunit',
    levels: below(0.01, 0.1),
    width: 8,
    queries: [
      {
        expr: `max by (host) (${perSecond('berth_vnfc_vcpu_delay_seconds_total', ['host', 'vnfc_id', 'vcpu'], chosen)})`,
        legend: '{{host}}',
      },
    ],
  }),
  graph({
    title: 'Changes that nobody ordered',
    description: 'Domains that ended, were started or paused without an operation, by libvirt’s reason.',
    unit: 'short',
    levels: anyIsBad,
    width: 8,
    style: 'bars',
    queries: [
      {
        expr: cameToBe('berth_vnfc_unexpected_changes_total', ['host', 'change', 'reason'], chosen),
        legend: '{{host}}: {{change}} ({{reason}})',
      },
    ],
  }),
  graph({
    title: 'Packets dropped towards and from guests',
    description: 'Packets that the host dropped at the interfaces of its guests.',
    unit: 'pps',
    levels: lossPerSecond,
    width: 8,
    queries: [
      {
        expr: sum(['host'], perSecond('berth_vnfc_interface_receive_drops_total', ['host', 'vnfc_id', 'mac'], chosen)),
        legend: '{{host}} towards guests',
      },
      {
        expr: sum(['host'], perSecond('berth_vnfc_interface_send_drops_total', ['host', 'vnfc_id', 'mac'], chosen)),
        legend: '{{host}} from guests',
      },
    ],
  }),
  graph({
    title: 'Hugepages: the host’s word against the books',
    slow: true,
    description:
      'Pages that the host reports as unused, less those that Berth has as free. Below nought: somebody takes pages that Berth would promise.',
    unit: 'short',
    levels: calm,
    width: 8,
    queries: [
      {
        expr: withPage(
          `bottomk(24, ${fact('berth_host_hugepages_unused', ['host', 'cell', 'page_size_bytes'], chosen)} - on (job, host, cell, page_size_bytes) ${fact('berth_host_hugepages', ['host', 'cell', 'page_size_bytes'], { ...chosen, state: 'free' })})`,
        ),
        legend: '{{host}} cell {{cell}} {{page}}',
      },
    ],
  }),
  graph({
    title: 'Stranded memory',
    slow: true,
    description: 'Free memory of a cell that is of no use, by what the cell has no more of.',
    unit: 'bytes',
    levels: anyIsNoted,
    width: 8,
    style: 'stack',
    queries: [
      {
        expr: sum(['cell', 'resource'], fact('berth_host_stranded_memory_bytes', ['host', 'cell', 'resource'], chosen)),
        legend: 'cell {{cell}} without {{resource}}',
      },
    ],
  }),
];

const identity = [
  table({
    title: 'What the host is',
    description:
      'Hostname, CPU, hypervisor and libvirt of each host. Type 1 runs on the metal, 2 inside an operating system.',
    unit: 'none',
    width: 24,
    height: 6,
    labels: [
      hostColumn,
      { label: 'hostname', title: 'Hostname' },
      { label: 'architecture', title: 'Architecture' },
      { label: 'cpu_model', title: 'CPU' },
      { label: 'hypervisor', title: 'Hypervisor' },
      { label: 'version', title: 'Version' },
      { label: 'libvirt_version', title: 'libvirt' },
      { label: 'type', title: 'Type' },
    ],
    numbers: [
      {
        title: 'Is',
        hidden: true,
        expr: fact(
          'berth_host_info',
          ['host', 'hostname', 'architecture', 'cpu_model', 'hypervisor', 'version', 'libvirt_version', 'type'],
          chosen,
        ),
      },
    ],
  }),
  table({
    title: 'Acceleration',
    description:
      'Whether guests are accelerated by hardware, and how Berth found out. Overridden: an operator said so in the configuration.',
    unit: 'none',
    width: 14,
    height: 6,
    labels: [
      hostColumn,
      { label: 'kind', title: 'Kind' },
      { label: 'technology', title: 'Technology' },
      { label: 'reason', title: 'Because', width: 400 },
      { label: 'overridden', title: 'Overridden' },
    ],
    numbers: [
      {
        title: 'Is',
        hidden: true,
        expr: fact('berth_host_acceleration_info', ['host', 'kind', 'technology', 'reason', 'overridden'], chosen),
      },
    ],
  }),
  table({
    title: 'Why it does not answer',
    description: 'What was said last of hosts whose hypervisor does not answer. Empty is good.',
    unit: 'none',
    width: 10,
    height: 6,
    labels: [hostColumn, { label: 'reason', title: 'What was said last' }],
    numbers: [{ title: 'Is', hidden: true, expr: fact('berth_host_unreachable_info', ['host', 'reason'], chosen) }],
  }),
];

export const hostDashboard = framed({
  uid: 'berth-host',
  description: 'Hosts: may I reboot it now, are its functions mine and in order, what is left on its cells.',
  variables: [host()],
  rows: [
    { title: 'May I reboot this host now', panels: reboot },
    { title: 'What runs here', panels: down },
    { title: 'Are its functions mine and in order', panels: functions },
    {
      title: 'Cells',
      panels: [
        cellMap('~$host', 7),
        ...[cpuShares, hugepageShares, memoryShares, functionShares, sharedShares, poolShares].map((of) => of(each)),
      ],
    },
    { title: 'Its guests', panels: guests },
    { title: 'What it is', panels: identity },
  ],
});
