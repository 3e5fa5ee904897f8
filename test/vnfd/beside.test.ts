/**
 * What Berth reads of a VNFD and does not carry out: an operator sees it, and a later version finds it there.
 */
import { describe, expect, test } from '@jest/globals';
import { base } from './finding-cases.js';
import { bend, flavourOf, vduOf, vnfdOf, read } from './read.js';

const more = `
    reach:
      type: tosca.policies.nfv.SecurityGroupRule
      properties: { direction: egress, protocol: udp, port_range_min: 53, port_range_max: 53 }
      targets: [outside]
    load:
      type: tosca.policies.nfv.VnfIndicator
      properties: { source: vnf }
    from_before:
      type: tosca.policies.nfv.VnfPackageChange
      properties:
        selector:
          - { source_descriptor_id: before, destination_descriptor_id: now, source_flavour_id: default }
        modification_qualifier: up
        destination_flavour_id: default
    rate:
      type: tosca.policies.nfv.VirtualLinkBitrateInitialDelta
      properties: { initial_delta: { bitrate_requirements: { root: 1000 } } }
      targets: [inside]
    rates:
      type: tosca.policies.nfv.VirtualLinkBitrateScalingAspectDeltas
      properties: { aspect: size, deltas: { step: { bitrate_requirements: { root: 500 } } } }
      targets: [inside]
    rate_levels:
      type: tosca.policies.nfv.VirtualLinkInstantiationLevels
      properties: { levels: { high: { bitrate_requirements: { root: 2000 } } } }
      targets: [inside]
`;
const nodes = `    shared:
      type: tosca.nodes.nfv.VipCp
      properties: { layer_protocols: [ipv4], vip_function: high_availability }
      requirements: [{ target: outside }, { virtual_link: inside }]
    tagged:
      type: tosca.nodes.nfv.VduSubCp
      properties: { layer_protocols: [ipv4], segmentation_type: vlan, segmentation_id: 7 }
      requirements: [{ trunk_port: outside }]
    inside:
      type: tosca.nodes.nfv.VnfVirtualLink
      properties: { connectivity_type: { layer_protocols: [ipv4] }, vl_profile: {} }
    outside:`;
const text = `${bend(
  base,
  ['    outside:', nodes],
  [
    'layer_protocols: [ipv4]\n      requirements:\n        - virtual_binding',
    'layer_protocols: [ipv4]\n        trunk_mode: true\n      requirements:\n        - virtual_binding',
  ],
)}${more.slice(1)}`;

describe('beside what runs, a flavour', () => {
  test('has no such parts when the VNFD names none', () => {
    expect(flavourOf(base).beside).toBeUndefined();
  });

  test('keeps virtual addresses and sub-ports', () => {
    expect(flavourOf(text).beside).toMatchObject({
      vipCps: [{ id: 'shared', purpose: 'high_availability', targetIds: ['outside'], virtualLinkId: 'inside' }],
      subPorts: [{ id: 'tagged', trunkCpId: 'outside', segmentationId: 7 }],
    });
  });

  test('keeps security rules, indicators and package changes', () => {
    expect(flavourOf(text).beside).toMatchObject({
      securityRules: [
        {
          id: 'reach',
          cpIds: ['outside'],
          direction: 'egress',
          etherType: 'ipv4',
          protocol: 'udp',
          portMin: 53,
          portMax: 53,
        },
      ],
      indicators: [{ id: 'load', source: 'vnf' }],
      packageChanges: [
        { id: 'from_before', qualifier: 'up', sourceDescriptorIds: ['before'], destinationFlavourId: 'default' },
      ],
    });
  });

  test('keeps the bit rates of links at the start, per step and per level', () => {
    expect(flavourOf(text).beside?.linkBitrates).toEqual([
      { linkId: 'inside', initialBps: 1000, byAspect: { size: { step: 500 } }, byLevel: { high: 2000 } },
    ]);
  });

  test('is warned of what is not supported or changes nothing', () => {
    const { findings } = read(text);
    expect(findings.map(({ code, severity }) => `${severity} ${code}`)).toEqual(
      expect.arrayContaining(['warning VNFD-NODE-IGNORED']),
    );
    expect(new Set(findings.map(({ code }) => code))).toEqual(new Set(['VNFD-NODE-IGNORED', 'VNFD-PROPERTY-UNUSED']));
  });
});

test('monitoring parameters are a list, and since 3.5.1 a map', () => {
  const parameter = '{ name: cpu, performance_metric: v_cpu_usage_mean_vnf, collection_period: 30 s }';
  const expected = [{ id: 'cpu', name: 'cpu', metric: 'v_cpu_usage_mean_vnf', periodS: 30 }];
  for (const form of [`[${parameter}]`, `{ cpu: ${parameter} }`]) {
    const vdu = vduOf(bend(base, ['boot_order: false', `boot_order: false\n        monitoring_parameters: ${form}`]));
    expect(vdu.monitoring).toEqual(expected);
  }
});

test('modifiable attributes and configurable properties are kept with their defaults', () => {
  const attributes = 'modifiable_attributes: { extensions: { peer: none }, metadata: { owner: x } }';
  const properties = 'configurable_properties: { is_autoscale_enabled: false }';
  const vnfd = vnfdOf(
    read(
      bend(base, [
        'flavour_id: default\n        flavour_d',
        `${attributes}\n        ${properties}\n        flavour_id: default\n        flavour_d`,
      ]),
    ),
  );
  expect(vnfd.modifiable).toEqual({
    extensions: { peer: 'none' },
    metadata: { owner: 'x' },
    configurableProperties: { is_autoscale_enabled: false },
  });
});

test('configurable properties that a data type of the package declares are kept with types and constraints', () => {
  const type = `
data_types:
  vendor.Base:
    derived_from: tosca.datatypes.nfv.VnfConfigurableProperties
    properties:
      config: { type: string, required: false }
      level: { type: integer }
  vendor.Properties:
    derived_from: vendor.Base
    properties:
      level: { type: integer, constraints: [{ in_range: [1, 3] }] }
`;
  const reading = read(
    bend(
      base,
      ['node_types:\n', `${type}node_types:\n`],
      [
        'derived_from: tosca.nodes.nfv.VNF\n',
        'derived_from: tosca.nodes.nfv.VNF\n    properties: { configurable_properties: { type: vendor.Properties } }\n',
      ],
    ),
  );
  expect(vnfdOf(reading).configurable).toEqual({
    config: { type: 'string' },
    level: { type: 'integer', constraints: [{ in_range: [1, 3] }] },
  });
  expect(vnfdOf(read(base)).configurable).toBeUndefined();
});
