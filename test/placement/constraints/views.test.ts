/**
 * A constraint sees only what its verdict is shared by. Most of it is the compiler's to hold: a line below that is not true
 * fails `tsc`.
 */
import { describe, expect, it } from '@jest/globals';
import { capacityIndexOf } from '../../../src/inventory/capacity-index.js';
import type { Host } from '../../../src/inventory/model.js';
import type { HostConstraint, KindConstraint, RoomConstraint } from '../../../src/placement/constraints/constraint.js';
import { host } from '../../builders/placement.js';

type Asked<C extends { refuse: (...seen: never[]) => unknown }> = Parameters<C['refuse']>[0];
type Seen<C extends { refuse: (...seen: never[]) => unknown }> = Parameters<C['refuse']>[1];
type Around<C extends { refuse: (...seen: never[]) => unknown }> = Parameters<C['refuse']>[2];

/** `true` only where every name is a member; `lacks` only where none is. `Every` does not compile with anything else. */
type Has<T, Names extends PropertyKey> = [Names] extends [keyof T] ? true : false;
type Lacks<T, Names extends PropertyKey> = [Extract<keyof T, Names>] extends [never] ? true : false;
type Every<T extends readonly true[]> = T;

/** Names and sizes tell hosts of one kind apart, reservation and cells their shape, and who asks is no matter. */
export type OfKind = Every<
  [
    Has<Seen<KindConstraint>, 'zone' | 'facts' | 'adminState' | 'reachable'>,
    Lacks<Seen<KindConstraint>, 'id' | 'reserved'>,
    Has<Seen<KindConstraint>['facts'], 'mostVcpus' | 'networks'>,
    Lacks<Seen<KindConstraint>['facts'], 'pools' | 'cells'>,
    Has<Seen<KindConstraint>['facts']['networks'][number], 'name' | 'kind'>,
    Lacks<Seen<KindConstraint>['facts']['networks'][number], 'devices'>,
    Has<Asked<KindConstraint>['demand'], 'zone'>,
    Lacks<Asked<KindConstraint>['demand'], 'vnfcId' | 'onlyHosts'>,
  ]
>;

/** What a host is and its state are of its kind; holders change with every claim. */
export type OfHost = Every<
  [
    Has<Asked<HostConstraint>['demand'], 'onlyHosts'>,
    Has<Seen<HostConstraint>, 'id' | 'zone'>,
    Lacks<Seen<HostConstraint>, 'facts' | 'adminState'>,
    Has<Around<HostConstraint>, 'rules'>,
    Lacks<Around<HostConstraint>, 'holderOf'>,
  ]
>;

/** Verdicts are shared by all VNFCs of a VDU and all VNFs of a VNFD, whatever hosts a request names. */
export type OfRoom = Every<
  [
    Has<Seen<RoomConstraint>, 'cells' | 'sums' | 'host'>,
    Has<Seen<RoomConstraint>['host'], 'reserved' | 'facts'>,
    Lacks<Seen<RoomConstraint>['host'], 'zone' | 'reachable'>,
    Lacks<Seen<RoomConstraint>['host']['facts'], 'mostVcpus'>,
    Has<Seen<RoomConstraint>['host']['facts'], 'pools'>,
    Lacks<Seen<RoomConstraint>['host']['facts']['pools'][number], 'capacityMiB'>,
    Has<Asked<RoomConstraint>['demand'], 'vcpus'>,
    Lacks<Asked<RoomConstraint>['demand'], 'vnfcId' | 'vnfInstanceId' | 'excludeHosts'>,
    Has<Around<RoomConstraint>, 'holderOf'>,
    Lacks<Around<RoomConstraint>, 'rules'>,
  ]
>;

describe('what a constraint sees', () => {
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
