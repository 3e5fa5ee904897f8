import { afterAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, type SimulatedHostConfig } from '../../src/config/config.js';
import { readFleetFile } from '../../src/config/fleet-file.js';
import { loadConfig } from '../../src/config/load.js';

const folder = mkdtempSync(join(tmpdir(), 'berth-fleet-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function file(text: string): string {
  const path = join(folder, 'fleet.yaml');
  writeFileSync(path, text);
  return path;
}

function hostsOf(...argv: readonly string[]): readonly SimulatedHostConfig[] {
  const config = loadConfig({ argv, environment: {}, user: { isRoot: false, home: () => '/home/op' } });
  if (config === 'help' || config.fleet.kind !== 'simulated') throw new Error('the fleet is not simulated');
  return config.fleet.hosts;
}

function complaint(work: () => unknown): readonly string[] {
  try {
    work();
  } catch (error) {
    if (error instanceof ConfigError) return error.lines;
    throw error;
  }
  return [];
}

const small = `templates:
  small:
    cells: { count: 1, cores: 2, threads: 1, memoryMiB: 4096 }
    networks: [{ name: data }]
    pools: [{ name: berth, capacityMiB: 1000 }]
`;
const twoSizes = `${small}  large:
    cpu: { model: Genoa, features: [avx512f] }
    cells: { count: 2, cores: 4, threads: 2, coresPerL3: 2, memoryMiB: 8192, hugepages: [{ pageSizeKiB: 2048, total: 8 }] }
    cards: [{ cell: 1, functions: 2, physicalNetwork: fabric, trustCapable: false }, { functions: 1, physicalNetwork: lan, linkMbps: 10000, isolated: false }]
    networks: [{ name: lan, bridge: br-lan, kind: ovs, physicalNetwork: fabric, mtu: 9000 }, { name: wire, kind: physical }]
    pools: [{ name: fast, capacityMiB: 10 }, { name: slow, capacityMiB: 20 }]
    reserved: { sharedCpus: [0], memoryMiBPerCell: [512, 512] }
    sharedCpuRatio: 2
hosts:
  - { like: small, name: edge, zone: z1 }
  - { like: large, name: rack, count: 3, zone: z2 }
`;

describe('a fleet file', () => {
  test('names single hosts as they are and numbers the others, each in its zone', () => {
    const hosts = hostsOf('--fleet-file', file(twoSizes));
    expect(hosts.map(({ id, zone }) => `${id} ${zone}`)).toEqual(['edge z1', 'rack-1 z2', 'rack-2 z2', 'rack-3 z2']);
    expect(hosts[1]).toMatchObject({ sharedCpuRatio: 2, reserved: { sharedCpus: [0], memoryMiBPerCell: [512, 512] } });
    expect(hosts[0]).not.toHaveProperty('reserved');
  });

  test('describes cells, caches, cards, networks and pools, which alike hosts share', () => {
    const [edge, rack, other] = hostsOf('--fleet-file', file(twoSizes));
    expect(other?.template).toBe(rack?.template);
    expect(edge?.template.networks).toEqual([{ name: 'data', kind: 'bridge', bridge: 'data' }]);
    expect(rack?.template.networks).toEqual([
      { name: 'lan', kind: 'ovs', bridge: 'br-lan', physicalNetwork: 'fabric', mtu: 9000 },
      { name: 'wire', kind: 'physical' },
    ]);
    expect(rack?.template.cells[1]).toMatchObject({ id: 1, hugepages: [{ pageSizeKiB: 2048, total: 8, foreign: 0 }] });
    expect(rack?.template.cells[1]?.cpus[3]).toEqual({ id: 7, socket: 1, core: 7, siblings: [7, 15], l3: 3 });
    const functions = rack?.template.pciFunctions ?? [];
    expect(functions.map((one) => [one.kind, one.cell, one.trustCapable, one.iommuGroup])).toEqual([
      ['pf', 1, false, 0],
      ['vf', 1, false, 100],
      ['vf', 1, false, 101],
      ['pf', undefined, true, 1],
      ['vf', undefined, true, 1],
    ]);
    expect(functions.map((one) => one.linkMbps)).toEqual([undefined, undefined, undefined, 10_000, undefined]);
    expect(rack?.template.pools).toEqual([
      { name: 'fast', path: '/simulated/fast', capacityMiB: 10 },
      { name: 'slow', path: '/simulated/slow', capacityMiB: 20 },
    ]);
    expect(rack?.template.cpu).toEqual({ model: 'Genoa', features: ['avx512f'] });
  });

  test('is stretched to as many hosts as --fleet says, in proportion', () => {
    const hosts = hostsOf('--fleet-file', file(twoSizes), '--fleet', '1000');
    expect(hosts).toHaveLength(1000);
    expect(hosts.filter(({ zone }) => zone === 'z1').map(({ id }) => id)).toHaveLength(250);
    expect(hosts[0]?.id).toBe('edge-1');
  });

  test('of the examples reads', () => {
    expect(hostsOf('--fleet-file', 'fleets/two-sites.yaml')).toHaveLength(44);
    expect(hostsOf('--fleet-file', 'fleets/servers.yaml')).toHaveLength(10_000);
  });

  test.each([
    ['hosts: [', /is not YAML: .*line 1/],
    ['{}', /: the configuration needs "templates"/],
    [`${small}hosts: []`, /line 6: hosts is \[\], must NOT have fewer than 1 items/],
    [`${small}hosts:\n  - { like: small, name: a, count: 0 }`, /line 7: hosts\.0\.count is 0, must be >= 1/],
    [`${small}hosts:\n  - { like: tall, name: a }`, /line 7: there is no template "tall"; there is small$/],
    [`${small}hosts:\n  - like: small\n    name: a\n    colour: red`, /line 9: hosts\.0 has no setting "colour"/],
    [`${small}hosts: [{ like: small, name: a }, { like: small, name: a }]`, /line 6: the name "a" is given twice/],
    [small.replace('4096', '-1'), /line 3: templates\.small\.cells\.memoryMiB is -1, must be >= 1/],
  ])('%p is refused with its line', (text, said) => {
    expect(complaint(() => readFleetFile(file(text))).join('\n')).toMatch(said);
  });

  test('is refused when a card or pages are where they cannot be', () => {
    const wrong = twoSizes.replace('cell: 1, functions', 'cell: 2, functions').replace('total: 8 }', 'total: 8000 }');
    expect(complaint(() => readFleetFile(file(wrong)))).toEqual([
      expect.stringMatching(/line 8: the hugepages of large take 16000 MiB, a cell has memoryMiB 8192$/),
      expect.stringMatching(/line 9: the card is on cell 2, cells of large are 0 to 1$/),
    ]);
  });

  test('is refused when two of its hosts would have one name, or there are too many', () => {
    const named = (hosts: string) => () => hostsOf('--fleet-file', file(`${small}hosts:\n${hosts}`));
    expect(complaint(named('  - { like: small, name: a, count: 2 }\n  - { like: small, name: a-2 }'))).toEqual([
      'two hosts of the fleet would be called a-2; name their groups apart',
    ]);
    expect(complaint(named('  - { like: small, name: a, count: 100001 }'))).toEqual([
      'the fleet has 100001 hosts, at most 100000 can be simulated',
    ]);
    expect(complaint(() => hostsOf('--fleet-file', '/nowhere/fleet.yaml'))).toEqual([
      expect.stringContaining('the file /nowhere/fleet.yaml cannot be read'),
    ]);
  });
});
