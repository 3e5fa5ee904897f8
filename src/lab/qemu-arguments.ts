/**
 * The command line of QEMU for one host of the lab. A frozen host is resumed with the same one: only paths, ports and network
 * backends may differ (`machineArguments` must not).
 */
import { shellWord } from '../shared/shell-word.js';
import type { HostPorts } from './ports.js';
import {
  cards,
  cells,
  coresPerCell,
  cpuRange,
  memoryMiBPerCell,
  pagesPerCell,
  threadsPerCore,
  wireOf,
  type HostShape,
} from './shape.js';

export interface HostFiles {
  readonly kernel: string;
  readonly initramfs: string;
  /** The disk of this run, a layer over the image or over the frozen disk. */
  readonly disk: string;
  readonly pid: string;
  readonly monitor: string;
  readonly console: string;
  readonly consoleLog: string;
}

export interface HostStart {
  readonly shape: HostShape;
  readonly files: HostFiles;
  readonly ports: HostPorts;
  /** Number of wires. */
  readonly wires: number;
  /** A port for each wire that other hosts are on as well; none for a host that is alone. */
  readonly wirePorts: readonly number[];
  /** The file with the frozen state; absent for a cold boot. */
  readonly state?: string;
}

/** SVM for nested KVM, siblings for SMT. Features that TCG lacks are switched off, so that QEMU prints no warning for each. */
const cpu = [
  'EPYC',
  ...['+svm', '+npt', '+topoext', 'x-force-features=on'],
  ...['-nrip-save', '-osvw', '-misalignsse', '-fxsr-opt', '-xsavec'],
].join(',');

const bootWords = (shape: HostShape): string =>
  [
    'root=/dev/vda console=ttyS0 quiet',
    'intel_iommu=on iommu=pt',
    `hugepagesz=2M hugepages=${Array.from({ length: cells }, (_, cell) => `${cell}:${pagesPerCell}`).join(',')}`,
    `systemd.hostname=${shape.name} systemd.machine_id=${shape.machineId}`,
    'mitigations=off nokaslr tsc=reliable no_timer_check apparmor=0 audit=0',
  ].join(' ');

function cellArguments(): readonly string[] {
  const all = Array.from({ length: cells }, (_, cell) => cell);
  const memory = all.flatMap((cell) => [
    ...['-object', `memory-backend-ram,id=memory${cell},size=${memoryMiBPerCell}M`],
    ...['-numa', `node,nodeid=${cell},cpus=${cpuRange(cell)},memdev=memory${cell}`],
  ]);
  const distances = all.flatMap((from) =>
    all.filter((to) => to !== from).flatMap((to) => ['-numa', `dist,src=${from},dst=${to},val=21`]),
  );
  return [...memory, ...distances];
}

/** Each card is on a bus of its cell behind a separate root port, so that each function has its own IOMMU group. */
const cardArguments = ({ cardMacs }: HostShape): readonly string[] =>
  cards.flatMap(({ bus, cell }, card) => [
    ...['-device', `pxb-pcie,id=bus${card},bus=pcie.0,addr=${8 + card},bus_nr=${bus},numa_node=${cell}`],
    ...['-device', `pcie-root-port,id=port${card},bus=bus${card},chassis=${10 + card},slot=${10 + card},addr=0`],
    ...['-device', `igb,bus=port${card},netdev=wire${card},mac=${cardMacs[card]},romfile=`],
  ]);

/** The arguments that a frozen state depends on. */
export const machineArguments = (shape: HostShape): readonly string[] => [
  ...['-machine', 'q35', '-cpu', cpu, '-uuid', shape.uuid],
  ...[
    '-smp',
    `${cells * coresPerCell * threadsPerCore},sockets=${cells},cores=${coresPerCell},threads=${threadsPerCore}`,
  ],
  ...['-m', `${cells * memoryMiBPerCell}M`],
  ...cellArguments(),
  ...['-device', 'intel-iommu,intremap=on,device-iotlb=on'],
  ...['-device', 'virtio-blk-pci,drive=disk,bus=pcie.0,addr=2'],
  ...['-device', `virtio-net-pci,netdev=outside,bus=pcie.0,addr=3,mac=${shape.outsideMac},romfile=`],
  ...['-device', 'virtio-rng-pci,bus=pcie.0,addr=4'],
  ...cardArguments(shape),
  ...['-append', bootWords(shape)],
];

function networkArguments({ ports, wires, wirePorts }: HostStart): readonly string[] {
  const forward = [
    [ports.ssh, 22],
    [ports.libvirtTcp, 16509],
    [ports.libvirtTls, 16514],
  ].map(([here, there]) => `hostfwd=tcp:127.0.0.1:${here}-:${there}`);
  // The host reaches only this machine's loopback device, through forwarded ports.
  const outside = ['-netdev', ['user', 'id=outside', 'restrict=on', ...forward].join(',')];
  const behind = cards.flatMap((_, card) => {
    const wire = wireOf(card, wires);
    return ['-netdev', wireArgument(card, wire, wirePorts[wire])];
  });
  return [...outside, ...behind];
}

const wireArgument = (card: number, wire: number, port: number | undefined): string =>
  port === undefined
    ? `hubport,id=wire${card},hubid=${wire}`
    : `socket,id=wire${card},mcast=230.0.0.1:${port},localaddr=127.0.0.1`;

/** QEMU reads `,,` as a comma within a value. */
const value = (path: string): string => path.replaceAll(',', ',,');

const socketArgument = (id: string, path: string, more = ''): string =>
  `socket,id=${id},path=${value(path)},server=on,wait=off${more}`;

export function qemuArguments(start: HostStart): readonly string[] {
  const { shape, files, state } = start;
  const log = `,logfile=${value(files.consoleLog)},logappend=on`;
  return [
    ...['-name', shape.name, '-pidfile', files.pid, '-daemonize'],
    ...['-nodefaults', '-no-user-config', '-display', 'none'],
    ...['-accel', 'tcg,thread=multi,tb-size=768'],
    ...['-kernel', files.kernel, '-initrd', files.initramfs],
    ...['-drive', `if=none,id=disk,format=qcow2,cache=unsafe,discard=unmap,file=${value(files.disk)}`],
    ...networkArguments(start),
    ...machineArguments(shape),
    ...['-chardev', socketArgument('console', files.console, log), '-serial', 'chardev:console'],
    ...['-chardev', socketArgument('monitor', files.monitor), '-mon', 'chardev=monitor,mode=control'],
    // QEMU hands what follows `exec:` to a shell.
    ...(state === undefined ? [] : ['-incoming', `exec:zstd -dc -- ${shellWord(state)}`]),
  ];
}
