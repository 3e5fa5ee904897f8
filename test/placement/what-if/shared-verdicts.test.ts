/**
 * What is counted on one host, or found hopeless in one state, is believed of another only where all that it follows from
 * is the same.
 */
import { describe, expect, it } from '@jest/globals';
import { claimsOf } from '../../../src/inventory/claims.js';
import { capacityIndexOf } from '../../../src/inventory/capacity-index.js';
import type { Host } from '../../../src/inventory/model.js';
import type { VnfcDemand } from '../../../src/placement/model.js';
import { placeInFleet } from '../../../src/placement/place.js';
import { capacityOf } from '../../../src/placement/what-if/capacity.js';
import { hostId, opOccId } from '../../../src/shared/ids.js';
import { card, demand, host, linked, question } from '../../builders/placement.js';

const functions = linked(1000, card(1, 0, 4));
/** One shape: cells and functions are the very lists. */
const first = host('h1', { functions });
const alike = (name: string): Host => ({ ...first, id: hostId(name) });

const rated = (name: string, bitrateMbps: number, on?: string): VnfcDemand =>
  demand(name, {
    pciFunctions: [{ cpdId: 'cp', kind: 'vf', cellPolicy: 'none', rateLimited: true, bitrateMbps }],
    ...(on === undefined ? {} : { onlyHosts: [hostId(on)] }),
  });

const held = (one: VnfcDemand, hosts: readonly Host[]) => {
  const placed = placeInFleet(question([one]), capacityIndexOf({ hosts, claims: [] }));
  if (!placed.ok) throw new Error(placed.explanation.summary);
  return placed.placements.flatMap((berth) => claimsOf(berth, one, opOccId('before')));
};

describe('hosts of one shape that are used alike', () => {
  it('are counted each by what is left of the links of their cards', () => {
    const hosts = [first, alike('h2')];
    const claims = [...held(rated('a', 900, 'h1'), hosts), ...held(rated('b', 100, 'h2'), hosts)];
    const { hosts: counted } = capacityOf(capacityIndexOf({ hosts, claims }), {
      vnf: question([rated('next', 300)]),
      reserve: 'none',
    });
    expect(counted.map(({ fits }) => fits)).toEqual([0, 3]);
  });

  it('are counted each by what is left of the devices of their networks, whatever their order', () => {
    const withNetworks = (one: Host, names: readonly [string, string]): Host => ({
      ...one,
      facts: {
        ...one.facts,
        networks: [
          { name: names[0], kind: 'physical', devices: 0 },
          { name: names[1], kind: 'physical' },
        ],
      },
    });
    const hosts = [withNetworks(first, ['wan', 'lan']), withNetworks(alike('h2'), ['lan', 'wan'])];
    const asked = demand('next', { networks: ['wan'], cpuPolicy: 'dedicated', emulatorPolicy: 'isolated' });
    const { hosts: counted } = capacityOf(capacityIndexOf({ hosts, claims: [] }), {
      vnf: question([asked]),
      reserve: 'none',
    });
    expect(counted.map(({ fits }) => fits > 0)).toEqual([false, true]);
  });
});

describe('two ways to place the same VNFCs', () => {
  it.each(['h1', 'h2'])('differ while they leave different bandwidth to the next, which must go to %s', (last) => {
    const hosts = [first, alike('h2')];
    const demands = [rated('large', 700), rated('small', 400), rated('last', 600, last)];
    expect(placeInFleet(question(demands), capacityIndexOf({ hosts, claims: [] })).ok).toBe(true);
  });
});
