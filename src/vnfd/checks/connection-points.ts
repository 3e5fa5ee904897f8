/**
 * Connection points are bound to a VDU, reach a link that exists, and have an order of their own.
 */
import type { Finding } from '../../shared/finding.js';
import { found } from '../finding-codes.js';
import { nodeWithRole, perhapsNode, type FlavourSource } from '../flavour-source.js';
import { requirementAt, targetOf, type NodeTemplate } from '../../tosca/node-templates.js';
import { child } from '../../tosca/tree.js';
import type { Flavour, VduCp } from '../model.js';
import { withRole } from '../roles.js';

export const checkConnectionPoints = (source: FlavourSource, flavour: Flavour): readonly Finding[] => [
  ...withRole(source.nodes, 'cp').flatMap((node) => [
    ...checkBound(node, source),
    ...checkLink(node, 'virtual_link', source),
  ]),
  ...withRole(source.nodes, 'ext-cp').flatMap((node) => checkLink(node, 'internal_virtual_link', source)),
  ...checkOrder(flavour.cps, source),
  ...checkSharedLinks(flavour, source),
];

/** Each internal link joins one network outside. */
function checkSharedLinks({ extCps }: Flavour, source: FlavourSource): readonly Finding[] {
  const first = new Map<string, string>();
  return extCps.flatMap(({ id, virtualLinkId }) => {
    if (virtualLinkId === undefined) return [];
    const other = first.get(virtualLinkId);
    if (other === undefined) {
      first.set(virtualLinkId, id);
      return [];
    }
    const node = source.byId.get(id);
    const at = node === undefined ? source.at : requirementAt(node, 'internal_virtual_link');
    const message = `\`${id}\` and \`${other}\` both lead to the internal link \`${virtualLinkId}\`.`;
    return [found('VNFD-EXTCP-LINK-SHARED', at, message)];
  });
}

function checkBound(node: NodeTemplate, source: FlavourSource): readonly Finding[] {
  const vduId = targetOf(node, 'virtual_binding');
  if (nodeWithRole(source, vduId, 'vdu') !== undefined) return [];
  const message =
    vduId === undefined
      ? `\`${node.id}\` is bound to no VDU.`
      : `\`${node.id}\` is bound to \`${vduId}\`, which is no VDU of this flavour${perhapsNode(source, vduId, 'vdu')}.`;
  return [found('VNFD-CP-UNBOUND', requirementAt(node, 'virtual_binding'), message)];
}

function checkLink(node: NodeTemplate, requirement: string, source: FlavourSource): readonly Finding[] {
  const linkId = targetOf(node, requirement);
  if (linkId === undefined || nodeWithRole(source, linkId, 'virtual-link') !== undefined) return [];
  const meant = perhapsNode(source, linkId, 'virtual-link');
  const message = `\`${node.id}\` is linked to \`${linkId}\`, which is no virtual link of this flavour${meant}.`;
  return [found('VNFD-CP-LINK-UNKNOWN', requirementAt(node, requirement), message)];
}

/** Without orders, names decide; that is legal and says nothing. */
function checkOrder(cps: readonly VduCp[], source: FlavourSource): readonly Finding[] {
  const seen = new Map<string, string>();
  return cps.flatMap(({ id, vduId, order }) => {
    if (order === undefined) return [];
    const first = seen.get(`${vduId}/${order}`);
    if (first === undefined) seen.set(`${vduId}/${order}`, id);
    if (first === undefined) return [];
    const node = source.byId.get(id);
    const at = child(node?.properties, 'order')?.at ?? node?.at ?? source.at;
    return [found('VNFD-CP-ORDER', at, `\`${id}\` and \`${first}\` of \`${vduId}\` both have the order ${order}.`)];
  });
}
