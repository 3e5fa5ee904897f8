/**
 * What hosts and networks have, and what is claimed of them. Everything is per NUMA cell, because that is where
 * memory, cores and PCI functions live. Immutable: the placement search works on a snapshot.
 * IFA005 vocabulary (capacity, zone); libvirt's capabilities for the facts.
 */
import type { AllocationId, HostId, OpOccId, VnfcId, VnfInstanceId } from '../shared/ids.js';

/** `lost`: the operator declared that it will not come back; operations go on without it. */
export type HostAdminState = 'active' | 'draining' | 'down' | 'lost';

export interface Host {
  readonly id: HostId;
  /** IFA006 resource zone. */
  readonly zone: string;
  readonly adminState: HostAdminState;
  /** False while the engine cannot reach it; nothing is placed there then. */
  readonly reachable: boolean;
  readonly facts: HostFacts;
  readonly reserved: HostReservation;
  /** Shared vCPUs accepted per shared host CPU. */
  readonly sharedCpuRatio: number;
  /** Grows with every claim or release on this host: the optimistic lock of per-cell sums. */
  readonly generation: number;
}

/** Kept from VNFs, for the host itself and for shared vCPUs and emulator threads. */
export interface HostReservation {
  /** Host CPUs that are never dedicated: the host, emulator threads and shared vCPUs run there. */
  readonly sharedCpus: readonly number[];
  /** Plain memory kept for the host and for QEMU's own needs, MiB; in the order of `cells`, the lowest number first. */
  readonly memoryMiBPerCell: readonly number[];
}

/** What a host is and has, found out by the engine. */
export interface HostFacts {
  readonly hostname: string;
  /** libvirt's host UUID. */
  readonly uuid: string;
  readonly architecture: string;
  readonly cpuModel: string;
  readonly cpuVendor: string;
  readonly cpuFeatures: readonly string[];
  readonly hypervisor: Hypervisor;
  readonly acceleration: Acceleration;
  /** By number, whatever the order in which the host told them; numbers may be missing. */
  readonly cells: readonly Cell[];
  readonly pciFunctions: readonly PciFunction[];
  /** Those that are to be used first come first. */
  readonly pools: readonly StoragePool[];
  readonly networks: readonly HostNetwork[];
  /** Networks of a userspace switch, and the folder where it looks for the sockets of vhost-user guests; the operator's word. */
  readonly vhostUser?: Readonly<Record<string, string>>;
  /** Most vCPUs of a domain, by its machine type. Absent: not said. */
  readonly mostVcpus?: number;
  /** Machine types. */
  readonly machines: readonly string[];
  /** What domain capabilities offer: `cpu-model=EPYC`, `cpu-mode=…`, devices; and what the operator says besides. */
  readonly capabilities: readonly string[];
}

/** What only the operator can say of a host. Cards are named by network device or PCI address. */
export interface OperatorsWord {
  /** Physical network -> cards on it. */
  readonly physicalNetworks?: Readonly<Record<string, readonly string[]>>;
  /** Cards whose virtual functions may set MAC addresses and promiscuous mode (`ip link set … vf … trust on`). */
  readonly trustedCards?: readonly string[];
  /** Cards whose virtual functions have the bit rates that guests ask for (`… min_tx_rate …`). */
  readonly rateLimitedCards?: readonly string[];
  /** Functions that are given to no guest, by network device or PCI address: what uses them cannot be seen through libvirt. */
  readonly withheldFunctions?: readonly string[];
  /** Cards that the host does not use itself, though network devices of theirs are up: something brings up each new device. */
  readonly idleCards?: readonly string[];
  /** Names that VNFDs ask for (`requested_additional_capability_name`), such as a class of CPU: Berth takes them as said. */
  readonly capabilities?: readonly string[];
  /** As in `HostFacts`. */
  readonly vhostUser?: Readonly<Record<string, string>>;
  /** Pools that Berth may use beside its own. */
  readonly pools?: readonly string[];
  /** Pool -> storage that pools of other hosts lie on, too, where libvirt cannot tell. */
  readonly sharedStorage?: Readonly<Record<string, string>>;
}

export interface Hypervisor {
  /** e.g. `QEMU`; `simulated` for simulated hosts. */
  readonly name: string;
  readonly version: string;
  readonly libvirtVersion: string;
  /** Type 1 runs on the metal; type 2 inside an operating system. KVM is reported as `1`, TCG as `2` (docs/virtualization.md). */
  readonly type: '1' | '2' | 'simulated';
}

/** How guests run on real hosts; each has its profile in `libvirt-xml/hypervisors/`. */
export const accelerationKinds = ['kvm', 'tcg'] as const;

export type AccelerationKind = (typeof accelerationKinds)[number];

/** The verdict on hardware-assisted virtualization, with its evidence. */
export interface Acceleration {
  readonly kind: AccelerationKind | 'simulated';
  /** `VT-x/EPT`, `AMD-V/RVI`, or `none`. */
  readonly technology: string;
  /** A sentence: how it was found out, or who overrode it. */
  readonly reason: string;
  readonly overridden: boolean;
  /** What the verdict depends on (QEMU version, kernel, CPU): a cached verdict with another key is stale. */
  readonly probeKey: string;
  /** Unix epoch, ms; 0 when never probed. */
  readonly probedAtMs: number;
}

export interface Cell {
  readonly id: number;
  readonly memoryMiB: number;
  readonly cpus: readonly Cpu[];
  readonly hugepages: readonly HugepagePool[];
  /** Plain memory that running domains other than Berth's may fill, MiB; absent: none. */
  readonly foreignMiB?: number;
  /** Distance to each cell of the host, in the order of `cells` (ACPI SLIT: 10 is local). */
  readonly distances: readonly number[];
}

export interface Cpu {
  /** Host CPU number as in /proc/cpuinfo. */
  readonly id: number;
  readonly socket: number;
  readonly core: number;
  /** SMT siblings, this CPU included, ascending. */
  readonly siblings: readonly number[];
  /** L3 cache group where known. */
  readonly l3?: number;
  /** Who else is pinned to it, as a clause (`domain win11 is pinned to it`): it is dedicated to nobody. */
  readonly takenBy?: string;
}

export interface HugepagePool {
  readonly pageSizeKiB: number;
  /** Pages in the pool, used or not. */
  readonly total: number;
  /** Pages used by others than Berth's VNFCs, as last measured; not to be promised to anyone. */
  readonly foreign: number;
}

export interface PciFunction {
  /** `0000:06:10.1`. */
  readonly address: string;
  /** `other`: a plain network controller, or what shares the IOMMU group of a network function. */
  readonly kind: 'pf' | 'vf' | 'other';
  readonly parent?: string;
  readonly cell?: number;
  /** Absent: the host has no IOMMU, or does not say. */
  readonly iommuGroup?: number;
  readonly vendorId: string;
  readonly deviceId: string;
  readonly driver?: string;
  /** Absent: nobody said where its wire leads, and it is given to no guest (it may be the host's own). */
  readonly physicalNetwork?: string;
  readonly netdev?: string;
  /** Of a physical function: it is on its physical network because of the name of its network device. */
  readonly isNamedByDevice?: true;
  /** Of a physical function: the network device whose name put it there was another card's before. */
  readonly nameWasOf?: CardIdentity;
  /** Of a physical function: its link is down. */
  readonly isDown?: true;
  /** Of a physical function: it keeps it in a guest. */
  readonly mac?: string;
  /** Of a physical function: the MAC address that it had first, when it has another now (in a bond), or tells none. */
  readonly knownMac?: string;
  /** Of a physical function: its serial number (VPD), which the ports of a card share. */
  readonly serial?: string;
  /** Of a virtual function: its number on its card, as in `ip link set CARD vf NUMBER`. */
  readonly vfIndex?: number;
  /** Of a virtual function: MAC address of its network device, while the host drives it. */
  readonly vfMac?: string;
  /** Of a physical function: speed of its link, Mbit/s. Absent while it is down or unknown; nothing is counted then. */
  readonly linkMbps?: number;
  readonly trustCapable: boolean;
  readonly rateCapable: boolean;
  /** Why it is given to nobody, as a clause: who else uses it, or what is wrong with its card. */
  readonly takenBy?: string;
  /** Which of these it is, where nobody else uses it: its card is down, or it cannot be given as it is. */
  readonly takenFor?: 'down' | 'unusable';
  /** What to do about `takenBy`, as a clause: the very command where there is one. */
  readonly takenFix?: string;
  /** Which rule of the host audit tells of `takenBy`; absent: that of functions in use (host-audit/functions.ts). */
  readonly fault?: FunctionFault;
  /** It is not on the host any more, and a VNFC still holds it. */
  readonly isGone?: true;
  /** A running domain of this Berth's has it. */
  readonly guest?: { readonly domain: string; readonly mac?: string };
  /** Since a VNFC has it or had it: how it was before, for it has to come back like that. */
  readonly earlier?: EarlierState;
  /** Given to nobody until it is in order again. */
  readonly quarantine?: Quarantine;
}

/** `network`: which network its card is on is not clear. */
export type FunctionFault = 'iommu' | 'driver' | 'network' | 'down';

/** What stays of a card when buses are renumbered: its MAC address, and where it tells one its serial number. */
export interface CardIdentity {
  readonly mac: string;
  readonly address: string;
  /** With what tells it from other models and from other ports of its card. */
  readonly serial?: string;
}

/** Of a PCI function, before a VNFC had it. */
export interface EarlierState {
  /** The card that it is, or is of. */
  readonly card?: CardIdentity;
  /** Of a card: its network device. */
  readonly netdev?: string;
  readonly driver?: string;
  readonly mac?: string;
  /** The VNFC that has it since, and the MAC address that its guest has on it. */
  readonly vnfcId?: VnfcId;
  readonly guestMac?: string;
}

/** Of a PCI function that a VNFC gave back: what is not as it was before, as a clause, and the command that repairs it. */
export interface Quarantine {
  readonly reason: string;
  readonly repair: string;
}

/**
 * Of a PCI function in quarantine that the operator has accepted: how it was then, and whose earlier state it is not held to
 * any more. In another state, or after another VNFC, it is judged like any.
 */
export interface AcceptedFunction {
  readonly address: string;
  readonly driver?: string;
  readonly mac?: string;
  readonly vnfcId?: VnfcId;
}

export interface StoragePool {
  readonly name: string;
  readonly path: string;
  readonly capacityMiB: number;
  /** What others than Berth's volumes leave: Berth's own allocations count as available, its claims say what they hold. */
  readonly availableMiB: number;
  /** The file system that it lies on, when others lie there too. Absent: one of its own. */
  readonly storage?: SharedStorage;
  /** Why no new VNFC is placed there, as a clause; those that stand there stay. */
  readonly unusedBecause?: string;
  /** What base images take that lie there, MiB by digest: part of what is not available. */
  readonly images?: Readonly<Record<string, number>>;
}

/** Pools with one name share their room. */
export interface SharedStorage {
  readonly name: string;
  /** Other hosts mount it as well. */
  readonly acrossHosts: boolean;
}

/** A network that a vNIC on this host can join. */
export interface HostNetwork {
  /** libvirt network name; `resourceId` of an external virtual link. */
  readonly name: string;
  readonly bridge?: string;
  /** `hostdev`: it hands out PCI functions, and no vNIC of QEMU's can join. */
  readonly kind: 'bridge' | 'isolated' | 'ovs' | 'physical' | 'hostdev';
  readonly physicalNetwork?: string;
  /** How many vNICs of Berth's can join, each having a device of the host to itself. Absent: any number. */
  readonly devices?: number;
  readonly mtu?: number;
  /** It is a VLAN of a physical network, by a VLAN device of the host: vNICs join its bridge, else the device (macvtap). */
  readonly vlan?: VlanDevice;
}

export interface VlanDevice {
  readonly physicalNetwork: string;
  readonly id: number;
  readonly device: string;
}

/** `hostId` of `mac` and `ip` rows: unique in the fleet, not on a host. */
export const fleetWide = '*';

/** Resources that are one number for each of some places of a host (resources/sum.ts). */
export type SumKind = 'bandwidth' | 'network';

/** What a host has, and may be short of. Stored with every claim: a kind keeps its name. */
export type ResourceKind = 'cpu' | 'shared-vcpu' | 'hugepages' | 'memory' | 'pci' | 'disk' | SumKind;

/** A base image takes room of a pool; addresses belong to the fleet. */
export type ClaimKind = ResourceKind | 'image' | 'mac' | 'ip';

/**
 * One row: a share of a host that a VNFC holds. Of exclusive rows, (hostId, kind, key) is unique. `mac` and `ip` rows use
 * hostId `*`: they are unique in the fleet (key `mac`, or `network/address`). A virtual address has a row for every VNFC of
 * its instance that shares it, one of which is exclusive: when that one goes, another becomes so.
 */
export interface Claim {
  readonly hostId: HostId;
  readonly kind: ClaimKind;
  /** NUMA cell; absent where it has no meaning (disk, mac, ip, CPUs of a guest that is not strict). */
  readonly cell?: number;
  /** `cpu`: CPU number; `pci`: address, as the stored facts of the host have it (renumbering.ts); `bandwidth`: address of the card; `hugepages`: page size in KiB; `disk`: pool; `image`: pool and digest (counted once, however many VNFCs claim it); `network`: network whose devices are given away one by one; `memory`: `plain`; `shared-vcpu`: `float`. */
  readonly key: string;
  readonly exclusive: boolean;
  /** 1 for cpu, pci; vCPUs; pages; MiB; Mbit/s. */
  readonly amount: number;
  /** What it belongs to, and goes with. */
  readonly allocationId: AllocationId;
  readonly vnfcId: VnfcId;
  readonly vnfInstanceId: VnfInstanceId;
  /** The operation that made the claim. */
  readonly opOccId: OpOccId;
}

/**
 * A VNFC on a host: what claims belong to, and are released by. A VNFC that moves has two for a while. Its addresses are an
 * allocation too, on host `*`: they stay with it wherever it is.
 */
export interface Allocation {
  readonly id: AllocationId;
  readonly vnfcId: VnfcId;
  readonly vnfInstanceId: VnfInstanceId;
  readonly hostId: HostId;
  /** The operation that made it. */
  readonly opOccId: OpOccId;
}

/** The fleet as one immutable picture: what placement decides on. */
export interface InventorySnapshot {
  readonly hosts: readonly Host[];
  readonly claims: readonly Claim[];
}
