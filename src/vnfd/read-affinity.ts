/**
 * Affinity and anti-affinity rules (SOL001 clauses 6.9.9, 6.9.10), with placement groups (6.10.1) resolved to VDUs.
 */
import { nodeWithRole, type FlavourSource } from './flavour-source.js';
import type { Policy } from '../tosca/policies.js';
import { child, textOf } from '../tosca/tree.js';
import type { AffinityRule } from './model.js';
import { policiesOf } from './roles.js';

export const affinityScopes = ['nfvi_node', 'zone', 'zone_group', 'nfvi_pop', 'network_link_and_node'] as const;

export const affinityPolicies = (source: FlavourSource): readonly Policy[] => [
  ...policiesOf(source.policies, 'affinity'),
  ...policiesOf(source.policies, 'anti-affinity'),
];

/** Rules that bind no VDU, only links, are left out. */
export const readAffinityRules = (source: FlavourSource): readonly AffinityRule[] =>
  affinityPolicies(source).flatMap((policy) => {
    const vduIds = boundNodes(policy, source).filter((id) => nodeWithRole(source, id, 'vdu') !== undefined);
    const scope = affinityScopes.find((known) => known === textOf(child(policy.properties, 'scope'))) ?? 'nfvi_node';
    const kind = policy.builtIn.role === 'affinity' ? ('affinity' as const) : ('anti-affinity' as const);
    return vduIds.length === 0 ? [] : [{ id: policy.id, kind, scope, vduIds, bestEffort: isBestEffort(policy) }];
  });

/** SOL001 has no word for it, TOSCA leaves metadata to those who use it. */
const isBestEffort = ({ metadata }: Policy): boolean => metadata['berth.best-effort']?.trim().toLowerCase() === 'true';

/** Targets of a rule with groups replaced by their members. */
export function boundNodes(policy: Policy, source: FlavourSource): readonly string[] {
  const ids = policy.targets.flatMap((target) => {
    const group = source.groups.find(({ id }) => id === target);
    return group === undefined ? [target] : group.targets;
  });
  return [...new Set(ids)];
}
