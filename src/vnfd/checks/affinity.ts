/**
 * Affinity rules and placement groups name nodes that exist.
 */
import type { Finding } from '../../shared/finding.js';
import { found } from '../finding-codes.js';
import { nodeWithRole, perhapsNode, type FlavourSource } from '../flavour-source.js';
import { instancesAt, scales } from '../instance-count.js';
import { affinityPolicies, boundNodes, readAffinityRules } from '../read-affinity.js';
import type { Policy } from '../../tosca/policies.js';
import { child, textOf } from '../../tosca/tree.js';
import type { Flavour, Vdu } from '../model.js';

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
 * VNFCs on an internal link stand on one host, and so do those on links that have a VNFC in common. What only a larger
 * instance breaks is not said.
 */
function checkSharedLinks(source: FlavourSource, flavour: Flavour): readonly Finding[] {
  const apart = readAffinityRules(source).filter(
    ({ kind, scope, bestEffort }) => kind === 'anti-affinity' && scope !== 'nfvi_pop' && !bestEffort,
  );
  const groups = apart.length === 0 ? [] : onOneHost(flavour);
  return apart.flatMap((rule) =>
    groups.flatMap(({ links, counts }) => {
      const met = [...new Set(rule.vduIds)].filter((id) => counts.has(id));
      if (met.reduce((sum, id) => sum + (counts.get(id) ?? 0), 0) < 2) return [];
      const direct = links.filter(({ vduIds }) => met.every((id) => vduIds.includes(id)));
      const [first, ...others] = direct.length > 0 ? direct.slice(0, 1) : links;
      const linkNames = [first, ...others].map((link) => `\`${link?.id ?? ''}\``).join(', ');
      const keeping = others.length === 0 ? `link ${linkNames} keeps` : `links ${linkNames} keep`;
      const policy = affinityPolicies(source).find(({ id }) => id === rule.id);
      const names = met.map((id) => `\`${id}\``).join(' and ');
      const message = `\`${rule.id}\` keeps apart VNFCs of ${names}, which the internal ${keeping} on one host.`;
      return [found('VNFD-AFFINITY-LINK-APART', policy?.targetsAt ?? source.at, message)];
    }),
  );
}

interface InnerLink {
  readonly id: string;
  readonly vduIds: readonly string[];
}

/** Links that nothing outside can join, in groups that VNFCs hold together; and how many VNFCs each VDU has at least. */
function onOneHost(
  flavour: Flavour,
): readonly { readonly links: readonly InnerLink[]; readonly counts: ReadonlyMap<string, number> }[] {
  const { cps, extCps, vdus } = flavour;
  const joined = new Set(extCps.map(({ virtualLinkId }) => virtualLinkId));
  const counts = new Map(vdus.map((vdu) => [vdu.id, leastInstances(flavour, vdu)]));
  const present = cps.filter(({ vduId }) => (counts.get(vduId) ?? 0) > 0);
  const inner = Map.groupBy(present, ({ virtualLinkId }) => virtualLinkId ?? '');
  const links = [...inner]
    .filter(([id]) => id !== '' && !joined.has(id))
    .map(([id, members]) => ({ id, vduIds: [...new Set(members.map(({ vduId }) => vduId))] }));
  let groups: readonly (readonly InnerLink[])[] = [];
  for (const link of links) {
    const meets = (group: readonly InnerLink[]) =>
      group.some(({ vduIds }) => vduIds.some((id) => link.vduIds.includes(id)));
    groups = [...groups.filter((group) => !meets(group)), [...groups.filter(meets).flat(), link]];
  }
  return groups.map((group) => {
    const members = new Set(group.flatMap(({ vduIds }) => vduIds));
    return { links: group, counts: new Map([...counts].filter(([id]) => members.has(id))) };
  });
}

/** At scale level 0, or at the smallest instantiation level of a VDU that does not scale. */
function leastInstances(flavour: Flavour, vdu: Vdu): number {
  const fixed = flavour.levels.flatMap(({ vduInstances }) => vduInstances[vdu.id] ?? []);
  return scales(flavour, vdu) || fixed.length === 0 ? instancesAt(flavour, vdu, {}) : Math.min(...fixed);
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
