import { describe, expect, it } from '@jest/globals';
import type { Claim, Host, StoragePool } from '../../src/inventory/model.js';
import { exceeds } from '../../src/inventory/capacity-conflict.js';
import { claimsOf } from '../../src/inventory/claims.js';
import { capacityIndexOf, storageSharers } from '../../src/inventory/capacity-index.js';
import { freeOf, giveBack, take } from '../../src/inventory/take.js';
import { capacityOf } from '../../src/placement/what-if/capacity.js';
import { place } from '../../src/placement/place.js';
import { hostId, opOccId } from '../../src/shared/ids.js';
import { demand, host, question } from '../builders/placement.js';
import { berths } from './placing.js';

const pool = (name: string, availableMiB: number, more: Partial<StoragePool> = {}): StoragePool => ({
  name,
  path: `/${name}`,
  capacityMiB: availableMiB,
  availableMiB,
  ...more,
});
const withPools = (name: string, ...pools: readonly StoragePool[]): Host => {
  const made = host(name);
  return { ...made, facts: { ...made.facts, pools } };
};
const wants = (name: string, diskMiB: number, image?: number, sha256 = 'aa') =>
  demand(name, { diskMiB, ...(image === undefined ? {} : { baseImages: [{ sha256, sizeMiB: image }] }) });
const one = { name: 'pool a', acrossHosts: false };
const nas = { name: 'nas:/export', acrossHosts: true };
const placed = (hosts: readonly Host[], ...demands: readonly ReturnType<typeof wants>[]) =>
  place(question(demands), { hosts, claims: [] });
const claimsFor = (on: Host, demands: readonly ReturnType<typeof wants>[]): readonly Claim[] =>
  berths(question(demands), [on]).flatMap((berth, at) => claimsOf(berth, demands[at]!, opOccId('op')));

describe('pools on one file system', () => {
  const twice = withPools('h', pool('a', 100, { storage: one }), pool('b', 100, { storage: one }));

  it('have its room once', () => {
    expect(placed([twice], wants('v', 80), wants('w', 20)).ok).toBe(true);
    const refused = placed([twice], wants('v', 80), wants('w', 80));
    expect(refused.ok).toBe(false);
    expect(refused.explanation.hosts[0]?.reasons).toEqual(['needs 80 MiB in one storage pool, has 20']);
  });

  it('give back what was taken, and claims beyond the room are refused by the guard', () => {
    const claims = claimsFor(twice, [wants('v', 80)]);
    const empty = freeOf(twice, []);
    expect(freeOf(twice, claims).poolsMiB).toEqual([20, 20]);
    expect(giveBack(take(empty, claims), claims)).toEqual(empty);
    const other = claims.map((claim) => ({ ...claim, key: claim.kind === 'disk' ? 'b' : claim.key }));
    expect(exceeds(twice, claims, other)).toBe('h: pool a: needs 80 MiB of disk, has 20');
  });

  it('hold the least that any of them says', () => {
    const differing = withPools('h', pool('a', 100, { storage: one }), pool('b', 90, { storage: one }));
    expect(placed([differing], wants('v', 95)).ok).toBe(false);
  });
});

describe('a base image', () => {
  const twoPools = withPools('h', pool('a', 100), pool('b', 300));

  it('counts beside the disks that stand on it', () => {
    expect(placed([withPools('h', pool('a', 100))], wants('v', 80, 20)).ok).toBe(true);
    const refused = placed([withPools('h', pool('a', 100))], wants('v', 80, 30));
    expect(refused.explanation.hosts[0]?.reasons).toEqual([
      'needs 110 MiB in one storage pool (30 for base images), has 100',
    ]);
  });

  it('counts once in a pool for all that stand on it, and once more in another', () => {
    const [v, w] = [wants('v', 30, 40), wants('w', 30, 40)];
    expect(placed([withPools('h', pool('a', 100))], v, w).ok).toBe(true);
    expect(placed([withPools('h', pool('a', 99))], v, w).ok).toBe(false);
    const where = berths(question([wants('v', 60, 40), wants('w', 60, 40)]), [twoPools]);
    expect(where.map((berth) => berth.pool)).toEqual(['a', 'b']);
  });

  it('takes nothing more where it lies already, and what is missing of it where it is being brought', () => {
    const there = (mib: number) => withPools('h', pool('a', 80, { images: { aa: mib } }));
    expect(placed([there(40)], wants('v', 80, 40)).ok).toBe(true);
    expect(placed([there(30)], wants('v', 80, 40)).ok).toBe(false);
    expect(placed([there(30)], wants('v', 70, 40)).ok).toBe(true);
  });

  it('gives its room back with the last that stands on it', () => {
    const on = withPools('h', pool('a', 100));
    const [v, w] = [claimsFor(on, [wants('v', 10, 40)]), claimsFor(on, [wants('w', 10, 40)])];
    const both = freeOf(on, [...v, ...w]);
    expect(both.poolsMiB).toEqual([40]);
    expect(giveBack(both, v).poolsMiB).toEqual([50]);
    expect(giveBack(giveBack(both, v), w)).toEqual(freeOf(on, []));
  });

  it('is part of the capacity question', () => {
    const question1 = question([wants('v', 20, 40)]);
    const ask = (on: Host) =>
      capacityOf(capacityIndexOf({ hosts: [on], claims: [] }), { vnf: question1, reserve: 'none' }).fits;
    expect(ask(withPools('h', pool('a', 100)))).toBe(3);
    expect(ask(withPools('h', pool('a', 100, { storage: one }), pool('b', 100, { storage: one })))).toBe(3);
  });
});

describe('a pool that Berth was not told to use', () => {
  it('takes nothing, and the refusal says why', () => {
    const strange = { unusedBecause: 'the configuration does not name it (pools of the host)' };
    const refused = placed([withPools('h', pool('berth', 10), pool('default', 1000, strange))], wants('v', 50));
    expect(refused.explanation.hosts[0]?.reasons).toEqual([
      'needs 50 MiB in one storage pool, has 10; not counting pool default: the configuration does not name it (pools of the host)',
    ]);
    expect(refused.explanation.nearestMisses[0]).toContain('not counting pool default');
  });
});

describe('storage that hosts share', () => {
  const hosts = ['h1', 'h2'].map((name) => withPools(name, pool('nfs', 100, { storage: nas })));
  const apart = (demands: readonly ReturnType<typeof wants>[]) =>
    question(demands, {
      affinity: [
        {
          id: 'apart',
          kind: 'anti-affinity',
          scope: 'nfvi_node',
          bestEffort: false,
          vnfcIds: demands.map(({ vnfcId }) => vnfcId),
          placed: [],
        },
      ],
    });

  it('is filled once by VNFCs of one operation on several hosts', () => {
    const fits = (a: number, b: number) => place(apart([wants('v', a), wants('w', b)]), { hosts, claims: [] }).ok;
    expect(fits(60, 40)).toBe(true);
    expect(fits(60, 41)).toBe(false);
  });

  it('is less for every host by what stands on one of them', () => {
    const claims = claimsFor(hosts[0]!, [wants('v', 60)]);
    expect(place(question([wants('w', 41)]), { hosts, claims }).ok).toBe(false);
    expect(place(question([wants('w', 40)]), { hosts, claims }).ok).toBe(true);
  });

  it('is not like a pool of its own that has as much room: what is put there is missing elsewhere', () => {
    const all = [
      withPools('h1', pool('a', 200), pool('b', 200, { storage: nas })),
      withPools('h2', pool('a', 200, { storage: nas })),
    ];
    const on = (name: string, asked: ReturnType<typeof wants>) => ({ ...asked, onlyHosts: [hostId(name)] });
    const result = placed(all, on('h1', wants('u', 100)), on('h2', wants('v', 100)), on('h1', wants('w', 100, 40)));
    expect(result.ok && result.placements.map((berth) => berth.pool)).toEqual(['b', 'a', 'a']);
  });

  it('makes a plan depend on every host that shares what it takes', () => {
    const fleet = capacityIndexOf({ hosts: [...hosts, host('h3')], claims: [] });
    const claims = claimsFor(hosts[0]!, [wants('v', 60)]);
    expect(storageSharers(fleet, [hosts[0]!], claims).map(({ id }) => id)).toEqual(['h2']);
    expect(storageSharers(fleet, [hosts[0]!], [])).toEqual([]);
  });

  it('is counted once by the capacity question', () => {
    const fleet = capacityIndexOf({ hosts, claims: [] });
    expect(capacityOf(fleet, { vnf: question([wants('v', 30)]), reserve: 'none' }).fits).toBe(3);
  });
});
