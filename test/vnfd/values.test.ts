/**
 * Values in their many spellings: units, hardware requirements, formats.
 */
import { describe, expect, test } from '@jest/globals';
import { normalisePath, resolvePath } from '../../src/shared/package-path.js';
import { parsePageSize, parseSize, parseTime } from '../../src/tosca/scalar-units.js';
import { bend, flavourOf, minimal, vduOf, type Edit } from './read.js';

describe('sizes', () => {
  test.each([
    ['512 MiB', 536_870_912],
    ['512MiB', 536_870_912],
    [' 512  mib ', 536_870_912],
    ['8192 MB', 8_192_000_000],
    ['8 GB', 8_000_000_000],
    ['1.5 GiB', 1_610_612_736],
    ['1 kB', 1000],
    ['1 KiB', 1024],
    ['2 TiB', 2_199_023_255_552],
    ['7 B', 7],
    ['0.3 B', 1],
    ['4096', 4096],
    ['8 XB', undefined],
    ['-1 MB', undefined],
    ['1e3 MB', undefined],
    ['', undefined],
    ['9999999999 TiB', undefined],
  ])('%p is %p bytes', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });
});

test('times are seconds', () => {
  expect(['60 s', '2 m', '1h', '1 d', '500 ms', '3', 'soon'].map(parseTime)).toEqual([
    60,
    120,
    3600,
    86_400,
    0.5,
    3,
    undefined,
  ]);
});

test('page sizes are powers of two whatever their unit says', () => {
  expect(['2 MB', '2MiB', '2048', '1 GB', '1048576 kB', 'huge'].map(parsePageSize)).toEqual([
    2048,
    2048,
    2048,
    1_048_576,
    1_048_576,
    undefined,
  ]);
});

describe('paths of a package', () => {
  const has = (path: string): boolean => ['Definitions/a.yaml', 'Files/i.img'].includes(path);

  test.each([
    ['a//./b/../c', 'a/c'],
    ['../a', undefined],
    ['a/../../b', undefined],
    ['./', undefined],
  ])('%p is %p', (path, normal) => {
    expect(normalisePath(path)).toBe(normal);
  });

  test.each([
    ['a.yaml', 'Definitions/a.yaml'],
    ['../Files/i.img', 'Files/i.img'],
    ['Files/i.img', 'Files/i.img'],
    ['/Files/i.img', 'Files/i.img'],
    ['nowhere', 'Definitions/nowhere'],
    ['../../Files/i.img', undefined],
  ])('%p in a file of Definitions is %p', (reference, path) => {
    expect(resolvePath(reference, 'Definitions/x.yaml', has)).toBe(path);
  });
});

const base = minimal('3.3.1');
const cpu = (text: string): Edit => ['num_virtual_cpu: 1', `num_virtual_cpu: 1\n              ${text}`];
const memory = (text: string): Edit => ['numa_enabled: false', text];

describe('CPU', () => {
  test.each([
    ['virtual_cpu_pinning: { virtual_cpu_pinning_policy: static }', { policy: 'dedicated' }],
    ['virtual_cpu_pinning: { virtual_cpu_pinning_policy: dynamic }', { policy: 'shared' }],
    ['vdu_cpu_requirements: { logicalCpuPinningPolicy: dedicated }', { policy: 'dedicated' }],
    ["vdu_cpu_requirements: { 'hw:cpu_policy': mixed }", { policy: 'mixed' }],
    [
      `vdu_cpu_requirements: { logicalCpuPinningPolicy: '{"configurationValue": "dedicated"}' }`,
      { policy: 'dedicated' },
    ],
    ['vdu_cpu_requirements: { logicalCpuThreadPinningPolicy: isolate }', { threadPolicy: 'isolate' }],
    ['vdu_cpu_requirements: { simultaneousMultiThreading: disabled }', { threadPolicy: 'isolate' }],
    ["vdu_cpu_requirements: { 'hw:emulator_threads_policy': isolate }", { emulatorPolicy: 'isolated' }],
    ["vdu_cpu_requirements: { 'hw:emulator_threads_policy': share }", { emulatorPolicy: 'shared' }],
    ['vdu_cpu_requirements: { cpuModel: EPYC-Rome }', { model: 'EPYC-Rome' }],
    [`vdu_cpu_requirements: { instructionSetRequirements: '["aes", "avx2"]' }`, { features: ['aes', 'avx2'] }],
    ['cpu_architecture: amd64', { architecture: 'x86_64' }],
    ['cpu_architecture: riscv64', { architecture: 'riscv64' }],
    ["virtual_cpu_oversubscription_policy: '16:1'", { oversubscriptionRatio: 16 }],
    ['virtual_cpu_oversubscription_policy: 4', { oversubscriptionRatio: 4 }],
  ])('%s', (text, expected) => {
    expect(vduOf(bend(base, cpu(text))).cpu).toMatchObject(expected);
  });

  test('an oversubscription policy that is no ratio is left to the host', () => {
    expect(vduOf(bend(base, cpu('virtual_cpu_oversubscription_policy: generous'))).cpu).not.toHaveProperty(
      'oversubscriptionRatio',
    );
  });
});

const four = ['num_virtual_cpu: 1', 'num_virtual_cpu: 4'] as const;
const pinning = (rules: string): Edit => [
  'num_virtual_cpu: 4',
  `num_virtual_cpu: 4
              virtual_cpu_pinning: { virtual_cpu_pinning_policy: static, virtual_cpu_pinning_rule: ${rules} }`,
];
const keys = (text: string): Edit => [
  'num_virtual_cpu: 4',
  `num_virtual_cpu: 4\n              vdu_cpu_requirements: { ${text} }`,
];
const pinningOf = (edit: Edit) => {
  const { policy, sharedVcpus, hostCpus, emulatorPolicy, emulatorCpus, realtimeVcpus } = vduOf(
    bend(base, four, edit),
  ).cpu;
  return { policy, sharedVcpus, hostCpus, emulatorPolicy, emulatorCpus, realtimeVcpus };
};
const dedicated = { policy: 'dedicated', emulatorPolicy: 'shared' };

describe('pinning rules of four vCPUs', () => {
  test.each([
    ["['0:4', '1:5', '2:6', '3:7']", { ...dedicated, hostCpus: [4, 5, 6, 7] }],
    ["['0-3: 8-11']", { ...dedicated, hostCpus: [8, 9, 10, 11] }],
    ["['vcpu 0-3 -> 8,10,9,11']", { ...dedicated, hostCpus: [8, 10, 9, 11] }],
    ["['vCPU0 = pCPU 4', '3,2 => cpus 7,6', '1 -> host cpu 5']", { ...dedicated, hostCpus: [4, 5, 6, 7] }],
    ['{ 0-3: 4-7 }', { ...dedicated, hostCpus: [4, 5, 6, 7] }],
    ["['0-3']", dedicated],
    ["['0: shared', '1-3: dedicated']", { ...dedicated, policy: 'mixed', sharedVcpus: [0] }],
    ["['0: shared', '1-3: 5-7']", { ...dedicated, policy: 'mixed', sharedVcpus: [0], hostCpus: [5, 6, 7] }],
    [
      "['0-3: 4-7', 'emulator: 3']",
      { policy: 'dedicated', hostCpus: [4, 5, 6, 7], emulatorPolicy: 'named', emulatorCpus: [3] },
    ],
    [
      "['0-3: 4-7', 'emulator: 3,2', 'emulator: 2-3']",
      { policy: 'dedicated', hostCpus: [4, 5, 6, 7], emulatorPolicy: 'named', emulatorCpus: [3, 2] },
    ],
  ])('%s', (rules, expected) => {
    expect(pinningOf(pinning(rules))).toEqual(expected);
  });
});

describe('Nova’s masks over four vCPUs', () => {
  const nova = (words: string): Edit => keys(words.replace(/(cpu_\w+|emulator_\w+):/g, "'hw:$1':"));

  test.each([
    ['cpu_policy: mixed', { policy: 'mixed', emulatorPolicy: 'shared', sharedVcpus: [0] }],
    ['cpu_policy: mixed, cpu_dedicated_mask: 2-3', { policy: 'mixed', emulatorPolicy: 'shared', sharedVcpus: [0, 1] }],
    ["cpu_policy: mixed, cpu_dedicated_mask: '^3'", { policy: 'mixed', emulatorPolicy: 'shared', sharedVcpus: [3] }],
    [
      "cpu_policy: dedicated, cpu_realtime: yes, cpu_realtime_mask: '^0'",
      { policy: 'dedicated', emulatorPolicy: 'with-vcpus', realtimeVcpus: [1, 2, 3] },
    ],
    [
      "cpu_policy: dedicated, cpu_realtime: True, cpu_realtime_mask: '1-3,^2', emulator_threads_policy: share",
      { policy: 'dedicated', emulatorPolicy: 'shared', realtimeVcpus: [1, 3] },
    ],
    [
      'cpu_policy: dedicated, cpu_realtime: yes, emulator_threads_policy: isolate',
      { policy: 'dedicated', emulatorPolicy: 'isolated', realtimeVcpus: [0, 1, 2, 3] },
    ],
    [
      "cpu_policy: mixed, cpu_realtime: yes, cpu_realtime_mask: '^0-1'",
      { policy: 'mixed', emulatorPolicy: 'with-vcpus', sharedVcpus: [0, 1], realtimeVcpus: [2, 3] },
    ],
    ['cpu_policy: dedicated, cpu_realtime: no', { policy: 'dedicated', emulatorPolicy: 'shared' }],
  ])('%s', (words, expected) => {
    expect(pinningOf(nova(words))).toEqual(expected);
  });
});

describe('memory', () => {
  test.each([
    ['vdu_mem_requirements: { memoryPageSize: 1 GB }', { pageSize: 1_048_576 }],
    ["vdu_mem_requirements: { 'hw:mem_page_size': large }", { pageSize: 'any' }],
    ['vdu_mem_requirements: { mem_page_size: 2048 }', { pageSize: 2048 }],
    ['vdu_mem_requirements: { mem_page_size: small }', { pageSize: 'small' }],
    ['vdu_mem_requirements: { mem_page_size: 4 KiB }', { pageSize: 'small' }],
    ['huge_pages_requirements: [{ hugepage_size: 1 GB }]', { pageSize: 1_048_576, hugePages: [] }],
    ['numa_enabled: true', { numaEnabled: true, locality: 'strict' }],
    ['vdu_mem_requirements: { memoryAllocationPolicy: preferredLocalAffinity }', { locality: 'preferred' }],
    ['vdu_mem_requirements: { memoryAllocationPolicy: strictLocalAffinity }', { locality: 'strict' }],
  ])('%s', (text, expected) => {
    expect(vduOf(bend(base, memory(text))).memory).toMatchObject(expected);
  });
});

describe('memory on several page sizes', () => {
  const cells = (...sizes: readonly string[]): Edit => [
    'virtual_memory:',
    `logical_node:
${sizes.map((size, at) => `              n${at}: { logical_node_requirements: { numberCpu: 1, localNumaMemorySize: ${size} } }`).join('\n')}
            virtual_memory:`,
  ];
  const pages = (...parts: readonly (readonly [string, string])[]): Edit =>
    memory(
      `huge_pages_requirements: [${parts.map(([size, of]) => `{ hugepage_size: ${size}, requested_size: ${of} }`).join()}]`,
    );
  const split = (sizes: readonly string[], parts: readonly (readonly [string, string])[]) => {
    const size: Edit = ['virtual_mem_size: 256 MiB', 'virtual_mem_size: 4 GiB'];
    const count: Edit = ['num_virtual_cpu: 1', `num_virtual_cpu: ${sizes.length}`];
    return vduOf(bend(base, size, count, pages(...parts), cells(...sizes))).guestCells.map((cell) => cell.pageSizeKiB);
  };
  const [large, small] = [1_048_576, 2048];

  test.each([
    [
      ['2 GiB', '2 GiB'],
      [
        ['1 GB', '2 GiB'],
        ['2 MB', '2 GiB'],
      ],
      [large, small],
    ],
    [
      ['3 GiB', '1 GiB'],
      [
        ['2 MB', '1 GiB'],
        ['1 GB', '3 GiB'],
      ],
      [large, small],
    ],
    [['3 GiB', '1 GiB'], [['1 GB', '3 GiB']], [large, undefined]],
    [
      ['1 GiB', '2 GiB', '1 GiB'],
      [
        ['1 GB', '3 GiB'],
        ['2 MB', '1 GiB'],
      ],
      [large, large, small],
    ],
    [['2 GiB', '2 GiB'], [['1 GB', '4 GiB']], [undefined, undefined]],
  ] as const)('cells of %j with %j', (sizes, parts, expected) => {
    expect(split(sizes, parts)).toEqual(expected);
  });
});

describe('the cell of a PCI function', () => {
  const wish = (text: string): Edit => [
    'layer_protocols: [ipv4]',
    `layer_protocols: [ipv4]
        vnic_type: direct
        virtual_network_interface_requirements: [{ ${text} }]`,
  ];
  const io = (value: string) =>
    `nic_io_requirements: { logical_node_requirements: { pciDeviceLocalToNumaNode: ${value} } }`;

  test.each([
    [io('required'), 'required'],
    [io('notRequired'), 'none'],
    [io('preferred'), 'preferred'],
    ['network_interface_requirements: { cellPolicy: preferred }', 'preferred'],
    ['network_interface_requirements: { interfaceType: SR-IOV }', undefined],
  ])('%s', (text, policy) => {
    expect(flavourOf(bend(base, wish(text))).cps[0]?.cellPolicy).toBe(policy);
  });

  test('may be said of all at the VDU, as Nova does', () => {
    expect(
      vduOf(bend(base, memory("vdu_mem_requirements: { 'hw:pci_numa_affinity_policy': legacy }"))).cellPolicy,
    ).toBe('preferred');
  });
});

test.each([
  ['nfvi_node', '', { kind: 'anti-affinity', scope: 'nfvi_node', bestEffort: false }],
  ['zone', "\n      metadata: { berth.best-effort: 'true' }", { scope: 'zone', bestEffort: true }],
  ['zone_group', '\n      metadata: { other: true }', { scope: 'zone_group', bestEffort: false }],
])('an anti-affinity rule by %s%s', (scope, metadata, expected) => {
  const text = `${base}
  policies:
    apart:
      type: tosca.policies.nfv.AntiAffinityRule
      properties: { scope: ${scope} }
      targets: [vdu]${metadata}
`;
  expect(flavourOf(text).affinityRules).toMatchObject([{ id: 'apart', vduIds: ['vdu'], ...expected }]);
});

test('Nova extra specs in compute_requirements count', () => {
  const specs = `'{ "hw:cpu_policy": "dedicated", "hw:mem_page_size": "2MB" }'`;
  const vdu = vduOf(
    bend(base, ['virtual_cpu:', `compute_requirements: { nova_extra_specs: ${specs} }\n            virtual_cpu:`]),
  );
  expect([vdu.cpu.policy, vdu.memory.pageSize]).toEqual(['dedicated', 2048]);
});

describe('connection points', () => {
  const requirements = (type: string): string =>
    `virtual_network_interface_requirements: [{ network_interface_requirements: { interfaceType: ${type} } }]`;

  test.each([
    ['vnic_type: macvtap', { vnicType: 'macvtap', model: 'virtio' }],
    ['vnic_type: direct', { vnicType: 'direct' }],
    ['vnic_type: virtio-forwarder', { vnicType: 'virtio-forwarder' }],
    [requirements('RTL8139'), { vnicType: 'virtio', model: 'rtl8139' }],
    [requirements('e1000'), { model: 'e1000e' }],
    [requirements('PCI-Passthrough'), { vnicType: 'direct-physical' }],
  ])('%s', (text, expected) => {
    const flavour = flavourOf(bend(base, ['layer_protocols: [ipv4]', `layer_protocols: [ipv4]\n        ${text}`]));
    expect(flavour.cps[0]).toMatchObject(expected);
  });

  test('of a VDU for unmodified guests have an emulated card, unless they ask for another', () => {
    const full: Edit = ['boot_order: false', 'nfvi_constraints: { virtualisation: full }'];
    const asked: Edit = ['layer_protocols: [ipv4]', `layer_protocols: [ipv4]\n        ${requirements('virtio')}`];
    expect(flavourOf(bend(base, full)).cps[0]?.model).toBe('e1000e');
    expect(flavourOf(bend(base, full, asked)).cps[0]?.model).toBe('virtio');
  });
});

describe('images', () => {
  test.each([
    ['{ algorithm: SHA512, hash:', 'sha-512'],
    ['{ algorithm: sha_384, hash:', 'sha-384'],
  ])('a checksum %s …} is %s', (text, algorithm) => {
    expect(vduOf(bend(base, ['{ algorithm: sha-256, hash:', text])).image?.checksum.algorithm).toBe(algorithm);
  });

  test('the short form of an artifact is its file', () => {
    const short = bend(minimal('2.6.1'), [/sw_image:\n.*\n.*file: (.*)/, 'sw_image: $1']);
    expect(vduOf(short).image?.file).toBe('Files/system.qcow2');
  });
});

describe('substitution mappings', () => {
  test.each([
    ['virtual_link_outside: [outside, virtual_link]', '- virtual_link_outside: [outside, virtual_link]'],
    ['virtual_link_outside: [outside, virtual_link]', 'virtual_link_outside: [[outside, virtual_link]]'],
    ['virtual_link_outside: [outside, virtual_link]', 'virtual_link_outside: { mapping: [outside, virtual_link] }'],
  ])('%s may be written %s', (from, to) => {
    expect(flavourOf(bend(base, [from, to])).extCps).toEqual(flavourOf(base).extCps);
  });

  test('a VnfExtCp stands for the link behind it', () => {
    const ext =
      '    door: { type: tosca.nodes.nfv.VnfExtCp, properties: { layer_protocols: [ipv4] }, requirements: [{ internal_virtual_link: l }] }\n    l: { type: tosca.nodes.nfv.VnfVirtualLink, properties: { connectivity_type: { layer_protocols: [ipv4] }, vl_profile: {} } }\n    outside:\n';
    const flavour = flavourOf(
      bend(
        base,
        ['    outside:\n', ext],
        ['[outside, virtual_link]', '[door, external_virtual_link]'],
        ['- virtual_binding: vdu', '- virtual_binding: vdu\n        - virtual_link: l'],
      ),
    );
    expect(flavour.extCps).toEqual([{ id: 'door', virtualLinkId: 'l', requirement: 'virtual_link_outside' }]);
  });
});

test('without step_deltas, the only delta is the step', () => {
  const policies = `
  policies:
    - aspects:
        type: tosca.policies.nfv.ScalingAspects
        properties: { aspects: { size: { name: size, description: d, max_scale_level: 1 } } }
    - deltas:
        type: tosca.policies.nfv.VduScalingAspectDeltas
        properties: { aspect: size, deltas: { more: { number_of_instances: 1 } } }
        targets: [vdu]
`;
  const text = bend(base, ['max_number_of_instances: 1', 'max_number_of_instances: 2']) + policies;
  expect(flavourOf(text).aspects).toEqual([{ id: 'size', name: 'size', maxScaleLevel: 1, stepDeltas: ['more'] }]);
});
