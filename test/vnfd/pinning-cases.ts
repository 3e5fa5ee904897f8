/**
 * Mistakes in what a VDU says of its parts: pinning rules, real-time vCPUs, guest cells of different page sizes, cards.
 */
import type { Edit } from './read.js';

const pinnedBy = (rules: string, policy = 'static'): Edit => [
  'num_virtual_cpu: 1',
  `num_virtual_cpu: 2
              virtual_cpu_pinning: { virtual_cpu_pinning_policy: ${policy}, virtual_cpu_pinning_rule: ${rules} }`,
];
const requirements = (keys: string): Edit => [
  'virtual_memory:',
  `compute_requirements: { ${keys} }\n            virtual_memory:`,
];
export const pinningCases: readonly (readonly [string, readonly Edit[], readonly string[]])[] = [
  ['a pinning rule in prose', [pinnedBy("['one thread each']")], ['VNFD-PINNING-RULE']],
  ['a vCPU and two host CPUs', [pinnedBy("['0: 4-5']")], ['VNFD-PINNING-RULE']],
  ['a rule for a vCPU that is not there', [pinnedBy("['0: 4', '1: 5', '2: 6']")], ['VNFD-PINNING-RULE']],
  ['two rules for one vCPU', [pinnedBy("['0-1: 4-5', '0: shared']")], ['VNFD-PINNING-RULE']],
  ['two vCPUs on one host CPU', [pinnedBy("['0-1: 4,4']")], ['VNFD-PINNING-RULE']],
  ['a host CPU for one vCPU of two', [pinnedBy("['0: 4']")], ['VNFD-PINNING-RULE']],
  ['a host CPU for the emulator only', [pinnedBy("['emulator: 4']")], ['VNFD-PINNING-RULE']],
  [
    'named CPUs and an emulator that is to find its own',
    [pinnedBy("['0-1: 4-5']"), requirements('hw:emulator_threads_policy: isolate')],
    ['VNFD-PINNING-RULE'],
  ],
  ['pinning rules without static pinning', [pinnedBy("['0-1: 4-5']", 'dynamic')], ['VNFD-PINNING-RULE']],
  [
    'real-time vCPUs that are shared',
    [requirements("hw:cpu_realtime: 'yes', hw:cpu_realtime_mask: ^0")],
    ['VNFD-REALTIME'],
  ],
  [
    'nothing but real-time vCPUs',
    [requirements("hw:cpu_policy: dedicated, hw:cpu_realtime: 'yes'")],
    ['VNFD-REALTIME'],
  ],
  [
    'a real-time mask that cannot be read',
    [requirements("hw:cpu_policy: dedicated, hw:cpu_realtime: 'yes', hw:cpu_realtime_mask: most")],
    ['VNFD-REALTIME'],
  ],
  ['a real-time mask alone', [requirements('hw:cpu_policy: dedicated, hw:cpu_realtime_mask: ^0')], ['VNFD-REALTIME']],
  [
    'memory on two page sizes and one guest cell for both',
    [
      ['numa_enabled: false', 'huge_pages_requirements: [{ hugepage_size: 2 MB, requested_size: 128 MiB }]'],
      [
        'virtual_cpu:',
        "logical_node: { a: { logical_node_requirements: { numberCpu: '1', localNumaMemorySize: '256' } } }\n            virtual_cpu:",
      ],
    ],
    ['VNFD-HUGEPAGES-SPLIT'],
  ],
  [
    'a card that is to be nearby',
    [
      [
        'layer_protocols: [ipv4]',
        `layer_protocols: [ipv4]
        vnic_type: direct
        virtual_network_interface_requirements: [{ network_interface_requirements: { cellPolicy: nearby } }]`,
      ],
    ],
    ['VNFD-REQUIREMENT-VALUE'],
  ],
  [
    'macvtap on an internal link',
    [
      ['layer_protocols: [ipv4]', 'layer_protocols: [ipv4]\n        vnic_type: macvtap'],
      ['- virtual_binding: vdu', '- virtual_binding: vdu\n        - virtual_link: l'],
      [
        '    outside:\n      type',
        `    l: { type: tosca.nodes.nfv.VnfVirtualLink, properties: { connectivity_type: { layer_protocols: [ipv4] }, vl_profile: {} } }
    outside:\n      type`,
      ],
    ],
    ['VNFD-VNIC-UNSUPPORTED'],
  ],
  [
    'VNFCs in different PoPs',
    [
      [
        'AntiAffinityRule\n      properties: { scope: nfvi_node }',
        'AntiAffinityRule\n      properties: { scope: nfvi_pop }',
      ],
    ],
    ['VNFD-EFFECT-MISSING'],
  ],
];
