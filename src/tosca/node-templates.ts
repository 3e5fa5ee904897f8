/**
 * Node templates of one topology in one shape: type with its role, properties with type defaults and resolved inputs,
 * requirements as pairs, artifacts, metadata (TOSCA Simple Profile 1.3 clause 3.8.3).
 */
import { defined } from '../shared/defined.js';
import type { Finding, Place } from '../shared/finding.js';
import { found } from './finding-codes.js';
import { resolveMap, type InputValues } from './functions.js';
import { perhaps } from '../shared/suggest.js';
import {
  asMap,
  child,
  emptyMap,
  entriesOf,
  namedOf,
  overlay,
  textMapOf,
  textOf,
  type YamlMap,
  type YamlNode,
} from './tree.js';
import type { TypeTable } from './types.js';
import type { BuiltInType } from './vocabulary.js';

export interface NodeTemplate {
  readonly id: string;
  readonly type: string;
  readonly builtIn: BuiltInType;
  readonly at: Place;
  readonly properties: YamlMap;
  readonly capabilities: ReadonlyMap<string, YamlMap>;
  readonly requirements: readonly Requirement[];
  readonly artifacts: readonly Artifact[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Those of its types first. */
  readonly interfaces: readonly YamlNode[];
}

export interface Requirement {
  readonly name: string;
  /** Node template id; absent when the requirement is left open. */
  readonly target?: string;
  readonly at: Place;
}

export interface Artifact {
  readonly name: string;
  /** Absent in the short form `name: file`. */
  readonly type?: string;
  readonly file?: string;
  readonly properties: YamlMap;
  readonly at: Place;
}

export interface NodeReading {
  readonly findings: readonly Finding[];
  readonly nodes: readonly NodeTemplate[];
}

/** Names that stay readable in domain names, file names, labels and URLs. */
const usableName = /^[\p{L}\p{N}_][\p{L}\p{N}_. -]{0,127}$/u;

export const isUsableName = (name: string): boolean => usableName.test(name);

export function readNodeTemplates(topology: YamlNode | undefined, types: TypeTable, inputs: InputValues): NodeReading {
  const findings: Finding[] = [];
  const nodes = entriesOf(child(topology, 'node_templates')).flatMap(([id, source]) => {
    const type = textOf(child(source, 'type'));
    const builtIn = type === undefined ? undefined : types.builtInOf(type);
    if (!isUsableName(id)) findings.push(found('VNFD-NAME', source.at, `\`${id}\` cannot name a node.`));
    if (type !== undefined && builtIn !== undefined) return [readNode(id, type, builtIn, source, types, inputs)];
    findings.push(badNode(id, type, source, types));
    return [];
  });
  return { findings, nodes };
}

export function badNode(id: string, type: string | undefined, source: YamlNode, types: TypeTable): Finding {
  if (type === undefined) return found('TOSCA-NODE-FORM', source.at, `\`${id}\` has no \`type\`.`);
  const at = child(source, 'type')?.at ?? source.at;
  const meant = Object.hasOwn(otherNames, type)
    ? ` (perhaps \`${otherNames[type] ?? ''}\`)`
    : perhaps(type, types.names());
  return found('TOSCA-TYPE-UNKNOWN', at, `\`${id}\` has the type \`${type}\`, which nothing defines${meant}.`);
}

/** What IFA011 and older profiles call these, and the abstract types that SOL001 derives them from. */
const otherNames: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries({
    VduCp: ['Cp', 'Cpd', 'VduCpd', 'CP'],
    VnfExtCp: ['VnfExtCpd', 'ExtCp', 'ExtCpd'],
    VnfVirtualLink: ['VnfVirtualLinkDesc', 'VirtualLink', 'VirtualLinkDesc', 'VL', 'VnfVl'],
    'Vdu.Compute': ['Vdu', 'VDU', 'VDU.Compute', 'VduCompute', 'Compute'],
    'Vdu.VirtualBlockStorage': [
      'VirtualStorage',
      'VirtualStorageDesc',
      'Vdu.VirtualStorage',
      'VDU.VirtualStorage',
      'VirtualBlockStorage',
    ],
  }).flatMap(([name, others]) => others.map((other) => [`tosca.nodes.nfv.${other}`, `tosca.nodes.nfv.${name}`])),
);

function readNode(
  id: string,
  type: string,
  builtIn: BuiltInType,
  source: YamlNode,
  types: TypeTable,
  inputs: InputValues,
): NodeTemplate {
  const own = asMap(child(source, 'properties')) ?? emptyMap(source.at);
  return {
    id,
    type,
    builtIn,
    at: source.at,
    properties: resolveExceptBootData(overlay(types.defaultsOf(type), own), inputs),
    capabilities: readCapabilities(child(source, 'capabilities'), inputs),
    requirements: readRequirements(child(source, 'requirements')),
    artifacts: readArtifacts([...types.artifactsOf(type), child(source, 'artifacts')], inputs),
    metadata: textMapOf(child(source, 'metadata')),
    interfaces: [...types.interfacesOf(type), ...[child(source, 'interfaces')].flatMap((own) => own ?? [])],
  };
}

function resolveExceptBootData(properties: YamlMap, inputs: InputValues): YamlMap {
  const bootData = properties.entries.get('boot_data');
  const resolved = resolveMap(properties, inputs);
  if (bootData === undefined) return resolved;
  return { ...resolved, entries: new Map([...resolved.entries, ['boot_data', bootData]]) };
}

/** Properties by capability; some vendors leave the word `properties` out. */
function readCapabilities(node: YamlNode | undefined, inputs: InputValues): ReadonlyMap<string, YamlMap> {
  const pairs = namedOf(node).flatMap(([name, capability]) => {
    const properties = asMap(child(capability, 'properties')) ?? asMap(capability);
    return properties === undefined ? [] : [[name, resolveMap(properties, inputs)] as const];
  });
  return new Map(pairs);
}

function readRequirements(node: YamlNode | undefined): readonly Requirement[] {
  return namedOf(node).map(([name, value]) => {
    const target = (textOf(value) ?? textOf(child(value, 'node'))) || undefined;
    return { name, at: value.at, ...defined({ target }) };
  });
}

/** An artifact of a type stands unless the template has one of that name. */
function readArtifacts(sections: readonly (YamlNode | undefined)[], inputs: InputValues): readonly Artifact[] {
  return [...new Map(sections.flatMap(namedOf))].map(([name, value]) => {
    const type = textOf(child(value, 'type'));
    const file = textOf(value) ?? textOf(child(value, 'file'));
    return {
      name,
      at: value.at,
      properties: resolveMap(asMap(child(value, 'properties')) ?? emptyMap(value.at), inputs),
      ...defined({ type, file }),
    };
  });
}

export const targetsOf = (node: NodeTemplate, requirement: string): readonly string[] =>
  node.requirements.flatMap(({ name, target }) => (name === requirement && target !== undefined ? [target] : []));

/** First target of a requirement of that name. */
export const targetOf = (node: NodeTemplate, requirement: string): string | undefined =>
  targetsOf(node, requirement)[0];

export const requirementAt = (node: NodeTemplate, requirement: string): Place =>
  node.requirements.find(({ name }) => name === requirement)?.at ?? node.at;
