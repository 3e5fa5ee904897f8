/**
 * IOMMU groups. VFIO hands a guest whole groups only, and inside a group devices may reach one another’s memory behind the
 * IOMMU’s back: a function that shares its group is given to nobody.
 */
import type { PciFunction } from './model.js';

export const groupFix = 'put the card into another slot, or switch ACS on in the firmware';

/** Address of each function that shares its group -> the others of that group. Functions of unknown group share none. */
export function groupSharers(all: readonly PciFunction[]): ReadonlyMap<string, readonly string[]> {
  const groups = Map.groupBy(all, (one) => one.iommuGroup);
  const sharers = new Map<string, readonly string[]>();
  for (const [group, members] of groups) {
    if (group === undefined || members.length === 1) continue;
    const addresses = members.map((one) => one.address);
    for (const own of addresses) {
      sharers.set(
        own,
        addresses.filter((address) => address !== own),
      );
    }
  }
  return sharers;
}
