/**
 * The claims of a VNFC: the rows that make its berth its own, resource by resource. Unique keys and per-cell sums; one row
 * per kind, cell and key.
 */
import type { Claim, ClaimKind } from './model.js';
import type { HeldBerth, HeldDemand } from './resources/held.js';
import type { Row } from './resources/resource.js';
import { claimKinds, resources } from './resources/table.js';
import { allocationId, type AllocationId, type OpOccId } from '../shared/ids.js';

type Owner = Pick<Claim, 'hostId' | 'allocationId' | 'vnfcId' | 'vnfInstanceId' | 'opOccId'>;

/** Without an allocation: on paper, where a VNFC is in one place only. */
export function claimsOf(
  berth: HeldBerth,
  demand: HeldDemand & Pick<Claim, 'vnfInstanceId'>,
  opOccId: OpOccId,
  allocation: AllocationId = allocationId(berth.vnfcId),
): readonly Claim[] {
  const { hostId, vnfcId } = berth;
  const owner = { hostId, allocationId: allocation, vnfcId, vnfInstanceId: demand.vnfInstanceId, opOccId };
  return claimKinds.flatMap((kind) => resources[kind].rows(berth, demand).map((row) => claimFor(kind, row, owner)));
}

/** A row of a resource, owned. */
export const claimFor = (kind: ClaimKind, row: Row, owner: Owner): Claim => ({
  kind,
  exclusive: resources[kind].isExclusive,
  ...row,
  ...owner,
});

/** As the store answers the claims on a host. */
export function inStoredOrder(one: Claim, other: Claim): number {
  for (const field of ['kind', 'key', 'vnfcId', 'allocationId'] as const) {
    if (one[field] !== other[field]) return one[field] < other[field] ? -1 : 1;
  }
  return (one.cell ?? -1) - (other.cell ?? -1);
}
