/**
 * Placement as tests of it ask for it: the answer without its explanation.
 */
import type { Claim, Host } from '../../src/inventory/model.js';
import { place } from '../../src/placement/place.js';
import type { PlacementRequest, VnfcDemand, VnfcPlacement } from '../../src/placement/model.js';
import { allocationId, hostId, opOccId, vnfcId } from '../../src/shared/ids.js';
import { demand, question } from '../builders/placement.js';

/** Where the VNFCs come to lie; throws when they are refused. */
export const berths = (
  request: PlacementRequest,
  hosts: readonly Host[],
  claims: readonly Claim[] = [],
): readonly VnfcPlacement[] => {
  const result = place(request, { hosts, claims });
  if (!result.ok) throw new Error(result.explanation.summary);
  return result.placements;
};
export const one = (asked: VnfcDemand, hosts: readonly Host[], claims: readonly Claim[] = []): VnfcPlacement =>
  berths(question([asked]), hosts, claims)[0]!;
/** CPUs that another VNFC holds. */
export const heldCpus = (on: string, cell: number, cpus: readonly number[]): readonly Claim[] =>
  cpus.map((cpu) => ({
    hostId: hostId(on),
    kind: 'cpu',
    cell,
    key: String(cpu),
    exclusive: true,
    amount: 1,
    allocationId: allocationId('other'),
    vnfcId: vnfcId('other'),
    vnfInstanceId: demand('x').vnfInstanceId,
    opOccId: opOccId('op'),
  }));
