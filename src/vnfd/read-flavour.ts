/**
 * One flavour: its topology as TOSCA has it, and the normalised form made of that (SOL001 clause 6.8).
 */
import type { Finding } from '../shared/finding.js';
import { found } from './finding-codes.js';
import type { FlavourSource } from './flavour-source.js';
import { readNodeTemplates, type NodeTemplate } from '../tosca/node-templates.js';
import { readGroups, readPolicies } from '../tosca/policies.js';
import { readAffinityRules } from './read-affinity.js';
import { readBeside } from './read-beside.js';
import { readCps } from './read-cp.js';
import { readExtCps } from './read-ext-cps.js';
import { inputValuesOf, readInputs } from './read-inputs.js';
import { readLcmConfig } from './read-lcm-config.js';
import { readAspects, readDefaultLevel, readLevels, readVduDeltas } from './read-scaling.js';
import { readStorages } from './read-storage.js';
import { readVdu } from './read-vdu.js';
import { readVirtualLinks } from './read-virtual-link.js';
import type { ServiceTemplate } from '../tosca/service-templates.js';
import { asMap, child, overlay, textOf, type YamlMap } from '../tosca/tree.js';
import type { TypeTable } from '../tosca/types.js';
import type { Flavour } from './model.js';
import { withRole } from './roles.js';
import { defined } from '../shared/defined.js';

export interface FlavourContext {
  readonly types: TypeTable;
  readonly topVnf?: NodeTemplate;
  readonly resolveFile: (reference: string, fromFile: string) => string;
}

export interface SourceReading {
  readonly findings: readonly Finding[];
  readonly source: FlavourSource;
}

/** Everything of the topology, with types and inputs resolved. */
export function readFlavourSource(template: ServiceTemplate, context: FlavourContext): SourceReading {
  const topology = child(template.root, 'topology_template') ?? template.root;
  const inputValues = inputValuesOf(topology, vnfProperties(template, context));
  const nodes = readNodeTemplates(topology, context.types, inputValues);
  const policies = readPolicies(topology, context.types, inputValues);
  const groups = readGroups(topology, context.types, inputValues);
  const id = flavourIdOf(template, nodes.nodes);
  const source: FlavourSource = {
    id: id ?? 'default',
    at: child(topology, 'substitution_mappings')?.at ?? topology.at,
    topology,
    nodes: nodes.nodes,
    byId: new Map(nodes.nodes.map((node) => [node.id, node])),
    policies: policies.policies,
    groups: groups.policies,
    inputValues,
    resolveFile: context.resolveFile,
    ...defined({ topVnf: context.topVnf }),
  };
  const unnamed =
    id === undefined && withRole(nodes.nodes, 'vdu').length > 0
      ? [found('VNFD-FLAVOUR-UNNAMED', source.at, 'This topology does not say its `flavour_id`.')]
      : [];
  return { source, findings: [...nodes.findings, ...policies.findings, ...groups.findings, ...unnamed] };
}

/** What feeds the inputs: the VNF node of the entry template, completed by the flavour's own. */
function vnfProperties(template: ServiceTemplate, context: FlavourContext): YamlMap | undefined {
  const own = withRole(
    readNodeTemplates(child(template.root, 'topology_template'), context.types, new Map()).nodes,
    'vnf',
  )[0];
  const top = context.topVnf?.properties;
  return top === undefined || own === undefined ? (top ?? own?.properties) : overlay(own.properties.entries, top);
}

function flavourIdOf(template: ServiceTemplate, nodes: readonly NodeTemplate[]): string | undefined {
  const mapped = child(template.root, 'topology_template', 'substitution_mappings', 'properties', 'flavour_id');
  return textOf(mapped) ?? textOf(withRole(nodes, 'vnf')[0]?.properties.entries.get('flavour_id'));
}

/** The normalised flavour. Lenient: what is wrong has its finding from the schemas and checks. */
export function readFlavour(source: FlavourSource, types: TypeTable): Flavour {
  const vdus = withRole(source.nodes, 'vdu').map((node) => readVdu(node, source));
  const vnf = asMap(withRole(source.nodes, 'vnf')[0]?.properties);
  const defaultLevelId = readDefaultLevel(source);
  return {
    id: source.id,
    description: textOf(child(vnf, 'flavour_description')) ?? '',
    vdus,
    storages: readStorages(source),
    virtualLinks: readVirtualLinks(source),
    cps: readCps(source, vdus),
    extCps: readExtCps(source),
    aspects: readAspects(source),
    vduDeltas: readVduDeltas(source),
    levels: readLevels(source),
    affinityRules: readAffinityRules(source),
    lcmOperations: readLcmConfig(source),
    inputs: readInputs(source, types),
    ...defined({ beside: readBeside(source) }),
    ...defined({ defaultLevelId }),
  };
}
