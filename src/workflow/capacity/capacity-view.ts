/**
 * How many more VNFs of the onboarded packages fit, as it was counted last.
 */
export interface Capacities {
  /** When they were counted, or found unchanged, Unix epoch, ms. */
  readonly atMs: number;
  /** How long the last count took. */
  readonly tookMs: number;
  readonly flavours: readonly FlavourCapacity[];
}

export interface FlavourCapacity {
  readonly vnfdId: string;
  readonly productName: string;
  readonly flavour: string;
  /** Counted up to a bound. */
  readonly fits: number;
  /** The constraint of placement that refuses the next one; absent: counting ended at its bound. */
  readonly limitedBy?: string;
}

export interface CapacityView {
  /** Undefined: nothing was counted yet. */
  last(): Capacities | undefined;
}
