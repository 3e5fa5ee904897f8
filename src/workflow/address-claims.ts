/**
 * Claims of MAC and IP addresses: made with a plan, unique in the fleet.
 */
import { claimFor } from '../inventory/claims.js';
import { fleetWide, type Claim } from '../inventory/model.js';
import { row } from '../inventory/resources/resource.js';
import { holdersByKey } from '../inventory/resources/table.js';
import { keysToClaim } from '../lifecycle/address-keys.js';
import { allocationsOf } from '../lifecycle/allocations.js';
import type { VnfInstance, Vnfc } from '../lifecycle/model.js';
import { hostId, type OpOccId } from '../shared/ids.js';

/** `standing`: all claims on addresses. New VNFCs share a virtual address that VNFCs of the instance hold. */
export function addressClaims(
  vnfcs: readonly Vnfc[],
  { id, instantiated }: VnfInstance,
  opOccId: OpOccId,
  standing: readonly Claim[],
): readonly Claim[] {
  const present = new Set(instantiated?.vnfcs.map((vnfc) => vnfc.id));
  const own = new Set(standing.flatMap(({ kind, key, vnfcId }) => (kind === 'ip' && present.has(vnfcId) ? [key] : [])));
  const keys = keysToClaim(vnfcs, (key) => own.has(key));
  return vnfcs.flatMap((vnfc) => {
    const allocationId = allocationsOf(vnfc).addresses;
    const owner = { hostId: hostId(fleetWide), allocationId, vnfcId: vnfc.id, vnfInstanceId: id, opOccId };
    const claim = (kind: 'mac' | 'ip') => (key: string) => claimFor(kind, row(key, 1), owner);
    const { holds = [], shares = [] } = keys.get(vnfc.id) ?? {};
    return [
      ...vnfc.cps.map(({ mac }) => claim('mac')(mac)),
      ...holds.map(claim('ip')),
      ...shares.map((key) => ({ ...claim('ip')(key), exclusive: false })),
    ];
  });
}

/** A sentence naming the first of these that another VNFC has. */
export function addressInUse(
  vnfcs: readonly Vnfc[],
  claims: readonly Claim[],
  standing: readonly Claim[],
): string | undefined {
  const macs = holdersByKey('mac', standing);
  const clash = vnfcs.flatMap((vnfc) => vnfc.cps).find((cp) => macs.has(cp.mac));
  if (clash !== undefined)
    return `MAC address ${clash.mac} of CP ${clash.cpdId} is in use by VNFC ${macs.get(clash.mac) ?? ''}; choose another.`;
  const ips = holdersByKey('ip', standing);
  const shared = claims.find((claim) => claim.kind === 'ip' && claim.exclusive && ips.has(claim.key));
  if (shared === undefined) return undefined;
  return `Virtual address ${shared.key} of the VNF is in use by VNFC ${ips.get(shared.key) ?? ''}; choose another, or connect the CPs that share it by one VLAN.`;
}
