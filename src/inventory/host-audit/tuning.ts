/**
 * How a host is set up, as far as its hypervisor tells: what the audit judges beside the host's facts. What was not told
 * is absent, and is never taken for right.
 */
export interface HostTuning {
  /** CPUs that are there and switched off. */
  readonly offlineCpus?: readonly number[];
  /** Whether the kernel uses an IOMMU. */
  readonly iommu?: boolean;
  /** The CPU says that it maps guest memory by itself (EPT, RVI); never said to be lacking. */
  readonly nestedPaging?: true;
  /** Its time stamp counter runs at one speed whatever the CPU does. */
  readonly steadyTsc?: boolean;
  /** The host is a guest itself. */
  readonly isGuest?: boolean;
  /** Memory of guests is merged where it is alike (KSM). */
  readonly merging?: { readonly sharedPages: number; readonly acrossCells: boolean };
  /** Cards that can have virtual functions. */
  readonly cards?: readonly HostCard[];
  /** Bytes of each directory pool: those of one file system say the same. */
  readonly pools?: readonly HostPool[];
}

export interface HostCard {
  readonly address: string;
  readonly netdev?: string;
  readonly mostFunctions: number;
  readonly functions: number;
  /** Whether its link is up; absent where nobody says. */
  readonly isUp?: boolean;
}

export interface HostPool {
  readonly name: string;
  readonly path: string;
  readonly capacityBytes: number;
  readonly availableBytes: number;
}
