/**
 * Host facts from what libvirt says. Where a host tells less (no node device driver, no NUMA, no domain capabilities)
 * the facts hold less; nothing is guessed.
 */
import type {
  Acceleration,
  Cell,
  HostFacts,
  HostNetwork,
  HugepagePool,
  Hypervisor,
  OperatorsWord,
  PciFunction,
  StoragePool,
} from '../../inventory/model.js';
import { type CellCapabilities, type HostCapabilities, readCapabilities } from '../../libvirt-xml/read-capabilities.js';
import { readDomainCapabilities } from '../../libvirt-xml/read-domain-capabilities.js';
import { heldPages, type HeldPages } from '../../libvirt-xml/held-pages.js';
import { readNetwork } from '../../libvirt-xml/read-network.js';
import { type NetDevice, type NodeDevice, type PciDevice, readNodeDevice } from '../../libvirt-xml/read-node-device.js';
import { type PoolDescription, readPool } from '../../libvirt-xml/read-pool.js';
import type { FreePages } from '../engine.js';
import type { HostDescription } from './calls/host.js';

/** What the host said, with its capabilities read: they steer what is asked next. */
export interface HostPicture {
  readonly description: HostDescription;
  readonly capabilities: HostCapabilities;
}

const mebibyte = 1024 * 1024;
const ethernetClass = '02';

export const readHost = (description: HostDescription): HostPicture => ({
  description,
  capabilities: readCapabilities(description.capabilities),
});

/** Pages that come in pools: all but the smallest, which are plain memory. */
export function hugepagesOf({ pages }: CellCapabilities): CellCapabilities['pages'] {
  const smallest = Math.min(...pages.map(({ sizeKiB }) => sizeKiB));
  return pages.filter(({ sizeKiB }) => sizeKiB !== smallest);
}

/** What a host does not say itself. */
interface Said extends OperatorsWord {
  /** The pool that Berth made for itself. */
  readonly pool?: string;
}

export function hostFacts(
  picture: HostPicture,
  free: readonly FreePages[],
  acceleration: Acceleration,
  said: Said = {},
): HostFacts {
  const { description, capabilities } = picture;
  const held = description.activeDomains.flatMap(heldPages);
  return {
    hostname: description.hostname,
    uuid: capabilities.uuid,
    architecture: capabilities.architecture,
    cpuModel: capabilities.cpuModel,
    cpuVendor: capabilities.cpuVendor,
    cpuFeatures: capabilities.cpuFeatures,
    hypervisor: hypervisor(description, acceleration),
    acceleration,
    cells: capabilities.cells.map((cell) => cellFacts(cell, capabilities.cells, free, held)),
    pciFunctions: asTold(pciFunctions(description.nodeDevices.map(readNodeDevice)), said),
    pools: description.pools
      .map(readPool)
      .flatMap(poolFacts)
      .sort((a, b) => Number(b.name === said.pool) - Number(a.name === said.pool) || (a.name < b.name ? -1 : 1)),
    networks: description.networks.filter(({ active }) => active).map(({ xml }) => networkFacts(xml)),
    ...(said.vhostUser && { vhostUser: said.vhostUser }),
    ...offers(picture, acceleration),
  };
}

const hypervisor = (description: HostDescription, acceleration: Acceleration): Hypervisor => ({
  name: description.hypervisor,
  version: versionText(description.hypervisorVersion),
  libvirtVersion: versionText(description.libvirtVersion),
  type: typeOf(acceleration),
});

function typeOf({ kind }: Acceleration): Hypervisor['type'] {
  switch (kind) {
    case 'kvm':
      return '1';
    case 'tcg':
      return '2';
    case 'simulated':
      return 'simulated';
  }
}

function cellFacts(
  cell: CellCapabilities,
  all: readonly CellCapabilities[],
  free: readonly FreePages[],
  held: readonly HeldPages[],
): Cell {
  return {
    id: cell.id,
    memoryMiB: Math.floor(cell.memoryKiB / 1024),
    cpus: cell.cpus,
    hugepages: hugepagesOf(cell).map(({ sizeKiB, count }) => hugepagePool(cell.id, sizeKiB, count, free, held)),
    distances: all.map(({ id }) => cell.distances[id] ?? usualDistance(cell.id, id)),
  };
}

/** ACPI 6.5, 5.2.17: what holds where the firmware has no table. */
const usualDistance = (from: number, to: number): number => (from === to ? 10 : 20);

/** In use, but by no domain of Berth's: foreign. */
function hugepagePool(
  cell: number,
  pageSizeKiB: number,
  total: number,
  free: readonly FreePages[],
  held: readonly HeldPages[],
): HugepagePool {
  const here = (of: { readonly cell: number; readonly pageSizeKiB: number }) =>
    of.cell === cell && of.pageSizeKiB === pageSizeKiB;
  const used = total - (free.find(here)?.free ?? total);
  const ours = held.filter(here).reduce((sum, { pages }) => sum + pages, 0);
  return { pageSizeKiB, total, foreign: Math.max(0, used - ours) };
}

/** Ethernet controllers, whatever has or is a virtual function, and the devices in an IOMMU group with one of these. */
function pciFunctions(devices: readonly NodeDevice[]): readonly PciFunction[] {
  const netdevs = new Map(
    devices.flatMap((device) => (device.kind === 'net' ? [[device.parent, device] as const] : [])),
  );
  const isFunction = (device: PciDevice) => device.classCode.startsWith(ethernetClass) || kindOf(device) !== 'other';
  const all = devices.filter((device) => device.kind === 'pci');
  const groups = new Set(all.filter(isFunction).flatMap(({ iommuGroup }) => iommuGroup ?? []));
  const sharesGroup = ({ iommuGroup }: PciDevice) => iommuGroup !== undefined && groups.has(iommuGroup);
  return all
    .filter((device) => isFunction(device) || (sharesGroup(device) && !isBridge(device)))
    .map((device) => pciFacts(device, netdevs.get(device.name)));
}

/** Bridges to the host and to other buses: VFIO leaves them in a group that it hands out. */
const isBridge = ({ classCode }: PciDevice): boolean => /^060[04]/.test(classCode);

/** libvirt's VF interfaces take MAC and VLAN; of trust and rates it neither knows nor sets anything. */
function pciFacts(device: PciDevice, net: NetDevice | undefined): PciFunction {
  const kind = kindOf(device);
  return {
    address: device.address,
    kind,
    vendorId: device.vendorId,
    deviceId: device.deviceId,
    trustCapable: false,
    rateCapable: false,
    ...(device.physicalFunction === undefined ? {} : { parent: device.physicalFunction }),
    ...(device.cell === undefined ? {} : { cell: device.cell }),
    ...(device.iommuGroup === undefined ? {} : { iommuGroup: device.iommuGroup }),
    ...(device.driver === undefined ? {} : { driver: device.driver }),
    ...(net === undefined ? {} : { netdev: net.interface }),
    ...(kind === 'pf' && net?.mac !== undefined ? { mac: net.mac } : {}),
    ...(kind === 'pf' && net?.linkMbps !== undefined ? { linkMbps: net.linkMbps } : {}),
  };
}

/** A virtual function is on the network of its card, and is trusted or limited as its card says. */
function asTold(functions: readonly PciFunction[], said: OperatorsWord): readonly PciFunction[] {
  const { physicalNetworks = {}, trustedCards = [], rateLimitedCards = [] } = said;
  const cards = new Map(functions.map((one) => [one.address, one]));
  return functions.map((one) => {
    const { address, netdev } = cards.get(one.parent ?? one.address) ?? one;
    const isAmong = (named: readonly string[]) => named.some((card) => card === address || card === netdev);
    const physicalNetwork = Object.keys(physicalNetworks).find((name) => isAmong(physicalNetworks[name] ?? []));
    return {
      ...one,
      trustCapable: isAmong(trustedCards),
      rateCapable: isAmong(rateLimitedCards),
      ...(physicalNetwork === undefined ? {} : { physicalNetwork }),
    };
  });
}

function kindOf(device: PciDevice): PciFunction['kind'] {
  if (device.physicalFunction !== undefined) return 'vf';
  return device.maxVirtualFunctions > 0 ? 'pf' : 'other';
}

/** Directories whose room is known: without these numbers nothing can be placed there, nor said of it. */
function poolFacts({ name, path, capacityBytes, availableBytes }: PoolDescription): readonly StoragePool[] {
  if (path === '' || capacityBytes === undefined || availableBytes === undefined) return [];
  const miB = (bytes: number) => Math.floor(bytes / mebibyte);
  return [{ name, path, capacityMiB: miB(capacityBytes), availableMiB: miB(availableBytes) }];
}

function networkFacts(xml: string): HostNetwork {
  const { name, kind, bridge, device, mtu } = readNetwork(xml);
  return {
    name,
    kind,
    ...(bridge === undefined ? {} : { bridge }),
    ...(device === undefined ? {} : { physicalNetwork: device }),
    ...(mtu === undefined ? {} : { mtu }),
  };
}

/** Of the kind of domain that Berth will start here. */
function offers(picture: HostPicture, { kind }: Acceleration): Pick<HostFacts, 'machines' | 'capabilities'> {
  const { description, capabilities } = picture;
  const guest = capabilities.guests.find(({ architecture }) => architecture === capabilities.architecture);
  const xml = kind === 'kvm' ? description.domainCapabilities.kvm : description.domainCapabilities.qemu;
  const machines = guest?.machines ?? [];
  if (xml === '') return { machines, capabilities: [] };
  const { cpuModes, cpuModels, words } = readDomainCapabilities(xml);
  return {
    machines,
    capabilities: [
      ...cpuModes.map((mode) => `cpu-mode=${mode}`),
      ...cpuModels.map((model) => `cpu-model=${model}`),
      ...words,
    ],
  };
}

const versionText = (version: number): string =>
  [version / 1_000_000, (version / 1_000) % 1_000, version % 1_000].map((part) => Math.floor(part)).join('.');
