/**
 * Under which keys IP addresses are claimed, and by which VNFC of an instance.
 */
import { vlanName } from '../inventory/vlan-name.js';
import type { VnfcId } from '../shared/ids.js';
import { addressKey } from './addressing.js';
import type { Vnfc, VnfcCp } from './model.js';

/** The keys under which the addresses that a bound CP has for itself are claimed. */
export const addressKeys = (cp: VnfcCp): readonly string[] => keysOf(cp, cp.addresses);

/** The same of the virtual addresses that it shares. */
const vipKeys = (cp: VnfcCp): readonly string[] =>
  keysOf(
    cp,
    (cp.vips ?? []).flatMap(({ addresses }) => addresses),
  );

/** Keys of IP addresses that a VNFC claims. */
export interface IpKeys {
  /** It is the one holder. */
  readonly holds: readonly string[];
  /** Another VNFC of the instance holds it, and this one takes over when that one leaves. */
  readonly shares: readonly string[];
}

/** By VNFC of an operation. The first that has a virtual address holds it, unless one that stands does. */
export function keysToClaim(vnfcs: readonly Vnfc[], standing: (key: string) => boolean): ReadonlyMap<VnfcId, IpKeys> {
  const known = new Set<string>();
  return new Map(
    vnfcs.map(({ id, cps }) => {
      const vips = [...new Set(cps.flatMap(vipKeys))];
      const shares = vips.filter((key) => known.has(key) || standing(key));
      const first = vips.filter((key) => !shares.includes(key));
      for (const key of first) known.add(key);
      return [id, { holds: [...cps.flatMap(addressKeys), ...first], shares }];
    }),
  );
}

const keysOf = (cp: VnfcCp, addresses: readonly string[]): readonly string[] =>
  addresses.map((address) => addressKey(segmentOf(cp), address.split('/')[0] ?? ''));

const segmentOf = ({ network, physicalNetwork, vlan }: VnfcCp): string =>
  network ?? vlanName(physicalNetwork ?? '', vlan);
