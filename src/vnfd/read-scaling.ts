/**
 * Scaling aspects, deltas and instantiation levels (SOL001 clauses 6.9.1 to 6.9.6).
 */
import type { FlavourSource } from './flavour-source.js';
import { child, entriesOf, intOf, textOf, textsOf, type YamlNode } from '../tosca/tree.js';
import type { InstantiationLevel, ScalingAspect, VduDeltas } from './model.js';
import { policiesOf } from './roles.js';

export const readAspects = (source: FlavourSource): readonly ScalingAspect[] =>
  policiesOf(source.policies, 'scaling-aspects').flatMap((policy) =>
    entriesOf(child(policy.properties, 'aspects')).map(([id, aspect]) => {
      const named = textsOf(child(aspect, 'step_deltas'));
      return {
        id,
        name: textOf(child(aspect, 'name')) ?? id,
        maxScaleLevel: intOf(child(aspect, 'max_scale_level')) ?? 0,
        stepDeltas: named.length > 0 ? named : onlyDelta(source, id),
      };
    }),
  );

/** Without `step_deltas`, the one delta that all VDUs of the aspect define is meant. */
function onlyDelta(source: FlavourSource, aspect: string): readonly string[] {
  const policies = policiesOf(source.policies, 'vdu-deltas').filter(
    ({ properties }) => textOf(child(properties, 'aspect')) === aspect,
  );
  const ids = new Set(policies.flatMap(({ properties }) => entriesOf(child(properties, 'deltas')).map(([id]) => id)));
  return ids.size === 1 ? [...ids] : [];
}

/** Gathered per VDU: its initial delta, and per aspect what each delta adds. */
export function readVduDeltas(source: FlavourSource): readonly VduDeltas[] {
  const byVdu = new Map<string, { initial?: number; byAspect: Record<string, Record<string, number>> }>();
  const of = (vduId: string) => {
    const known = byVdu.get(vduId) ?? { byAspect: {} };
    byVdu.set(vduId, known);
    return known;
  };
  for (const policy of policiesOf(source.policies, 'vdu-initial-delta')) {
    const initial = intOf(child(policy.properties, 'initial_delta', 'number_of_instances'));
    if (initial !== undefined) for (const vduId of policy.targets) of(vduId).initial = initial;
  }
  for (const policy of policiesOf(source.policies, 'vdu-deltas')) {
    const aspect = textOf(child(policy.properties, 'aspect'));
    if (aspect === undefined) continue;
    const deltas = numbersOf(child(policy.properties, 'deltas'));
    for (const vduId of policy.targets) of(vduId).byAspect[aspect] = deltas;
  }
  return [...byVdu].map(([vduId, deltas]) => ({ vduId, ...deltas }));
}

export function readLevels(source: FlavourSource): readonly InstantiationLevel[] {
  const ofVdus = policiesOf(source.policies, 'vdu-levels').flatMap((policy) => {
    const numbers = numbersOf(child(policy.properties, 'levels'));
    return policy.targets.map((vduId) => ({ vduId, numbers }));
  });
  return policiesOf(source.policies, 'levels').flatMap((policy) =>
    entriesOf(child(policy.properties, 'levels')).map(([id, level]) => ({
      id,
      description: textOf(child(level, 'description')) ?? '',
      scaleLevels: numbersOf(child(level, 'scale_info'), 'scale_level'),
      vduInstances: Object.fromEntries(
        ofVdus.flatMap(({ vduId, numbers }) => (numbers[id] === undefined ? [] : [[vduId, numbers[id]]])),
      ),
    })),
  );
}

/** `default_level`, else the first. */
export function readDefaultLevel(source: FlavourSource): string | undefined {
  const policies = policiesOf(source.policies, 'levels');
  const named = policies.flatMap((policy) => textOf(child(policy.properties, 'default_level')) ?? []);
  return named[0] ?? policies.flatMap((policy) => entriesOf(child(policy.properties, 'levels')))[0]?.[0];
}

const numbersOf = (node: YamlNode | undefined, key = 'number_of_instances'): Record<string, number> =>
  Object.fromEntries(
    entriesOf(node).flatMap(([id, value]) => {
      const number = intOf(child(value, key));
      return number === undefined ? [] : [[id, number]];
    }),
  );
