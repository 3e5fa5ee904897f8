/**
 * The virtual hardware: CPU, memory, board and devices of the live domain, each beside its plan.
 */
import type { DomainReading } from '../../libvirt-xml/domain-reading.js';
import type { HardwareDevice, VirtualCpu } from '../../libvirt-xml/read-hardware.js';
import type { StackLayer, StackRow } from '../commands.js';
import type { DomainForm, Gathered } from './gathered.js';
import { pageText, row } from './rows.js';
import { defined } from '../../shared/defined.js';

/** Of one domain no more devices are shown. */
const mostDevices = 200;

export function hardwareLayer({ domain, planned, vnfc }: Gathered): StackLayer {
  const now = domain.value;
  const pair = (key: string, name: string, of: (form: DomainForm) => string) =>
    row(key, name, { now: now && of(now), planned: planned && of(planned) });
  return {
    layer: 'hardware',
    source:
      now?.runs === false
        ? 'The domain does not run: this is its definition, with which it will start.'
        : 'Read from the live XML of the domain.',
    ...defined({ unknownBecause: domain.why }),
    rows: [
      row('virtualization', 'Virtualization of devices', {
        now: now && virtualizationOf(now.hardware.devices),
        note: 'Para-virtual devices need drivers that know of the hypervisor; emulated ones are taken for real ones (full virtualization).',
      }),
      pair('cpu-model', 'CPU model', ({ hardware }) => modelText(hardware.cpu)),
      pair('cpu-count', 'vCPUs', ({ reading }) => `${reading.currentVcpus} of ${reading.vcpus}`),
      pair('cpu-topology', 'CPU topology', ({ hardware }) => topologyText(hardware.cpu)),
      pair('memory', 'Memory', ({ reading }) => `${reading.currentMemoryMiB} of ${reading.memoryMiB} MiB`),
      pair('pages', 'Page size', ({ reading }) => pagesOf(reading)),
      pair('guest-cells', 'Guest NUMA cells', ({ reading }) => String(reading.cells.length)),
      row('board', 'Board', {
        now: now && `${now.hardware.machine}, ${now.hardware.architecture}`,
        note: planned && `Planned as ${planned.hardware.machine}; libvirt names the version that it stands for.`,
      }),
      pair('firmware', 'Firmware', ({ hardware }) => hardware.firmware),
      ...deviceRows(now?.hardware.devices, planned?.hardware.devices, vnfc.cps),
    ],
  };
}

function virtualizationOf(devices: readonly HardwareDevice[]): string {
  const relevant = devices.filter(({ name }) => /^(disk|interface|host device) /.test(name));
  const kinds = new Set(relevant.map(({ kind }) => kind));
  const words = { para: 'para-virtualization', emulated: 'full virtualization', passthrough: 'passthrough' };
  return [...kinds].map((kind) => words[kind]).join(' and ') || 'no disk and no card';
}

const modelText = ({ mode, model }: VirtualCpu): string =>
  [mode, model].filter((part) => part !== undefined).join(' ') || 'the hypervisor’s own';

const topologyText = ({ topology }: VirtualCpu): string =>
  topology === undefined
    ? 'not said'
    : `sockets: ${topology.sockets}, dies: ${topology.dies}, cores: ${topology.cores}, threads: ${topology.threads}`;

const pagesOf = ({ cells }: DomainReading): string =>
  [...new Set(cells.map((cell) => pageText(cell.pageSizeKiB)))].join(', ');

/** What libvirt adds to a board by itself was not planned, and is no difference. */
const planlessKinds = /^(controller|input|serial|video|sound) /;

function deviceRows(
  now: readonly HardwareDevice[] | undefined,
  planned: readonly HardwareDevice[] | undefined,
  cps: Gathered['vnfc']['cps'],
): readonly StackRow[] {
  const there = new Map((now ?? []).map((device) => [device.name, device]));
  const wanted = new Map((planned ?? []).map((device) => [device.name, device]));
  const names = [...new Set([...wanted.keys(), ...there.keys()])].filter((name) => !isBoardPart(name, wanted));
  const rows = names.map((name) => {
    const [is, should] = [there.get(name), wanted.get(name)];
    const cp = cps.find(({ mac }) => name === `interface ${mac.toLowerCase()}`);
    return row(name, cp === undefined ? name : `${name} (${cp.cpdId})`, {
      now: is === undefined ? now && 'not there' : deviceText(is),
      planned: should === undefined ? planned && 'not planned' : deviceText(should),
      device: (is ?? should)?.kind,
    });
  });
  const board = [...there.values()].filter(({ name }) => isBoardPart(name, wanted));
  const parts = board.map(({ name, model, kind }) => row(name, name, { now: model, device: kind }));
  return [...rows, ...parts].slice(0, mostDevices);
}

const isBoardPart = (name: string, wanted: ReadonlyMap<string, HardwareDevice>): boolean =>
  planlessKinds.test(name) && !(wanted.has(name) && !name.startsWith('controller '));

const deviceText = ({ model, backend }: HardwareDevice): string =>
  backend === undefined ? model : `${model} on ${backend}`;
