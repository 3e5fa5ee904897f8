/**
 * What Berth does not carry out must still be right: virtual addresses and sub-ports hang on connection points that
 * exist, security rules and bit rates apply to what they name.
 */
import type { Finding } from '../../shared/finding.js';
import { found } from '../finding-codes.js';
import { nodeWithRole, type FlavourSource } from '../flavour-source.js';
import { requirementAt, targetOf, targetsOf, type NodeTemplate } from '../../tosca/node-templates.js';
import type { Policy } from '../../tosca/policies.js';
import { linkPolicyRoles } from '../read-beside.js';
import { boolOf, child, entriesOf, textOf } from '../../tosca/tree.js';
import type { Flavour } from '../model.js';
import { policiesOf, withRole } from '../roles.js';

export const checkBeside = (source: FlavourSource, flavour: Flavour): readonly Finding[] => [
  ...withRole(source.nodes, 'vip-cp').flatMap((node) => checkVip(node, source)),
  ...withRole(source.nodes, 'sub-cp').flatMap((node) => checkSubPort(node, source)),
  ...policiesOf(source.policies, 'security-rule').flatMap((policy) => checkRule(policy, source)),
  ...linkPolicyRoles
    .flatMap((role) => policiesOf(source.policies, role))
    .flatMap((policy) => checkLinks(policy, source)),
  ...policiesOf(source.policies, 'link-deltas').flatMap((policy) => checkAspect(policy, flavour)),
  ...policiesOf(source.policies, 'link-levels').flatMap((policy) => checkLevels(policy, flavour)),
];

const isCp = (source: FlavourSource, id: string): boolean =>
  nodeWithRole(source, id, 'cp') !== undefined || nodeWithRole(source, id, 'ext-cp') !== undefined;

function checkVip(node: NodeTemplate, source: FlavourSource): readonly Finding[] {
  const unknown = targetsOf(node, 'target').filter((id) => !isCp(source, id));
  return unknown.map((id) => {
    const message = `\`${node.id}\` is an address of \`${id}\`, which is no connection point of this flavour.`;
    return found('VNFD-VIP-TARGET-UNKNOWN', requirementAt(node, 'target'), message);
  });
}

function checkSubPort(node: NodeTemplate, source: FlavourSource): readonly Finding[] {
  const id = targetOf(node, 'trunk_port');
  const trunk = nodeWithRole(source, id, 'cp');
  if (boolOf(child(trunk?.properties, 'trunk_mode')) === true) return [];
  const why =
    id === undefined ? 'names no trunk' : `hangs on \`${id}\`, which is ${trunk === undefined ? 'no' : 'not a trunk'}`;
  const what = id !== undefined && trunk === undefined ? ' connection point of this flavour' : '';
  return [found('VNFD-SUBPORT-TRUNK', requirementAt(node, 'trunk_port'), `\`${node.id}\` ${why}${what}.`)];
}

function checkRule(policy: Policy, source: FlavourSource): readonly Finding[] {
  return policy.targets
    .filter((id) => !isCp(source, id))
    .map((id) => {
      const message = `\`${policy.id}\` targets \`${id}\`, which is no connection point of this flavour.`;
      return found('VNFD-POLICY-TARGET-UNKNOWN', policy.targetsAt, message);
    });
}

function checkLinks(policy: Policy, source: FlavourSource): readonly Finding[] {
  return policy.targets
    .filter((id) => nodeWithRole(source, id, 'virtual-link') === undefined)
    .map((id) => {
      const message = `\`${policy.id}\` targets \`${id}\`, which is no virtual link of this flavour.`;
      return found('VNFD-POLICY-TARGET-UNKNOWN', policy.targetsAt, message);
    });
}

function checkAspect(policy: Policy, flavour: Flavour): readonly Finding[] {
  const named = child(policy.properties, 'aspect');
  const id = textOf(named);
  if (id === undefined || flavour.aspects.some((aspect) => aspect.id === id)) return [];
  const message = `\`${policy.id}\` names the aspect \`${id}\`, which is not defined.`;
  return [found('VNFD-ASPECT-UNKNOWN', named?.at ?? policy.at, message)];
}

function checkLevels(policy: Policy, flavour: Flavour): readonly Finding[] {
  const known = new Set(flavour.levels.map(({ id }) => id));
  return entriesOf(child(policy.properties, 'levels'))
    .filter(([id]) => !known.has(id))
    .map(([id, { at }]) => found('VNFD-LEVEL-UNKNOWN', at, `\`${policy.id}\` names the level \`${id}\`.`));
}
