/**
 * All preferences, and the order they give to hosts and cells. Costs are added by weight; ties between hosts are broken
 * by the seed, ties between cells by their number.
 */
import type { FreeRoom } from '../../inventory/free.js';
import type { Around } from '../question/around.js';
import type { Ask, RoomAsk } from '../question/ask.js';
import type { CellOrder } from '../search/berths.js';
import type { PlacementRequest } from '../model.js';
import { bestEffortAffinity } from './best-effort-affinity.js';
import { keepLargeCells } from './keep-large-cells.js';
import { keepVfRichCells, keepVfRichHosts } from './keep-vf-rich.js';
import { likedCapabilities } from './liked-capabilities.js';
import { oneCache } from './one-cache.js';
import { pack } from './pack.js';
import type { Candidate, CellPreference, HostPreference } from './preference.js';
import { spread } from './spread.js';
import { nearFunctions, tightDistance } from './tight-distance.js';
import { fnv1a } from '../../shared/hash.js';

const strategies = { pack, spread } as const;

const cellPreferences: readonly CellPreference[] = [
  nearFunctions,
  tightDistance,
  oneCache,
  keepVfRichCells,
  keepLargeCells,
];

/** Candidates, best first. */
export function ranked(
  candidates: readonly Candidate[],
  ask: Ask,
  around: Around,
  request: Pick<PlacementRequest, 'strategy' | 'seed'>,
): readonly Candidate[] {
  if (candidates.length < 2) return candidates;
  const preferences: readonly HostPreference[] = [
    strategies[request.strategy],
    keepVfRichHosts,
    bestEffortAffinity,
    likedCapabilities,
  ];
  const costed = candidates.map((candidate) => ({
    candidate,
    cost: preferences.reduce((sum, one) => sum + one.weight * one.cost(candidate, ask, around), 0),
    lot: lotOf(candidate.free.host.id, request.seed),
  }));
  return costed.sort((a, b) => a.cost - b.cost || a.lot - b.lot).map((one) => one.candidate);
}

/** The same seed draws the same lots. */
const lotOf = (id: string, seed: number): number => fnv1a(id, 0x811c9dc5 ^ seed);

export const cellsRanked: CellOrder = (free: FreeRoom, ask: RoomAsk, chosen: readonly number[]) => {
  const positions = [...free.cells.keys()];
  if (positions.length < 2) return positions;
  const costs = positions.map((at) =>
    cellPreferences.reduce((sum, one) => sum + one.weight * one.cost(free, at, ask, chosen), 0),
  );
  // Memory of a cell without CPUs (CXL, of a GPU) is far from every CPU: it comes last, whatever else speaks for it.
  const isBare = (at: number) => Number(free.shape.cells[at]?.hasCpus === false);
  return positions.sort((a, b) => isBare(a) - isBare(b) || (costs[a] ?? 0) - (costs[b] ?? 0) || a - b);
};
