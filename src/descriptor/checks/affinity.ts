/**
 * Affinity rules and placement groups name nodes that exist.
 */
import type { Finding } from '../../shared/finding.js';
import { found } from '../finding-codes.js';
import { nodeWithRole, perhapsNode, type FlavourSource } from '../flavour-source.js';
import { affinityPolicies, boundNodes, readAffinityRules } from '../read-affinity.js';
import type { Policy } from '../policies.js';
import { child, textOf } from '../tree.js';
import type { Flavour } from '../vnfd.js';

export const checkAffinity = (source: FlavourSource, flavour: Flavour): readonly Finding[] => [
  ...affinityPolicies(source).flatMap((policy) => [
    ...checkTargets(policy, source),
    ...checkLinks(policy, source),
    ...checkPops(policy),
  ]),
  ...checkContradictions(source),
  ...checkSharedLinks(source, flavour),
];

/** To be in one PoP is met anyway. */
function checkPops(policy: Policy): readonly Finding[] {
  if (policy.builtIn.role !== 'anti-affinity' || textOf(child(policy.properties, 'scope')) !== 'nfvi_pop') return [];
  const message = `\`${policy.id}\` keeps VNFCs in different NFVI-PoPs: all hosts of a Berth are of one.`;
  return [found('VNFD-EFFECT-MISSING', policy.at, message)];
}

/** Two VDUs, or the instances of one, cannot be both together and apart. */
function checkContradictions(source: FlavourSource): readonly Finding[] {
  const rules = readAffinityRules(source).filter(({ bestEffort }) => !bestEffort);
  const together = rules.filter(({ kind }) => kind === 'affinity');
  const apart = rules.filter(({ kind }) => kind === 'anti-affinity');
  return apart.flatMap((rule) => {
    const other = together.find(({ scope, vduIds }) => scope === rule.scope && bindsSame(vduIds, rule.vduIds));
    if (other === undefined) return [];
    const policy = affinityPolicies(source).find(({ id }) => id === rule.id);
    const message = `\`${rule.id}\` keeps apart what \`${other.id}\` keeps together, both on one ${rule.scope}.`;
    return [found('VNFD-AFFINITY-CONTRADICTS', policy?.targetsAt ?? source.at, message)];
  });
}

/**
 * VNFCs on an internal link stand on one host. What only a larger instance breaks is not said: one VDU that is kept from
 * itself, with one instance at least.
 */
function checkSharedLinks(source: FlavourSource, { cps, extCps, vdus }: Flavour): readonly Finding[] {
  const joined = new Set(extCps.map(({ virtualLinkId }) => virtualLinkId));
  const inner = Map.groupBy(
    cps.filter(({ virtualLinkId }) => virtualLinkId !== undefined && !joined.has(virtualLinkId)),
    ({ virtualLinkId }) => virtualLinkId ?? '',
  );
  const apart = readAffinityRules(source).filter(
    ({ kind, scope, bestEffort }) => kind === 'anti-affinity' && scope !== 'nfvi_pop' && !bestEffort,
  );
  return apart.flatMap((rule) =>
    [...inner].flatMap(([linkId, members]) => {
      const met = [...new Set(members.map(({ vduId }) => vduId))].filter((id) => rule.vduIds.includes(id));
      const least = vdus.filter(({ id }) => met.includes(id)).reduce((sum, vdu) => sum + vdu.minInstances, 0);
      if (least < 2) return [];
      const policy = affinityPolicies(source).find(({ id }) => id === rule.id);
      const names = met.map((id) => `\`${id}\``).join(' and ');
      const message = `\`${rule.id}\` keeps apart VNFCs of ${names}, which the internal link \`${linkId}\` keeps on one host.`;
      return [found('VNFD-AFFINITY-LINK-APART', policy?.targetsAt ?? source.at, message)];
    }),
  );
}

function bindsSame(some: readonly string[], others: readonly string[]): boolean {
  const both = some.filter((id) => others.includes(id));
  return both.length > 1 || (both.length === 1 && some.length === 1 && others.length === 1);
}

function checkTargets(policy: Policy, source: FlavourSource): readonly Finding[] {
  const bound = boundNodes(policy, source);
  const unknown = bound.filter((id) => !isVdu(source, id) && !isLink(source, id));
  const said = (id: string): string =>
    `\`${id}\`, which is neither a VDU nor a link${perhapsNode(source, id, 'vdu', 'virtual-link')}`;
  const names = bound.length === 0 ? ['nothing'] : unknown.map(said);
  return names.map((name) =>
    found('VNFD-AFFINITY-TARGET-UNKNOWN', policy.targetsAt, `\`${policy.id}\` binds ${name}.`),
  );
}

function checkLinks(policy: Policy, source: FlavourSource): readonly Finding[] {
  if (!boundNodes(policy, source).some((id) => isLink(source, id))) return [];
  return [found('VNFD-AFFINITY-LINK-IGNORED', policy.targetsAt, `\`${policy.id}\` binds virtual links.`)];
}

const isVdu = (source: FlavourSource, id: string): boolean => nodeWithRole(source, id, 'vdu') !== undefined;
const isLink = (source: FlavourSource, id: string): boolean => nodeWithRole(source, id, 'virtual-link') !== undefined;
