/**
 * Where VNFCs were planned, beside where the last look at their host found them. Of what was not read there is no sample.
 */
import type { PlacedVnfc } from '../lifecycle/model.js';
import type { VnfcId } from '../shared/ids.js';
import { MiB } from '../shared/units.js';
import { sightingOf, type FleetView, type FoundVnfc, type WhereaboutsView } from '../workflow/fleet-view.js';
import { catalogue } from './catalogue.js';
import type { Instruments } from './instruments.js';
import type { KnownVnfc } from './vnfc-metrics.js';

export function showPlaces(
  to: Instruments,
  known: ReadonlyMap<VnfcId, KnownVnfc>,
  fleet: Pick<FleetView, 'domain'>,
  whereabouts: WhereaboutsView,
): void {
  const all = [...known.values()];
  const planned = all.flatMap(({ labels, vnfc: { placement } }) =>
    [...plannedMemory(placement)].map(([cell, mib]) => ({
      labels: { ...labels, cell: String(cell) },
      value: mib * MiB,
    })),
  );
  to.replace(catalogue.vnfcMemoryPlanned, planned);
  const found = all.flatMap(({ labels, vnfc }) => {
    const one = whereabouts.on(vnfc.hostId).get(vnfc.id);
    // It may have ended since.
    return one === undefined || sightingOf(fleet.domain(vnfc.id)?.state) === 'off' ? [] : [{ labels, found: one }];
  });
  showFound(to, found);
}

function showFound(to: Instruments, all: readonly { labels: KnownVnfc['labels']; found: FoundVnfc }[]): void {
  const placed = all.flatMap(({ labels, found: { memory = [] } }) =>
    memory.map(({ cell, bytes }) => ({ labels: { ...labels, cell: String(cell) }, value: bytes })),
  );
  to.replace(catalogue.vnfcMemoryPlaced, placed);
  const affinity = all.flatMap(({ labels, found: { vcpus } }) =>
    vcpus.map(({ vcpu, differs }) => ({ labels: { ...labels, vcpu: String(vcpu) }, value: differs ? 1 : 0 })),
  );
  to.replace(catalogue.vnfcAffinityDiffers, affinity);
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
