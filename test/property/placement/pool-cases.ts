/**
 * VNFCs that want little but disk and networks, some of which give devices away one by one, on hosts whose pools are few and tight: some on one file system, some on storage that
 * hosts share, some that Berth may not use, some with base images already.
 */
import fc from 'fast-check';
import { allocationId, hostId } from '../../../src/shared/ids.js';
import type { Host, HostNetwork, SharedStorage, StoragePool } from '../../../src/inventory/model.js';
import type { VnfcDemand } from '../../../src/placement/model.js';
import { demand, host, question } from '../../builders/placement.js';
import type { Case } from './arbitraries.js';

const storages: readonly (SharedStorage | undefined)[] = [
  undefined,
  undefined,
  { name: 'pool a', acrossHosts: false },
  { name: 'nas:/x', acrossHosts: true },
  { name: 'nas:/x', acrossHosts: true },
];

const poolArb = (name: string): fc.Arbitrary<StoragePool> =>
  fc
    .record({
      availableMiB: fc.constantFrom(100, 200, 200, 300),
      storage: fc.constantFrom(...storages),
      isUsed: fc.constantFrom(true, true, true, false),
      images: fc.constantFrom({}, {}, { aa: 40 }, { aa: 20, bb: 40 }),
    })
    .map(({ availableMiB, storage, isUsed, images }) => ({
      ...{ name, path: `/${name}`, capacityMiB: 300, availableMiB, images },
      ...(storage && { storage }),
      // All hosts see the same room of it.
      ...(storage?.acrossHosts === true && { availableMiB: 200 }),
      ...(!isUsed && { unusedBecause: 'nobody named it' }),
    }));

/** Of two networks; without end most of the time. */
const devicesArb = fc.tuple(fc.constantFrom(undefined, undefined, 1, 2), fc.constantFrom(undefined, undefined, 0, 3));

const devicesLeftArb = fc.tuple(fc.constantFrom(0, 1, 2), fc.constantFrom(0, 1, 2));

const network = (name: string, devices: number | undefined): HostNetwork => ({
  ...({ name, kind: 'physical' } as const),
  ...(devices !== undefined && { devices }),
});

const hostArb = (name: string): fc.Arbitrary<Host> =>
  fc.tuple(poolArb('a'), poolArb('b'), fc.boolean(), devicesArb).map(([a, b, hasTwo, devices]) => {
    const made = host(name, { cells: 1, coresPerCell: 2, threads: 2, sharedCpus: [0, 1] });
    const networks = devices.map((count, at) => network(['data', 'blue'][at] ?? '', count));
    return { ...made, facts: { ...made.facts, networks, pools: hasTwo ? [a, b] : [a] } };
  });

const demandArb = (name: string): fc.Arbitrary<VnfcDemand> =>
  fc
    .record({
      diskMiB: fc.constantFrom(20, 60, 100, 160),
      images: fc.subarray(['aa', 'bb']),
      networks: fc.subarray(['data', 'blue']),
      isTwice: fc.boolean(),
    })
    .map(({ diskMiB, images, networks, isTwice }) =>
      demand(name, {
        ...{ diskMiB, networks },
        ...(isTwice && networks.includes('data') && { networkJoins: { data: 2 } }),
        baseImages: images.map((sha256) => ({ sha256, sizeMiB: 40 })),
      }),
    );

const standing = demand('old', { diskMiB: 60, baseImages: [{ sha256: 'aa', sizeMiB: 40 }] });

const fewPoolsArb: fc.Arbitrary<Case> = fc
  .record({
    hosts: fc.oneof(fc.tuple(hostArb('h0')), fc.tuple(hostArb('h0'), hostArb('h1'))),
    demands: fc.tuple(demandArb('v0'), demandArb('v1'), demandArb('v2')),
    isHeld: fc.boolean(),
    isApart: fc.boolean(),
  })
  .map(({ hosts, demands, isHeld, isApart }) => {
    const owner = {
      allocationId: allocationId(standing.vnfcId),
      vnfcId: standing.vnfcId,
      vnfInstanceId: standing.vnfInstanceId,
      opOccId: 'old' as never,
    };
    const common = { hostId: hosts[0].id, exclusive: false, ...owner };
    const apart = {
      ...({ id: 'apart', kind: 'anti-affinity', scope: 'nfvi_node', bestEffort: false, placed: [] } as const),
      vnfcIds: demands.slice(0, 2).map(({ vnfcId }) => vnfcId),
    };
    return {
      hosts,
      claims: isHeld
        ? [
            { ...common, kind: 'disk', key: 'a', amount: 60 },
            { ...common, kind: 'image', key: 'aa a', amount: 40 },
          ]
        : [],
      request: question(demands, { budget: 50_000, affinity: isApart ? [apart] : [] }),
    };
  });

/** Hosts of one shape on which as much is left of everything but devices, and VNFCs that differ in their networks alone. */
export const deviceCaseArb: fc.Arbitrary<Case> = fc
  .record({
    devices: fc.oneof(
      fc.tuple(devicesLeftArb, devicesLeftArb),
      fc.tuple(devicesLeftArb, devicesLeftArb, devicesLeftArb),
    ),
    joined: fc.array(fc.subarray(['data', 'blue'], { minLength: 1 }), { minLength: 1, maxLength: 4 }),
    strategy: fc.constantFrom<'pack' | 'spread'>('pack', 'spread'),
  })
  .map(({ devices, joined, strategy }) => {
    const made = host('h', { cells: 1 });
    const hosts = devices.map(([data, blue], at) => ({
      ...made,
      id: hostId(`h${String(at)}`),
      facts: { ...made.facts, networks: [network('data', data), network('blue', blue)] },
    }));
    const demands = joined.map((networks, at) => demand(`v${String(at)}`, { networks }));
    return { hosts, claims: [], request: question(demands, { budget: 50_000, strategy }) };
  });

export const poolCaseArb: fc.Arbitrary<Case> = fc.oneof(fewPoolsArb, deviceCaseArb);
