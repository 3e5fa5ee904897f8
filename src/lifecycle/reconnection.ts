/**
 * Connection points of VNFCs that stand, and what each is to join (CHANGE_EXT_CONN): before functions and addresses are
 * chosen, and after.
 */
import type { Flavour } from '../vnfd/model.js';
import type { AllocationId } from '../shared/ids.js';
import type { CpConfigEntry, ExtVirtualLink, Vnfc, VnfcCp } from './model.js';

/** What a connection point is to join; absent: nothing. */
export interface CpWish {
  readonly cp: VnfcCp;
  readonly end?: {
    readonly link: ExtVirtualLink;
    readonly extCpdId: string;
    readonly entry?: CpConfigEntry;
    /** MAC address of its entry, which no other VNFC has. */
    readonly mac?: string;
  };
}

export interface Reconnection {
  readonly flavour: Flavour;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** As they were and as they are to be. */
  readonly links: { readonly before: readonly ExtVirtualLink[]; readonly after: readonly ExtVirtualLink[] };
  readonly vnfcs: readonly { readonly vnfc: Vnfc; readonly wishes: readonly CpWish[] }[];
}

export interface Reconnected {
  /** As its record has it, but for the allocations in which its connection points have what leaves them. */
  readonly before: Vnfc;
  readonly after: Vnfc;
  /** Of connection points whose card changes, as libvirt plugs them. */
  readonly cards: readonly { readonly cpdId: string; readonly before?: string; readonly after?: string }[];
  /** Packed, in base64. */
  readonly day0: { readonly before: string; readonly after: string };
  /** What goes when all is done. */
  readonly leaving: readonly AllocationId[];
}
