/** Contract of claims: committed with the plan or not at all, never twice, never more than there is. */
import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { exceeds } from '../../src/inventory/capacity-conflict.js';
import type { Claim, ClaimKind } from '../../src/inventory/model.js';
import type { Leftover } from '../../src/lifecycle/leftover.js';
import { imageKey } from '../../src/inventory/storage.js';
import { allocationId, hostId, opOccId, vnfcId } from '../../src/shared/ids.js';
import { card, host, linked } from '../builders/placement.js';
import type { StoreBench, UseStore } from './store-contract.js';
import { begun, cpuClaim, planCommit, smallFacts } from './store-samples.js';
import { everyClaim, everyHost, everyOpOcc } from '../builders/whole-tables.js';

const h1 = hostId('h1');

/** What the guard goes by without an operator's word. */
const physical = { reserved: { sharedCpus: [], memoryMiBPerCell: [] }, sharedCpuRatio: 1 };

/** Of every kind whose amount follows from the host alone; each image has one size. */
type RowOf = Partial<Omit<Claim, 'cell'>> & { readonly cell?: number | undefined };
const rowArb: fc.Arbitrary<RowOf> = fc.oneof(
  fc.record({ kind: fc.constant('cpu' as const), key: fc.nat(15).map(String) }),
  fc.record({
    kind: fc.constant('pci' as const),
    key: fc.constantFrom(...card(1, 0, 3).map(({ address }) => address)),
  }),
  sumArb('hugepages', ['2048'], 12, true),
  sumArb('memory', ['plain'], 4000, true),
  sumArb('disk', ['default'], 500, false),
  sumArb(
    'bandwidth',
    card(1, 0, 3).flatMap(({ address, kind }) => (kind === 'pf' ? [address] : [])),
    300,
    false,
  ),
  fc.constantFrom('a', 'b').map((sha) => ({
    ...{ kind: 'image' as const, key: imageKey(sha, 'default'), exclusive: false, amount: sha === 'a' ? 400 : 100 },
    cell: undefined,
  })),
);

function sumArb(kind: ClaimKind, keys: readonly string[], max: number, inCell: boolean): fc.Arbitrary<RowOf> {
  return fc.record({
    ...{ kind: fc.constant(kind), key: fc.constantFrom(...keys), exclusive: fc.constant(false) },
    ...{ amount: fc.integer({ min: 1, max }), cell: inCell ? fc.constantFrom(0, 1) : fc.constant(undefined) },
  });
}

/** As of one VNFC: no row twice. */
const rowsArb = fc.uniqueArray(rowArb, {
  ...{ minLength: 1, maxLength: 5 },
  selector: ({ kind, key, cell }) => `${String(kind)} ${String(key)} ${String(cell)}`,
});

export function storeClaimsContract(use: UseStore, bench: StoreBench): void {
  const generation = async () => (await everyHost(use()))[0]?.generation;

  describe('what a VNFC left behind', () => {
    it('keeps the claim on its disk space until the last of it is gone', async () => {
      await begun(use(), 'op1');
      await use().ensureHost(h1, 'z');
      const disk = cpuClaim('op1', 2, { kind: 'disk', key: 'pool', exclusive: false });
      await use().commitPlan(planCommit('op1', [cpuClaim('op1', 1), disk]));
      const { vnfcId: vnfc } = disk;
      const left = (name: string, sinceMs: number) => ({
        ...{ vnfcId: vnfc, hostId: h1, pool: 'pool', name, bases: ['base'] },
        ...{ reason: 'away', sinceMs },
      });
      await use().keepLeftovers([left('b', 2), left('a', 1)]);
      await use().keepLeftovers([{ ...left('a', 9), reason: 'still away' }]);
      expect(await use().leftovers(1)).toEqual([{ ...left('a', 1), reason: 'still away' }]);
      await use().releaseAllocations([allocationId(vnfc)]);
      expect((await everyClaim(use())).map((claim) => claim.kind)).toEqual(['disk']);
      await use().settleLeftovers([left('a', 1)]);
      expect((await everyClaim(use())).map((claim) => claim.kind)).toEqual(['disk']);
      await use().settleLeftovers([left('b', 2)]);
      expect([await everyClaim(use()), await use().leftovers(9)]).toEqual([[], []]);
    });
  });

  it('what was left on a host is read by the page, and for one VNFC', async () => {
    const left = (vnfc: string, name: string, on = 'h1') => ({
      ...{ vnfcId: vnfcId(vnfc), hostId: hostId(on), pool: 'pool', name, bases: [], reason: 'away', sinceMs: 1 },
    });
    const all = [left('a', 'x'), left('a', 'y'), left('b', 'x'), left('c', 'w')];
    await use().keepLeftovers([...all.toReversed(), left('a', 'z', 'h2')]);
    const seen: Leftover[] = [];
    for (;;) {
      const after = seen.at(-1);
      const page = await use().leftoversOn(h1, { limit: 3, ...(after && { after }) });
      if (page.length === 0) break;
      expect(page.length).toBeLessThan(4);
      seen.push(...page);
    }
    expect(seen).toEqual(all);
    expect(await use().leftoversOn(h1, { limit: 9 }, vnfcId('a'))).toEqual(all.slice(0, 2));
  });

  describe('committing a plan', () => {
    beforeEach(async () => {
      await begun(use(), 'op1', 'op2', 'op3');
      await use().ensureHost(h1, 'z');
    });

    it('makes its claims true and its hosts of a new generation', async () => {
      const claims = [cpuClaim('op1', 1), cpuClaim('op1', 2, { kind: 'disk', key: 'pool', exclusive: false })];
      const diskless = claims.map(({ cell, ...claim }) => (claim.kind === 'disk' ? claim : { ...claim, cell }));
      expect(await use().commitPlan(planCommit('op1', diskless as typeof claims))).toEqual({ committed: true });
      expect(await everyClaim(use())).toEqual(diskless);
      expect(await use().claimsOn([hostId('h2'), h1])).toEqual(diskless);
      expect(await use().claimsOn([hostId('h2')])).toEqual([]);
      expect(await generation()).toBe(2);
    });

    it('is lost by all but one when many want the same CPU at once', async () => {
      const tries = await Promise.all(
        ['op1', 'op2', 'op3'].map((op) => use().commitPlan(planCommit(op, [cpuClaim(op, 1)]))),
      );
      expect(tries.filter((one) => one.committed)).toHaveLength(1);
      expect(await everyClaim(use())).toHaveLength(1);
      const states = (await everyOpOcc(use())).map((occ) => occ.operationState).sort();
      expect(states).toEqual(['PROCESSING', 'STARTING', 'STARTING']);
    });

    it('is lost when an exclusive key is taken, whatever the generation; the sentence names host, kind and key', async () => {
      await use().commitPlan(planCommit('op1', [cpuClaim('op1', 1)], 1));
      const second = await use().commitPlan(planCommit('op2', [cpuClaim('op2', 0), cpuClaim('op2', 1)], 2));
      expect(second).toEqual({ committed: false, lost: expect.stringMatching(/cpu 1 .*h1/) });
      expect((await everyClaim(use())).map((claim) => claim.opOccId)).toEqual(['op1']);
      expect((await use().opOcc(opOccId('op2')))?.plan).toBeUndefined();
      expect(await generation()).toBe(2);
    });

    it('is lost when an address is taken anywhere in the fleet', async () => {
      await use().ensureHost(hostId('h2'), 'z');
      const mac = (op: string) => cpuClaim(op, 0, { hostId: hostId('*'), kind: 'mac', key: '52:54:00:00:00:01' });
      await use().commitPlan(planCommit('op1', [mac('op1')]));
      const other = { ...planCommit('op2', [mac('op2')]), generations: [{ hostId: hostId('h2'), generation: 1 }] };
      expect(await use().commitPlan(other)).toEqual({
        committed: false,
        lost: expect.stringContaining('mac 52:54:00:00:00:01'),
      });
    });

    it('is lost when a host changed since the plan was made, also when it was drained', async () => {
      await use().commitPlan(planCommit('op1', [cpuClaim('op1', 1)]));
      const late = await use().commitPlan(planCommit('op2', [cpuClaim('op2', 2)], 1));
      expect(late).toEqual({ committed: false, lost: expect.stringContaining('h1') });
      await use().setHostAdminState(h1, 'draining');
      const drained = await use().commitPlan(planCommit('op2', [cpuClaim('op2', 2)], 2));
      expect(drained.committed).toBe(false);
      expect(await use().commitPlan(planCommit('op2', [cpuClaim('op2', 2)], 3))).toEqual({ committed: true });
    });

    it('is lost when a sum per cell would be exceeded', async () => {
      await use().saveHostFacts(h1, smallFacts);
      const pages = (op: string, amount: number) =>
        cpuClaim(op, 0, { kind: 'hugepages', key: '2048', exclusive: false, amount });
      expect(await use().commitPlan(planCommit('op1', [pages('op1', 5)], 1))).toEqual({ committed: true });
      const second = await use().commitPlan(planCommit('op2', [pages('op2', 4)], 2));
      expect(second).toEqual({ committed: false, lost: expect.stringMatching(/h1.*page/) });
      expect(await use().commitPlan(planCommit('op3', [pages('op3', 3)], 2))).toEqual({ committed: true });
    });

    it('is judged by what it needs of the claims that stand as by all of them', async () => {
      const ops = Array.from({ length: 60 }, (_, at) => `many${String(at)}`);
      await begun(use(), ...ops);
      const { facts } = host('h1', { pages2MiB: 40, poolMiB: 3000, functions: linked(1000, card(1, 0, 3)) });
      await use().saveHostFacts(h1, facts);
      const commits = fc.sample(rowsArb, { seed: 11, numRuns: ops.length });
      const results = { committed: 0, lost: 0 };
      for (const [at, rows] of commits.entries()) {
        const op = ops[at]!;
        const [now] = await everyHost(use());
        const added = rows.map(({ cell, ...change }) => {
          const { cell: _cell, ...claim } = cpuClaim(op, 0, change);
          return cell === undefined ? claim : { ...claim, cell };
        });
        const on = { ...physical, ...now!, facts, reachable: true };
        const refusal = exceeds(on, await use().claimsOn([h1]), added);
        const result = await use().commitPlan(planCommit(op, added, now!.generation));
        expect(result).toEqual(refusal === undefined ? { committed: true } : { committed: false, lost: refusal });
        results[result.committed ? 'committed' : 'lost'] += 1;
      }
      expect(results.committed).toBeGreaterThan(10);
      expect(results.lost).toBeGreaterThan(10);
    });

    it('is lost when an address stands twice in it', async () => {
      const mac = cpuClaim('op1', 0, { hostId: hostId('*'), kind: 'mac', key: '52:54:00:00:00:01' });
      const other = { ...mac, allocationId: allocationId('other'), vnfcId: vnfcId('other') };
      expect(await use().commitPlan(planCommit('op1', [mac, other]))).toEqual({
        committed: false,
        lost: 'mac 52:54:00:00:00:01 in the fleet is claimed by another VNFC already',
      });
      expect(await everyClaim(use())).toEqual([]);
    });

    it('is a fault of the caller when it claims on a host whose generation it does not state', async () => {
      const commit = { ...planCommit('op1', [cpuClaim('op1', 1)]), generations: [] };
      await expect(use().commitPlan(commit)).rejects.toThrow('h1');
      expect(await everyClaim(use())).toEqual([]);
    });

    it('is a fault of the caller when done twice', async () => {
      await use().commitPlan(planCommit('op1', []));
      await expect(use().commitPlan(planCommit('op1', [], 2))).rejects.toThrow('PROCESSING');
    });

    it('survives a crash right after it', async () => {
      await use().commitPlan(planCommit('op1', [cpuClaim('op1', 1)]));
      const next = await bench.afterCrash();
      expect(await everyClaim(next)).toEqual([cpuClaim('op1', 1)]);
      expect((await next.opOcc(opOccId('op1')))?.operationState).toBe('PROCESSING');
      expect((await everyHost(next))[0]?.generation).toBe(2);
    });
  });

  describe('releasing claims', () => {
    beforeEach(async () => {
      await begun(use(), 'op1', 'op2');
      await use().ensureHost(h1, 'z');
      await use().commitPlan(planCommit('op1', [cpuClaim('op1', 1)], 1));
      await use().commitPlan(planCommit('op2', [cpuClaim('op2', 2)], 2));
    });

    it('frees what these VNFCs hold and nothing else, and makes a new generation', async () => {
      await use().releaseAllocations([allocationId('vnfc-of-op1'), allocationId('nobody')]);
      expect((await everyClaim(use())).map((claim) => claim.key)).toEqual(['2']);
      expect(await generation()).toBe(4);
    });

    it('changes nothing when there is nothing to free', async () => {
      await use().releaseAllocations([allocationId('nobody')]);
      await use().releaseAllocations([]);
      expect(await generation()).toBe(3);
    });

    it('happens in the transaction in which an operation ends', async () => {
      const end = { opOccId: opOccId('op2'), token: 1, state: 'ROLLED_BACK', nowMs: 1 } as const;
      await use().endOperation(end);
      expect((await everyClaim(use())).map((claim) => claim.key)).toEqual(['1']);
      expect(await generation()).toBe(4);
    });
  });
}
