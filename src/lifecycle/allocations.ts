/**
 * Which allocations a VNFC has: what its claims belong to (inventory/model.ts `Allocation`).
 */
import { allocationId, type AllocationId, type VnfcId } from '../shared/ids.js';
import type { Vnfc, VnfcAllocations } from './model.js';

/** Of a VNFC as its record or plan says. */
export const allocationsOf = ({ id, allocations }: Pick<Vnfc, 'id' | 'allocations'>): VnfcAllocations =>
  allocations ?? earlierAllocations(id);

/** Builds that knew no allocations claimed by VNFC; the migration of the database gave their claims these ids. */
export const earlierAllocations = (id: VnfcId): VnfcAllocations => ({
  place: allocationId(id),
  addresses: allocationId(`${id}/addresses`),
});

/** All, with those that its connection points have for themselves. */
export const allocationIdsOf = (vnfc: Pick<Vnfc, 'id' | 'allocations' | 'cps'>): readonly AllocationId[] => [
  ...idsIn(allocationsOf(vnfc)),
  ...vnfc.cps.flatMap(({ allocations = [] }) => allocations),
];

export const idsIn = ({ place, addresses }: VnfcAllocations): readonly AllocationId[] => [place, addresses];
