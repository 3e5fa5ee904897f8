/**
 * A change of the question that could make it fit.
 */
import type { PlacementRequest, VnfcDemand } from '../model.js';

export interface Relaxation {
  /** Two of different dimensions may be tried together. */
  readonly dimension: string;
  /** Reads after "fits with". */
  readonly text: string;
  /** What is given up: 0 nothing, 1 all of it. Smaller ones are offered first. */
  readonly size: number;
  /** An amount fits in one place and not in another: the text that names the place. */
  readonly place: 'cell' | 'host' | 'untold';
  readonly apply: (request: PlacementRequest) => PlacementRequest;
}

/** A change for all VNFCs of the VDU. */
export const forVdu = (
  { vduId }: VnfcDemand,
  told: Omit<Relaxation, 'apply'>,
  change: (demand: VnfcDemand) => VnfcDemand,
): Relaxation => ({
  ...told,
  apply: (asked) => ({
    ...asked,
    demands: asked.demands.map((one) => (one.vduId === vduId ? change(one) : one)),
  }),
});
