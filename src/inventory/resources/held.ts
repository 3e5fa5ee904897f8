/**
 * What resources read of a placement and of its demand, named structurally because inventory comes before placement in
 * the data path. A resource that a VNFC asks for in so many words has its wish in `HeldDemand`.
 */
import type { HostId, VnfcId } from '../../shared/ids.js';

/** The part of a placed guest cell that takes resources. */
export interface HeldCell {
  readonly hostCell: number;
  readonly pinnedCpus: readonly number[];
  readonly idleCpus: readonly number[];
  readonly vcpus: number;
  readonly pages: number;
  /** Where cells differ. */
  readonly pageSizeKiB?: number;
  readonly memoryShares: readonly { readonly hostCell: number; readonly memoryMiB: number }[];
}

export interface HeldFunction {
  readonly address: string;
  /** What a virtual function takes of its card's link. */
  readonly bandwidth?: { readonly card: string; readonly mbps: number };
}

/** The part of a placement that takes resources. */
export interface HeldBerth {
  readonly vnfcId: VnfcId;
  readonly hostId: HostId;
  readonly cells: readonly HeldCell[];
  /** Host CPUs that QEMU's own threads have to themselves. */
  readonly ownEmulatorCpus: readonly number[];
  readonly pageSizeKiB?: number;
  readonly pool: string;
  readonly pciFunctions: readonly HeldFunction[];
  /** Of networks that give devices away one by one: how many. */
  readonly networkDevices?: Readonly<Record<string, number>>;
}

/** The part of a demand that the claims depend on. */
export interface HeldDemand {
  /** Strict: each guest cell's CPUs and memory lie in one host cell. */
  readonly numaStrict: boolean;
  /** Where shared vCPUs may float: over the shared CPUs of their host cell, or of the whole host. Default: `cell` when strict. */
  readonly sharedVcpuScope?: 'cell' | 'host';
  readonly diskMiB: number;
  /** Images that its volumes stand on: each lies once in the pool, for all VNFCs there. */
  readonly baseImages?: readonly HeldImage[];
  /** Host networks that must be there. */
  readonly networks: readonly string[];
  /** Of those that several vNICs join: how many. */
  readonly networkJoins?: Readonly<Record<string, number>>;
  /** PCI functions wanted, one per direct CP. */
  readonly pciFunctions: readonly PciDemand[];
}

export interface PciDemand {
  readonly cpdId: string;
  readonly kind: 'vf' | 'pf';
  readonly physicalNetwork?: string;
  /** The function lies in a host cell of the guest: always, if possible, or anywhere. */
  readonly cellPolicy: 'required' | 'preferred' | 'none';
  readonly trusted?: boolean;
  readonly rateLimited?: boolean;
  /** What a VF takes of its card's link, Mbit/s. */
  readonly bitrateMbps?: number;
}

/** A base image that volumes stand on. */
export interface HeldImage {
  readonly sha256: string;
  readonly sizeMiB: number;
}
