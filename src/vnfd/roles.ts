/**
 * What the types of SOL001 mean to Berth; `descriptors/` gives each built-in type one of these roles.
 */
import type { NodeTemplate } from '../tosca/node-templates.js';
import type { Policy } from '../tosca/policies.js';

/** What a type may mean to Berth. A type of a package has the role of the built-in type that it derives from. */
export const typeRoles = [
  'vnf',
  'vdu',
  'block-storage',
  'object-storage',
  'file-storage',
  'cp',
  'ext-cp',
  'virtual-link',
  'placement-group',
  'scaling-aspects',
  'vdu-initial-delta',
  'vdu-deltas',
  'levels',
  'vdu-levels',
  'affinity',
  'anti-affinity',
  'sw-image',
  'vip-cp',
  'sub-cp',
  'security-rule',
  'indicator',
  'package-change',
  'link-deltas',
  'link-initial-delta',
  'link-levels',
  /** Read past without a word: it asks nothing of Berth. */
  'neutral',
  /** Read past with a warning. */
  'ignored',
  /** Refused; `reason` says why. */
  'refused',
] as const;

export type TypeRole = (typeof typeRoles)[number];

/** The vocabulary in `descriptors/` is held to these roles by its tests. */
export const roleOf = ({ builtIn }: Pick<NodeTemplate, 'builtIn'>): TypeRole => builtIn.role as TypeRole;

export const withRole = (nodes: readonly NodeTemplate[], role: TypeRole): readonly NodeTemplate[] =>
  nodes.filter((node) => node.builtIn.role === role);

export const policiesOf = (policies: readonly Policy[], role: TypeRole): readonly Policy[] =>
  policies.filter((policy) => policy.builtIn.role === role);
