/**
 * Names that Berth uses as identifiers: of aspects, deltas and levels. Nodes and flavours are checked where read.
 */
import type { Finding } from '../../shared/finding.js';
import { found } from '../finding-codes.js';
import type { FlavourSource } from '../flavour-source.js';
import { isUsableName } from '../../tosca/node-templates.js';
import { child, entriesOf } from '../../tosca/tree.js';
import { policiesOf } from '../roles.js';

const sections = [
  ['scaling-aspects', 'aspects', 'a scaling aspect'],
  ['vdu-deltas', 'deltas', 'a delta'],
  ['levels', 'levels', 'an instantiation level'],
] as const;

export const checkNames = (source: FlavourSource): readonly Finding[] =>
  sections.flatMap(([role, key, what]) =>
    policiesOf(source.policies, role).flatMap((policy) =>
      entriesOf(child(policy.properties, key))
        .filter(([name]) => !isUsableName(name))
        .map(([name, node]) => found('VNFD-NAME', node.at, `\`${name}\` cannot name ${what}.`)),
    ),
  );
