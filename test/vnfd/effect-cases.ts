/**
 * The good VNFD of `finding-cases.ts` with something that nothing uses, or that is said twice; and all codes it then has.
 */
import type { Edit } from './read.js';

const node = (text: string): Edit => ['    outside:\n      type', `    ${text}\n    outside:\n      type`];
const policy = (text: string): Edit => ['    apart:', `    ${text}\n    apart:`];
const link = (l3: string): string =>
  `l: { type: tosca.nodes.nfv.VnfVirtualLink, properties: { connectivity_type: { layer_protocols: [ipv4] }, vl_profile: { ${l3} } } }`;

export const effectCases: readonly (readonly [string, readonly Edit[], readonly string[]])[] = [
  ['a link that nobody is in', [node(link(''))], ['VNFD-LINK-UNUSED']],
  [
    'a link whose gateway is elsewhere',
    [
      node(
        link(
          'virtual_link_protocol_data: [{ associated_layer_protocol: ipv4, l3_protocol_data: { ip_version: ipv4, cidr: 10.0.0.0/24, gateway_ip: 10.0.1.1 } }]',
        ),
      ),
    ],
    ['VNFD-LINK-UNUSED', 'VNFD-LINK-ADDRESSES', 'VNFD-PROPERTY-UNUSED'],
  ],
  [
    'a storage that nobody attaches',
    [
      node(
        'disk: { type: tosca.nodes.nfv.Vdu.VirtualBlockStorage, properties: { virtual_block_storage_data: { size_of_storage: 1 GiB } } }',
      ),
    ],
    ['VNFD-STORAGE-UNUSED'],
  ],
  [
    'boot data in pairs',
    [["content_or_file_data: { content: '#cloud-config' }", 'kvp_data: { data: { a: b } }']],
    ['VNFD-EFFECT-MISSING'],
  ],
  [
    'two initial deltas of one VDU',
    [
      policy(
        'again: { type: tosca.policies.nfv.VduInitialDelta, properties: { initial_delta: { number_of_instances: 1 } }, targets: [vdu] }',
      ),
    ],
    ['VNFD-POLICY-TWICE'],
  ],
  [
    'a level that VduInstantiationLevels leaves out',
    [[', high: { number_of_instances: 3 }', '']],
    ['VNFD-LEVEL-INCOMPLETE'],
  ],
  [
    'a rule against another',
    [policy('near: { type: tosca.policies.nfv.AffinityRule, properties: { scope: nfvi_node }, targets: [vdu] }')],
    ['VNFD-AFFINITY-CONTRADICTS'],
  ],
  [
    'rules that are not against one another: other scopes',
    [policy('near: { type: tosca.policies.nfv.AffinityRule, properties: { scope: zone }, targets: [vdu] }')],
    [],
  ],
];
