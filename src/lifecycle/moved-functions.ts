/**
 * Records and plans with the PCI addresses of today, after the buses of a host were renumbered.
 */
import type { Moves } from '../inventory/renumbering.js';
import type { HostId, VnfcId } from '../shared/ids.js';
import type { InstantiatedVnf, LcmPlan, PlacedVnfc, Vnfc } from './model.js';

/** What of them is on this host, with its functions there; the same object when nothing of it moved. */
export function vnfMoved(vnf: InstantiatedVnf, hostId: HostId, moves: Moves): InstantiatedVnf {
  const vnfcs = vnf.vnfcs.map((vnfc) => vnfcMoved(vnfc, hostId, moves));
  return isSameList(vnfcs, vnf.vnfcs) ? vnf : { ...vnf, vnfcs };
}

export function planMoved(plan: LcmPlan, hostId: HostId, moves: Moves): LcmPlan {
  const vnfcs = plan.vnfcs.map((change) => {
    const before = change.before && vnfcMoved(change.before, hostId, moves);
    const after = change.after && vnfcMoved(change.after, hostId, moves);
    const isSame = before === change.before && after === change.after;
    return isSame ? change : { ...change, ...(before && { before }), ...(after && { after }) };
  });
  const after = plan.after && vnfMoved(plan.after, hostId, moves);
  if (isSameList(vnfcs, plan.vnfcs) && after === plan.after) return plan;
  return { ...plan, vnfcs, ...(after && { after }) };
}

const isSameList = <T>(one: readonly T[], other: readonly T[]): boolean => one.every((each, at) => each === other[at]);

function vnfcMoved(vnfc: Vnfc, hostId: HostId, moves: Moves): Vnfc {
  if (vnfc.hostId !== hostId || !vnfc.placement.pciFunctions.some((one) => hasMoved(one, moves))) return vnfc;
  const pciFunctions = vnfc.placement.pciFunctions.map((one) => functionMoved(one, moves));
  return { ...vnfc, placement: { ...vnfc.placement, pciFunctions } };
}

type Placed = PlacedVnfc['pciFunctions'][number];

const hasMoved = ({ address, bandwidth }: Placed, moves: Moves): boolean =>
  moves.has(address) || (bandwidth !== undefined && moves.has(bandwidth.card));

function functionMoved(one: Placed, moves: Moves): Placed {
  const { address, bandwidth } = one;
  const at = (name: string): string => moves.get(name) ?? name;
  return {
    ...one,
    address: at(address),
    ...(bandwidth && { bandwidth: { ...bandwidth, card: at(bandwidth.card) } }),
  };
}

/** A VNFC as it is to be by a plan, or as it was before it. */
export function plannedVnfc(
  plan: LcmPlan | undefined,
  id: VnfcId,
  which: 'before' | 'after' = 'after',
): Vnfc | undefined {
  if (which === 'before') return plan?.vnfcs.find(({ before }) => before?.id === id)?.before;
  return plan?.vnfcs.find(({ after }) => after?.id === id)?.after ?? plan?.after?.vnfcs.find((vnfc) => vnfc.id === id);
}
