/**
 * A domain as Berth thinks of it: every choice fixed, nothing of XML yet. `domain.ts` renders it, one part per file.
 * libvirt's domain format (formatdomain) names are kept where they exist.
 */
import type { AccelerationKind } from '../inventory/model.js';
import type { VnfcId } from '../shared/ids.js';

export interface DomainSpec {
  readonly uuid: VnfcId;
  /** Unique on the host: `berth-<first 8 of instance>-<vdu>-<index>`. */
  readonly name: string;
  readonly title: string;
  /** Shown in the domain's metadata element, namespace `urn:berth:domain:1`. */
  readonly owner: DomainOwner;
  readonly acceleration: AccelerationKind;
  /** `para`: virtio devices; `full`: emulated devices for an unmodified guest. */
  readonly virtualisation: 'para' | 'full';
  readonly architecture: string;
  readonly cpu: CpuSpec;
  readonly memory: MemorySpec;
  readonly disks: readonly DiskSpec[];
  readonly interfaces: readonly InterfaceSpec[];
  readonly guestAgent: boolean;
  /** Path on the host of the serial log; absent: only a pty. */
  readonly serialLog?: string;
}

export interface DomainOwner {
  /** Absent in what was defined before installations had ids. */
  readonly installationId?: string;
  readonly vnfInstanceId: string;
  readonly vnfcId: string;
  readonly vduId: string;
  readonly vnfdId: string;
}

export interface CpuSpec {
  readonly vcpus: number;
  /** Pinning per vCPU: host CPUs it may run on. */
  readonly pins: readonly { readonly vcpu: number; readonly hostCpus: readonly number[] }[];
  readonly emulatorCpus: readonly number[];
  /** vCPUs under the FIFO scheduler; absent when there are none. */
  readonly realtimeVcpus?: readonly number[];
  /** libvirt CPU model; absent: host-passthrough under KVM, a fast fixed model under TCG. */
  readonly model?: string;
  readonly features: readonly string[];
  /** Threads per core shown to the guest. */
  readonly threads: number;
  /** Guest cells; more than one, or strict NUMA, makes `<numa>`. */
  readonly cells: readonly GuestCellSpec[];
}

export interface GuestCellSpec {
  /** vCPU numbers. */
  readonly vcpus: readonly number[];
  readonly memoryMiB: number;
  /** Host cell that backs it (memnode strict); absent: anywhere. */
  readonly hostCell?: number;
  /** Where guest cells differ; absent: as `memory` says. */
  readonly pageSizeKiB?: number;
}

export interface MemorySpec {
  readonly memoryMiB: number;
  /** Of all guest cells that do not say otherwise. Absent: plain memory. */
  readonly pageSizeKiB?: number;
  /** Host cell that a guest bound to none takes its memory from while there is room; absent where a host has but one. */
  readonly nearCell?: number;
  /** Never swapped, merged with that of other guests, or given back. */
  readonly locked: boolean;
  /** Hugepages come from a host cell on which QEMU's own threads have no CPU (`parts/capabilities.ts`). */
  readonly filledFromAfar?: boolean;
}

export interface DiskSpec {
  /** `root`, `day0`, or the storage node's id; becomes the serial. */
  readonly id: string;
  readonly path: string;
  readonly format: 'qcow2' | 'raw';
  readonly device: 'disk' | 'cdrom';
  readonly readOnly: boolean;
  readonly bootOrder?: number;
}

export interface InterfaceSpec {
  readonly cpdId: string;
  readonly mac: string;
  readonly source:
    | { readonly kind: 'network'; readonly network: string }
    | { readonly kind: 'bridge'; readonly bridge: string }
    /** A macvtap device on a network device of the host. */
    | { readonly kind: 'direct'; readonly device: string }
    /** A socket that QEMU opens and a userspace switch of the host connects to; guest memory is shared with it. */
    | { readonly kind: 'vhostuser'; readonly path: string }
    | {
        readonly kind: 'hostdev';
        /** libvirt sets MAC address and VLAN of a virtual function; a physical one is handed over as it is. */
        readonly function: 'vf' | 'pf';
        /** `0000:06:10.1`. */
        readonly address: string;
        readonly vlan?: number;
      }
    /** Connected to nothing: its place in the guest is kept for it. `hostdev`: that of a passed-through card. */
    | { readonly kind: 'none'; readonly place: 'hostdev' | 'tap' };
  readonly model: 'virtio' | 'e1000e' | 'rtl8139';
  /** virtio-net queues; 1 unless more vCPUs allow. */
  readonly queues: number;
  readonly mtu?: number;
  /** Fixed guest PCI slot so that NIC order never changes. */
  readonly order: number;
}
