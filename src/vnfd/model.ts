/**
 * The normalised VNFD: what Berth knows of a descriptor after reading it, whatever its SOL001 version and spelling.
 * Sizes are bytes unless the name says otherwise, bit rates bits/s. Ids are TOSCA node template names unless noted.
 * ETSI GS NFV-SOL 001 clause 6 (VNFD model); IFA011 for meaning.
 */
import type { VnfdId } from '../shared/ids.js';

export interface Vnfd {
  /** `descriptor_id`. */
  readonly id: VnfdId;
  /** `descriptor_version`. */
  readonly version: string;
  readonly provider: string;
  readonly productName: string;
  readonly softwareVersion: string;
  readonly vnfmInfo: readonly string[];
  /** `tosca_definitions_version` of the entry file. */
  readonly toscaVersion: string;
  readonly flavours: readonly Flavour[];
  /** Names and defaults that may change over an instance's life (SOL001 clauses 6.2.31, 6.2.32). */
  readonly modifiable?: Modifiable;
  /** Configurable properties that the VNFD declares by a data type of its own (SOL001 clause 6.2.31); absent: none. */
  readonly configurable?: Readonly<Record<string, DeclaredProperty>>;
  /** Extensions and metadata that it declares (SOL001 clause 6.2.32); absent in what an earlier build has read. */
  readonly extensions?: Readonly<Record<string, DeclaredProperty>>;
  readonly metadata?: Readonly<Record<string, DeclaredProperty>>;
  /** `localization_languages`; absent: it says nothing of languages. */
  readonly languages?: readonly string[];
  /** Flavour used when the top template names one; the first otherwise. */
  readonly defaultFlavourId: string;
}

export interface Modifiable {
  readonly extensions: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly configurableProperties: Readonly<Record<string, unknown>>;
}

/** A property definition (TOSCA Simple Profile 1.3 clause 3.6.10). */
export interface DeclaredProperty {
  readonly type: string;
  /** As written: a list of maps with one operator each (clause 3.6.3). */
  readonly constraints?: unknown;
  /** Only where the VNFD says so in so many words. */
  readonly required?: boolean;
  readonly default?: unknown;
  /** `entry_schema` of a list or map. */
  readonly entry?: DeclaredProperty;
  /** Of a data type of the package. */
  readonly members?: Readonly<Record<string, DeclaredProperty>>;
}

/** A deployment flavour: one topology template (SOL001 clause 6.8.1, `flavour_id`). */
export interface Flavour {
  readonly id: string;
  readonly description: string;
  readonly vdus: readonly Vdu[];
  readonly storages: readonly VirtualStorage[];
  readonly virtualLinks: readonly VirtualLink[];
  readonly cps: readonly VduCp[];
  /** External CPs: what `substitution_mappings.requirements.virtual_link*` exposes, and VnfExtCp nodes. */
  readonly extCps: readonly ExtCp[];
  readonly aspects: readonly ScalingAspect[];
  readonly vduDeltas: readonly VduDeltas[];
  readonly levels: readonly InstantiationLevel[];
  readonly defaultLevelId?: string;
  readonly affinityRules: readonly AffinityRule[];
  readonly lcmOperations: LcmOperationsConfiguration;
  /** Parts that Berth reads and checks, and does not carry out; absent when the flavour has none. */
  readonly beside?: BesideParts;
  /** Topology inputs by name, with their defaults (TOSCA 1.3 clause 3.6.14). */
  readonly inputs: Readonly<Record<string, TopologyInput>>;
}

export interface TopologyInput extends DeclaredProperty {
  /** It has no value, and something refers to it. */
  readonly required: boolean;
}

/** Vdu.Compute (SOL001 clause 6.8.3). */
export interface Vdu {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** `vdu_profile`. */
  readonly minInstances: number;
  readonly maxInstances: number;
  readonly cpu: VirtualCpu;
  readonly memory: VirtualMemory;
  /** From `logical_node`: guest NUMA cells; empty means one cell made by Berth. */
  readonly guestCells: readonly GuestCell[];
  /** Image of the root disk, when the VDU itself carries one. */
  readonly image?: SwImage;
  /** Storage node templates bound by `virtual_storage`, in order. */
  readonly storageIds: readonly string[];
  /** `virtual_local_storage` in order: the first is the size of the root disk (absent: the image's `minDiskBytes`). */
  readonly localStorageBytes?: readonly number[];
  /** `boot_order: true`: the order of `storageIds` is the boot order. */
  readonly bootOrder: boolean;
  readonly bootData?: BootData;
  /** Free hints; Berth reads `virtualisation: full | para` and `zone`. */
  readonly nfviConstraints: Readonly<Record<string, string>>;
  /** `full`: emulated devices that an unmodified guest drives; `para`: virtio. */
  readonly virtualisation: 'full' | 'para';
  readonly requestedCapabilities: readonly RequestedCapability[];
  /** For the PCI functions of its CPs that do not say; absent: `required` with NUMA, else `preferred`. */
  readonly cellPolicy?: CellPolicy;
  /** `monitoring_parameters`; absent when there are none. */
  readonly monitoring?: readonly MonitoringParameter[];
  /** TOSCA node metadata; keys beginning with `berth.` declare the guest contract (docs/vnf-guest-contract.md). */
  readonly metadata: Readonly<Record<string, string>>;
}

export interface VirtualCpu {
  readonly count: number;
  /** e.g. `x86_64`; absent: the host's. */
  readonly architecture?: string;
  /** `static` pinning: host CPUs are dedicated; `dynamic`: shared, the scheduler's choice; `mixed`: some of each. */
  readonly policy: 'shared' | 'dedicated' | 'mixed';
  /** logicalCpuThreadPinningPolicy (IFA011, HPA registry); `prefer` when unsaid. */
  readonly threadPolicy: 'prefer' | 'isolate' | 'require';
  /**
   * Where QEMU's own threads run. `shared`: the host's shared cores; `isolated`: a core of their own; `with-vcpus`: with
   * the vCPUs, of a real-time guest with those that are not real-time; `named`: on `emulatorCpus`.
   */
  readonly emulatorPolicy: 'shared' | 'isolated' | 'with-vcpus' | 'named';
  readonly emulatorCpus?: readonly number[];
  /** `mixed`: the vCPUs that share host CPUs, ascending; the others are dedicated. */
  readonly sharedVcpus?: readonly number[];
  /** Host CPU of each dedicated vCPU in their order, when pinning rules name them; absent: Berth chooses. */
  readonly hostCpus?: readonly number[];
  /** vCPUs under a real-time scheduler; absent when there are none. */
  readonly realtimeVcpus?: readonly number[];
  readonly model?: string;
  readonly features: readonly string[];
  /** Vcpus per host CPU accepted for shared policy, when `virtual_cpu_oversubscription_policy` says it. */
  readonly oversubscriptionRatio?: number;
}

/** `any`: the largest page size with room; `small`: no hugepages. A number is a page size in KiB (2048, 1048576). */
export type PageSize = number | 'any' | 'small';

export interface VirtualMemory {
  readonly bytes: number;
  readonly numaEnabled: boolean;
  readonly pageSize: PageSize;
  /** `huge_pages_requirements` (4.3.1+); when they split memory between page sizes, the guest cells say how. */
  readonly hugePages: readonly { readonly pageSizeKiB: number; readonly bytes: number }[];
  /** memoryAllocationPolicy. */
  readonly locality: 'strict' | 'preferred' | 'none';
}

export interface GuestCell {
  readonly id: string;
  readonly vcpus: number;
  readonly memoryBytes: number;
  /** When `huge_pages_requirements` split the memory: its page size; absent then: small pages. */
  readonly pageSizeKiB?: number;
}

export interface RequestedCapability {
  readonly name: string;
  readonly mandatory: boolean;
  readonly parameters: Readonly<Record<string, string>>;
}

/** SwImage (SOL001 clauses 6.2.36 and 6.6.1). */
export interface SwImage {
  /** Unique in the package: node template id, or artifact name. */
  readonly id: string;
  readonly name: string;
  readonly provider?: string;
  readonly version: string;
  readonly checksum: Checksum;
  readonly containerFormat: 'aki' | 'ami' | 'ari' | 'bare' | 'docker' | 'ova' | 'ovf';
  readonly diskFormat: 'aki' | 'ami' | 'ari' | 'iso' | 'qcow2' | 'raw' | 'vdi' | 'vhd' | 'vhdx' | 'vmdk';
  readonly minDiskBytes: number;
  readonly minRamBytes?: number;
  /** As the VNFD says; the file's true size is in the package. */
  readonly sizeBytes: number;
  /** Path inside the package, or a URI; absent when the VNFD only describes an image that some VIM is to hold. */
  readonly file?: string;
}

export interface Checksum {
  /** Lower case: `sha-224`, `sha-256`, `sha-384`, `sha-512`. */
  readonly algorithm: string;
  /** Lower-case hexadecimal. */
  readonly hash: string;
}

/** Boot data (SOL001 clause 6.2.51); `content` may hold `{ get_input: name }`. */
export interface BootData {
  readonly content: unknown;
  readonly destinationPath?: string;
  /** File of the package that holds the content, instead of `content`. */
  readonly sourcePath?: string;
  readonly kvp: Readonly<Record<string, unknown>>;
}

export interface VirtualStorage {
  readonly id: string;
  readonly kind: 'block' | 'object' | 'file';
  readonly sizeBytes: number;
  /** A volume filled from this image. */
  readonly image?: SwImage;
  readonly perVnfcInstance: boolean;
  readonly requirements: Readonly<Record<string, string>>;
}

/** Of a PCI function: in a host cell of the guest always, if it can be, or anywhere. */
export type CellPolicy = 'required' | 'preferred' | 'none';

export type VnicType = 'virtio' | 'macvtap' | 'direct' | 'direct-physical' | 'virtio-forwarder';

/** VduCp (SOL001 clause 6.8.7). */
export interface VduCp {
  readonly id: string;
  readonly vduId: string;
  /** Absent: external, exposed through the substitution mapping. */
  readonly virtualLinkId?: string;
  readonly order?: number;
  readonly vnicType: VnicType;
  /** Card model for `virtio` vNICs: virtio-net, or an emulated card (interfaceType E1000). */
  readonly model: 'virtio' | 'e1000e' | 'rtl8139';
  readonly layerProtocols: readonly string[];
  /** Whether addresses are to be assigned by Berth (`l3_address_data.ip_address_assignment`). */
  readonly ipAssignment: boolean;
  readonly trunk: boolean;
  readonly bitrateBps?: number;
  /** Whether its PCI function is to lie in a host cell of the guest; absent: as the VDU says. */
  readonly cellPolicy?: CellPolicy;
  /** network_interface_requirements, free keys (HPA registry). */
  readonly interfaceRequirements: Readonly<Record<string, string>>;
}

export interface ExtCp {
  /** cpdId of the LCM requests. */
  readonly id: string;
  /** The VduCp behind it, or the internal VL behind a VnfExtCp. */
  readonly vduCpId?: string;
  readonly virtualLinkId?: string;
  /** Of a virtual address (VipCp, SOL001 clause 6.8.10): the VduCps that share it. */
  readonly vipTargets?: readonly string[];
  /** Requirement name in the substitution mapping, e.g. `virtual_link_west`. */
  readonly requirement: string;
}

export interface VirtualLink {
  readonly id: string;
  readonly layerProtocols: readonly string[];
  readonly mtu?: number;
  readonly cidr?: string;
  readonly gatewayIp?: string;
  readonly dhcpEnabled: boolean;
  readonly networkType?: 'flat' | 'vlan' | 'vxlan' | 'gre';
  readonly segmentationId?: number;
  readonly maxBitrateBps?: number;
  /** What of its profile no part of Berth acts on; absent when it says none of it. */
  readonly profile?: LinkProfile;
}

/** The rest of a link's profile (SOL001 clause 6.8.8). */
export interface LinkProfile {
  readonly flowPattern?: 'line' | 'tree' | 'mesh';
  readonly maxLeafBitrateBps?: number;
  readonly minBitrateBps?: number;
  readonly minLeafBitrateBps?: number;
  /** Seconds, seconds, a share of 1. */
  readonly qos?: { readonly latencyS?: number; readonly delayVariationS?: number; readonly lossRatio?: number };
  readonly vlanTransparent?: boolean;
  readonly ipVersion?: 'ipv4' | 'ipv6';
  readonly allocationPools?: readonly { readonly start: string; readonly end: string }[];
  readonly ipv6AddressMode?: 'slaac' | 'dhcpv6-stateful' | 'dhcpv6-stateless';
}

export interface ScalingAspect {
  readonly id: string;
  readonly name: string;
  readonly maxScaleLevel: number;
  /** One delta id per step; a single entry means uniform steps. */
  readonly stepDeltas: readonly string[];
}

/** How many instances of a VDU each level of each aspect adds. */
export interface VduDeltas {
  readonly vduId: string;
  /** `VduInitialDelta`; absent: `vdu_profile.min`. */
  readonly initial?: number;
  /** aspect id -> delta id -> number of instances. */
  readonly byAspect: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

export interface InstantiationLevel {
  readonly id: string;
  readonly description: string;
  /** aspect id -> scale level. */
  readonly scaleLevels: Readonly<Record<string, number>>;
  /** VDU id -> number of instances, from VduInstantiationLevels. */
  readonly vduInstances: Readonly<Record<string, number>>;
}

export interface AffinityRule {
  readonly id: string;
  readonly kind: 'affinity' | 'anti-affinity';
  readonly scope: 'nfvi_node' | 'zone' | 'zone_group' | 'nfvi_pop' | 'network_link_and_node';
  /** VDU ids; a placement group is already resolved to its members. */
  readonly vduIds: readonly string[];
  /** Metadata `berth.best-effort: true` of the policy. */
  readonly bestEffort: boolean;
}

export interface LcmOperationsConfiguration {
  readonly scalingByMoreThanOneStep: boolean;
  readonly arbitraryTargetLevels: boolean;
  readonly healCauses: readonly string[];
  readonly minGracefulStopTimeoutS?: number;
  readonly maxRecommendedGracefulTerminationTimeoutS?: number;
}

export interface MonitoringParameter {
  readonly id: string;
  readonly name?: string;
  /** IFA027 in snake case, e.g. `v_cpu_usage_mean_vnf`. */
  readonly metric: string;
  readonly periodS?: number;
}

export interface BesideParts {
  readonly vipCps: readonly VipCp[];
  readonly subPorts: readonly SubPort[];
  readonly securityRules: readonly SecurityRule[];
  readonly indicators: readonly VnfIndicator[];
  readonly packageChanges: readonly PackageChange[];
  readonly linkBitrates: readonly LinkBitrates[];
  readonly scripts: readonly LcmScript[];
}

/** A virtual address that several CPs share (SOL001 clause 6.8.10). */
export interface VipCp {
  readonly id: string;
  readonly purpose?: 'high_availability' | 'load_balance';
  readonly targetIds: readonly string[];
  readonly virtualLinkId?: string;
}

/** A sub-port of a trunk (3.5.1 and later). */
export interface SubPort {
  readonly id: string;
  readonly trunkCpId?: string;
  readonly virtualLinkId?: string;
  readonly segmentationId?: number;
}

export interface SecurityRule {
  readonly id: string;
  readonly cpIds: readonly string[];
  readonly direction: 'ingress' | 'egress';
  readonly etherType: 'ipv4' | 'ipv6';
  readonly protocol: string;
  readonly portMin: number;
  readonly portMax: number;
}

export interface VnfIndicator {
  readonly id: string;
  readonly source: 'vnf' | 'em' | 'both_vnf_and_em';
}

/** VnfPackageChange (3.3.1 and later): from which package an instance can come to this one. */
export interface PackageChange {
  readonly id: string;
  readonly qualifier: 'up' | 'down';
  readonly sourceDescriptorIds: readonly string[];
  readonly destinationFlavourId: string;
}

/** Bit rates of one link, in bits/s of its root. */
export interface LinkBitrates {
  readonly linkId: string;
  readonly initialBps?: number;
  readonly byAspect: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly byLevel: Readonly<Record<string, number>>;
}

/** A script that the vendor names for a lifecycle operation; Berth runs none. */
export interface LcmScript {
  readonly operation: string;
  readonly script: string;
}
