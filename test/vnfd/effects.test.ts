/**
 * What Berth reads and does not carry out: it is in the model, and its author hears of it.
 */
import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bend, codesOf, flavourOf, read, vnfdOf, type Edit } from './read.js';

const whole = readFileSync(join(import.meta.dirname, '../fixtures/vnfds/whole-4.3.1.yaml'), 'utf8');
const reading = read(whole);
const messagesOf = (code: string): readonly string[] =>
  reading.findings.filter((finding) => finding.code === code).map(({ message }) => message);

describe('a VNFD that asks for everything', () => {
  test('is accepted, and every part that the VNF may miss is a warning', () => {
    expect(messagesOf('VNFD-EFFECT-MISSING')).toEqual([
      '`vdu` asks for `kvp_data`: a guest gets the content of its boot data and nothing beside it.',
      '`vdu` asks for `destination_path`: a guest gets the content of its boot data and nothing beside it.',
      '`vdu` asks for `virtual_cpu_clock`: clocks of hosts are not compared.',
      '`vdu` asks for `min_requested_additional_capability_version`: a host has a capability or has it not, of whatever version.',
      '`vdu` asks for `vdu_storage_requirements`: a volume is a file of the host’s storage, whatever that gives.',
      '`vdu` asks for `rdma_enabled`: volumes are local files.',
      '`logs` asks for `vdu_storage_requirements`: a volume is a file of the host’s storage, whatever that gives.',
      '`logs` asks for `rdma_enabled`: volumes are local files.',
      '`internal` asks for `dhcp_enabled`: no DHCP server runs on the links of a VNF.',
      '`outside` asks for `floating_ip_activated`: Berth translates no addresses.',
      '`vdu` asks for local storage that no image fills: only storage nodes become further volumes.',
      '`inside` asks for `bitrate_requirement`: only cards with virtual functions are chosen by it.',
    ]);
    expect(vnfdOf(reading).productName).toBe('Whole');
  });

  test('has one note per node about what changes nothing', () => {
    const prefix = 'Nothing in Berth depends on ';
    expect(messagesOf('VNFD-PROPERTY-UNUSED')).toEqual(
      [
        '`modifiable_attributes`, `configurable_properties`, `scale_to_level`, `heal`, `terminate`, `operate` of `vnf`.',
        '`monitoring_parameters`, `virtual_mem_oversubscription_policy`, `preferred_requested_additional_capability_version`, `target_performance_parameters` of `vdu`.',
        '`l2_address_data` of `outside`.',
        '`max_bitrate_requirements`, `min_bitrate_requirements`, `qos`, `name`, `cidr`, `ip_allocation_pools`, `gateway_ip` of `internal`.',
        'the policy `load` (tosca.policies.nfv.VnfIndicator).',
        'the policy `door` (tosca.policies.nfv.SupportedVnfInterface).',
        '`rack` in `nfvi_constraints` of `vdu`.',
      ].map((rest) => prefix + rest),
    );
    expect(new Set(codesOf(reading))).toEqual(new Set(['VNFD-EFFECT-MISSING', 'VNFD-PROPERTY-UNUSED']));
  });

  test('is still in the model', () => {
    const { vdus, virtualLinks, lcmOperations, storages } = flavourOf(whole);
    expect(vdus[0]).toMatchObject({
      bootData: { content: '#cloud-config', destinationPath: '/etc/whole', kvp: { site: { get_input: 'site' } } },
      nfviConstraints: { virtualisation: 'full', rack: 'any' },
      requestedCapabilities: [{ name: 'crypto', mandatory: true, parameters: { gbps: '10' } }],
      monitoring: [{ id: 'load', metric: 'v_cpu_usage_mean_vnf', periodS: 10 }],
    });
    expect(virtualLinks).toEqual([
      {
        id: 'internal',
        layerProtocols: ['ipv4'],
        dhcpEnabled: true,
        mtu: 1400,
        networkType: 'vlan',
        segmentationId: 12,
        cidr: '10.9.0.0/24',
        gatewayIp: '10.9.0.1',
        maxBitrateBps: 10_000_000,
        profile: {
          flowPattern: 'mesh',
          maxLeafBitrateBps: 1_000_000,
          minBitrateBps: 1000,
          minLeafBitrateBps: 500,
          qos: { latencyS: 0.001, delayVariationS: 0.0005, lossRatio: 0.001 },
          ipVersion: 'ipv4',
          allocationPools: [{ start: '10.9.0.10', end: '10.9.0.99' }],
        },
      },
    ]);
    expect(storages[0]?.requirements).toEqual({ storageIops: '200' });
    expect(lcmOperations).toEqual({
      scalingByMoreThanOneStep: true,
      arbitraryTargetLevels: true,
      healCauses: ['wedged'],
      minGracefulStopTimeoutS: 5,
      maxRecommendedGracefulTerminationTimeoutS: 120,
    });
    expect(vnfdOf(reading).modifiable).toEqual({
      extensions: { site: 'here' },
      metadata: {},
      configurableProperties: { is_autoscale_enabled: false },
    });
  });

  test('says nothing of what is switched off', () => {
    const off: readonly Edit[] = [
      [', bitrate_requirement: 1000000', ''],
      [/ {14}- \{ size_of_storage: 1 GiB.*\n/, ''],
      ['dhcp_enabled: true', 'dhcp_enabled: false'],
      ['rdma_enabled: true', 'rdma_enabled: false'],
      ['floating_ip_activated: true', 'floating_ip_activated: false'],
      ["vdu_storage_requirements: { storageIops: '200' }", 'vdu_storage_requirements: {}'],
      [/ {10}kvp_data: .*\n/, ''],
      [', destination_path: /etc/whole', ''],
      [', virtual_cpu_clock: 2 GHz', ''],
      [/ {16}min_requested_.*\n/, ''],
    ];
    expect(codesOf(read(bend(whole, ...off)))).not.toContain('VNFD-EFFECT-MISSING');
  });
});

describe('L3 data of a link', () => {
  test.each<readonly [string, Edit]>([
    ['`10.8.0.1` is no address in `10.9.0.0/24` of `internal`.', ['gateway_ip: 10.9.0.1', 'gateway_ip: 10.8.0.1']],
    ['`10.9.1.99` is no address in `10.9.0.0/24` of `internal`.', ['10.9.0.99', '10.9.1.99']],
    ['`10.9.0.0/24` is ipv4, not `ipv6`, the `ip_version` of `internal`.', ['ip_version: ipv4', 'ip_version: ipv6']],
    ['`10.9.0.0/40` is no subnet, the `cidr` of `internal`.', ['10.9.0.0/24', '10.9.0.0/40']],
    ['`fd00::/64` is ipv6, not `ipv4`, the `ip_version` of `internal`.', ['10.9.0.0/24', "'fd00::/64'"]],
  ])('disagree when %s', (message, edit) => {
    const found = read(bend(whole, edit)).findings.filter(({ code }) => code === 'VNFD-LINK-ADDRESSES');
    expect(found.map((finding) => finding.message)).toContain(message);
  });
});
