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
} from '../../inventory/model.js';
import { guestMachines } from '../../inventory/guest-machines.js';
import { hypervisors, startedOn } from '../../libvirt-xml/hypervisors/list.js';
import { type CellCapabilities, type HostCapabilities, readCapabilities } from '../../libvirt-xml/read-capabilities.js';
import { readDomainCapabilities } from '../../libvirt-xml/read-domain-capabilities.js';
import { heldPages, type HeldPages } from '../../libvirt-xml/held-pages.js';
import { readNetwork } from '../../libvirt-xml/read-network.js';
import { readNodeDevice } from '../../libvirt-xml/read-node-device.js';
import type { Own } from '../../libvirt-xml/domain-use.js';
import type { FreePages } from '../engine.js';
import type { HostDescription } from './calls/host.js';
import { pciFunctionFacts } from './pci-functions.js';
import { storagePools } from './storage-pools.js';
import { foreignMemory, type HostUses, hostUses, takenCpus } from './taken.js';
import { readInterface } from '../../libvirt-xml/read-interface.js';
import { vlanNetworks } from './vlan-networks.js';
import { defined } from '../../shared/defined.js';

/** What the host said, with its capabilities read: they steer what is asked next. */
export interface HostPicture {
  readonly description: HostDescription;
  readonly capabilities: HostCapabilities;
}

export const readHost = (description: HostDescription): HostPicture => ({
  description,
  capabilities: withoutCpus(readCapabilities(description.capabilities), new Set(description.offlineCpus)),
});

/** libvirt 9 lists a CPU that is switched off as one of socket 0 and core 0, with no siblings. */
const withoutCpus = (capabilities: HostCapabilities, offline: ReadonlySet<number>): HostCapabilities => ({
  ...capabilities,
  cells: capabilities.cells.map((cell) => ({ ...cell, cpus: cell.cpus.filter(({ id }) => !offline.has(id)) })),
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
  /** Whose domains are Berth's own. */
  readonly own?: Own;
  /** As in `Assigning`. */
  readonly driverFault?: string;
}

export function hostFacts(
  picture: HostPicture,
  free: readonly FreePages[],
  acceleration: Acceleration,
  said: Said = {},
): HostFacts {
  const { description, capabilities } = picture;
  const held = description.activeDomains.flatMap((xml) => heldPages(xml, said.own, capabilities.cells[0]?.id));
  const devices = description.nodeDevices.map(readNodeDevice);
  const uses = hostUses(description, devices, said.own);
  const assigning = defined({ iommu: capabilities.iommu, driverFault: said.driverFault });
  const pciFunctions = pciFunctionFacts(devices, said, uses, assigning);
  const taken = { cpus: takenCpus(uses, capabilities.cells), foreignMiB: foreignMemory(uses, capabilities.cells) };
  return {
    hostname: description.hostname,
    uuid: capabilities.uuid,
    architecture: capabilities.architecture,
    cpuModel: capabilities.cpuModel,
    cpuVendor: capabilities.cpuVendor,
    cpuFeatures: capabilities.cpuFeatures,
    hypervisor: hypervisor(description, acceleration),
    acceleration,
    cells: capabilities.cells.map((cell) => cellFacts(cell, capabilities.cells, free, held, taken)),
    pciFunctions,
    pools: storagePools(description.pools, said),
    networks: networksOf(description, pciFunctions, uses),
    ...(said.vhostUser && { vhostUser: said.vhostUser }),
    ...offers(picture, acceleration, said.capabilities),
  };
}

const hypervisor = (description: HostDescription, acceleration: Acceleration): Hypervisor => ({
  name: description.hypervisor,
  version: versionText(description.hypervisorVersion),
  libvirtVersion: versionText(description.libvirtVersion),
  type: typeOf(acceleration),
});

const typeOf = ({ kind }: Acceleration): Hypervisor['type'] => (kind === 'simulated' ? kind : hypervisors[kind].type);

function cellFacts(
  cell: CellCapabilities,
  all: readonly CellCapabilities[],
  free: readonly FreePages[],
  held: readonly HeldPages[],
  taken: { readonly cpus: ReadonlyMap<number, string>; readonly foreignMiB: ReadonlyMap<number, number> },
): Cell {
  const foreignMiB = taken.foreignMiB.get(cell.id);
  return {
    id: cell.id,
    memoryMiB: Math.floor(cell.memoryKiB / 1024),
    cpus: cell.cpus.map((cpu) => {
      const takenBy = taken.cpus.get(cpu.id);
      return takenBy === undefined ? cpu : { ...cpu, takenBy };
    }),
    ...defined({ foreignMiB }),
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

/** A network of libvirt's that has the name of a VLAN stands for it. */
function networksOf(
  { networks, interfaces }: HostDescription,
  functions: HostFacts['pciFunctions'],
  uses: HostUses,
): readonly HostNetwork[] {
  const own = networks.filter(({ active }) => active).map(({ xml }) => networkFacts(xml, uses));
  const names = new Set(own.map(({ name }) => name));
  const vlans = vlanNetworks(
    interfaces.map(({ xml }) => readInterface(xml)),
    functions,
  );
  return [...own, ...vlans.filter(({ name }) => !names.has(name))];
}

function networkFacts(xml: string, { foreign }: HostUses): HostNetwork {
  const { name, kind, bridge, device, onePerGuest, mtu } = readNetwork(xml);
  const taken = foreign.flatMap(({ networks }) => networks).filter((joined) => joined === name).length;
  return {
    ...(onePerGuest === undefined ? {} : { devices: Math.max(0, onePerGuest - taken) }),
    name,
    kind,
    ...defined({ bridge, physicalNetwork: device, mtu }),
  };
}

/** Of the kind of domain that Berth will start here. */
function offers(
  picture: HostPicture,
  { kind }: Acceleration,
  told: readonly string[] = [],
): Pick<HostFacts, 'machines' | 'capabilities' | 'mostVcpus'> {
  const { description, capabilities } = picture;
  const guest = capabilities.guests.find(({ architecture }) => architecture === capabilities.architecture);
  const { domainType } = hypervisors[startedOn({ kind })];
  const xml = description.domainCapabilities[domainType] ?? '';
  const machines = guest?.machines ?? [];
  const ofMachine = guest?.mostVcpus[guestMachines[guest.architecture] ?? ''];
  if (xml === '') return { machines, capabilities: told, ...defined({ mostVcpus: ofMachine }) };
  const { cpuModes, cpuModels, words, mostVcpus: ofDomain } = readDomainCapabilities(xml);
  const most = [ofMachine, ofDomain].filter((limit) => limit !== undefined);
  return {
    machines,
    ...(most.length === 0 ? {} : { mostVcpus: Math.min(...most) }),
    capabilities: [
      ...cpuModes.map((mode) => `cpu-mode=${mode}`),
      ...cpuModels.map((model) => `cpu-model=${model}`),
      ...words,
      ...told,
    ],
  };
}

const versionText = (version: number): string =>
  [version / 1_000_000, (version / 1_000) % 1_000, version % 1_000].map((part) => Math.floor(part)).join('.');
