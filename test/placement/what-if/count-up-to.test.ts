/**
 * Counting in steps agrees with the capacity question, stops at its bound, and names what ends it.
 */
import { describe, expect, it } from '@jest/globals';
import { capacityIndexOf, type CapacityIndex } from '../../../src/inventory/capacity-index.js';
import type { Host } from '../../../src/inventory/model.js';
import type { PlacementRequest, VnfcDemand } from '../../../src/placement/model.js';
import { capacityOf } from '../../../src/placement/what-if/capacity.js';
import { countUpTo, type CountedRoom } from '../../../src/placement/what-if/count-up-to.js';
import { demand, host, pinned, question } from '../../builders/placement.js';

const fleet = (...hosts: readonly Host[]): CapacityIndex => capacityIndexOf({ hosts, claims: [] });

function counted(all: CapacityIndex, vnf: PlacementRequest, most = 100): CountedRoom & { readonly steps: number } {
  const going = countUpTo(all, vnf, most);
  for (let steps = 0; ; steps += 1) {
    const step = going.next();
    if (step.done === true) return { ...step.value, steps };
  }
}

const apart = (...demands: readonly VnfcDemand[]): PlacementRequest => {
  const vnfcIds = demands.map((each) => each.vnfcId);
  const rule = {
    id: 'apart',
    kind: 'anti-affinity',
    scope: 'nfvi_node',
    bestEffort: false,
    placed: [],
    vnfcIds,
  } as const;
  return question(demands, { affinity: [rule], strategy: 'spread' });
};

const hosts = [host('h1'), host('h2', { memoryMiB: 600 }), host('h3')];

describe('counting up to a bound', () => {
  it.each([
    ['a VNF of one VNFC', question([pinned('a', 2)])],
    ['a VNF of two that stand apart', apart(pinned('a', 2), pinned('b', 2))],
    ['a VNF that shares CPUs', question([demand('a', { memoryMiB: 1024 })])],
  ])('counts %s as the capacity question does', (_what, vnf) => {
    const { fits } = capacityOf(fleet(...hosts), { vnf, reserve: 'none' });
    expect(fits).toBeGreaterThan(2);
    expect(counted(fleet(...hosts), vnf)).toMatchObject({ fits, limitedBy: expect.any(String) });
  });

  it.each([
    ['host by host', question([pinned('a', 2)])],
    ['one by one', apart(pinned('a', 2), pinned('b', 2))],
  ])('stops at the bound without a reason, %s, in no more steps than that takes', (_how, vnf) => {
    const many = Array.from({ length: 50 }, (_, at) => host(`h${String(at)}`));
    const { steps, ...room } = counted(fleet(...many), vnf, 10);
    expect(room).toEqual({ fits: 10 });
    expect(steps).toBeLessThanOrEqual(10);
  });

  it('names the constraint that ends it where the hosts would do', () => {
    const down = host('down', {}, { adminState: 'down' });
    const limit = (vnf: PlacementRequest, ...all: readonly Host[]) => counted(fleet(...all), vnf).limitedBy;
    expect(limit(question([pinned('a', 2)]), host('h1'), down, down)).toBe('dedicated-cpus');
    expect(limit(question([pinned('a', 2)]), host('h1', { memoryMiB: 600 }))).toBe('memory');
    expect(limit(question([pinned('a', 2)]), down)).toBe('host-state');
    expect(limit(question([pinned('a', 2)]))).toBe('no-host');
    expect(limit(apart(pinned('a', 2), pinned('b', 2)), host('h1'))).toBe('rules');
  });

  it('says no reason when the search ran out of cases', () => {
    const vnf = { ...apart(pinned('a', 2), pinned('b', 2)), budget: 1 };
    expect(counted(fleet(...hosts), vnf)).toMatchObject({ fits: 0 });
    expect(counted(fleet(...hosts), vnf).limitedBy).toBeUndefined();
  });
});
