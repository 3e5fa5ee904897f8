/**
 * All that is checked of one flavour: first shape (schemas, functions, type constraints), then one small check per
 * cross-reference. A new check is one function in `checks/` and one line here.
 */
import type { Finding } from '../shared/finding.js';
import { checkAffinity } from './checks/affinity.js';
import { checkBeside } from './checks/beside.js';
import { checkBootData } from './checks/boot-data.js';
import { checkConnectionPoints } from './checks/connection-points.js';
import { checkDisks } from './checks/disks.js';
import { checkEffects } from './checks/effects.js';
import { checkImages } from './checks/images.js';
import { checkInputs } from './checks/inputs.js';
import { checkLevels } from './checks/levels.js';
import { checkLinks } from './checks/links.js';
import { checkMappings } from './checks/mappings.js';
import { checkMemory } from './checks/memory.js';
import { checkNames } from './checks/names.js';
import { checkPinning } from './checks/pinning.js';
import { checkRequirements } from './checks/requirements.js';
import { checkScaling } from './checks/scaling.js';
import { checkScripts } from './checks/scripts.js';
import { checkUnsupported } from './checks/unsupported.js';
import { checkVdus } from './checks/vdus.js';
import type { FlavourSource } from './flavour-source.js';
import { unresolvedIn, type InputValues } from '../tosca/functions.js';
import type { NodeTemplate } from '../tosca/node-templates.js';
import { imageArtifact, imageData } from './read-image.js';
import { found } from './finding-codes.js';
import { schemaFindings } from '../tosca/schema-findings.js';
import { perhaps } from '../shared/suggest.js';
import type { YamlMap } from '../tosca/tree.js';
import type { TypeTable } from '../tosca/types.js';
import type { SchemaCheck } from '../tosca/vocabulary.js';
import type { Flavour } from './model.js';

export type Check = (source: FlavourSource, flavour: Flavour) => readonly Finding[];

const checks: readonly Check[] = [
  checkNames,
  checkUnsupported,
  checkInputs,
  checkVdus,
  checkImages,
  checkDisks,
  checkMemory,
  checkRequirements,
  checkPinning,
  checkConnectionPoints,
  checkLinks,
  checkMappings,
  checkScaling,
  checkLevels,
  checkAffinity,
  checkScripts,
  checkBootData,
  checkBeside,
  checkEffects,
];

export function checkFlavour(
  source: FlavourSource,
  flavour: Flavour | undefined,
  types: TypeTable,
  schemaCheck: SchemaCheck,
): readonly Finding[] {
  const shape = [
    ...source.nodes.flatMap((node) => checkNode(node, source.inputValues, types, schemaCheck)),
    ...[...source.policies, ...source.groups].flatMap(({ id, type, builtIn, properties }) => [
      ...checkProperties(id, builtIn.schema, properties, types.definedPropertiesOf(type), schemaCheck),
      ...unresolvedIn(properties, source.inputValues),
    ]),
  ];
  return flavour === undefined ? shape : [...shape, ...checks.flatMap((check) => check(source, flavour))];
}

/** The VNF node that gives the VNFD its identity; those of flavours only say what they change. */
export const checkVnfNode = (vnf: NodeTemplate, types: TypeTable, schemaCheck: SchemaCheck): readonly Finding[] => [
  ...checkProperties(vnf.id, vnf.builtIn.schema, vnf.properties, types.definedPropertiesOf(vnf.type), schemaCheck),
  ...types.violations(vnf.type, vnf.properties),
];

function checkNode(
  node: NodeTemplate,
  inputs: InputValues,
  types: TypeTable,
  schemaCheck: SchemaCheck,
): readonly Finding[] {
  const { id, type, builtIn, properties } = node;
  if (builtIn.role === 'vnf') return types.violations(type, properties);
  const capabilities = Object.entries(builtIn.capabilities ?? {}).flatMap(([name, schema]) =>
    checkCapability(node, name, schema, schemaCheck),
  );
  return [
    ...checkProperties(id, builtIn.schema, properties, types.definedPropertiesOf(type), schemaCheck),
    ...capabilities,
    ...checkRequirementNames(node, types),
    ...checkImageData(node, schemaCheck),
    ...types.violations(type, properties),
    ...unresolvedIn(withoutBootData(properties), inputs),
    ...[...node.capabilities.values()].flatMap((capability) => unresolvedIn(capability, inputs)),
  ];
}

/** A capability that is absent is checked as an empty map, so that what it must say is reported. */
function checkCapability(
  node: NodeTemplate,
  name: string,
  schema: string,
  schemaCheck: SchemaCheck,
): readonly Finding[] {
  const value = node.capabilities.get(name) ?? { kind: 'map' as const, at: node.at, entries: new Map() };
  return checkProperties(`${node.id}.${name}`, schema, value, new Set(), schemaCheck);
}

function checkRequirementNames(
  { id, type, builtIn, requirements }: NodeTemplate,
  types: TypeTable,
): readonly Finding[] {
  if (builtIn.requirements === undefined) return [];
  const known = [...builtIn.requirements, ...types.requirementsOf(type), 'dependency'];
  return requirements
    .filter(({ name }) => !known.includes(name))
    .map(({ name, at }) => {
      const message = `\`${id}\` has the requirement \`${name}\`, which is unknown${perhaps(name, known)}.`;
      return found('TOSCA-KEY-UNKNOWN', at, message);
    });
}

function checkImageData(node: NodeTemplate, schemaCheck: SchemaCheck): readonly Finding[] {
  const data = imageData(node);
  if (data === undefined || imageArtifact(node)?.properties !== data) return [];
  return checkProperties(`${node.id}.sw_image`, 'sw-image', data, new Set(), schemaCheck);
}

function checkProperties(
  id: string,
  schema: string | undefined,
  value: YamlMap,
  alsoKnown: ReadonlySet<string>,
  schemaCheck: SchemaCheck,
): readonly Finding[] {
  return schema === undefined ? [] : schemaFindings({ id, schema, value, alsoKnown }, schemaCheck);
}

const withoutBootData = (properties: YamlMap): YamlMap => ({
  ...properties,
  entries: new Map([...properties.entries].filter(([key]) => key !== 'boot_data')),
});
