/**
 * TOSCA functions in property values (TOSCA Simple Profile 1.3 clause 4). Only `get_input` can have a value at
 * onboarding: the default of the input, or the property of the VNF node with that name (SOL001 clause 6.8.1: inputs
 * of a flavour are fed by the VNF node that it substitutes). Boot data keeps its functions until instantiation.
 */
import type { Finding } from '../shared/finding.js';
import { found } from './finding-codes.js';
import { textOf, type YamlMap, type YamlNode } from './tree.js';

const functions = new Set([
  'get_input',
  'get_property',
  'get_attribute',
  'get_artifact',
  'get_operation_output',
  'get_nodes_of_type',
  'concat',
  'join',
  'token',
]);

/** The name of the function when `node` is a call of one. */
export function functionOf(node: YamlNode | undefined): string | undefined {
  if (node?.kind !== 'map' || node.entries.size !== 1) return undefined;
  const [name] = node.entries.keys();
  return name !== undefined && functions.has(name) ? name : undefined;
}

/** Values of inputs by name; a name that maps to undefined is declared but has no value yet. */
export type InputValues = ReadonlyMap<string, YamlNode | undefined>;

/** Replaces calls that have a value; the rest stays as it is. */
export function resolveFunctions(node: YamlNode, inputs: InputValues): YamlNode {
  if (node.kind === 'scalar') return node;
  if (node.kind === 'list') return { ...node, items: node.items.map((item) => resolveFunctions(item, inputs)) };
  if (functionOf(node) === 'get_input') {
    const value = inputs.get(textOf(node.entries.get('get_input')) ?? '');
    // A default that is itself a call would be resolved forever.
    return value === undefined || functionOf(value) !== undefined ? node : value;
  }
  return resolveMap(node, inputs);
}

export const resolveMap = (map: YamlMap, inputs: InputValues): YamlMap => ({
  ...map,
  entries: new Map([...map.entries].map(([key, value]) => [key, resolveFunctions(value, inputs)])),
});

/** All calls in a tree. */
export function callsIn(node: YamlNode | undefined): readonly YamlMap[] {
  if (node === undefined || node.kind === 'scalar') return [];
  if (node.kind === 'list') return node.items.flatMap(callsIn);
  if (functionOf(node) !== undefined) return [node, ...[...node.entries.values()].flatMap(callsIn)];
  return [...node.entries.values()].flatMap(callsIn);
}

/** The input that a call names, for `get_input`. */
export const inputNameOf = (call: YamlMap): string | undefined => textOf(call.entries.get('get_input'));

/** Findings for calls that must have had a value by now; inputs that nobody declared have their own finding. */
export const unresolvedIn = (node: YamlNode | undefined, inputs: InputValues): readonly Finding[] =>
  callsIn(node).flatMap((call) => {
    const name = functionOf(call) ?? '';
    const input = name === 'get_input' ? inputNameOf(call) : undefined;
    if (input !== undefined && !inputs.has(input)) return [];
    const message =
      input === undefined
        ? `Berth does not evaluate this \`${name}\` at onboarding.`
        : `The input \`${input}\` has no value at onboarding.`;
    return [found('TOSCA-FUNCTION-UNRESOLVED', call.at, message)];
  });
