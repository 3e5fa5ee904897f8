/**
 * How many instances of a VDU a set of scale levels means (SOL001 clause 6.9, IFA011 clause 7.1.10): the initial delta,
 * plus for each aspect the delta of every step up to its level. The last step delta repeats when there are fewer.
 */
import type { Flavour, Vdu } from './model.js';

/** No VNF has more levels; it bounds the work on a hostile VNFD. */
const maxSteps = 10_000;

export function instancesAt(flavour: Flavour, vdu: Vdu, scaleLevels: Readonly<Record<string, number>>): number {
  const deltas = flavour.vduDeltas.find(({ vduId }) => vduId === vdu.id);
  let count = deltas?.initial ?? vdu.minInstances;
  for (const aspect of flavour.aspects) {
    const numbers = deltas?.byAspect[aspect.id] ?? {};
    const level = Math.min(scaleLevels[aspect.id] ?? 0, maxSteps);
    for (let step = 0; step < level; step += 1) {
      const delta = aspect.stepDeltas[step] ?? aspect.stepDeltas.at(-1) ?? '';
      count += numbers[delta] ?? 0;
    }
  }
  return count;
}

/** Whether its number follows scale levels. */
export const scales = (flavour: Flavour, vdu: Vdu): boolean =>
  flavour.vduDeltas.some(({ vduId, byAspect }) => vduId === vdu.id && Object.keys(byAspect).length > 0);
