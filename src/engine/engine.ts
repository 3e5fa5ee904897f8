/**
 * The engine port: what Berth asks of a host's hypervisor. Verbs are `ensure`-shaped: doing it twice is doing it
 * once, and removing what is not there succeeds. Every call is bounded in time by the adapter. Failures are
 * `EngineError`s of a closed set of kinds.
 */
import type { HostId, InstallationId, VnfcId } from '../shared/ids.js';
import type { HostTuning } from '../inventory/host-audit/tuning.js';
import type { Acceleration, HostFacts } from '../inventory/model.js';

export type EngineErrorKind = 'NotFound' | 'Conflict' | 'Busy' | 'Rejected' | 'Unavailable' | 'Timeout';

/** The hypervisor's own words, kept as they came. */
export interface NativeError {
  /** e.g. `libvirt`, `qemu-agent`, `simulated`. */
  readonly source: string;
  readonly code: number;
  readonly domain: number;
  readonly text: string;
}

/**
 * NotFound: the object is not there. Conflict: another object has that name or place. Busy: try again later, the
 * object is locked. Rejected: never retry unchanged. Unavailable: the host cannot be reached, retry. Timeout: no
 * answer in time, the effect is unknown, ensure again.
 */
export class EngineError extends Error {
  readonly kind: EngineErrorKind;
  readonly hostId: HostId;
  readonly native: NativeError | undefined;

  constructor(kind: EngineErrorKind, hostId: HostId, message: string, native?: NativeError) {
    super(message);
    this.name = 'EngineError';
    this.kind = kind;
    this.hostId = hostId;
    this.native = native;
  }
}

/** Why, in the words of whoever said it: the hypervisor's own where it said something. */
export const reasonOf = ({ native, message }: EngineError): string =>
  native === undefined || native.text === '' ? message : native.text;

/** What every engine says of a guest that keeps its card. */
export const keptByGuest = (uuid: VnfcId, card: string, timeoutMs: number): string =>
  `the guest of VNFC ${uuid} did not give up its card ${card} in ${String(Math.round(timeoutMs / 1000))} s: its operating ` +
  'system must run and take part in hot unplug (ACPI or PCI Express); let it start up and retry, or stop the VNF first';

export interface VolumeRef {
  readonly pool: string;
  /** File name inside the pool, e.g. `berth-<vnfcId>-root.qcow2`. */
  readonly name: string;
}

export interface VolumeInfo extends VolumeRef {
  /** Path on the host. */
  readonly path: string;
  readonly capacityBytes: number;
  readonly allocationBytes: number;
  /** Path of the volume that it stands on. */
  readonly backing?: string;
}

export interface PresentVolume extends VolumeRef {
  /** Path on the host. */
  readonly path: string;
  /** Path of what it stands on. */
  readonly backingPath?: string;
}

/** Where the bytes of an upload come from: reopened for each attempt. */
export interface VolumeSource {
  readonly sizeBytes: number;
  /** Path of a readable local file. */
  readonly file: string;
  /** Of its bytes, lower-case hex. */
  readonly sha256: string;
}

export interface NetworkSpec {
  /** libvirt network name, at most 64 characters. */
  readonly name: string;
  /** Bridge to create, at most 15 characters. */
  readonly bridge: string;
  readonly mtu?: number;
}

export type DomainState = 'running' | 'paused' | 'shutdown' | 'shutoff' | 'crashed' | 'blocked' | 'unknown';

export interface DomainInfo {
  readonly uuid: VnfcId;
  readonly name: string;
  readonly state: DomainState;
  /** libvirt's reason word for the state, e.g. `crashed`, `destroyed`, `booted`. */
  readonly reason: string;
  /** It runs without a definition, and is gone when it ends. */
  readonly isTransient?: true;
  /** QEMU process id on the host, when the engine can know it. */
  readonly pid?: number;
}

/** A number that the hypervisor does not tell is absent, here and below: it is unknown, not 0. */
export interface InterfaceStats {
  /** Host-side device, e.g. `vnet3`. */
  readonly device: string;
  readonly mac?: string;
  readonly rxBytes?: number;
  readonly rxPackets?: number;
  readonly rxErrors?: number;
  readonly rxDropped?: number;
  readonly txBytes?: number;
  readonly txPackets?: number;
  readonly txErrors?: number;
  readonly txDropped?: number;
}

export interface BlockStats {
  readonly target: string;
  readonly readBytes?: number;
  readonly readRequests?: number;
  readonly writeBytes?: number;
  readonly writeRequests?: number;
  readonly allocationBytes?: number;
  readonly capacityBytes?: number;
}

export interface VcpuStats {
  readonly index: number;
  readonly timeSeconds: number;
  /** Waiting, by the kernel's detailed statistics of its scheduler. */
  readonly waitSeconds?: number;
  /** Ready to run while the host ran something else. */
  readonly delaySeconds?: number;
}

/** Cumulative counters of one domain since its start. One that does not run has hardly any. */
export interface DomainStats {
  readonly uuid: VnfcId;
  readonly name: string;
  readonly state: DomainState;
  /** For how long its hypervisor process has not answered; absent while it answers. Much is not told meanwhile. */
  readonly unansweredMs?: number;
  readonly cpuTimeSeconds?: number;
  readonly vcpus: readonly VcpuStats[];
  readonly memoryBytes?: number;
  readonly memoryRssBytes?: number;
  readonly interfaces: readonly InterfaceStats[];
  readonly blocks: readonly BlockStats[];
}

export type EngineEvent =
  | { readonly type: 'connected'; readonly hostId: HostId }
  | { readonly type: 'disconnected'; readonly hostId: HostId; readonly reason: string }
  | {
      readonly type: 'domain';
      readonly hostId: HostId;
      readonly uuid: VnfcId;
      readonly state: DomainState;
      readonly event: string;
      readonly detail: string;
    }
  /** Devices of the host came or went. */
  | { readonly type: 'devices'; readonly hostId: HostId }
  /** The host is connected, and tells nothing of its devices. */
  | { readonly type: 'no-device-events'; readonly hostId: HostId; readonly reason: string }
  | { readonly type: 'agent'; readonly hostId: HostId; readonly uuid: VnfcId; readonly connected: boolean };

export interface GuestCommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a guest's agent says of its operating system (guest-get-osinfo). What it does not say is absent. */
export interface GuestOs {
  /** e.g. `alpine`, `debian`. */
  readonly id?: string;
  /** As the guest shows it to people, e.g. `Debian GNU/Linux 12 (bookworm)`. */
  readonly prettyName?: string;
  readonly version?: string;
  /** e.g. `6.1.0-28-amd64`. */
  readonly kernel?: string;
  readonly machine?: string;
}

/** Free hugepages as the host says now. */
export interface FreePages {
  readonly cell: number;
  readonly pageSizeKiB: number;
  readonly free: number;
}

export interface CellMemory {
  /** Host cell. */
  readonly cell: number;
  readonly bytes: number;
}

/** Where a running domain is on its host at this moment. */
export interface DomainWhereabouts {
  readonly uuid: VnfcId;
  /** Host CPUs that the thread of each vCPU may run on, by the kernel's word. */
  readonly vcpus: readonly { readonly index: number; readonly hostCpus: readonly number[] }[];
  /** Those of its hypervisor's own threads; absent: it has no pin of its own, or the host does not tell. */
  readonly emulator?: readonly number[];
  /** Memory of its hypervisor process that is resident; absent: it cannot be read from here. */
  readonly memory?: readonly CellMemory[];
}

/** Which domains are Berth's own: those that bear the mark of the installation, and those that it has all the same. */
export interface OwnDomains {
  readonly installation: InstallationId;
  /** Of these domains, those that it has. */
  readonly held: (uuids: readonly VnfcId[]) => Promise<ReadonlySet<VnfcId>>;
}

/** The process of Berth's own that speaks to a host for it. */
export interface EngineProcess {
  readonly isUp: boolean;
  /** How often it was restarted since the engine started. */
  readonly restarts: number;
}

/** Hosts that share processes, and those processes by what they are for. */
export interface EnginePool {
  readonly number: number;
  readonly hosts: number;
  readonly processes: Readonly<Record<string, number>>;
}

/** The processes of all hosts. */
export interface EngineProcesses {
  pools(): readonly EnginePool[];
  /** How many ended by themselves or had to be ended, by what they were for. */
  broken(): Readonly<Record<string, number>>;
}

/** One host's hypervisor. */
export interface Engine {
  readonly hostId: HostId;

  /** Connects in the background and keeps the connection; resolves when first connected or after the first failure. */
  start(): Promise<void>;
  /** Closes everything; domains keep running. */
  stop(): Promise<void>;
  isConnected(): boolean;
  /** Undefined: none is needed. */
  process(): EngineProcess | undefined;
  /** Subscribes to events; returns the unsubscriber. */
  onEvent(listener: (event: EngineEvent) => void): () => void;

  /**
   * Facts from capabilities, domain capabilities, node devices, pools, networks. `acceleration` is the verdict to
   * carry in the facts when still valid for this host (same probeKey); the engine probes otherwise, bounded. What domains
   * use that are not its `own` is taken; without it, every domain that bears Berth's mark is its own.
   */
  facts(known?: Acceleration, own?: OwnDomains): Promise<HostFacts>;
  /** How the host is set up, as far as it can be read from here (inventory/host-audit). */
  tuning(): Promise<HostTuning>;
  /** Free pages per cell and size, now. */
  freePages(): Promise<readonly FreePages[]>;

  /**
   * Uploads a read-only base image once. What is there counts only when its size and digest are right, and is mended in
   * place otherwise; others may do the same at the same moment. Conflict: another image was uploaded under that name.
   */
  ensureBaseImage(volume: VolumeRef, source: VolumeSource): Promise<VolumeInfo>;
  /** qcow2 overlay of `capacityBytes` on a base volume of the same pool. */
  ensureOverlay(volume: VolumeRef, base: VolumeRef, capacityBytes: number): Promise<VolumeInfo>;
  /** Empty qcow2 volume. */
  ensureBlank(volume: VolumeRef, capacityBytes: number): Promise<VolumeInfo>;
  /** Raw volume with exactly these bytes (day-0 configuration); rewritten when its size differs. */
  ensureContent(volume: VolumeRef, content: Uint8Array): Promise<VolumeInfo>;
  listVolumes(pool: string): Promise<readonly VolumeInfo[]>;
  /**
   * Every file of a pool as it lies there now. NotFound when there is no such pool, or it cannot be looked into: it is
   * never made for that.
   */
  presentVolumes(pool: string): Promise<readonly PresentVolume[]>;
  /** Conflict while another volume of the host stands on it. */
  removeVolume(volume: VolumeRef): Promise<void>;

  /** Defines and starts an isolated network of its own bridge. */
  ensureNetwork(spec: NetworkSpec): Promise<void>;
  listNetworks(): Promise<readonly { readonly name: string; readonly bridge?: string; readonly active: boolean }[]>;
  removeNetwork(name: string): Promise<void>;

  /** Defines from XML, validated against libvirt's schema. The UUID in the XML is the identity. */
  ensureDomain(xml: string): Promise<DomainInfo>;
  /** Starts unless it runs. */
  ensureStarted(uuid: VnfcId): Promise<DomainInfo>;
  /** Graceful: asks the guest (agent, then ACPI) and waits up to timeoutMs, then forces. Zero timeout: forces at once. */
  ensureStopped(uuid: VnfcId, timeoutMs: number): Promise<DomainInfo>;
  /**
   * Plugs a network card, as XML of its own, into the domain as it runs and into its definition. Conflict when it has
   * another of that MAC address.
   */
  ensureCard(uuid: VnfcId, card: string): Promise<void>;
  /**
   * Takes that card out again, first of the guest, which has to give it up, then of the definition. Timeout when the guest
   * has not done so in time: it keeps the card, may still give it up later, and may be asked again.
   */
  removeCard(uuid: VnfcId, card: string, timeoutMs: number): Promise<void>;
  /** Destroys if running and undefines. */
  removeDomain(uuid: VnfcId): Promise<void>;
  /** NotFound when there is none. */
  domain(uuid: VnfcId): Promise<DomainInfo>;
  listDomains(): Promise<readonly DomainInfo[]>;
  /** As the hypervisor has it: of a running domain how it runs, or with `defined` how it will start next. */
  domainXml(uuid: VnfcId, which?: 'defined'): Promise<string>;
  /** Counters of all domains; a domain that hangs costs the others none. */
  stats(): Promise<readonly DomainStats[]>;
  /** Of all domains that run, or of this one if it does. Busy while an earlier answer is still awaited. */
  whereabouts(uuid?: VnfcId): Promise<readonly DomainWhereabouts[]>;

  /** Runs a command in the guest through its agent. Unavailable while the agent is not connected. */
  guestExec(uuid: VnfcId, command: readonly string[], timeoutMs: number): Promise<GuestCommandResult>;
  /** Unavailable while the agent is not connected, Rejected by one that does not tell. */
  guestOs(uuid: VnfcId): Promise<GuestOs>;
  /** Writes a file in the guest through its agent. */
  guestWriteFile(uuid: VnfcId, path: string, content: Uint8Array): Promise<void>;
}
