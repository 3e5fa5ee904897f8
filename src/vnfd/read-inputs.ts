/**
 * Topology inputs (TOSCA Simple Profile 1.3 clause 3.6.14). SOL001 flavours declare the VNF node's own properties as
 * inputs; those have their value already and are asked of nobody.
 */
import type { FlavourSource } from './flavour-source.js';
import { callsIn, inputNameOf, type InputValues } from '../tosca/functions.js';
import { boolOf, child, entriesOf, plain, type YamlMap, type YamlNode } from '../tosca/tree.js';
import { readDeclared } from './read-declared.js';
import type { TypeTable } from '../tosca/types.js';
import type { DeclaredProperty, TopologyInput } from './model.js';

/** Value of each declared input: the VNF node's property of that name, else the default. */
export function inputValuesOf(topology: YamlNode | undefined, vnfProperties: YamlMap | undefined): InputValues {
  const declared = entriesOf(child(topology, 'inputs'));
  return new Map(
    declared.map(([name, input]) => [name, vnfProperties?.entries.get(name) ?? child(input, 'default')] as const),
  );
}

const withoutDefault = ({ default: _value, ...rest }: DeclaredProperty): DeclaredProperty => rest;

/** An input is required when it has no value and something refers to it. */
export function readInputs(source: FlavourSource, types: TypeTable): Readonly<Record<string, TopologyInput>> {
  const used = new Set(callsIn(child(source.topology, 'node_templates')).map(inputNameOf));
  return Object.fromEntries(
    entriesOf(child(source.topology, 'inputs')).map(([name, input]) => {
      const value = source.inputValues.get(name);
      const demanded = boolOf(child(input, 'required')) ?? true;
      return [
        name,
        {
          ...withoutDefault(readDeclared(input, types)),
          required: demanded && value === undefined && used.has(name),
          ...(value === undefined ? {} : { default: plain(value) }),
        },
      ];
    }),
  );
}
