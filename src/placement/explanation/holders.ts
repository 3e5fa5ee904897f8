/**
 * Who holds what a host lacks: the VNFs an operator would have to ask.
 */
import type { FreeHost } from '../../inventory/free.js';
import type { Claim, ClaimKind } from '../../inventory/model.js';
import type { Ask } from '../question/ask.js';
import { matches } from '../search/functions.js';
import type { Dimension } from './shortage.js';

const kinds: Readonly<Record<Dimension, ClaimKind>> = {
  cpus: 'cpu',
  'shared-vcpus': 'shared-vcpu',
  pages: 'hugepages',
  memory: 'memory',
  functions: 'pci',
  bandwidth: 'bandwidth',
  'network-devices': 'network',
  disk: 'disk',
};

/** Not of a cell. */
const cardBound: readonly Dimension[] = ['functions', 'bandwidth'];

const mostNamed = 2;

/** `, held by vnf-a and 2 others`, the largest holders first; empty when nobody holds any of it. */
export function holdersText(
  held: readonly Claim[],
  { ask, free }: { readonly ask: Ask; readonly free: FreeHost },
  dimension: Dimension,
  cell: number | undefined,
): string {
  const amounts = new Map<string, number>();
  for (const claim of held) {
    const isHere = cell === undefined || cardBound.includes(dimension) || cellOf(claim, free) === cell;
    if (claim.kind !== kinds[dimension] || !isHere || !isWanted(claim, ask, free)) continue;
    amounts.set(claim.vnfInstanceId, (amounts.get(claim.vnfInstanceId) ?? 0) + claim.amount);
  }
  const all = [...amounts].sort((a, b) => b[1] - a[1]).map(([instance]) => instance);
  if (all.length === 0) return '';
  const others = all.length - mostNamed;
  const more = others <= 0 ? '' : ` and ${others} ${others === 1 ? 'other' : 'others'}`;
  return `, held by ${all.slice(0, mostNamed).join(', ')}${more}`;
}

/** A CPU is in its cell also when its guest is tied to none. */
function cellOf({ kind, key, cell }: Claim, { shape, cells }: FreeHost): number | undefined {
  return kind === 'cpu' ? cells[shape.cellOfCpu[Number(key)] ?? -1]?.id : cell;
}

/** Pages of the size asked for, functions that would have served. */
function isWanted({ kind, key }: Claim, { demand, guestCells }: Ask, { shape }: FreeHost): boolean {
  if (kind === 'hugepages') return guestCells.some((cell) => cell.pageSizeKiB === Number(key));
  if (kind === 'network') return demand.networks.includes(key);
  if (kind !== 'pci' && kind !== 'bandwidth') return true;
  return shape.groups.some(
    (group) =>
      (group.cardAddress === key || group.addresses.includes(key)) &&
      demand.pciFunctions.some((wish) => matches(group, wish)),
  );
}
