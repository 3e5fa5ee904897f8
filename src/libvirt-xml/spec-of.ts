/**
 * From a bound and placed VNFC to its domain: which vCPU runs where, what backs each guest cell, which disk lies at
 * which path, which card joins what.
 */
import type { Flavour, Vdu, VduCp } from '../vnfd/model.js';
import { floatsOverHost } from '../inventory/resources/shared-vcpu.js';
import type { HostFacts } from '../inventory/model.js';
import { isDay0 } from '../lifecycle/day0-volume.js';
import type { Vnfc, VnfcCp } from '../lifecycle/model.js';
import { dedicatedVcpus } from '../placement/question/ask.js';
import type { GuestCellPlacement, VnfcDemand, VnfcPlacement } from '../placement/model.js';
import type { CpuSpec, DiskSpec, DomainSpec, GuestCellSpec, InterfaceSpec } from './domain-spec.js';
import { startedOn } from './hypervisors/list.js';
import { defined } from '../shared/defined.js';

export interface SpecInput {
  readonly installationId: string;
  readonly vnfInstanceId: string;
  readonly vnfdId: string;
  readonly flavour: Flavour;
  readonly vdu: Vdu;
  readonly vnfc: Vnfc;
  readonly placement: VnfcPlacement;
  /** What was placed: which vCPUs are shared and where they may run, what is bound to its cell. */
  readonly demand: VnfcDemand;
  readonly host: HostFacts;
}

/** Throws when the placement names a pool or function that the host's facts do not have. */
export function domainSpecOf(input: SpecInput): DomainSpec {
  const { vdu, vnfc, placement, host } = input;
  return {
    uuid: vnfc.id,
    name: vnfc.domainName,
    title: vnfc.hostname,
    owner: {
      installationId: input.installationId,
      vnfInstanceId: input.vnfInstanceId,
      vnfcId: vnfc.id,
      vduId: vdu.id,
      vnfdId: input.vnfdId,
    },
    acceleration: startedOn(host.acceleration),
    virtualisation: vdu.virtualisation,
    // What the VDU asks for is the same in one spelling or another.
    architecture: host.architecture,
    cpu: cpuSpec(input),
    memory: {
      memoryMiB: placement.cells.reduce((sum, cell) => sum + cell.memoryMiB, 0),
      ...defined({ pageSizeKiB: placement.pageSizeKiB }),
      ...nearCell(input),
      locked: input.demand.realtimeVcpus !== undefined,
      ...(isFilledFromAfar(input) ? { filledFromAfar: true } : {}),
    },
    disks: diskSpecs(input),
    interfaces: vnfc.cps.map((cp) => interfaceSpec(input, cp)),
    guestAgent: vnfc.guest.agent,
    serialLog: pathOf(host, vnfc.pool, vnfc.serialLog),
  };
}

/** libvirt before 8.10 does not ask QEMU to fill pages from near them. */
function isFilledFromAfar({ placement, host }: SpecInput): boolean {
  const [major = 0, minor = 0] = host.hypervisor.libvirtVersion.split('.').map(Number);
  const { emulatorCpus, cells } = placement;
  if (major * 100 + minor < 810 || emulatorCpus.length === 0) return false;
  const cpusOf = (cell: number) => host.cells.find(({ id }) => id === cell)?.cpus ?? [];
  return cells.some(
    ({ pages, hostCell }) => pages > 0 && !cpusOf(hostCell).some(({ id }) => emulatorCpus.includes(id)),
  );
}

function cpuSpec(input: SpecInput): CpuSpec {
  const { vdu, placement, demand } = input;
  return {
    vcpus: vdu.cpu.count,
    pins: pinsOf(input),
    emulatorCpus: placement.emulatorCpus,
    ...defined({ realtimeVcpus: demand.realtimeVcpus, model: vdu.cpu.model }),
    features: vdu.cpu.features,
    threads: guestThreads(input),
    cells: guestCells(input),
  };
}

/** Dedicated vCPUs have the pinned CPUs of their guest cell in order; the others float. */
function pinsOf({ placement, demand, host }: SpecInput): CpuSpec['pins'] {
  const dedicated = new Set(dedicatedVcpus(demand));
  const isFloating = floatsOverHost(demand);
  let vcpu = 0;
  return placement.cells.flatMap((cell) => {
    const over = isFloating ? placement.sharedCpus : within(host, cell.hostCell, placement.sharedCpus);
    const own = [...cell.pinnedCpus];
    return Array.from({ length: cell.vcpus }, () => {
      const pin = { vcpu, hostCpus: dedicated.has(vcpu) ? own.splice(0, 1) : over };
      vcpu += 1;
      return pin;
    }).filter((pin) => pin.hostCpus.length > 0);
  });
}

/** The shared CPUs of one host cell; all of them when the cell has none of its own. */
function within(host: HostFacts, cellId: number, cpus: readonly number[]): readonly number[] {
  const here = new Set(host.cells.find((cell) => cell.id === cellId)?.cpus.map((cpu) => cpu.id));
  const near = cpus.filter((cpu) => here.has(cpu));
  return near.length > 0 ? near : cpus;
}

/** Hugepages are claimed of one host cell each, so that is where they must come from, strict or not. */
const isBound = ({ placement, demand }: SpecInput): boolean => demand.numaStrict || placement.pageSizeKiB !== undefined;

/** Placement fills the cell that it names first, then others: so does the kernel with a preferred one. */
function nearCell(input: SpecInput): { readonly nearCell?: number } {
  const first = input.placement.cells[0]?.hostCell;
  return first === undefined || isBound(input) || input.host.cells.length === 1 ? {} : { nearCell: first };
}

function guestCells(input: SpecInput): readonly GuestCellSpec[] {
  const { placement } = input;
  const bound = isBound(input);
  let first = 0;
  return placement.cells.map((cell: GuestCellPlacement) => {
    const vcpus = Array.from({ length: cell.vcpus }, (_, at) => first + at);
    first += cell.vcpus;
    return {
      vcpus,
      memoryMiB: cell.memoryMiB,
      ...(bound ? { hostCell: cell.hostCell } : {}),
      ...defined({ pageSizeKiB: cell.pageSizeKiB }),
    };
  });
}

/** The guest sees SMT only when every pair of its vCPUs really runs on siblings. */
function guestThreads({ vdu, placement, host }: SpecInput): number {
  const cpus = placement.cells.flatMap((cell) => cell.pinnedCpus);
  const allDedicated = cpus.length === vdu.cpu.count && cpus.length % 2 === 0 && cpus.length > 0;
  if (!allDedicated || vdu.cpu.threadPolicy === 'isolate') return 1;
  const siblings = new Map(host.cells.flatMap((cell) => cell.cpus.map((cpu) => [cpu.id, cpu.siblings])));
  const paired = cpus.every((cpu, at) => at % 2 === 1 || siblings.get(cpu)?.includes(cpus[at + 1] ?? -1) === true);
  return paired ? 2 : 1;
}

/** The first volume with an image boots. In full virtualisation day-0 is a CD-ROM, as an unmodified guest expects. */
function diskSpecs({ vnfc, vdu, host }: SpecInput): readonly DiskSpec[] {
  const boot = vnfc.volumes.find((volume) => volume.imageSha256 !== undefined);
  return vnfc.volumes.map((volume) => {
    const day0 = isDay0(volume);
    return {
      id: volume.id,
      path: pathOf(host, vnfc.pool, volume.name),
      format: volume.format,
      device: day0 && vdu.virtualisation === 'full' ? 'cdrom' : 'disk',
      readOnly: day0,
      ...(volume === boot ? { bootOrder: 1 } : {}),
    };
  });
}

function pathOf(host: HostFacts, poolName: string, name: string): string {
  const pool = host.pools.find((each) => each.name === poolName);
  if (pool === undefined) throw new Error(`host ${host.hostname} has no storage pool ${poolName}`);
  return `${pool.path}/${name}`;
}

function interfaceSpec(input: SpecInput, cp: VnfcCp): InterfaceSpec {
  const { flavour, vdu, placement } = input;
  const descriptor = flavour.cps.find((each) => each.id === cp.cpdId);
  const card = placement.pciFunctions.find((each) => each.cpdId === cp.cpdId);
  const model = modelOf(vdu, descriptor);
  return {
    cpdId: cp.cpdId,
    mac: cp.mac,
    source:
      card === undefined ? networkSource(cp, descriptor, input.host) : hostdevSource(card.address, descriptor, cp),
    model,
    queues: model === 'virtio' ? Math.min(vdu.cpu.count, maxQueues) : 1,
    ...defined({ mtu: cp.mtu }),
    order: cp.order,
  };
}

const maxQueues = 8;

const modelOf = (vdu: Vdu, cp: VduCp | undefined): InterfaceSpec['model'] =>
  vdu.virtualisation === 'full' && (cp === undefined || cp.model === 'virtio') ? 'e1000e' : (cp?.model ?? 'virtio');

/** A network on a device of the host (macvtap) is joined like any other: libvirt makes the macvtap. */
function networkSource(cp: VnfcCp, descriptor: VduCp | undefined, host: HostFacts): InterfaceSpec['source'] {
  if (cp.disconnected === true) return { kind: 'none', place: isPassedThrough(descriptor) ? 'hostdev' : 'tap' };
  if (cp.network === undefined) throw new Error(`CP ${cp.id} has neither a network nor a PCI function`);
  if (descriptor?.vnicType !== 'virtio-forwarder') return joined(cp.network, host);
  const folder = host.vhostUser?.[cp.network];
  if (folder === undefined) throw new Error(`host ${host.hostname} has no vhost-user switch on network ${cp.network}`);
  return { kind: 'vhostuser', path: `${folder}/vhu-${cp.mac.replaceAll(':', '')}` };
}

const isPassedThrough = (descriptor: VduCp | undefined): boolean =>
  descriptor?.vnicType === 'direct' || descriptor?.vnicType === 'direct-physical';

/** A VLAN is no network of libvirt's: the domain joins its bridge or its device. */
function joined(name: string, { networks }: HostFacts): InterfaceSpec['source'] {
  const { vlan, bridge } = networks.find((each) => each.name === name) ?? {};
  if (vlan === undefined) return { kind: 'network', network: name };
  return bridge === undefined ? { kind: 'direct', device: vlan.device } : { kind: 'bridge', bridge };
}

const hostdevSource = (address: string, descriptor: VduCp | undefined, { vlan }: VnfcCp): InterfaceSpec['source'] => ({
  kind: 'hostdev',
  function: descriptor?.vnicType === 'direct-physical' ? 'pf' : 'vf',
  address,
  ...defined({ vlan }),
});
