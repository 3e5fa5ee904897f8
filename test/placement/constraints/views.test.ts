/**
 * A constraint sees only what its verdict is shared by. Most of it is the compiler's to hold: a line below that compiles
 * without its error fails `tsc`.
 */
import { describe, expect, it } from '@jest/globals';
import { capacityIndexOf } from '../../../src/inventory/capacity-index.js';
import type { Host } from '../../../src/inventory/model.js';
import type { HostConstraint, KindConstraint, RoomConstraint } from '../../../src/placement/constraints/constraint.js';
import { nothingAround } from '../../../src/placement/question/around.js';
import { askOf } from '../../../src/placement/question/ask.js';
import { effortOf } from '../../../src/placement/search/effort.js';
import { unclaimed } from '../../../src/inventory/take.js';
import { demand, host } from '../../builders/placement.js';

type Read<C extends { refuse: (...seen: never[]) => unknown }> = (...seen: Parameters<C['refuse']>) => unknown;

const ofKind: readonly Read<KindConstraint>[] = [
  (ask, { zone, facts }) => [ask.demand.zone, zone, facts.mostVcpus, facts.networks[0]?.kind],
  // @ts-expect-error hosts of one kind have different names
  (_ask, { id: _ }) => true,
  // @ts-expect-error reserved CPUs and memory are of the shape, not of the kind
  (_ask, { reserved: _ }) => true,
  // @ts-expect-error pools differ from host to host of a kind
  (_ask, { facts: { pools: _ } }) => true,
  // @ts-expect-error cells are of the shape
  (_ask, { facts: { cells: _ } }) => true,
  // @ts-expect-error of a network, name and kind tell kinds apart
  (_ask, { facts: { networks } }) => networks.every(({ devices: _ }) => true),
  // @ts-expect-error who asks is no matter
  ({ demand: { vnfcId: _ } }) => true,
  // @ts-expect-error hosts named in the request are for a host constraint
  ({ demand: { onlyHosts: _ } }) => true,
];

const ofHost: readonly Read<HostConstraint>[] = [
  ({ demand }, { id, zone }, { rules }) => [demand.onlyHosts, id, zone, rules],
  // @ts-expect-error what a host is does not come into it
  (_ask, { facts: _ }) => true,
  // @ts-expect-error the state of a host is of its kind
  (_ask, { adminState: _ }) => true,
  // @ts-expect-error who holds CPUs changes with every claim
  (_ask, _host, { holderOf: _ }) => true,
];

const ofRoom: readonly Read<RoomConstraint>[] = [
  ({ demand }, { cells, sums, host: { reserved } }, { holderOf }) => [demand.vcpus, cells, sums, reserved, holderOf],
  // @ts-expect-error a zone is of the kind
  (_ask, { host: { zone: _ } }) => true,
  // @ts-expect-error the state of a host is of its kind
  (_ask, { host: { reachable: _ } }) => true,
  // @ts-expect-error limits of the hypervisor are of the kind
  (_ask, { host: { facts } }) => [facts].every(({ mostVcpus: _ }) => true),
  // @ts-expect-error pools are told apart by what is left, not by their size
  (_ask, { host: { facts } }) => facts.pools.every(({ capacityMiB: _ }) => true),
  // @ts-expect-error verdicts are shared by all VNFCs of a VDU
  ({ demand: { vnfcId: _ } }) => true,
  // @ts-expect-error verdicts are shared by all VNFs of a VNFD
  ({ demand: { vnfInstanceId: _ } }) => true,
  // @ts-expect-error verdicts are kept whatever hosts the request names
  ({ demand: { excludeHosts: _ } }) => true,
  // @ts-expect-error rules follow from where other VNFCs are
  (_ask, _free, { rules: _ }) => true,
];

describe('what a constraint sees', () => {
  it('is what it is judged by', () => {
    const [ask, h1] = [askOf(demand('a')), host('h1')];
    const free = unclaimed(h1);
    expect(ofKind[0]?.(ask, h1)).toEqual([undefined, 'z1', undefined, 'bridge']);
    expect(ofHost[0]?.(ask, h1, nothingAround)).toEqual([undefined, 'h1', 'z1', []]);
    expect(ofRoom[0]?.(ask, free, nothingAround, effortOf(1))).toEqual([
      1,
      free.cells,
      free.sums,
      h1.reserved,
      nothingAround.holderOf,
    ]);
  });

  const differing: readonly (readonly [string, Partial<Host>])[] = [
    ['zone', { zone: 'z9' }],
    ['state', { adminState: 'down' }],
    ['reachability', { reachable: false }],
    ['ratio', { sharedCpuRatio: 9 }],
    ...(
      [
        ['architecture', { architecture: 'aarch64' }],
        ['CPU model', { cpuModel: 'EPYC' }],
        ['CPU features', { cpuFeatures: [] }],
        ['machines', { machines: [] }],
        ['capabilities', { capabilities: ['sgx'] }],
        ['vhost-user networks', { vhostUser: { blue: '/run/ovs' } }],
        ['vCPUs', { mostVcpus: 8 }],
        ['networks', { networks: [{ name: 'data', kind: 'ovs' }] }],
      ] as const
    ).map(([what, facts]) => [what, { facts: { ...host('h1').facts, ...facts } }] as const),
  ];

  it.each(differing)('makes another kind of a host: %s', (_what, change) => {
    const hosts = [host('h1'), host('h2'), { ...host('h3'), ...change }];
    expect(capacityIndexOf({ hosts, claims: [] }).kindOf).toEqual([0, 0, 1]);
  });
});
