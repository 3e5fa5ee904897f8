/**
 * Keys of a service template that TOSCA does not know (Simple Profile 1.0 to 1.3 clauses 3.7, 3.8, 3.10): what stands
 * under a misspelt key is read by nobody, so its author must hear of it.
 */
import type { Finding } from '../shared/finding.js';
import { found } from './finding-codes.js';
import { perhaps } from '../shared/suggest.js';
import { child, entriesOf, namedOf, type YamlMap, type YamlNode } from './tree.js';

const said = ['description', 'metadata'];

const templateKeys = [
  ...said,
  'tosca_definitions_version',
  'tosca_default_namespace',
  'namespace',
  'template_name',
  'template_author',
  'template_version',
  'dsl_definitions',
  'repositories',
  'imports',
  'artifact_types',
  'data_types',
  'capability_types',
  'interface_types',
  'relationship_types',
  'node_types',
  'group_types',
  'policy_types',
  'topology_template',
];

const topologyKeys = [
  ...said,
  'inputs',
  'node_templates',
  'relationship_templates',
  'groups',
  'policies',
  'outputs',
  'substitution_mappings',
  'workflows',
];

/** Keys of what stands in each section of a topology. */
const sections: Readonly<Record<string, readonly string[]>> = {
  inputs: [...said, 'type', 'default', 'required', 'status', 'constraints', 'entry_schema', 'key_schema', 'value'],
  node_templates: [
    ...said,
    'type',
    'directives',
    'properties',
    'attributes',
    'requirements',
    'capabilities',
    'interfaces',
    'artifacts',
    'node_filter',
    'copy',
  ],
  groups: [...said, 'type', 'properties', 'attributes', 'members', 'targets', 'interfaces'],
  policies: [...said, 'type', 'properties', 'targets', 'triggers'],
};

const mappingKeys = [
  'node_type',
  'substitution_filter',
  'properties',
  'attributes',
  'capabilities',
  'requirements',
  'interfaces',
];

/** Enough to see what is wrong; a hostile document cannot make more. */
const maxPerTemplate = 100;

export function unknownKeys(root: YamlMap): readonly Finding[] {
  const topology = child(root, 'topology_template');
  return [
    ...unknownIn(root, 'The template', templateKeys, ['`topology_template`', topologyKeys]),
    ...unknownIn(topology, '`topology_template`', topologyKeys, ['the template itself', templateKeys]),
    ...unknownIn(child(topology, 'substitution_mappings'), '`substitution_mappings`', mappingKeys),
    ...Object.entries(sections).flatMap(([section, known]) =>
      namedOf(child(topology, section)).flatMap(([id, node]) => unknownIn(node, `\`${id}\``, known)),
    ),
  ].slice(0, maxPerTemplate);
}

/** Keys that begin with `x-` are for other readers, as YAML anchors often are. */
const unknownIn = (
  node: YamlNode | undefined,
  where: string,
  known: readonly string[],
  [place, belonging]: readonly [place: string, keys: readonly string[]] = ['', []],
): readonly Finding[] =>
  entriesOf(node)
    .filter(([key]) => !known.includes(key) && !key.startsWith('x-'))
    .map(([key, value]) => {
      const message = belonging.includes(key)
        ? `${where} has the key \`${key}\`, which belongs under ${place}; nothing reads it here.`
        : `${where} has the key \`${key}\`, which is unknown${perhaps(key, known)}.`;
      return found('TOSCA-KEY-UNKNOWN', value.at, message);
    });
