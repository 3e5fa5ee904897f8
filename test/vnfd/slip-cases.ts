/**
 * Slips of the keyboard in a good VNFD (that of `finding-cases.ts`): the codes, and what is perhaps meant.
 */
import type { Edit } from './read.js';

const typed = (definition: string): Edit => [
  '    requirements:\n      - virtual_link_outside',
  `    ${definition}\n    requirements:\n      - virtual_link_outside`,
];
const range = (constraint: string): Edit =>
  typed(`properties: { flavour_description: { type: string, constraints: [ ${constraint} ] } }`);

/** What is done to the base, the codes it then has, and words that one of the messages has. */
export const slips: readonly (readonly [string, readonly Edit[], readonly string[], string])[] = [
  [
    'a property of a capability',
    [['num_virtual_cpu: 1', 'num_virtual_cpus: 1']],
    ['TOSCA-PROPERTY-MISSING', 'TOSCA-PROPERTY-UNKNOWN'],
    'property `num_virtual_cpus`, which is unknown (perhaps `num_virtual_cpu`)',
  ],
  [
    'a property of a node',
    [['boot_order: false', 'bootorder: false']],
    ['TOSCA-PROPERTY-UNKNOWN'],
    '(perhaps `boot_order`)',
  ],
  [
    'a property of nobody, which is like none',
    [['boot_order: false', 'colour: blue']],
    ['TOSCA-PROPERTY-UNKNOWN'],
    'the property `colour`, which is unknown.',
  ],
  [
    'a binding without a name',
    [['virtual_binding: vdu', "virtual_binding: ''"]],
    ['VNFD-CP-UNBOUND'],
    '`outside` is bound to no VDU.',
  ],
  [
    'a capability without a name',
    [
      [
        'virtual_cpu:',
        "requested_additional_capabilities: { a: { requested_additional_capability_name: '', support_mandatory: true, target_performance_parameters: {} } }\n            virtual_cpu:",
      ],
    ],
    ['TOSCA-PROPERTY-VALUE'],
    'expected the name of a capability',
  ],
  [
    'a type',
    [['tosca.nodes.nfv.VduCp', 'tosca.nodes.nfv.VduCP1']],
    ['TOSCA-TYPE-UNKNOWN', 'VNFD-MAPPING-UNKNOWN', 'VNFD-EXTCP-NONE'],
    '(perhaps `tosca.nodes.nfv.VduCp`)',
  ],
  [
    'a type that IFA011 has',
    [['tosca.nodes.nfv.VduCp', 'tosca.nodes.nfv.Cpd']],
    ['TOSCA-TYPE-UNKNOWN', 'VNFD-MAPPING-UNKNOWN', 'VNFD-EXTCP-NONE'],
    '(perhaps `tosca.nodes.nfv.VduCp`)',
  ],
  [
    'the place of policies',
    [['  policies:\n    aspects:', 'policies:\n    aspects:']],
    ['TOSCA-KEY-UNKNOWN'],
    'The template has the key `policies`, which belongs under `topology_template`; nothing reads it here.',
  ],
  [
    'the place of types',
    [['  groups:', '  data_types: {}\n  groups:']],
    ['TOSCA-KEY-UNKNOWN'],
    'which belongs under the template itself',
  ],
  [
    'a storage that is none',
    [
      [
        '      artifacts:\n        sw_image',
        '      requirements: [{ virtual_storage: [] }]\n      artifacts:\n        sw_image',
      ],
    ],
    ['VNFD-STORAGE-UNKNOWN'],
    '`virtual_storage` of `vdu` names no storage.',
  ],
  [
    'an identifier',
    [[/descriptor_id: \S+/, 'descriptor_id: Example~Minimal~1.0']],
    ['TOSCA-PROPERTY-VALUE'],
    'expected an identifier of letters, digits, `.`, `_`, `:` and `-`, in quotes if it is all digits, not `~`.',
  ],
  [
    'the VDU of a connection point',
    [['virtual_binding: vdu', 'virtual_binding: vdv']],
    ['VNFD-CP-UNBOUND'],
    '(perhaps `vdu`)',
  ],
  [
    'a mapping',
    [['[outside, virtual_link]', '[outsid, virtual_link]']],
    ['VNFD-MAPPING-UNKNOWN', 'VNFD-CP-UNMAPPED'],
    '(perhaps `outside`)',
  ],
  [
    'an aspect',
    [['aspect: size', 'aspect: sise']],
    ['VNFD-ASPECT-UNKNOWN', 'VNFD-ASPECT-UNUSED', 'VNFD-LEVEL-DISAGREES'],
    '(perhaps `size`)',
  ],
  ['a default level', [['default_level: low', 'default_level: Low.']], ['VNFD-LEVEL-UNKNOWN'], '(perhaps `low`)'],
  [
    'the member of a group',
    [['members: [vdu]', 'members: [vdo]']],
    ['VNFD-AFFINITY-TARGET-UNKNOWN'],
    '(perhaps `vdu`)',
  ],
  ['the target of a policy', [['targets: [vdu]', 'targets: [vdo]']], ['VNFD-POLICY-TARGET-UNKNOWN'], '(perhaps `vdu`)'],
  [
    'a key of a template',
    [['imports:', 'import:']],
    ['TOSCA-KEY-UNKNOWN'],
    'The template has the key `import`, which is unknown (perhaps `imports`)',
  ],
  [
    'a section of the topology',
    [['  policies:', '  polices:']],
    ['TOSCA-KEY-UNKNOWN'],
    '`topology_template` has the key `polices`, which is unknown (perhaps `policies`)',
  ],
  [
    'a key of a node',
    [['      artifacts:', '      artefacts:']],
    ['TOSCA-KEY-UNKNOWN', 'VNFD-VDU-NO-IMAGE'],
    '(perhaps `artifacts`)',
  ],
  [
    'the targets of a policy',
    [['targets: [pair]', 'target: [pair]']],
    ['TOSCA-KEY-UNKNOWN', 'VNFD-AFFINITY-TARGET-UNKNOWN'],
    '`apart` has the key `target`, which is unknown (perhaps `targets`)',
  ],
  [
    'a key of the mappings',
    [['    node_type: example.Minimal', '    nodetype: example.Minimal']],
    ['TOSCA-KEY-UNKNOWN'],
    '(perhaps `node_type`)',
  ],
  [
    'a requirement',
    [['- virtual_binding: vdu', '- virtual_binding: vdu\n        - virtual_lnk: outside']],
    ['TOSCA-KEY-UNKNOWN'],
    '`outside` has the requirement `virtual_lnk`, which is unknown (perhaps `virtual_link`)',
  ],
  [
    'an input',
    [
      ["content: '#cloud-config'", 'content: { get_input: usr_data }'],
      ['  node_templates:', '  inputs: { user_data: { type: string } }\n  node_templates:'],
    ],
    ['TOSCA-INPUT-UNDECLARED'],
    '(perhaps `user_data`)',
  ],
  [
    'a default that its own input would not take',
    [
      [
        '  node_templates:',
        '  inputs: { size: { type: integer, default: 9, constraints: [ in_range: [1, 3] ] } }\n  node_templates:',
      ],
    ],
    ['TOSCA-DEFAULT-NOT-ALLOWED'],
    'The default of input `size` is not what its type allows: only what is `in_range` [1, 3].',
  ],
  [
    'a value out of the range that its type sets',
    [range('in_range: [1, 3]'), ['flavour_description: one VDU', 'flavour_description: 7']],
    ['TOSCA-VALUE-NOT-ALLOWED'],
    '`flavour_description` is `7`; type example.Minimal allows only what is `in_range` [1, 3].',
  ],
  [
    'a value that its type finds too long',
    [range('max_length: 2')],
    ['TOSCA-VALUE-NOT-ALLOWED'],
    'only what is `max_length` 2.',
  ],
  [
    'a script that the type of the VNF names',
    [typed('interfaces: { Vnflcm: { type: x, description: y, instantiate: { implementation: Scripts/run.sh } } }')],
    ['VNFD-SCRIPT-IGNORED'],
    'The operation `instantiate` runs `Scripts/run.sh`',
  ],
];
