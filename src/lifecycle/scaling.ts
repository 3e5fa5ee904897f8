/**
 * How many VNFCs of each VDU a VNF has at given scale levels (SOL001 clause 6.10: initial delta, step deltas,
 * instantiation levels; IFA011 clause 7.1.10).
 */
import { instancesAt, scales } from '../vnfd/instance-count.js';
import type { Flavour, InstantiationLevel } from '../vnfd/model.js';

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

/** VNFC count of every VDU at these scale levels. A VDU that does not scale takes the level's number first. */
export const vduCounts = (flavour: Flavour, levels: ScaleLevels, level?: InstantiationLevel): VduCounts =>
  Object.fromEntries(
    flavour.vdus.map((vdu) => {
      const fixed = scales(flavour, vdu) ? undefined : level?.vduInstances[vdu.id];
      return [vdu.id, fixed ?? instancesAt(flavour, vdu, levels)];
    }),
  );
