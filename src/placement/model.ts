/**
 * The question and the answer of placement. A whole operation is one question: every VNFC to add, counted together
 * with those that stay. The answer fixes host, cells, CPUs, pages, functions and disk pool of each VNFC on paper.
 */
import type { HeldDemand } from '../inventory/resources/held.js';
import type { HostId, VnfcId, VnfInstanceId } from '../shared/ids.js';
import type { PageSize } from '../vnfd/model.js';

/** What one VNFC asks for; what resources read of it is in `HeldDemand`. */
export interface VnfcDemand extends HeldDemand {
  readonly vnfcId: VnfcId;
  readonly vnfInstanceId: VnfInstanceId;
  readonly vduId: string;
  readonly vcpus: number;
  readonly cpuPolicy: 'shared' | 'dedicated' | 'mixed';
  /** Most shared vCPUs per host CPU that the VDU accepts. */
  readonly maxSharedCpuRatio?: number;
  /** `dedicated`: all; `shared`: 0; `mixed`: how many. */
  readonly dedicatedVcpus: number;
  /** `mixed`: the vCPUs that are shared. Absent: the first ones; vCPU 0 does the guest's housekeeping. */
  readonly sharedVcpus?: readonly number[];
  /** Host CPU of each dedicated vCPU in their order, when they are named. A guest with named CPUs is NUMA strict. */
  readonly hostCpus?: readonly number[];
  readonly threadPolicy: 'prefer' | 'isolate' | 'require';
  /** `named`: on `emulatorCpus`, claimed unless reserved or a vCPU's of the same guest; all dedicated vCPUs are named then. */
  readonly emulatorPolicy: 'shared' | 'isolated' | 'with-vcpus' | 'named';
  readonly emulatorCpus?: readonly number[];
  /** vCPUs under a real-time scheduler: QEMU's own threads never run with them. */
  readonly realtimeVcpus?: readonly number[];
  readonly memoryMiB: number;
  readonly pageSize: PageSize;
  /** Guest NUMA cells; one entry means one guest cell. Sums equal vcpus and memoryMiB. */
  readonly guestCells: readonly GuestCellDemand[];
  /** Those of `networks` that must be a device of the host, for macvtap. */
  readonly macvtapNetworks?: readonly string[];
  /** Those of `networks` that are a VLAN of a physical network. */
  readonly vlanNetworks?: readonly string[];
  /** Networks of a userspace switch on the host, for vhost-user. */
  readonly vhostUserNetworks?: readonly string[];
  readonly architecture?: string;
  readonly cpuFeatures: readonly string[];
  readonly cpuModel?: string;
  /** Names of capabilities that must be met. */
  readonly capabilities: readonly string[];
  /** Names of capabilities that are liked. */
  readonly likedCapabilities?: readonly string[];
  readonly zone?: string;
  /** Only these hosts, when the operator or an earlier decision says so. */
  readonly onlyHosts?: readonly HostId[];
  readonly excludeHosts?: readonly HostId[];
}

export interface GuestCellDemand {
  readonly vcpus: number;
  readonly memoryMiB: number;
  /** KiB. When one guest cell says it, memory is split: the cells that do not have plain memory, whatever `pageSize` is. */
  readonly pageSizeKiB?: number;
}

export interface AffinityDemand {
  readonly id: string;
  readonly kind: 'affinity' | 'anti-affinity';
  /** The group of a zone is what stands before the last `/` of its name: `east/rack1` is in `east`; else the zone itself. */
  readonly scope: 'nfvi_node' | 'zone' | 'zone_group';
  readonly bestEffort: boolean;
  /** VNFCs of the question that the rule binds. */
  readonly vnfcIds: readonly VnfcId[];
  /** Where VNFCs already placed stand, bound by the same rule. */
  readonly placed: readonly HostId[];
}

export interface PlacementRequest {
  readonly demands: readonly VnfcDemand[];
  readonly affinity: readonly AffinityDemand[];
  /** Same seed, same inventory, same answer. */
  readonly seed: number;
  /** Upper bound of search nodes; a refusal says when this and not the fleet was the limit. */
  readonly budget: number;
  /** `pack` fills used hosts first, `spread` empty ones. */
  readonly strategy: 'pack' | 'spread';
}

/** One VNFC's berth. */
export interface VnfcPlacement {
  readonly vnfcId: VnfcId;
  readonly hostId: HostId;
  /** One entry per guest cell, same order. */
  readonly cells: readonly GuestCellPlacement[];
  /** Host CPUs for QEMU's own threads. */
  readonly emulatorCpus: readonly number[];
  /** Those of them that nobody else may use, the guest's own vCPUs left aside. */
  readonly ownEmulatorCpus: readonly number[];
  /** Host CPUs over which shared vCPUs may float; empty when all are dedicated. */
  readonly sharedCpus: readonly number[];
  /** Of all guest cells that do not say otherwise. KiB; undefined: plain 4 KiB memory. */
  readonly pageSizeKiB?: number;
  readonly pool: string;
  readonly pciFunctions: readonly FunctionPlacement[];
  /** Of networks that give devices of the host away one by one: how many. */
  readonly networkDevices?: Readonly<Record<string, number>>;
}

/** With what it takes of its card's link, when it asks for a bit rate. */
export interface FunctionPlacement {
  readonly cpdId: string;
  readonly address: string;
  readonly bandwidth?: { readonly card: string; readonly mbps: number };
}

export interface GuestCellPlacement {
  /** Where the guest cell lies; for a guest that is not strict, where the larger part of it lies. */
  readonly hostCell: number;
  /** Host CPU of each dedicated vCPU of this guest cell, in vCPU order; shared ones are left out. */
  readonly pinnedCpus: readonly number[];
  /** Siblings claimed with the pinned CPUs and kept idle, so that no other guest shares a core (`isolate`, odd `require`). */
  readonly idleCpus: readonly number[];
  readonly vcpus: number;
  readonly memoryMiB: number;
  /** 0 with plain memory. */
  readonly pages: number;
  /** KiB, where the guest cells of one guest differ; those that say nothing then have plain memory. */
  readonly pageSizeKiB?: number;
  /** Host cells that the memory is counted on: one for a strict guest or hugepages; several may share plain memory. */
  readonly memoryShares: readonly MemoryShare[];
}

export interface MemoryShare {
  readonly hostCell: number;
  readonly memoryMiB: number;
}

export type PlacementResult =
  | { readonly ok: true; readonly placements: readonly VnfcPlacement[]; readonly explanation: Explanation }
  | { readonly ok: false; readonly explanation: Explanation };

/** Why: the funnel and, per host, the first thing that was missing. */
export interface Explanation {
  readonly decision: 'placed' | 'refused' | 'budget-exhausted';
  /** One plain sentence. */
  readonly summary: string;
  /** The VNFC that funnel and hosts are about: the one refused, or the hardest of those placed; absent when nothing was asked. */
  readonly subject?: VnfcId;
  readonly funnel: readonly FunnelStage[];
  readonly hosts: readonly HostVerdict[];
  /** Hosts of a large fleet that are counted in the funnel and not listed. */
  readonly hostsLeftOut?: number;
  /** When refused: the hosts that came closest, with everything they lack, e.g. `host-07 cell 1: needs 8 …; pages ok`. */
  readonly nearestMisses: readonly string[];
  /** Those hosts: they are listed before others when not all are. Not kept. */
  readonly nearestHosts?: readonly HostId[];
  /** When refused: the smallest changes that would fit, each verified by the search, e.g. `fits with thread policy prefer`. */
  readonly relaxations: readonly string[];
}

export interface FunnelStage {
  readonly constraint: string;
  readonly before: number;
  readonly after: number;
}

export interface HostVerdict {
  readonly hostId: HostId;
  readonly fits: boolean;
  /** Sentences such as `cell 1: needs 512 free pages of 2 MiB, has 128`. */
  readonly reasons: readonly string[];
}
