/**
 * One flavour as TOSCA has it: everything that readers and checks of the flavour look at.
 */
import type { Place } from '../shared/finding.js';
import type { InputValues } from '../tosca/functions.js';
import type { NodeTemplate } from '../tosca/node-templates.js';
import type { Group, Policy } from '../tosca/policies.js';
import { maxCandidates, perhaps } from '../shared/suggest.js';
import type { YamlNode } from '../tosca/tree.js';

export interface FlavourSource {
  readonly id: string;
  readonly at: Place;
  /** `topology_template`. */
  readonly topology: YamlNode;
  readonly nodes: readonly NodeTemplate[];
  readonly byId: ReadonlyMap<string, NodeTemplate>;
  readonly policies: readonly Policy[];
  readonly groups: readonly Group[];
  readonly inputValues: InputValues;
  /** The VNF node of the entry template, when the flavour's own leaves something out. */
  readonly topVnf?: NodeTemplate;
  /** Path in the package of a file reference as written in a file. */
  readonly resolveFile: (reference: string, fromFile: string) => string;
}

/** Which node of one of these roles an unknown name may mean, as words to append. */
export function perhapsNode(
  { nodes }: FlavourSource,
  id: string,
  ...roles: readonly NodeTemplate['builtIn']['role'][]
): string {
  const known: string[] = [];
  for (const node of nodes) {
    if (roles.includes(node.builtIn.role)) known.push(node.id);
    if (known.length === maxCandidates) break;
  }
  return perhaps(id, known);
}

/** The node of that id when it has that role. */
export function nodeWithRole(
  source: FlavourSource,
  id: string | undefined,
  role: NodeTemplate['builtIn']['role'],
): NodeTemplate | undefined {
  const node = id === undefined ? undefined : source.byId.get(id);
  return node?.builtIn.role === role ? node : undefined;
}
