/**
 * Values that the package itself gives to what it declares: defaults of inputs and of modifiable attributes, and what the
 * VNF node assigns. They are judged as a request's would be.
 */
import type { Finding } from '../../shared/finding.js';
import { misfit } from '../declared-values.js';
import { found, type DescriptorCode } from '../finding-codes.js';
import { callsIn } from '../../tosca/functions.js';
import type { NodeTemplate } from '../../tosca/node-templates.js';
import { readDeclared } from '../read-declared.js';
import { child, entriesOf, isNull, plain, textOf, type YamlNode } from '../../tosca/tree.js';
import type { TypeTable } from '../../tosca/types.js';

/** Of a topology. */
export const checkInputDefaults = (topology: YamlNode | undefined, types: TypeTable): readonly Finding[] =>
  entriesOf(child(topology, 'inputs')).flatMap(([name, input]) => checkDefault(`input \`${name}\``, input, types));

/** What requests may set of an instance. */
export function checkModifiableValues(vnf: NodeTemplate, types: TypeTable): readonly Finding[] {
  const attributes = types.membersOf(vnf.type, 'modifiable_attributes');
  const membersOf = (name: string) => types.dataMembersOf(textOf(child(attributes?.get(name), 'type')) ?? '');
  const places = [
    [['configurable_properties'], types.membersOf(vnf.type, 'configurable_properties')],
    [['modifiable_attributes', 'extensions'], membersOf('extensions')],
    [['modifiable_attributes', 'metadata'], membersOf('metadata')],
  ] as const;
  return places.flatMap(([path, members = new Map<string, YamlNode>()]) =>
    [...members].flatMap(([name, definition]) => {
      const subject = `\`${[...path, name].join('.')}\``;
      const value = child(vnf.properties, ...path, name);
      const assigned = value === undefined ? [] : judged('TOSCA-VALUE-NOT-ALLOWED', subject, definition, value, types);
      return [...checkDefault(subject, definition, types), ...assigned];
    }),
  );
}

function checkDefault(subject: string, definition: YamlNode, types: TypeTable): readonly Finding[] {
  const value = child(definition, 'default');
  return value === undefined
    ? []
    : judged('TOSCA-DEFAULT-NOT-ALLOWED', `The default of ${subject}`, definition, value, types);
}

function judged(
  code: DescriptorCode,
  subject: string,
  definition: YamlNode,
  value: YamlNode,
  types: TypeTable,
): readonly Finding[] {
  // What is computed has no value yet.
  if (isNull(value) || callsIn(value).length > 0) return [];
  const declared = readDeclared(definition, types);
  // YAML makes a number of `1.0` where a string is wanted; it is read as written.
  const given = declared.type === 'string' ? (textOf(value) ?? plain(value)) : plain(value);
  const wrong = misfit(declared, given);
  return wrong === undefined ? [] : [found(code, value.at, `${subject} ${wrong}.`)];
}
