/**
 * Where VNFCs were planned, beside where the last look at their host found them. Of what was not read there is no sample.
 */
import type { PlacedVnfc } from '../lifecycle/model.js';
import type { VnfcId } from '../shared/ids.js';
import { MiB } from '../shared/units.js';
import { sightingOf, type FleetView, type FoundVnfc, type WhereaboutsView } from '../workflow/hosts/fleet-view.js';
import { catalogue } from './catalogue.js';
import type { Instruments } from './instruments.js';
import type { KnownVnfc } from './known-vnfcs.js';
import type { Steps } from './steps.js';

interface Found {
  readonly known: KnownVnfc;
  readonly at: FoundVnfc;
}

export function* showPlaces(
  to: Instruments,
  known: ReadonlyMap<VnfcId, KnownVnfc>,
  fleet: Pick<FleetView, 'domain'>,
  whereabouts: WhereaboutsView,
): Steps {
  const all = [...known.values()];
  const found = all.flatMap((each): readonly Found[] => {
    const { vnfc } = each;
    const at = whereabouts.on(vnfc.hostId).get(vnfc.id);
    // It may have ended since.
    return at === undefined || sightingOf(fleet.domain(vnfc)?.state) === 'off' ? [] : [{ known: each, at }];
  });
  to.fill(catalogue.vnfcMemoryPlanned, (put) => {
    for (const each of all)
      for (const [cell, mib] of plannedMemory(each.vnfc.placement)) put(each.ofCell(cell), mib * MiB);
  });
  yield;
  to.fill(catalogue.vnfcMemoryPlaced, (put) => {
    for (const each of found) for (const { cell, bytes } of each.at.memory ?? []) put(each.known.ofCell(cell), bytes);
  });
  to.fill(catalogue.vnfcAffinityDiffers, (put) => {
    for (const each of found)
      for (const { vcpu, differs } of each.at.vcpus) put(each.known.ofVcpu(vcpu), differs ? 1 : 0);
  });
  yield;
  to.fill(catalogue.vnfcPlacementDiffers, (put) => {
    for (const { known, at } of found)
      for (const [what, differs] of Object.entries(at.differs)) put(known.ofPart(what), differs ? 1 : 0);
  });
  yield;
}

/** MiB by host cell; several cells share plain memory that is bound to none. */
function plannedMemory({ cells }: PlacedVnfc): ReadonlyMap<number, number> {
  const sums = new Map<number, number>();
  for (const { hostCell, memoryMiB, memoryShares = [] } of cells) {
    const shares = memoryShares.length === 0 ? [{ hostCell, memoryMiB }] : memoryShares;
    for (const share of shares) sums.set(share.hostCell, (sums.get(share.hostCell) ?? 0) + share.memoryMiB);
  }
  return sums;
}
