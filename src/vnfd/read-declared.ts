/**
 * Definitions of properties and inputs (TOSCA Simple Profile 1.3 clauses 3.6.10, 3.6.14), with the package's own data types
 * written out.
 */
import { boolOf, child, entriesOf, plain, textOf, type YamlNode } from '../tosca/tree.js';
import type { TypeTable } from '../tosca/types.js';
import type { DeclaredProperty } from './model.js';
import { defined } from '../shared/defined.js';

/** Types within types; what lies deeper is not judged. */
const maxDepth = 4;

export function readDeclared(definition: YamlNode, types: TypeTable, depth = 0): DeclaredProperty {
  const type = textOf(child(definition, 'type')) ?? textOf(definition) ?? 'string';
  const entry = child(definition, 'entry_schema');
  const constraints = child(definition, 'constraints');
  const value = child(definition, 'default');
  const members = depth < maxDepth ? types.writtenOutMembersOf(type) : undefined;
  return {
    type,
    ...defined({ constraints: constraints && plain(constraints) }),
    ...(boolOf(child(definition, 'required')) === true && { required: true }),
    ...defined({ default: value && plain(value) }),
    ...(entry !== undefined && depth < maxDepth && { entry: readDeclared(entry, types, depth + 1) }),
    ...defined({ members: members && declarationsIn([...members], types, depth + 1) }),
  };
}

export const declarationsIn = (
  definitions: readonly (readonly [string, YamlNode])[],
  types: TypeTable,
  depth = 0,
): Readonly<Record<string, DeclaredProperty>> =>
  Object.fromEntries(definitions.map(([name, definition]) => [name, readDeclared(definition, types, depth)]));

/** What a map of the VNF node assigns without declaring it: a name with a value, of any type. */
export const assignedIn = (node: YamlNode | undefined): Readonly<Record<string, DeclaredProperty>> =>
  Object.fromEntries(entriesOf(node).map(([name]) => [name, { type: 'any' }]));
