/**
 * Scaling aspects and deltas: targets and aspects exist, deltas are named and used, and no level leaves the bounds.
 */
import type { Finding } from '../../shared/finding.js';
import { found } from '../finding-codes.js';
import { nodeWithRole, perhapsNode, type FlavourSource } from '../flavour-source.js';
import { instancesAt } from '../instance-count.js';
import type { Policy } from '../../tosca/policies.js';
import { perhaps } from '../../shared/suggest.js';
import { child, entriesOf, textOf } from '../../tosca/tree.js';
import type { Flavour, ScalingAspect, Vdu } from '../model.js';
import { policiesOf } from '../roles.js';

export const checkScaling = (source: FlavourSource, flavour: Flavour): readonly Finding[] => [
  ...(['vdu-initial-delta', 'vdu-deltas', 'vdu-levels'] as const)
    .flatMap((role) => policiesOf(source.policies, role))
    .flatMap((policy) => checkTargets(policy, source)),
  ...checkTwice(source),
  ...policiesOf(source.policies, 'vdu-deltas').flatMap((policy) => checkDeltas(policy, flavour)),
  ...flavour.aspects.flatMap((aspect) => [...checkUsed(aspect, source, flavour), ...checkStepCount(aspect, source)]),
  ...flavour.vdus.flatMap((vdu) => checkBounds(vdu, source, flavour)),
];

function checkTargets(policy: Policy, source: FlavourSource): readonly Finding[] {
  if (policy.targets.length === 0) {
    return [found('VNFD-POLICY-TARGET-UNKNOWN', policy.targetsAt, `\`${policy.id}\` targets nothing.`)];
  }
  return policy.targets
    .filter((target) => nodeWithRole(source, target, 'vdu') === undefined)
    .map((target) => {
      const meant = perhapsNode(source, target, 'vdu');
      const message = `\`${policy.id}\` targets \`${target}\`, which is no VDU of this flavour${meant}.`;
      return found('VNFD-POLICY-TARGET-UNKNOWN', policy.targetsAt, message);
    });
}

/** One policy of a kind speaks for a VDU, for deltas one per aspect; readers disagree on which of two wins. */
function checkTwice(source: FlavourSource): readonly Finding[] {
  const firsts = new Map<string, string>();
  return (['vdu-initial-delta', 'vdu-deltas', 'vdu-levels'] as const)
    .flatMap((role) => policiesOf(source.policies, role))
    .flatMap((policy) =>
      policy.targets.flatMap((vduId) => {
        const key = JSON.stringify([policy.builtIn.role, vduId, textOf(child(policy.properties, 'aspect'))]);
        const first = firsts.get(key);
        if (first === undefined) firsts.set(key, policy.id);
        if (first === undefined || first === policy.id) return [];
        const message = `\`${first}\` and \`${policy.id}\` say the same of \`${vduId}\`.`;
        return [found('VNFD-POLICY-TWICE', policy.targetsAt, message)];
      }),
    );
}

function checkDeltas(policy: Policy, flavour: Flavour): readonly Finding[] {
  const named = child(policy.properties, 'aspect');
  const aspectId = textOf(named);
  const aspect = flavour.aspects.find(({ id }) => id === aspectId);
  if (aspectId === undefined) return [];
  if (aspect === undefined) {
    const meant = perhaps(
      aspectId,
      flavour.aspects.map(({ id }) => id),
    );
    const message = `\`${policy.id}\` names the aspect \`${aspectId}\`, which is not defined${meant}.`;
    return [found('VNFD-ASPECT-UNKNOWN', named?.at ?? policy.at, message)];
  }
  const deltas = child(policy.properties, 'deltas');
  const defined = new Set(entriesOf(deltas).map(([id]) => id));
  const missing = [...new Set(aspect.stepDeltas)].filter((id) => !defined.has(id));
  const unused = entriesOf(deltas).filter(([id]) => !aspect.stepDeltas.includes(id));
  return [
    ...missing.map((id) => {
      const message = `\`${policy.id}\` does not define the delta \`${id}\` that a step of \`${aspectId}\` names.`;
      return found('VNFD-DELTA-UNKNOWN', deltas?.at ?? policy.at, message);
    }),
    ...unused.map(([id, { at }]) => found('VNFD-DELTA-UNUSED', at, `No step of \`${aspectId}\` names \`${id}\`.`)),
  ];
}

function checkUsed(aspect: ScalingAspect, source: FlavourSource, flavour: Flavour): readonly Finding[] {
  const scaled = [...flavour.vduDeltas, ...(flavour.beside?.linkBitrates ?? [])];
  if (scaled.some(({ byAspect }) => Object.hasOwn(byAspect, aspect.id))) return [];
  return [found('VNFD-ASPECT-UNUSED', placeOf(aspect, source), `Nothing scales with the aspect \`${aspect.id}\`.`)];
}

function checkStepCount(aspect: ScalingAspect, source: FlavourSource): readonly Finding[] {
  const count = aspect.stepDeltas.length;
  if (count <= 1 || count === aspect.maxScaleLevel) return [];
  const message = `The aspect \`${aspect.id}\` has ${aspect.maxScaleLevel} steps and ${count} step deltas.`;
  return [found('VNFD-DELTAS-COUNT', placeOf(aspect, source), message)];
}

/** All aspects at zero give the least, all at their top the most. */
function checkBounds(vdu: Vdu, source: FlavourSource, flavour: Flavour): readonly Finding[] {
  const policy = policiesOf(source.policies, 'vdu-deltas').find(({ targets }) => targets.includes(vdu.id));
  if (policy === undefined) return [];
  const top = Object.fromEntries(flavour.aspects.map(({ id, maxScaleLevel }) => [id, maxScaleLevel]));
  const least = instancesAt(flavour, vdu, {});
  const most = instancesAt(flavour, vdu, top);
  if (least >= vdu.minInstances && most <= vdu.maxInstances) return [];
  const range = `${vdu.minInstances} to ${vdu.maxInstances}`;
  const message = `Scaling gives \`${vdu.id}\` ${least} to ${most} instances; its profile permits ${range}.`;
  return [found('VNFD-SCALE-BOUNDS', policy.at, message)];
}

const placeOf = (aspect: ScalingAspect, source: FlavourSource) =>
  policiesOf(source.policies, 'scaling-aspects')
    .map((policy) => child(policy.properties, 'aspects', aspect.id)?.at)
    .find((at) => at !== undefined) ?? source.at;
