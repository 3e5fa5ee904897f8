/**
 * How many VNFCs of each VDU a VNF has at given scale levels (SOL001 clause 6.10: initial delta, step deltas,
 * instantiation levels; IFA011 clause 7.1.10).
 */
import type { Flavour, InstantiationLevel, ScalingAspect, VduDeltas } from '../vnfd/model.js';

/** aspect id -> scale level. */
export type ScaleLevels = Readonly<Record<string, number>>;
/** VDU id -> number of VNFCs. */
export type VduCounts = Readonly<Record<string, number>>;

/** Scale levels that a flavour starts with: the level's, zero for aspects that it does not name. */
export function initialScaleLevels(flavour: Flavour, level: InstantiationLevel | undefined): ScaleLevels {
  return Object.fromEntries(flavour.aspects.map((aspect) => [aspect.id, level?.scaleLevels[aspect.id] ?? 0]));
}

/** The instantiation level asked for, or the flavour's default, or its only one. */
export function levelOf(flavour: Flavour, levelId: string | undefined): InstantiationLevel | undefined {
  const wanted = levelId ?? flavour.defaultLevelId;
  if (wanted !== undefined) return flavour.levels.find((level) => level.id === wanted);
  return flavour.levels.length === 1 ? flavour.levels[0] : undefined;
}

/** VNFC count of every VDU at these scale levels. A VDU without deltas takes the level's number, or its minimum. */
export function vduCounts(flavour: Flavour, levels: ScaleLevels, level?: InstantiationLevel): VduCounts {
  return Object.fromEntries(
    flavour.vdus.map((vdu) => {
      const deltas = flavour.vduDeltas.find((each) => each.vduId === vdu.id);
      const scaled = deltas !== undefined && Object.keys(deltas.byAspect).length > 0;
      const fixed = level?.vduInstances[vdu.id];
      if (!scaled) return [vdu.id, fixed ?? deltas?.initial ?? vdu.minInstances];
      return [vdu.id, (deltas.initial ?? vdu.minInstances) + added(flavour.aspects, deltas, levels)];
    }),
  );
}

function added(aspects: readonly ScalingAspect[], deltas: VduDeltas, levels: ScaleLevels): number {
  return aspects.reduce((sum, aspect) => sum + addedByAspect(aspect, deltas, levels[aspect.id] ?? 0), 0);
}

function addedByAspect(aspect: ScalingAspect, deltas: VduDeltas, level: number): number {
  const numbers = deltas.byAspect[aspect.id];
  if (numbers === undefined) return 0;
  let sum = 0;
  for (let step = 0; step < level; step += 1) {
    const deltaId = aspect.stepDeltas[step] ?? aspect.stepDeltas.at(-1);
    sum += deltaId === undefined ? 0 : (numbers[deltaId] ?? 0);
  }
  return sum;
}
