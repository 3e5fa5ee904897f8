/**
 * Who holds what a host lacks: the VNFs an operator would have to ask.
 */
import type { FreeRoom } from '../../inventory/free.js';
import type { Claim, ResourceKind } from '../../inventory/model.js';
import { hostResources } from '../../inventory/resources/table.js';
import type { RoomAsk } from '../question/ask.js';

const mostNamed = 2;

/** `, held by vnf-a and 2 others`, the largest holders first; empty when nobody holds any of it. */
export function holdersText(
  held: readonly Claim[],
  { ask, free }: { readonly ask: RoomAsk; readonly free: FreeRoom },
  kind: ResourceKind,
  cell: number | undefined,
): string {
  const { isOfCell, wouldServe } = hostResources[kind];
  const amounts = new Map<string, number>();
  for (const claim of held) {
    if (claim.kind !== kind || (cell !== undefined && !isOfCell(claim, cell, free))) continue;
    if (!wouldServe(claim, ask, free)) continue;
    amounts.set(claim.vnfInstanceId, (amounts.get(claim.vnfInstanceId) ?? 0) + claim.amount);
  }
  const all = [...amounts].sort((a, b) => b[1] - a[1]).map(([instance]) => instance);
  if (all.length === 0) return '';
  const others = all.length - mostNamed;
  const more = others <= 0 ? '' : ` and ${others} ${others === 1 ? 'other' : 'others'}`;
  return `, held by ${all.slice(0, mostNamed).join(', ')}${more}`;
}
