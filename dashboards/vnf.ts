/**
 * VNFs and their VNFCs: do they serve, is their memory where it was planned, do they get their CPUs, what passes.
 */
import {
  hostColumn,
  idWidth,
  shownVnfIdColumn,
  vduColumn,
  vnfcColumn,
  vnfColumn,
  vnfIdColumn,
} from './parts/columns.ts';
import { framed, vnf } from './parts/frame.ts';
import { anyIsNoted, below, calm, lossPerSecond, oneIsGood, roomLeft } from './parts/levels.ts';
import { fact, named, perSecond } from './parts/metrics.ts';
import { type AnyPanel, graph, states, words } from './parts/panels.ts';
import { table } from './parts/table.ts';
import { chosen, perVnfc } from './parts/vnfs.ts';
import { planned } from './vnf-placement.ts';

/** Lines in one graph, where all VNFs are chosen. */
const most = 24;
const top = (expr: string): string => `topk(${String(most)}, ${expr})`;
const line = '{{name}} {{vdu}} on {{host}}';

const yesNo = (no: string, yes: string) => words({ 0: [no, 'red'], 1: [yes, 'green'] });

const identity = [
  table({
    title: 'The VNFs',
    description: 'What each VNF is. All that a VNFC stands on, planned and as it is: berth vnf stack VNF',
    unit: 'none',
    width: 24,
    height: 6,
    labels: [
      vnfColumn,
      { label: 'product_name', title: 'Product', leadsTo: { uid: 'berth-placement', choose: {} } },
      { label: 'software_version', title: 'Version' },
      { label: 'flavour', title: 'Flavour' },
      { label: 'state', title: 'State' },
      shownVnfIdColumn,
      { label: 'vnfd_id', title: 'VNFD id', width: idWidth },
    ],
    numbers: [
      {
        title: 'Is',
        hidden: true,
        expr: fact(
          'berth_instance_info',
          ['vnf_instance_id', 'name', 'product_name', 'software_version', 'flavour', 'state', 'vnfd_id'],
          chosen,
        ),
      },
    ],
  }),
  table({
    title: 'Its VNFCs',
    description:
      'Where each VNFC is and how it is. Differences: its domain is not as planned; the API names them in its metadata. Refused: numbers that its guest reports and Berth does not show.',
    unit: 'none',
    width: 24,
    height: 7,
    labels: [vnfColumn, vduColumn, hostColumn, vnfcColumn, vnfIdColumn],
    numbers: [
      {
        title: 'To run',
        expr: named(fact('berth_vnfc_wanted', perVnfc, chosen)),
        says: words({ 0: ['stopped', 'blue'], 1: ['yes', 'green'] }),
      },
      { title: 'Runs', expr: named(fact('berth_vnfc_up', perVnfc, chosen)), says: yesNo('no', 'yes') },
      {
        title: 'QEMU',
        expr: named(fact('berth_vnfc_hypervisor_answers', perVnfc, chosen)),
        says: yesNo('silent', 'answers'),
      },
      {
        title: 'Agent',
        expr: named(fact('berth_vnfc_agent_connected', perVnfc, chosen)),
        says: yesNo('silent', 'connected'),
      },
      {
        title: 'Guest',
        expr: named(fact('berth_vnfc_guest_healthy', perVnfc, chosen)),
        says: yesNo('not ready', 'ready'),
      },
      { title: 'Differences', expr: named(fact('berth_vnfc_differences', perVnfc, chosen)), levels: anyIsNoted },
      {
        title: 'Refused',
        expr: named(fact('berth_vnfc_guest_refused_numbers', perVnfc, chosen)),
        levels: anyIsNoted,
      },
      {
        title: 'Guest up for',
        unit: 's',
        expr: named(fact('berth_vnf_uptime_seconds', perVnfc, chosen)),
        levels: calm,
      },
    ],
  }),
];

const service = [
  states({
    title: 'Whether it runs',
    description: 'The domain of each VNFC. A gap: nobody can say, as its host does not answer.',
    unit: 'none',
    levels: oneIsGood,
    says: yesNo('does not run', 'runs'),
    width: 12,
    queries: [{ expr: top(named(fact('berth_vnfc_up', perVnfc, chosen))), legend: line }],
  }),
  states({
    title: 'Whether it is ready',
    description: 'What the guest’s own status command says. Its reason is in: berth vnf show VNF',
    unit: 'none',
    levels: oneIsGood,
    says: yesNo('not ready', 'ready'),
    width: 12,
    queries: [{ expr: top(named(fact('berth_vnfc_guest_healthy', perVnfc, chosen))), legend: line }],
  }),
];

const perVcpu = [...perVnfc, 'vcpu'] as const;
const vcpuLine = '{{name}} on {{host}} vCPU {{vcpu}}';

const compute = [
  graph({
    title: 'CPU of each vCPU',
    description: 'How busy each virtual CPU is. A guest that polls is always at 100 %.',
    unit: 'percentunit',
    levels: below(0.9, 0.99),
    width: 8,
    queries: [{ expr: top(named(perSecond('berth_vnfc_vcpu_seconds_total', perVcpu, chosen))), legend: vcpuLine }],
  }),
  graph({
    title: 'CPU of the whole domain',
    description: 'Host CPUs that the domain keeps busy, QEMU’s own threads included.',
    unit: 'short',
    levels: calm,
    width: 8,
    queries: [{ expr: top(named(perSecond('berth_vnfc_cpu_seconds_total', perVnfc, chosen))), legend: line }],
  }),
  graph({
    title: 'Steal: waiting for a CPU',
    description: 'Part of its time that a vCPU was ready and had no CPU. Of dedicated vCPUs it should be nought.',
    unit: 'percentunit',
    levels: below(0.01, 0.1),
    width: 8,
    queries: [
      { expr: top(named(perSecond('berth_vnfc_vcpu_delay_seconds_total', perVcpu, chosen))), legend: vcpuLine },
    ],
  }),
  graph({
    title: 'Waiting for something else',
    description: 'Part of its time that a vCPU waited, such as for a disk or for work.',
    unit: 'percentunit',
    levels: calm,
    width: 8,
    queries: [{ expr: top(named(perSecond('berth_vnfc_vcpu_wait_seconds_total', perVcpu, chosen))), legend: vcpuLine }],
  }),
  graph({
    title: 'Memory of the domain',
    description:
      'Memory given to the domain, and what of it is resident on the host; hugepages are not counted as resident.',
    unit: 'bytes',
    levels: calm,
    width: 8,
    queries: [
      { expr: top(named(fact('berth_vnfc_memory_bytes', perVnfc, chosen))), legend: `${line} given` },
      { expr: top(named(fact('berth_vnfc_memory_resident_bytes', perVnfc, chosen))), legend: `${line} resident` },
    ],
  }),
  graph({
    title: 'Memory that the guest has left',
    description: 'What programs of the guest may still have, as the guest says.',
    unit: 'bytes',
    levels: roomLeft(8 * 1024 ** 2, 32 * 1024 ** 2),
    width: 8,
    queries: [{ expr: top(named(fact('berth_vnf_memory_available_bytes', perVnfc, chosen))), legend: line }],
  }),
];

const perCard = [...perVnfc, 'cpd', 'mac'] as const;
const perDisk = [...perVnfc, 'device'] as const;
const cardLine = (way: string): string => `{{name}} on {{host}} {{cpd}} ${way}`;
const diskLine = (way: string): string => `{{name}} on {{host}} {{device}} ${way}`;

const cards = [
  graph({
    title: 'Bytes of each connection point',
    description:
      'What the guest receives and sends, by connection point. Virtual functions pass the host by and are not counted here.',
    unit: 'Bps',
    levels: calm,
    width: 12,
    queries: [
      {
        expr: top(named(perSecond('berth_vnfc_interface_received_bytes_total', perCard, chosen))),
        legend: cardLine('received'),
      },
      {
        expr: top(named(perSecond('berth_vnfc_interface_sent_bytes_total', perCard, chosen))),
        legend: cardLine('sent'),
      },
    ],
  }),
  graph({
    title: 'Packets of each connection point',
    description: 'Packets that the guest receives and sends, by connection point.',
    unit: 'pps',
    levels: calm,
    width: 12,
    queries: [
      {
        expr: top(named(perSecond('berth_vnfc_interface_received_packets_total', perCard, chosen))),
        legend: cardLine('received'),
      },
      {
        expr: top(named(perSecond('berth_vnfc_interface_sent_packets_total', perCard, chosen))),
        legend: cardLine('sent'),
      },
    ],
  }),
  graph({
    title: 'Packets dropped at connection points',
    description: 'Packets dropped at the guest’s interfaces. Towards the guest: it does not take them fast enough.',
    unit: 'pps',
    levels: lossPerSecond,
    width: 12,
    queries: [
      {
        expr: top(named(perSecond('berth_vnfc_interface_receive_drops_total', perCard, chosen))),
        legend: cardLine('towards'),
      },
      {
        expr: top(named(perSecond('berth_vnfc_interface_send_drops_total', perCard, chosen))),
        legend: cardLine('from'),
      },
    ],
  }),
  graph({
    title: 'Packets in error at connection points',
    description: 'Packets in error at the guest’s interfaces, towards the guest and from it.',
    unit: 'pps',
    levels: lossPerSecond,
    width: 12,
    queries: [
      {
        expr: top(named(perSecond('berth_vnfc_interface_receive_errors_total', perCard, chosen))),
        legend: cardLine('towards'),
      },
      {
        expr: top(named(perSecond('berth_vnfc_interface_send_errors_total', perCard, chosen))),
        legend: cardLine('from'),
      },
    ],
  }),
];

const disks: readonly AnyPanel[] = [
  graph({
    title: 'Bytes of each disk',
    description: 'What the guest reads from and writes to its disks.',
    unit: 'Bps',
    levels: calm,
    width: 8,
    height: 9,
    queries: [
      { expr: top(named(perSecond('berth_vnfc_disk_read_bytes_total', perDisk, chosen))), legend: diskLine('read') },
      {
        expr: top(named(perSecond('berth_vnfc_disk_written_bytes_total', perDisk, chosen))),
        legend: diskLine('written'),
      },
    ],
  }),
  graph({
    title: 'Requests to each disk',
    description: 'Read and write requests to the disks of the guest.',
    unit: 'ops',
    levels: calm,
    width: 8,
    height: 9,
    queries: [
      { expr: top(named(perSecond('berth_vnfc_disk_reads_total', perDisk, chosen))), legend: diskLine('reads') },
      { expr: top(named(perSecond('berth_vnfc_disk_writes_total', perDisk, chosen))), legend: diskLine('writes') },
    ],
  }),
  graph({
    title: 'How full disks are on the host',
    description: 'Space that a disk takes on the host, as a part of the size that its guest sees.',
    unit: 'percentunit',
    levels: below(0.8, 0.95),
    width: 8,
    height: 9,
    max: 1,
    queries: [
      {
        expr: top(
          named(
            `${fact('berth_vnfc_disk_allocation_bytes', perDisk, chosen)} / on (job, ${perDisk.join(', ')}) ${fact('berth_vnfc_disk_capacity_bytes', perDisk, chosen)}`,
          ),
        ),
        legend: '{{name}} on {{host}} {{device}}',
      },
    ],
  }),
];

const noPair = 'no VNFC here shares addresses';

const pairs = [
  states({
    title: 'Which of a pair is master',
    description: 'VNFCs that share addresses: one is master and has them. Two masters, or none, is a fault.',
    unit: 'none',
    levels: [
      ['blue', null],
      ['green', 1],
      ['red', 2],
    ],
    says: words({ 0: ['backup', 'blue'], 1: ['master', 'green'], 2: ['fault', 'red'] }),
    empty: noPair,
    width: 12,
    queries: [{ expr: top(named(fact('berth_vnf_vrrp_state', perVnfc, chosen))), legend: line }],
  }),
  graph({
    title: 'Changes of master',
    description: 'How often each VNFC of a pair changed between master, backup and fault, per second.',
    unit: 'ops',
    levels: lossPerSecond,
    empty: noPair,
    width: 12,
    queries: [{ expr: top(named(perSecond('berth_vnf_vrrp_transitions_total', perVnfc, chosen))), legend: line }],
  }),
];

export const vnfDashboard = framed({
  uid: 'berth-vnf',
  description: 'VNFs and their VNFCs: do they serve, is their memory where it was planned, do they get their CPUs.',
  variables: [vnf()],
  rows: [
    { title: 'What it is', panels: identity },
    { title: 'Does it serve', panels: service },
    { title: 'Planned against measured', panels: planned },
    { title: 'CPU and memory', panels: compute },
    { title: 'Connection points', panels: cards },
    { title: 'Disks', panels: disks },
    { title: 'Pairs that share addresses', panels: pairs },
  ],
});
