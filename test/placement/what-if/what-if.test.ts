import { describe, expect, it } from '@jest/globals';
import { claimsOf } from '../../../src/inventory/claims.js';
import { capacityIndexOf, freeHosts, withClaims, type CapacityIndex } from '../../../src/inventory/capacity-index.js';
import type { Host } from '../../../src/inventory/model.js';
import type { AffinityDemand, VnfcDemand } from '../../../src/placement/model.js';
import { placeInFleet } from '../../../src/placement/place.js';
import { assuming } from '../../../src/placement/what-if/assume.js';
import { capacityOf } from '../../../src/placement/what-if/capacity.js';
import { defragment, type Standing } from '../../../src/placement/what-if/defragment.js';
import { hostId, opOccId, vnfInstanceId } from '../../../src/shared/ids.js';
import { card, demand, host, pinned, question } from '../../builders/placement.js';

const settings = { seed: 1, budget: 20_000, strategy: 'pack' } as const;

interface World {
  readonly fleet: CapacityIndex;
  readonly standing: readonly Standing[];
}

/** Puts a VNFC of a VNF of its own on the named host. */
function stands(world: World, on: string, one: VnfcDemand): World {
  const own = { ...one, vnfInstanceId: vnfInstanceId(`vnf-${one.vnfcId}`) };
  const placed = placeInFleet(question([{ ...own, onlyHosts: [hostId(on)] }]), world.fleet);
  if (!placed.ok) throw new Error(placed.explanation.summary);
  const claims = placed.placements.flatMap((berth) => claimsOf(berth, own, opOccId('before')));
  const standing = [...world.standing, { demand: own, hostId: hostId(on), affinity: [] }];
  return { fleet: withClaims(world.fleet, claims), standing };
}

const world = (...hosts: readonly Host[]): World => ({ fleet: capacityIndexOf({ hosts, claims: [] }), standing: [] });

describe('what would be if', () => {
  const one = question([pinned('a', 4)]);

  it('a host were drained: nothing new comes there, and the fleet asked about stays as it is', () => {
    const { fleet } = world(host('h1'));
    expect(placeInFleet(one, fleet).ok).toBe(true);
    const drained = assuming(fleet, { drained: [hostId('h1')], added: [] });
    const refused = placeInFleet(one, drained);
    expect(refused.explanation).toMatchObject({ decision: 'refused', hosts: [{ reasons: ['the host is draining'] }] });
    expect(placeInFleet(one, fleet).ok).toBe(true);
  });

  it('a host were added: what did not fit does', () => {
    const { fleet } = stands(world(host('h1', { cells: 1 })), 'h1', pinned('old', 4));
    expect(placeInFleet(one, fleet).ok).toBe(false);
    const placed = placeInFleet(one, assuming(fleet, { drained: [], added: [host('h2', { cells: 1 })] }));
    expect(placed.ok && placed.placements.map((berth) => berth.hostId)).toEqual(['h2']);
  });
});

describe('capacity', () => {
  it('counts a VNF that must spread by placing it over and over', () => {
    const { fleet } = world(host('h1'), host('h2'), host('h3'));
    const demands = [pinned('a', 6), pinned('b', 6)];
    const apart: AffinityDemand = {
      id: 'apart',
      kind: 'anti-affinity',
      scope: 'nfvi_node',
      bestEffort: false,
      placed: [],
      vnfcIds: demands.map((each) => each.vnfcId),
    };
    const vnf = question(demands, { affinity: [apart], strategy: 'spread' });
    const capacity = capacityOf(fleet, { vnf, reserve: 'none' });
    expect(capacity).toMatchObject({ fits: 3, isAtLeast: false });
    expect(capacity.hosts.map((each) => each.fits)).toEqual([2, 2, 2]);
    expect(capacityOf(fleet, { vnf, reserve: 'n+1' }).fits).toBe(2);
  });

  it('counts a VNF that stands together host by host, and says what runs out', () => {
    const { fleet } = world(host('h1'), host('h2', { memoryMiB: 600 }));
    const demands = [pinned('a', 4), pinned('b', 2)];
    const together: AffinityDemand = {
      id: 'together',
      kind: 'affinity',
      scope: 'nfvi_node',
      bestEffort: false,
      placed: [],
      vnfcIds: demands.map((each) => each.vnfcId),
    };
    const capacity = capacityOf(fleet, { vnf: question(demands, { affinity: [together] }), reserve: 'none' });
    expect(capacity.hosts).toEqual([
      { hostId: 'h1', fits: 2, limitedBy: 'dedicated-cpus' },
      { hostId: 'h2', fits: 1, limitedBy: 'memory' },
    ]);
  });
});

describe('defragmentation', () => {
  const two = (cells = 1) => world(host('h1', { cells }), host('h2', { cells }));

  it('moves the least there is, to where it does not cost a slot, and opens what was asked for', () => {
    const start = stands(stands(two(), 'h1', pinned('small', 2)), 'h2', pinned('other', 2));
    const question = { demand: pinned('big', 6), slots: 1, standing: start.standing, settings };
    const result = defragment(start.fleet, question);
    expect(result).toMatchObject({ slotsNow: 0, slotsAfter: 1, isEnough: true, obstacles: [] });
    expect(result.moves).toHaveLength(1);
    expect(result.moves[0]).toMatchObject({ cost: 'live', memoryMiB: 512, diskMiB: 1024, slotsAfter: 1 });
  });

  it('asks for no move when there is room', () => {
    const { fleet, standing } = two();
    const result = defragment(fleet, { demand: pinned('big', 6), slots: 2, standing, settings });
    expect(result).toEqual({ slotsNow: 2, slotsAfter: 2, isEnough: true, moves: [], obstacles: [] });
  });

  it('names what cannot be moved and says that it is not enough', () => {
    const cards = { cells: 1, functions: card(1, 0, 2) };
    const direct = { cpdId: 'cp', kind: 'vf', cellPolicy: 'none' } as const;
    const fixed = (name: string) => pinned(name, 2, { pciFunctions: [direct] });
    const start = stands(stands(world(host('h1', cards), host('h2', cards)), 'h1', fixed('a')), 'h2', fixed('b'));
    const result = defragment(start.fleet, { demand: pinned('big', 6), slots: 1, standing: start.standing, settings });
    expect(result).toMatchObject({ slotsNow: 0, slotsAfter: 0, isEnough: false, moves: [] });
    expect(result.obstacles).toContainEqual({
      ...{ vnfcId: 'a', hostId: 'h1', cost: 'impossible', reason: 'VF attached' },
    });
  });

  it('says that a move between unlike CPUs is cold', () => {
    const plain = host('h2', { cells: 1 });
    const other = { ...plain, facts: { ...plain.facts, cpuModel: 'EPYC' } };
    const start = stands(stands(world(host('h1', { cells: 1 }), other), 'h1', pinned('a', 2)), 'h2', pinned('b', 2));
    const result = defragment(start.fleet, { demand: pinned('big', 6), slots: 1, standing: start.standing, settings });
    expect(result.moves.map((move) => move.cost)).toEqual(['cold']);
  });

  it('leaves as many slots as it says when its moves are made in order', () => {
    let start = world(...Array.from({ length: 6 }, (_, at) => host(`h${String(at)}`)));
    for (let at = 0; at < 6; at += 1) {
      start = stands(start, `h${String(at)}`, pinned(`p${String(at)}`, 2 + (at % 2)));
      start = stands(start, `h${String(at)}`, demand(`s${String(at)}`, { vcpus: 2, memoryMiB: 2048 }));
    }
    const wide = pinned('wide', 6, { memoryMiB: 4096, guestCells: [{ vcpus: 6, memoryMiB: 4096 }] });
    const result = defragment(start.fleet, { demand: wide, slots: 8, standing: start.standing, settings });
    const counted = (fleet: CapacityIndex) => capacityOf(fleet, { vnf: question([wide]), reserve: 'none' }).fits;
    expect(result.slotsNow).toBe(counted(start.fleet));
    expect(result.moves.length).toBeGreaterThan(0);
    expect(result.moves.at(-1)?.slotsAfter).toBe(result.slotsAfter);
    expect(freeHosts(start.fleet)).toHaveLength(6);
  });
});
