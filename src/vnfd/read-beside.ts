/**
 * Parts of a flavour that Berth reads and checks, and does not carry out: virtual addresses, trunk sub-ports, security
 * rules, indicators, package changes, bit rates of links, lifecycle scripts (SOL001 clauses 6.7, 6.8, 6.10).
 */
import type { FlavourSource } from './flavour-source.js';
import { targetOf, targetsOf, type NodeTemplate } from '../tosca/node-templates.js';
import type { Policy } from '../tosca/policies.js';
import { child, entriesOf, intOf, itemsOf, textOf, type YamlNode } from '../tosca/tree.js';
import type {
  BesideParts,
  LcmScript,
  LinkBitrates,
  PackageChange,
  SecurityRule,
  SubPort,
  VipCp,
  VnfIndicator,
} from './model.js';
import { policiesOf, withRole } from './roles.js';
import { defined } from '../shared/defined.js';

/** Undefined when the flavour has none of them. */
export function readBeside(source: FlavourSource): BesideParts | undefined {
  const parts: BesideParts = {
    vipCps: withRole(source.nodes, 'vip-cp').map(readVip),
    subPorts: withRole(source.nodes, 'sub-cp').map(readSubPort),
    securityRules: policiesOf(source.policies, 'security-rule').map(readSecurityRule),
    indicators: policiesOf(source.policies, 'indicator').map(readIndicator),
    packageChanges: policiesOf(source.policies, 'package-change').map(readPackageChange),
    linkBitrates: readLinkBitrates(source),
    scripts: withRole(source.nodes, 'vnf').flatMap(scriptsOf),
  };
  return Object.values(parts).every((all: readonly unknown[]) => all.length === 0) ? undefined : parts;
}

const oneOf = <T extends string>(words: readonly [T, ...T[]], node: YamlNode | undefined): T =>
  words.find((word) => word === textOf(node)) ?? words[0];

const readVip = (node: NodeTemplate): VipCp => {
  const purpose = child(node.properties, 'vip_function');
  return {
    id: node.id,
    targetIds: targetsOf(node, 'target'),
    ...(purpose === undefined ? {} : { purpose: oneOf(['high_availability', 'load_balance'], purpose) }),
    ...defined({ virtualLinkId: targetOf(node, 'virtual_link') }),
  };
};

const readSubPort = (node: NodeTemplate): SubPort => ({
  id: node.id,
  ...defined({ trunkCpId: targetOf(node, 'trunk_port') }),
  ...defined({ virtualLinkId: targetOf(node, 'virtual_link') }),
  ...defined({ segmentationId: intOf(child(node.properties, 'segmentation_id')) }),
});

/** Defaults are SOL001's: all TCP, in. */
const readSecurityRule = ({ id, targets, properties }: Policy): SecurityRule => ({
  id,
  cpIds: targets,
  direction: oneOf(['ingress', 'egress'], child(properties, 'direction')),
  etherType: oneOf(['ipv4', 'ipv6'], child(properties, 'ether_type')),
  protocol: textOf(child(properties, 'protocol')) ?? 'tcp',
  portMin: intOf(child(properties, 'port_range_min')) ?? 0,
  portMax: intOf(child(properties, 'port_range_max')) ?? 65_535,
});

const readIndicator = ({ id, properties }: Policy): VnfIndicator => ({
  id,
  source: oneOf(['vnf', 'em', 'both_vnf_and_em'], child(properties, 'source')),
});

/** The selector is a list, in some packages one map. */
function readPackageChange({ id, properties }: Policy): PackageChange {
  const selector = child(properties, 'selector');
  const selectors = selector?.kind === 'list' ? itemsOf(selector) : [selector];
  return {
    id,
    qualifier: oneOf(['up', 'down'], child(properties, 'modification_qualifier')),
    sourceDescriptorIds: selectors.flatMap((each) => textOf(child(each, 'source_descriptor_id')) ?? []),
    destinationFlavourId: textOf(child(properties, 'destination_flavour_id')) ?? '',
  };
}

export const linkPolicyRoles = ['link-initial-delta', 'link-deltas', 'link-levels'] as const;

function readLinkBitrates(source: FlavourSource): readonly LinkBitrates[] {
  const policies = linkPolicyRoles.flatMap((role) => policiesOf(source.policies, role));
  const links = [...new Set(policies.flatMap(({ targets }) => targets))];
  return links.map((linkId) => {
    const of = (role: (typeof linkPolicyRoles)[number]): readonly Policy[] =>
      policiesOf(source.policies, role).filter(({ targets }) => targets.includes(linkId));
    const initial = of('link-initial-delta').map(({ properties }) => rateOf(child(properties, 'initial_delta')))[0];
    return {
      linkId,
      byAspect: Object.fromEntries(
        of('link-deltas').map(({ properties }) => [
          textOf(child(properties, 'aspect')) ?? '',
          ratesOf(child(properties, 'deltas')),
        ]),
      ),
      byLevel: Object.fromEntries(
        of('link-levels').flatMap(({ properties }) => Object.entries(ratesOf(child(properties, 'levels')))),
      ),
      ...defined({ initialBps: initial }),
    };
  });
}

const rateOf = (node: YamlNode | undefined): number | undefined => intOf(child(node, 'bitrate_requirements', 'root'));

const ratesOf = (node: YamlNode | undefined): Readonly<Record<string, number>> =>
  Object.fromEntries(
    entriesOf(node).flatMap(([id, each]) => {
      const rate = rateOf(each);
      return rate === undefined ? [] : [[id, rate]];
    }),
  );

/** Scripts of a VNF node and its types, with the place where each is named. */
export const scriptNodes = (vnf: NodeTemplate): readonly (LcmScript & { readonly node: YamlNode })[] => {
  const operations = vnf.interfaces.flatMap((interfaces) => {
    const vnflcm = child(interfaces, 'Vnflcm');
    return [...entriesOf(vnflcm), ...entriesOf(child(vnflcm, 'operations'))];
  });
  return [...new Map(operations)].flatMap(([operation, node]) => {
    const script = scriptOf(node);
    return notOperations.has(operation) || script === undefined ? [] : [{ operation, script, node }];
  });
};

const notOperations = new Set(['type', 'description', 'inputs']);

const scriptsOf = (vnf: NodeTemplate): readonly LcmScript[] =>
  scriptNodes(vnf).map(({ operation, script }) => ({ operation, script }));

/** `path`, `{ implementation: path }` or `{ implementation: { primary: path } }`. */
function scriptOf(operation: YamlNode): string | undefined {
  const implementation = child(operation, 'implementation');
  return textOf(operation) ?? textOf(implementation) ?? textOf(child(implementation, 'primary'));
}
