/**
 * The dashboard that an operator opens first: which VNFs lose service, what changed, is there room to heal.
 */
import { howManyFit, whatEndsIt } from './parts/capacity.ts';
import {
  cellMap,
  cpuShares,
  functionShares,
  hugepageShares,
  memoryShares,
  poolShares,
  sharedShares,
} from './parts/cells.ts';
import { hostColumn, vduColumn, vnfcColumn, vnfColumn, vnfIdColumn } from './parts/columns.ts';
import { framed } from './parts/frame.ts';
import { anyIsBad, anyIsNoted, below, oneIsGood, roomLeft } from './parts/levels.ts';
import { cameToBe, count, fact, happenedInAll, named, orNone, orNoneOf, series, sum } from './parts/metrics.ts';
import { graph, stat, words } from './parts/panels.ts';
import { table } from './parts/table.ts';

const perVnfc = ['host', 'vnf_instance_id', 'vnfc_id', 'vdu'] as const;

const hostsThat = (matchers: { up?: string; admin_state?: string }): string =>
  orNone(sum([], fact('berth_hosts', ['zone', 'admin_state', 'up'], matchers)));

/** Of VNFCs that are to run. */
const wanted = `${fact('berth_vnfc_wanted', perVnfc)} == 1`;
const whileWanted = (expr: string): string => `(${expr}) and on (job, vnfc_id) (${wanted})`;
const notRunning = whileWanted(`${fact('berth_vnfc_up', perVnfc)} == 0`);
const notReady = whileWanted(`${fact('berth_vnfc_guest_healthy', perVnfc)} == 0`);

const troubles: readonly (readonly [expr: string, words: string])[] = [
  [notRunning, 'its domain does not run'],
  [whileWanted(`${fact('berth_vnfc_hypervisor_answers', perVnfc)} == 0`), 'its QEMU does not answer'],
  [notReady, 'its guest is not ready'],
  [`${fact('berth_vnfc_waiting', perVnfc)} == 1`, 'it waits to be started again'],
  [`${wanted} unless on (job, vnfc_id) ${series('berth_vnfc_up')}`, 'nobody can say whether it runs'],
];

/** One row for each VNFC and trouble. */
const losing = troubles
  .map(([expr, said]) => `label_replace(${named(`(${expr}) * 0 + 1`)}, "trouble", "${said}", "job", ".*")`)
  .join(' or ');

const now = [
  stat({
    title: 'Hosts up',
    description: 'Hosts whose hypervisor answers.',
    unit: 'none',
    levels: roomLeft(1, 1),
    width: 6,
    height: 3,
    queries: [{ expr: hostsThat({ up: '1' }), legend: 'up' }],
  }),
  stat({
    title: 'Hosts down',
    description: 'Hosts whose hypervisor does not answer. The table of hosts says why.',
    unit: 'none',
    levels: anyIsBad,
    width: 6,
    height: 3,
    queries: [{ expr: hostsThat({ up: '0' }), legend: 'down' }],
  }),
  stat({
    title: 'Hosts not active',
    description: 'Hosts that are draining, down or lost by an operator’s word: nothing is placed on them.',
    unit: 'none',
    levels: anyIsNoted,
    width: 6,
    height: 3,
    queries: [{ expr: hostsThat({ admin_state: '!active' }), legend: 'not active' }],
  }),
  stat({
    title: 'VNFCs not running',
    description: 'VNFCs that are to run and whose domain does not. Those that an operation stopped are not counted.',
    unit: 'none',
    levels: anyIsBad,
    width: 6,
    height: 3,
    queries: [{ expr: orNone(count([], notRunning)), legend: 'not running' }],
  }),
  stat({
    title: 'Guests not ready',
    description: 'VNFCs that run and whose status command says not ready.',
    unit: 'none',
    levels: anyIsBad,
    width: 6,
    height: 3,
    queries: [{ expr: orNone(count([], notReady)), legend: 'not ready' }],
  }),
  stat({
    title: 'VNFCs that differ',
    description: 'VNFCs whose domain is not as Berth planned it. Run: berth differences',
    unit: 'none',
    levels: anyIsNoted,
    width: 6,
    height: 3,
    queries: [{ expr: orNone(sum([], `${fact('berth_vnfc_differences', perVnfc)} > bool 0`)), legend: 'differ' }],
  }),
  stat({
    title: 'Operations to decide on',
    description: 'Operations in FAILED_TEMP: each waits for retry, rollback or fail. Click for them.',
    unit: 'none',
    levels: anyIsBad,
    width: 6,
    height: 3,
    leadsTo: { uid: 'berth-operations', choose: {} },
    queries: [
      {
        expr: orNone(sum([], fact('berth_operations_open', ['operation', 'state'], { state: 'FAILED_TEMP' }))),
        legend: 'to decide on',
      },
    ],
  }),
  stat({
    title: 'Longest in one state',
    description: 'How long the operation that moved least recently has been in its state.',
    unit: 's',
    levels: below(300, 900),
    width: 6,
    height: 3,
    leadsTo: { uid: 'berth-operations', choose: {} },
    queries: [
      {
        expr: orNone(`max(time() - ${series('berth_operation_open_since_timestamp_seconds')})`),
        legend: 'oldest',
      },
    ],
  }),
];

const service = [
  table({
    title: 'Which VNFs lose service',
    description:
      'VNFCs that do not run, do not answer, are not ready, wait for their host, or of which nobody knows. Empty is good. Click a VNF for what it does, a host for what else is there.',
    unit: 'none',
    width: 14,
    height: 9,
    labels: [
      vnfColumn,
      vduColumn,
      { label: 'trouble', title: 'Trouble', width: 230 },
      hostColumn,
      vnfIdColumn,
      vnfcColumn,
    ],
    numbers: [{ title: 'Troubles', expr: losing, hidden: true }],
  }),
  graph({
    title: 'What changed',
    description:
      'Operations that ended, and changes of domains that nobody ordered. The same stand as marks in every graph. Click one for the dashboard of operations.',
    unit: 'short',
    levels: anyIsNoted,
    width: 10,
    height: 9,
    style: 'bars',
    leadsTo: { uid: 'berth-operations', choose: {} },
    queries: [
      {
        expr: happenedInAll('berth_operations_total', ['operation', 'state'], {
          state: '~COMPLETED|FAILED|FAILED_TEMP|ROLLED_BACK',
        }),
        legend: '{{operation}} {{state}}',
      },
      {
        expr: cameToBe('berth_vnfc_unexpected_changes_total', ['host', 'change', 'reason']),
        legend: 'unordered: {{change}} on {{host}} ({{reason}})',
      },
    ],
  }),
];

const toPlacement = { uid: 'berth-placement', choose: {} } as const;

const room = [
  howManyFit(8, toPlacement),
  whatEndsIt(10, toPlacement),
  graph({
    title: 'CPUs that are stranded',
    slow: true,
    description:
      'CPUs of the fleet that are free and of no use, by what their cell has no more of. Moving a VNF, or more of that resource, frees them.',
    unit: 'short',
    levels: anyIsNoted,
    width: 6,
    height: 9,
    style: 'stack',
    queries: [
      {
        expr: sum(['resource'], fact('berth_host_stranded_cpus', ['host', 'cell', 'resource'])),
        legend: 'CPUs without {{resource}}',
      },
    ],
  }),
];

const perHost = ['host', 'zone'] as const;

const hosts = [
  table({
    title: 'Hosts',
    description: 'Every host with series of its own. Click one: may it be rebooted, and what is on it.',
    unit: 'none',
    width: 24,
    height: 10,
    labels: [hostColumn, { label: 'zone', title: 'Zone' }, { label: 'state', title: 'Admin state' }],
    numbers: [
      {
        title: 'Up',
        levels: oneIsGood,
        says: words({ 0: ['down', 'red'], 1: ['up', 'green'] }),
        expr: `${fact('berth_host_up', perHost)} * on (job, host) group_left (state) (${fact('berth_host_admin_state', ['host', 'state'])} == 1)`,
      },
    ],
  }),
  graph({
    title: 'VNF instances by state',
    description: 'How many VNF instances there are, by state.',
    unit: 'short',
    levels: [['blue', null]],
    width: 8,
    style: 'stack',
    queries: [{ expr: sum(['state'], fact('berth_instances', ['state'])), legend: '{{state}}' }],
  }),
  graph({
    title: 'VNFCs by zone of their host',
    description: 'How many VNFCs run in each zone.',
    unit: 'short',
    levels: [['blue', null]],
    width: 8,
    style: 'stack',
    queries: [
      {
        expr: `${count(['zone'], `${fact('berth_vnfc_up', perVnfc)} * on (job, host) group_left (zone) ${fact('berth_host_up', perHost)} == 1`)}`,
        legend: '{{zone}}',
      },
    ],
  }),
  graph({
    title: 'Hosts without configuration',
    description:
      'VNFCs of hosts that are in the database and not in the configuration. Put the host back into the configuration, or run: berth host lost HOST',
    unit: 'short',
    levels: anyIsBad,
    width: 8,
    queries: [
      {
        expr: orNoneOf('host', 'no host', sum(['host'], fact('berth_host_missing_vnfcs', ['host']))),
        legend: 'VNFCs on {{host}}',
      },
    ],
  }),
];

const whole = { hosts: '~.+', each: false } as const;

export const fleet = framed({
  uid: 'berth-fleet',
  description: 'The fleet now: which VNFs lose service, what changed, is there room to heal, and where it is.',
  rows: [
    { title: 'Now', panels: now },
    { title: 'Which VNFs lose service, and what changed', panels: service },
    { title: 'Is there room to heal', panels: room },
    { title: 'Cores, pages and VFs of each cell', panels: [cellMap('~.+', 12)] },
    {
      title: 'Capacity through time',
      panels: [cpuShares, hugepageShares, memoryShares, functionShares, sharedShares, poolShares].map((of) =>
        of(whole),
      ),
    },
    { title: 'Hosts and VNFs', panels: hosts },
  ],
});
