/** Contract of claims that go over to another allocation of their instance in the commit of a plan (CHANGE_EXT_CONN). */
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Claim } from '../../src/inventory/model.js';
import type { InstantiatedVnf } from '../../src/lifecycle/model.js';
import { allocationId, hostId, opOccId, vnfInstanceId, vnfcId, type AllocationId } from '../../src/shared/ids.js';
import type { OperationEnd, PlanCommit } from '../../src/store/operations.js';
import { instantiated, vnfc } from '../builders/vnfc.js';
import { card, isolated, linked } from '../builders/placement.js';
import { everyClaim, everyHost } from '../builders/whole-tables.js';
import type { UseStore } from './store-contract.js';
import { begun, cpuClaim, freeOnly, planCommit, sampleOperation, smallFacts } from './store-samples.js';

const h1 = hostId('h1');
const [place, out] = [allocationId('place'), allocationId('out')];
const [pf, function1, function2] = ['0000:01:00.0', '0000:01:02.0', '0000:01:02.1'];

const claim = (change: Partial<Claim>): Claim => {
  const { cell: _none, ...rest } = cpuClaim('op1', 0, { allocationId: place, ...change });
  return change.cell === undefined ? rest : { ...rest, cell: change.cell };
};
const pages = (cell: number) =>
  claim({ kind: 'hugepages', key: '2048', cell, exclusive: false, amount: 4, allocationId: place });
const ports = (amount: number, change: Partial<Claim> = {}) =>
  claim({ kind: 'bandwidth', key: pf, exclusive: false, amount, ...change });
const vf = (change: Partial<Claim> = {}) => claim({ kind: 'pci', key: function1, ...change });

/** The VNFC of op1, with what a connection point of it has for itself. */
const recordWith = (allocations: readonly AllocationId[]): InstantiatedVnf =>
  instantiated({
    vnfcs: [
      vnfc({
        id: vnfcId('vnfc-of-op1'),
        hostId: h1,
        allocations: { place, addresses: allocationId('addresses') },
        cps: vnfc({}).cps.map((cp) => ({ ...cp, allocations })),
      }),
    ],
  });

export function storeMovesContract(use: UseStore): void {
  const held = async () =>
    (await everyClaim(use()))
      .map(({ allocationId: id, kind, key, cell, amount }) => [id, kind, key, cell ?? '-', amount].join(' '))
      .toSorted();
  const commit = async (moves: NonNullable<PlanCommit['moves']>, claims: readonly Claim[] = []) => {
    const [seen] = await everyHost(use());
    return use().commitPlan({ ...planCommit('change', claims, seen?.generation), moves });
  };
  const end = (operation: string, state: OperationEnd['state'], instance: InstantiatedVnf) =>
    use().endOperation({
      ...{ opOccId: opOccId(operation), token: 1, state, nowMs: 5 },
      instance: { instantiated: instance },
    });
  const moved = (one: Claim): NonNullable<PlanCommit['moves']>[number] => ({
    from: place,
    claim: { ...one, allocationId: out, opOccId: opOccId('change') },
  });

  describe('a claim that moves', () => {
    beforeEach(async () => {
      await begun(use(), 'op1');
      await use().ensureHosts([{ id: h1, zone: 'z' }]);
      await use().saveHostFacts(h1, { ...smallFacts, pciFunctions: linked(1000, isolated(card(1, 0, 2))) });
      const made = await use().commitPlan(planCommit('op1', [vf(), ports(100), pages(0)]));
      expect(made).toEqual({ committed: true });
      await end('op1', 'COMPLETED', recordWith([]));
      const occ = { ...sampleOperation('change', 'instance-of-op1'), operation: 'CHANGE_EXT_CONN' as const };
      await use().beginOperation({ ...occ, vnfInstanceId: vnfInstanceId('instance-of-op1') }, 'any');
      await use().leaseOperation(freeOnly('me'));
    });

    const before = [`place bandwidth ${pf} - 100`, 'place hugepages 2048 0 4', `place pci ${function1} - 1`];

    it('is in its new allocation, and a share of one leaves the rest where it was', async () => {
      expect(await held()).toEqual(before);
      expect(await commit([moved(vf()), moved(ports(60))])).toEqual({ committed: true });
      expect(await held()).toEqual([
        `out bandwidth ${pf} - 60`,
        `out pci ${function1} - 1`,
        `place bandwidth ${pf} - 40`,
        'place hugepages 2048 0 4',
      ]);
      expect(await use().ownerlessAllocations(9)).toEqual([]);
    });

    it('stays when a record names its new allocation, and goes with the step that lets go of it', async () => {
      await commit([moved(vf())]);
      await end('change', 'ROLLED_BACK', recordWith([out]));
      expect(await held()).toContain(`out pci ${function1} - 1`);
      expect(await use().ownerlessAllocations(9)).toEqual([]);
      await use().releaseAllocations([out]);
      expect((await held()).filter((each) => each.includes(function1))).toEqual([]);
    });

    it('goes with the end of its operation when no record names it', async () => {
      await commit([moved(vf())]);
      await end('change', 'COMPLETED', recordWith([]));
      expect((await held()).filter((each) => each.includes(function1))).toEqual([]);
    });

    it('is nobody else’s meanwhile', async () => {
      await commit([moved(vf())]);
      await begun(use(), 'other');
      const [seen] = await everyHost(use());
      const theft = planCommit('other', [vf({ ...of('other') })], seen?.generation);
      expect(await use().commitPlan(theft)).toMatchObject({
        committed: false,
        lost: expect.stringContaining(function1),
      });
    });

    it('moves with all of its commit or not at all', async () => {
      const taken = claim({
        kind: 'pci',
        key: function1,
        allocationId: allocationId('new'),
        opOccId: opOccId('change'),
      });
      expect(await commit([moved(ports(60))], [taken])).toMatchObject({
        committed: false,
        lost: expect.stringContaining(function1),
      });
      expect(await held()).toEqual(before);
    });

    it.each([
      ['more than there is', moved(ports(101))],
      ['one that is not there', moved(vf({ key: function2 }))],
      ['one of another cell', moved(pages(1))],
      ['one without its cell', moved(claim({ kind: 'hugepages', key: '2048', exclusive: false, amount: 4 }))],
    ])('of %s loses the commit by name', async (_, move) => {
      expect(await commit([move])).toMatchObject({ committed: false, lost: expect.stringContaining(move.claim.key) });
      expect(await held()).toEqual(before);
    });

    it('of another instance is refused by name', async () => {
      await begun(use(), 'stranger');
      const [seen] = await everyHost(use());
      const theft = { from: place, claim: vf({ ...of('stranger'), allocationId: out }) };
      const commitOfStranger = { ...planCommit('stranger', [], seen?.generation), moves: [theft] };
      expect(await use().commitPlan(commitOfStranger)).toMatchObject({
        committed: false,
        lost: expect.stringContaining('place'),
      });
      expect(await held()).toEqual(before);
    });
  });
}

const of = (operation: string) => ({
  vnfcId: vnfcId(`vnfc-of-${operation}`),
  vnfInstanceId: vnfInstanceId(`instance-of-${operation}`),
  opOccId: opOccId(operation),
  allocationId: allocationId(`of-${operation}`),
});
