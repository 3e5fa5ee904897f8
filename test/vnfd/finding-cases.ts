/**
 * A good VNFD and one mistake at a time: what is done to it, and all codes that it then has.
 */
import { bend, minimal, type Edit } from './read.js';

const policies = `
  groups:
    pair:
      type: tosca.groups.nfv.PlacementGroup
      members: [vdu]
  policies:
    aspects:
      type: tosca.policies.nfv.ScalingAspects
      properties:
        aspects:
          size: { name: size, max_scale_level: 2, step_deltas: [step] }
    initial:
      type: tosca.policies.nfv.VduInitialDelta
      properties: { initial_delta: { number_of_instances: 1 } }
      targets: [vdu]
    deltas:
      type: tosca.policies.nfv.VduScalingAspectDeltas
      properties: { aspect: size, deltas: { step: { number_of_instances: 1 } } }
      targets: [vdu]
    levels:
      type: tosca.policies.nfv.InstantiationLevels
      properties:
        levels:
          low: { description: one, scale_info: { size: { scale_level: 0 } } }
          high: { description: three, scale_info: { size: { scale_level: 2 } } }
        default_level: low
    vdu_levels:
      type: tosca.policies.nfv.VduInstantiationLevels
      properties: { levels: { low: { number_of_instances: 1 }, high: { number_of_instances: 3 } } }
      targets: [vdu]
    apart:
      type: tosca.policies.nfv.AntiAffinityRule
      properties: { scope: nfvi_node }
      targets: [pair]
`;
export const base = bend(minimal('3.3.1'), ['max_number_of_instances: 1', 'max_number_of_instances: 3']) + policies;

const compute = (text: string): Edit => ['virtual_cpu:', `${text}\n            virtual_cpu:`];
const memory = (text: string): Edit => ['numa_enabled: false', `numa_enabled: false\n              ${text}`];
const vduProperty = (text: string): Edit => ['boot_order: false', `boot_order: false\n        ${text}`];
const vnfProperty = (text: string): Edit => [
  'flavour_id: default\n        flavour_d',
  `${text}\n        flavour_id: default\n        flavour_d`,
];
export const node = (text: string): Edit => ['    outside:\n      type', `    ${text}\n    outside:\n      type`];
const cpProperty = (text: string): Edit => ['layer_protocols: [ipv4]', `layer_protocols: [ipv4]\n        ${text}`];
export const cpRequirement = (text: string): Edit => [
  '- virtual_binding: vdu',
  `- virtual_binding: vdu\n        - ${text}`,
];
export const link = `l: { type: tosca.nodes.nfv.VnfVirtualLink, properties: { connectivity_type: { layer_protocols: [ipv4] }, vl_profile: {} } }`;
const storage = (type: string, data: string): Edit =>
  node(`disk: { type: tosca.nodes.nfv.Vdu.${type}, properties: { ${data} } }`);

const vip = (target: string): string =>
  `vip: { type: tosca.nodes.nfv.VipCp, properties: { layer_protocols: [ipv4], vip_function: high_availability }, requirements: [{ target: ${target} }] }`;
const subPort = (trunk: string): string =>
  `sub: { type: tosca.nodes.nfv.VduSubCp, properties: { layer_protocols: [ipv4], segmentation_id: 7 }, requirements: [{ trunk_port: ${trunk} }] }`;

const twoNotes = ['VNFD-PROPERTY-UNUSED', 'VNFD-PROPERTY-UNUSED'];

/** What is done to the base, and all codes it then has. */
export const cases: readonly (readonly [string, readonly Edit[], readonly string[]])[] = [
  ['a document with too many characters', [[/$/, `# ${'x'.repeat(1_048_576)}`]], ['YAML-TOO-LARGE']],
  ['text that is not YAML', [['imports:', 'imports: [']], ['YAML-SYNTAX', 'YAML-SYNTAX']],
  [
    'nesting without end',
    [vnfProperty(`configurable_properties: ${'['.repeat(80)}${']'.repeat(80)}`)],
    ['YAML-TOO-DEEP'],
  ],
  ['an alias bomb', [vnfProperty(`configurable_properties: ${bomb()}`)], ['YAML-TOO-MANY-NODES']],
  ['an alias without an anchor', [['provider: Example', 'provider: *nobody']], ['YAML-ALIAS']],
  ['an anchor inside itself', [vnfProperty('modifiable_attributes: &me { me: *me }')], ['YAML-ALIAS']],
  ['a key that is a list', [vnfProperty('modifiable_attributes: { ? [a] : b }')], ['YAML-KEY']],
  ['a reserved key', [vnfProperty('modifiable_attributes: { __proto__: b }')], ['YAML-KEY']],
  ['a key that stands twice', [vnfProperty('provider: Other')], ['YAML-DUPLICATE-KEY']],
  ['no version', [['tosca_definitions_version: tosca_simple_yaml_1_3', '']], ['TOSCA-VERSION']],
  ['an unknown version', [['yaml_1_3', 'yaml_9_9']], ['TOSCA-VERSION']],
  ['an import that is a number in a map', [['imports:', 'imports:\n  - { file: [] }']], ['TOSCA-IMPORT-FORM']],
  ['imports that are no list', [[/imports:\n.*\n.*\n/, 'imports: types.yaml\n']], ['TOSCA-IMPORT-FORM']],
  ['an import that is not there', [['imports:', 'imports:\n  - other.yaml']], ['TOSCA-IMPORT-MISSING']],
  ['an import that leaves the package', [['imports:', 'imports:\n  - ../../etc/passwd']], ['TOSCA-IMPORT-MISSING']],
  ['an import by URL', [['imports:', 'imports:\n  - http://localhost/other.yaml']], ['TOSCA-IMPORT-REMOTE']],
  [
    'Nova specs that are no map',
    [compute(`compute_requirements: { nova_extra_specs: 'dummy: ][' }`)],
    ['VNFD-REQUIREMENT-VALUE'],
  ],
  ['a layer that is no Ethernet', [['layer_protocols: [ipv4]', 'layer_protocols: [odu2]']], ['VNFD-LAYER-UNSUPPORTED']],
  ['a node of an unknown type', [node('x: { type: tosca.nodes.nfv.Nothing }')], ['TOSCA-TYPE-UNKNOWN']],
  ['a policy of an unknown type', [['AntiAffinityRule', 'Nothing']], ['TOSCA-TYPE-UNKNOWN']],
  [
    'a type that derives from itself',
    [['derived_from: tosca.nodes.nfv.VNF', 'derived_from: example.Minimal']],
    ['VNFD-VNF-MISSING', 'TOSCA-TYPE-UNKNOWN'],
  ],
  ['a node without a type', [node('x: {}')], ['TOSCA-NODE-FORM']],
  ['a node that is text', [node('x: y')], ['TOSCA-NODE-FORM']],
  [
    'a function that has no value',
    [['num_virtual_cpu: 1', 'num_virtual_cpu: { get_property: [SELF, cpus] }']],
    ['TOSCA-FUNCTION-UNRESOLVED'],
  ],
  [
    'a function in boot data that is not evaluated',
    [["content: '#cloud-config'", 'content: { get_attribute: [SELF, x] }']],
    ['TOSCA-FUNCTION-UNRESOLVED'],
  ],
  [
    'an input that is not declared',
    [["content: '#cloud-config'", 'content: { get_input: nobody }']],
    ['TOSCA-INPUT-UNDECLARED'],
  ],
  ['no provider', [['        provider: Example\n', '']], ['TOSCA-PROPERTY-MISSING']],
  ['no vCPUs', [['num_virtual_cpu: 1', 'cpu_architecture: x86']], ['TOSCA-PROPERTY-MISSING']],
  [
    'no memory size',
    [['virtual_mem_size: 256 MiB', 'virtual_mem_oversubscription_policy: none']],
    ['TOSCA-PROPERTY-MISSING', 'VNFD-PROPERTY-UNUSED'],
  ],
  ['a list of vCPUs', [['num_virtual_cpu: 1', 'num_virtual_cpu: [1]']], ['TOSCA-PROPERTY-TYPE']],
  ['zero vCPUs', [['num_virtual_cpu: 1', 'num_virtual_cpu: 0']], ['TOSCA-PROPERTY-VALUE']],
  ['a size without unit', [['256 MiB', '256']], ['TOSCA-PROPERTY-VALUE']],
  ['a misspelt property', [vduProperty('boot_oder: true')], ['TOSCA-PROPERTY-UNKNOWN']],
  [
    'a value that the type forbids',
    [
      [
        '    requirements:\n      - virtual_link_outside',
        '    properties: { provider: { constraints: [valid_values: [Me]] } }\n    requirements:\n      - virtual_link_outside',
      ],
    ],
    ['TOSCA-VALUE-NOT-ALLOWED'],
  ],
  ['a container', [node('pod: { type: tosca.nodes.nfv.Vdu.OsContainer }')], ['VNFD-NODE-UNSUPPORTED']],
  [
    'a volume that instances share',
    [
      storage(
        'VirtualBlockStorage',
        'virtual_block_storage_data: { size_of_storage: 1 GiB }, per_vnfc_instance: false',
      ),
      ['      artifacts:', '      requirements: [{ virtual_storage: disk }]\n      artifacts:'],
    ],
    ['VNFD-STORAGE-SHARED'],
  ],
  ['boot data in a file', [["content: '#cloud-config'", 'source_path: Files/user-data']], ['VNFD-BOOT-DATA-FILE']],
  ['a virtual address', [node(vip('outside'))], ['VNFD-NODE-IGNORED']],
  [
    'a virtual address that is exposed',
    [
      node(vip('outside')),
      ['virtual_link_outside: [outside, virtual_link]', '$&\n      virtual_link_vip: [vip, virtual_link]'],
    ],
    [],
  ],
  ['a virtual address of nothing', [node(vip('nobody'))], ['VNFD-NODE-IGNORED', 'VNFD-VIP-TARGET-UNKNOWN']],
  ['a sub-port of a trunk', [cpProperty('trunk_mode: true'), node(subPort('outside'))], ['VNFD-NODE-IGNORED']],
  ['a sub-port without a trunk', [node(subPort('outside'))], ['VNFD-NODE-IGNORED', 'VNFD-SUBPORT-TRUNK']],
  ['a sub-port of nothing', [node(subPort('nobody'))], ['VNFD-NODE-IGNORED', 'VNFD-SUBPORT-TRUNK']],
  [
    'bit rates of what is no link, aspect or level',
    [
      [
        '    apart:',
        `    rates:
      type: tosca.policies.nfv.VirtualLinkBitrateScalingAspectDeltas
      properties: { aspect: weight, deltas: { step: { bitrate_requirements: { root: 1000 } } } }
      targets: [vdu]
    rate_levels:
      type: tosca.policies.nfv.VirtualLinkInstantiationLevels
      properties: { levels: { middle: { bitrate_requirements: { root: 1000 } } } }
    apart:`,
      ],
    ],
    ['VNFD-POLICY-TARGET-UNKNOWN', 'VNFD-ASPECT-UNKNOWN', 'VNFD-LEVEL-UNKNOWN', ...twoNotes],
  ],
  [
    'a security group',
    [['    apart:', '    rule: { type: tosca.policies.nfv.SecurityGroupRule, targets: [outside] }\n    apart:']],
    ['VNFD-NODE-IGNORED'],
  ],
  ['a smart NIC', [cpProperty('vnic_type: smart-nic')], ['VNFD-VNIC-UNSUPPORTED']],
  [
    'a card that nobody has',
    [
      cpProperty(
        'virtual_network_interface_requirements: [{ network_interface_requirements: { interfaceType: PCNET } }]',
      ),
    ],
    ['VNFD-INTERFACE-UNSUPPORTED'],
  ],
  [
    'object storage',
    [storage('VirtualObjectStorage', 'virtual_object_storage_data: { max_size_of_storage: 1 GB }')],
    ['VNFD-STORAGE-UNSUPPORTED', 'VNFD-STORAGE-UNUSED'],
  ],
  [
    'file storage',
    [storage('VirtualFileStorage', 'virtual_file_storage_data: { size_of_storage: 1 GB, file_system_protocol: nfs }')],
    ['VNFD-STORAGE-UNSUPPORTED', 'VNFD-STORAGE-UNUSED'],
  ],
  ['a vmdk', [['disk_format: qcow2', 'disk_format: vmdk']], ['VNFD-IMAGE-FORMAT-UNSUPPORTED']],
  ['a container image', [['container_format: bare', 'container_format: docker']], ['VNFD-IMAGE-FORMAT-UNSUPPORTED']],
  [
    'a script',
    [['    vdu:\n', '      interfaces: { Vnflcm: { type: x, instantiate: run.sh, scale: [] } }\n    vdu:\n']],
    ['VNFD-SCRIPT-IGNORED'],
  ],
  ['two VNF nodes', [['    vdu:\n', '    vnf2: { type: example.Minimal }\n    vdu:\n']], ['VNFD-VNF-SEVERAL']],
  [
    'no VDU',
    [
      [/ {2}substitution_mappings:\n(.*\n){5}/, ''],
      [/ {4}vdu:\n[^]*/, ''],
    ],
    ['VNFD-FLAVOUR-MISSING'],
  ],
  [
    'no flavour id',
    [
      ['    properties:\n      flavour_id: default\n', ''],
      ['        flavour_id: default\n', ''],
    ],
    ['VNFD-FLAVOUR-UNNAMED'],
  ],
  [
    'a name that nobody can read',
    [
      node(
        "'a/b': { type: tosca.nodes.nfv.Vdu.VirtualBlockStorage, properties: { virtual_block_storage_data: { size_of_storage: 1 GB } } }",
      ),
    ],
    ['VNFD-NAME', 'VNFD-STORAGE-UNUSED'],
  ],
  [
    'an aspect of a bad name',
    [
      ['size: { name', "'s/z': { name"],
      ['aspect: size', 'aspect: s/z'],
      [/size: \{ scale/g, "'s/z': { scale"],
    ],
    ['VNFD-NAME'],
  ],
  [
    'a connection point without VDU',
    [['- virtual_binding: vdu', '- virtual_link: l'], node(link)],
    ['VNFD-CP-UNBOUND'],
  ],
  ['a connection point of another VDU', [['virtual_binding: vdu', 'virtual_binding: outside']], ['VNFD-CP-UNBOUND']],
  ['a link that is not there', [cpRequirement('virtual_link: nowhere')], ['VNFD-CP-LINK-UNKNOWN']],
  [
    'an unmapped connection point',
    [
      node(
        'free: { type: tosca.nodes.nfv.VduCp, properties: { layer_protocols: [ipv4] }, requirements: [{ virtual_binding: vdu }] }',
      ),
    ],
    ['VNFD-CP-UNMAPPED'],
  ],
  [
    'equal orders',
    [
      cpProperty('order: 1'),
      node(
        'free: { type: tosca.nodes.nfv.VduCp, properties: { layer_protocols: [ipv4], order: 1 }, requirements: [{ virtual_binding: vdu }, { virtual_link: l }] }',
      ),
      node(link),
    ],
    ['VNFD-CP-ORDER'],
  ],
  [
    'a mapping to a VDU',
    [['[outside, virtual_link]', '[vdu, virtual_link]']],
    ['VNFD-MAPPING-UNKNOWN', 'VNFD-CP-UNMAPPED'],
  ],
  [
    'an empty mapping',
    [['[outside, virtual_link]', '[]'], cpRequirement('virtual_link: l'), node(link)],
    ['VNFD-MAPPING-EMPTY', 'VNFD-EXTCP-NONE'],
  ],
  [
    'a storage that is not there',
    [['    outside:\n      type', '      requirements: [{ virtual_storage: disk }]\n    outside:\n      type']],
    ['VNFD-STORAGE-UNKNOWN'],
  ],
  ['no image', [[/ {6}artifacts:\n(.*\n){11}/, '']], ['VNFD-VDU-NO-IMAGE']],
  ['an image without data', [[/ {10}properties:\n {12}name: system\n(.*\n){6}/, '']], ['VNFD-IMAGE-INCOMPLETE']],
  ['a rule on nobody', [['members: [vdu]', 'members: [nobody]']], ['VNFD-AFFINITY-TARGET-UNKNOWN']],
  ['a rule without targets', [['targets: [pair]', 'targets: []']], ['VNFD-AFFINITY-TARGET-UNKNOWN']],
  [
    'bounds the wrong way round',
    [['min_number_of_instances: 1', 'min_number_of_instances: 4']],
    ['VNFD-PROFILE-BOUNDS', 'VNFD-SCALE-BOUNDS', 'VNFD-LEVEL-BOUNDS', 'VNFD-LEVEL-BOUNDS'],
  ],
  [
    'guest cells that do not add up',
    [compute("logical_node: { a: { logical_node_requirements: { numberCpu: '2', localNumaMemorySize: 128 MiB } } }")],
    ['VNFD-CELLS-SUM', 'VNFD-CELLS-SUM'],
  ],
  [
    'half a guest cell',
    [compute("logical_node: { a: { logical_node_requirements: { numberCpu: '1' } } }")],
    ['VNFD-CELLS-INCOMPLETE'],
  ],
  [
    'too many huge pages',
    [memory('huge_pages_requirements: [{ hugepage_size: 2 MB, requested_size: 1 GiB }]')],
    ['VNFD-HUGEPAGES-SUM'],
  ],
  [
    'memory in part in huge pages',
    [memory('huge_pages_requirements: [{ hugepage_size: 2 MB, requested_size: 128 MiB }]')],
    ['VNFD-HUGEPAGES-SPLIT'],
  ],
  ['a page size in pounds', [memory('vdu_mem_requirements: { memoryPageSize: 2 lb }')], ['VNFD-PAGE-SIZE']],
  [
    'an unknown pinning policy',
    [
      [
        'num_virtual_cpu: 1',
        'num_virtual_cpu: 1\n              vdu_cpu_requirements: { logicalCpuPinningPolicy: loose }',
      ],
    ],
    ['VNFD-REQUIREMENT-VALUE'],
  ],
  [
    'a requirement without effect',
    [memory('vdu_mem_requirements: { memoryType: DDR5 }')],
    ['VNFD-REQUIREMENT-IGNORED'],
  ],
  ['a disk below the image', [compute('virtual_local_storage: [{ size_of_storage: 1 MiB }]')], ['VNFD-DISK-TOO-SMALL']],
  [
    'memory below the image',
    [['min_disk: 1 GiB', 'min_disk: 1 GiB\n            min_ram: 1 GiB']],
    ['VNFD-MEMORY-TOO-SMALL'],
  ],
  ['a delta for nobody', [['targets: [vdu]', 'targets: [nobody]']], ['VNFD-POLICY-TARGET-UNKNOWN']],
  [
    'an aspect that is not there',
    [['aspect: size', 'aspect: other']],
    ['VNFD-ASPECT-UNKNOWN', 'VNFD-ASPECT-UNUSED', 'VNFD-LEVEL-DISAGREES'],
  ],
  [
    'an aspect of no VDU',
    [['size: { name', 'more: { name: more, max_scale_level: 1 }\n          size: { name']],
    ['VNFD-ASPECT-UNUSED'],
  ],
  [
    'a delta that is not there',
    [['step_deltas: [step]', 'step_deltas: [step, leap]']],
    ['VNFD-DELTA-UNKNOWN', 'VNFD-LEVEL-DISAGREES'],
  ],
  ['a delta that is not used', [['{ step: {', '{ leap: { number_of_instances: 2 }, step: {']], ['VNFD-DELTA-UNUSED']],
  [
    'a wrong number of step deltas',
    [['step_deltas: [step]', 'step_deltas: [step, step, step]']],
    ['VNFD-DELTAS-COUNT'],
  ],
  [
    'scaling past the profile',
    [['max_number_of_instances: 3', 'max_number_of_instances: 2']],
    ['VNFD-SCALE-BOUNDS', 'VNFD-LEVEL-BOUNDS'],
  ],
  ['a default level that is not there', [['default_level: low', 'default_level: none']], ['VNFD-LEVEL-UNKNOWN']],
  [
    'a level that is not there',
    [['{ levels: { low', '{ levels: { none: { number_of_instances: 1 }, low']],
    ['VNFD-LEVEL-UNKNOWN'],
  ],
  ['no default level', [['        default_level: low\n', '']], ['VNFD-LEVEL-DEFAULT-MISSING']],
  [
    'a level above its aspect',
    [['{ scale_level: 2', '{ scale_level: 9']],
    ['VNFD-LEVEL-SCALE-BOUNDS', 'VNFD-LEVEL-DISAGREES'],
  ],
  [
    'a level that says two numbers',
    [['high: { number_of_instances: 3 }', 'high: { number_of_instances: 2 }']],
    ['VNFD-LEVEL-DISAGREES'],
  ],
];

/** Ten anchors, each holding the one before ten times: 10^10 nodes when written out. */
function bomb(): string {
  const levels = Array.from({ length: 10 }, (_, level) => {
    const below = level === 0 ? 'x' : `*a${level - 1}`;
    return `a${level}: &a${level} [${Array.from({ length: 10 }, () => below).join(', ')}]`;
  });
  return `{ ${levels.join(', ')} }`;
}
