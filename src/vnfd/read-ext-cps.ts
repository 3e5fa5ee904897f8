/**
 * External connection points of a flavour: what `substitution_mappings.requirements` exposes (SOL001 clause 6.8.1), in
 * map or list form, and VnfExtCp nodes (clause 6.8.2). A VduCp without any link counts as external by itself.
 */
import type { FlavourSource } from './flavour-source.js';
import { targetOf, targetsOf as targetsOfRequirement, type NodeTemplate } from '../tosca/node-templates.js';
import { child, itemsOf, namedOf, textOf, type YamlNode } from '../tosca/tree.js';
import type { ExtCp } from './model.js';
import { withRole } from './roles.js';
import { defined } from '../shared/defined.js';

export interface Mapping {
  readonly requirement: string;
  /** Node template id; absent when the mapping is empty. */
  readonly target?: string;
  readonly node: YamlNode;
}

export const mappingsOf = (source: FlavourSource): readonly Mapping[] =>
  namedOf(child(source.topology, 'substitution_mappings', 'requirements')).flatMap(([requirement, node]) =>
    targetsOf(node).map((target) => ({ requirement, node, ...defined({ target }) })),
  );

/** `[ CP1, virtual_link ]`, `[ [ CP1, virtual_link ], … ]`, `{ mapping: [ … ] }` or `CP1`. */
function targetsOf(node: YamlNode): readonly (string | undefined)[] {
  const mapping = child(node, 'mapping');
  if (mapping !== undefined) return targetsOf(mapping);
  if (node.kind !== 'list') return [textOf(node)];
  const first = itemsOf(node)[0];
  return first?.kind === 'list' ? node.items.flatMap(targetsOf) : [textOf(first)];
}

export function readExtCps(source: FlavourSource): readonly ExtCp[] {
  const mapped = mappingsOf(source).flatMap(({ requirement, target }) =>
    target === undefined ? [] : extCp(source, target, requirement),
  );
  const seen = new Set(mapped.map(({ id }) => id));
  const unmapped = [
    ...withRole(source.nodes, 'ext-cp').map(({ id }) => [id, 'external_virtual_link'] as const),
    ...unlinkedCps(source).map((id) => [id, 'virtual_link'] as const),
  ].flatMap(([id, requirement]) => (seen.has(id) ? [] : extCp(source, id, requirement)));
  return unique([...mapped, ...unmapped]);
}

export const unlinkedCps = (source: FlavourSource): readonly string[] =>
  withRole(source.nodes, 'cp').flatMap((node) => (targetOf(node, 'virtual_link') === undefined ? [node.id] : []));

function extCp(source: FlavourSource, id: string, requirement: string): readonly ExtCp[] {
  const node = source.byId.get(id);
  if (node?.builtIn.role === 'cp') return [{ id, vduCpId: id, requirement }];
  if (node?.builtIn.role === 'vip-cp') return [{ id, requirement, vipTargets: targetsOfVip(node) }];
  if (node?.builtIn.role !== 'ext-cp') return [];
  const virtualLinkId = targetOf(node, 'internal_virtual_link');
  return [{ id, requirement, ...defined({ virtualLinkId }) }];
}

const targetsOfVip = (node: NodeTemplate): readonly string[] => targetsOfRequirement(node, 'target');

const unique = (cps: readonly ExtCp[]): readonly ExtCp[] => [...new Map(cps.map((cp) => [cp.id, cp])).values()];
