/**
 * The claims of a VNFC: the rows that make its berth its own, resource by resource. Unique keys and per-cell sums; one row
 * per kind, cell and key.
 */
import type { Claim, ClaimKind } from './model.js';
import type { HeldBerth, HeldDemand } from './resources/held.js';
import type { Row } from './resources/resource.js';
import { claimKinds, resources } from './resources/table.js';
import type { OpOccId } from '../shared/ids.js';

type Owner = Pick<Claim, 'hostId' | 'vnfcId' | 'vnfInstanceId' | 'opOccId'>;

export function claimsOf(
  berth: HeldBerth,
  demand: HeldDemand & Pick<Claim, 'vnfInstanceId'>,
  opOccId: OpOccId,
): readonly Claim[] {
  const { hostId, vnfcId } = berth;
  const owner = { hostId, vnfcId, vnfInstanceId: demand.vnfInstanceId, opOccId };
  return claimKinds.flatMap((kind) => resources[kind].rows(berth, demand).map((row) => claimFor(kind, row, owner)));
}

/** A row of a resource, owned. */
export const claimFor = (kind: ClaimKind, row: Row, owner: Owner): Claim => ({
  kind,
  exclusive: resources[kind].isExclusive,
  ...row,
  ...owner,
});
