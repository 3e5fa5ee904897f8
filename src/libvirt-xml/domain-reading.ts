/**
 * A domain as a hypervisor has it, read back from its XML: what the reconciler compares with intent, what the API shows
 * and tests hold against the specification. Live XML says more than what was defined (host devices, bridges).
 */
import type { DomainOwner } from './domain-spec.js';

export interface DomainReading {
  readonly uuid: string;
  readonly name: string;
  /** libvirt's domain type: `kvm`, `qemu`, `test`. */
  readonly type: string;
  /** Absent: not Berth's domain. */
  readonly owner?: DomainOwner;
  readonly vcpus: number;
  /** Those that are plugged in. */
  readonly currentVcpus: number;
  readonly memoryMiB: number;
  /** What the balloon leaves. */
  readonly currentMemoryMiB: number;
  readonly vcpuPins: readonly { readonly vcpu: number; readonly hostCpus: readonly number[] }[];
  readonly emulatorCpus: readonly number[];
  /** Guest cells with what they are bound to; a guest without cells of its own has one, with all of its memory. */
  readonly cells: readonly CellReading[];
  readonly interfaces: readonly InterfaceReading[];
  /** `0000:06:10.1` of every host PCI function that the guest holds. */
  readonly hostFunctions: readonly string[];
  readonly disks: readonly DiskReading[];
  readonly serialLog?: string;
}

export interface CellReading {
  readonly vcpus: readonly number[];
  readonly memoryMiB: number;
  /** Host cells that memory may come from, or comes from first when `mode` is `preferred`; empty: any. */
  readonly hostCells: readonly number[];
  /** libvirt's numatune mode; absent: not bound. */
  readonly mode?: string;
  /** Absent: plain memory. */
  readonly pageSizeKiB?: number;
}

export interface InterfaceReading {
  /** libvirt's interface type: `network`, `bridge`, `direct`, `hostdev`. */
  readonly type: string;
  readonly mac: string;
  readonly model?: string;
  readonly network?: string;
  readonly bridge?: string;
  /** Network device of the host under its macvtap device. */
  readonly device?: string;
  /** Host-side device of a running domain, e.g. `vnet3`. */
  readonly targetDevice?: string;
  readonly hostFunction?: string;
  readonly vlan?: number;
  readonly queues: number;
  readonly mtu?: number;
  /** Its link was taken down. */
  readonly isDown?: true;
  /** In the guest: `0000:01:00.0`. */
  readonly guestAddress?: string;
}

export interface DiskReading {
  readonly target: string;
  readonly bus: string;
  readonly device: string;
  readonly path?: string;
  readonly format?: string;
  readonly serial?: string;
  readonly readOnly: boolean;
  readonly bootOrder?: number;
}
