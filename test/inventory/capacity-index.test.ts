import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  capacityIndexOf,
  freeHost,
  freeHosts,
  withClaims,
  withHost,
  withHostState,
  withoutClaims,
} from '../../src/inventory/capacity-index.js';
import { walk, type Leaf } from '../../src/inventory/fill-tree.js';
import type { Claim } from '../../src/inventory/model.js';
import { covers, room } from '../../src/inventory/room.js';
import { allocationId, hostId, opOccId, vnfcId, vnfInstanceId } from '../../src/shared/ids.js';
import { card, host, inGroup, isolated } from '../builders/placement.js';
import { Tried } from '../builders/tried.js';

const memory = (on: number, amount: number, cell = 0): Claim => ({
  hostId: hostId(`h${String(on)}`),
  kind: 'memory',
  key: 'plain',
  exclusive: false,
  amount,
  cell,
  allocationId: allocationId('a'),
  vnfcId: vnfcId('a'),
  vnfInstanceId: vnfInstanceId('vnf-1'),
  opOccId: opOccId('op'),
});
const size = 40;
const hosts = Array.from({ length: size }, (_, at) => host(`h${String(at)}`));
const claimArb = fc
  .record({ on: fc.nat(size - 1), amount: fc.integer({ min: 1, max: 9000 }), cell: fc.constantFrom(0, 1) })
  .map(({ on, amount, cell }) => memory(on, amount, cell));

const all = (next: () => Leaf | undefined): readonly Leaf[] => {
  const leaves: Leaf[] = [];
  for (let leaf = next(); leaf !== undefined; leaf = next()) leaves.push(leaf);
  return leaves;
};

describe('the fleet index', () => {
  it('knows the physical networks of a host, those whose functions are given to nobody too', () => {
    const functions = [...isolated(card(1, 0, 1)), ...inGroup(7, card(2, 0, 1, 'physnet2'))];
    const { kinds } = capacityIndexOf({ hosts: [host('h1', { functions })], claims: [] });
    expect(kinds.map((kind) => kind.physicalNetworks)).toEqual([['physnet1', 'physnet2']]);
  });

  it('kept from change to change is the one that is recreated', () => {
    const change = fc.record({
      on: fc.nat(size + 5),
      state: fc.constantFrom('active', 'down'),
      coresPerCell: fc.constantFrom(4, 6),
    });
    fc.assert(
      fc.property(fc.array(claimArb, { maxLength: 40 }), fc.array(change, { maxLength: 60 }), (claims, changes) => {
        const now = new Map(hosts.map((one) => [one.id, one]));
        let kept = withClaims(capacityIndexOf({ hosts, claims: [] }), claims);
        for (const { on, state, coresPerCell } of changes) {
          const changed = host(`h${String(on)}`, { coresPerCell }, { adminState: state });
          now.set(changed.id, changed);
          kept = withHost(kept, changed);
        }
        const rebuilt = capacityIndexOf({ hosts: [...now.values()], claims });
        const picture = (fleet: typeof rebuilt) =>
          freeHosts(fleet).map(({ host: { id, adminState }, cells }, at) => ({
            ...{ id, adminState, cells, size: fleet.size, position: fleet.positions.get(id) },
            kind: fleet.kinds[fleet.kindOf[at] ?? -1]?.key,
          }));
        expect(picture(kept)).toEqual(picture(rebuilt));
        const nothing = new Array<number>(room.networks).fill(0);
        const walked = (fleet: typeof rebuilt) =>
          fleet.kinds
            .map((kind) => [kind.key, all(walk(kind.tree, nothing, 'fullest')).map((leaf) => leaf.free.host.id)])
            .filter(([, ids]) => ids?.length !== 0)
            .sort();
        expect(walked(kept)).toEqual(walked(rebuilt));
      }),
      { numRuns: 50 },
    );
  });

  it('walks exactly the hosts with room, in order of how full they are', () => {
    const onBothCells = fc
      .array(claimArb, { minLength: 20, maxLength: 60 })
      .map((claims) => claims.flatMap((one) => [0, 1].map((cell) => ({ ...one, cell }))));
    const tried = new Tried('to walk some hosts, and not all');
    fc.assert(
      fc.property(onBothCells, fc.integer({ min: 7_000, max: 16_500 }), (claims, needed) => {
        const fleet = withClaims(capacityIndexOf({ hosts, claims: [] }), claims);
        const needs = new Array<number>(room.networks).fill(0).with(room.cellMemoryMiB, needed);
        const leaves = fleet.chunks.flat();
        const expected = leaves.filter((leaf) => covers(leaf.room, needs)).map((leaf) => leaf.position);
        tried.is(expected.length > 0 && expected.length < leaves.length);
        const walked = all(walk(fleet.kinds[0]?.tree, needs, 'fullest'));
        expect(walked.map((leaf) => leaf.position).sort((a, b) => a - b)).toEqual(expected);
        expect(walked.every((leaf, at) => at === 0 || walked[at - 1]!.fill >= leaf.fill)).toBe(true);
        expect(all(walk(fleet.kinds[0]?.tree, needs, 'emptiest'))).toEqual(walked.toReversed());
      }),
      { numRuns: 60 },
    );
    tried.expectShare(1 / 6);
  });

  it('is the same whether claims are there from the start or come one by one', () => {
    fc.assert(
      fc.property(fc.array(claimArb, { maxLength: 40 }), (claims) => {
        const atOnce = capacityIndexOf({ hosts, claims });
        const stepwise = claims.reduce(
          (fleet, claim) => withClaims(fleet, [claim]),
          capacityIndexOf({ hosts, claims: [] }),
        );
        expect(freeHosts(stepwise)).toEqual(freeHosts(atOnce));
        expect(stepwise.chunks).toEqual(atOnce.chunks);
      }),
      { numRuns: 40 },
    );
  });

  it('leaves the fleet it was made from as it was', () => {
    const fleet = capacityIndexOf({ hosts, claims: [] });
    const before = structuredClone(fleet);
    withoutClaims(withClaims(fleet, [memory(3, 100)]), [memory(3, 50)]);
    withHostState(fleet, hostId('h3'), { adminState: 'draining', reachable: true });
    expect(fleet).toEqual(before);
  });

  it('sorts hosts by kind, and moves a host that drains to another', () => {
    const fleet = capacityIndexOf({ hosts: [...hosts.slice(0, 3), host('z', {}, { zone: 'z9' })], claims: [] });
    const drained = withHostState(fleet, hostId('h1'), { adminState: 'draining', reachable: true });
    expect([fleet.kinds.length, drained.kinds.length]).toEqual([2, 3]);
    expect(freeHost(drained, hostId('h1'))?.host.adminState).toBe('draining');
    const counts = drained.kinds.map((kind) => all(walk(kind.tree, [], 'fullest')).length);
    expect(counts).toEqual([2, 1, 1]);
    const back = withHostState(drained, hostId('h1'), { adminState: 'active', reachable: true });
    expect(back.kinds.map((kind) => all(walk(kind.tree, [], 'fullest')).length)).toEqual([3, 1, 0]);
  });

  it('pays no heed to claims on hosts that it does not have', () => {
    const fleet = capacityIndexOf({ hosts: hosts.slice(0, 2), claims: [] });
    expect(withClaims(fleet, [memory(30, 100)])).toEqual(fleet);
  });
});
