/** Contract of renumbered buses: facts, claims, records and plans get the addresses of today in one transaction. */
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { HostFacts, PciFunction } from '../../src/inventory/model.js';
import type { InstantiatedVnf, LcmPlan, Vnfc } from '../../src/lifecycle/model.js';
import { allocationId, hostId, opOccId, vnfcId, vnfInstanceId } from '../../src/shared/ids.js';
import { instantiated, vnfc } from '../builders/vnfc.js';
import { everyClaim } from '../builders/whole-tables.js';
import type { UseStore } from './store-contract.js';
import { begun, cpuClaim, freeOnly, planCommit, samplePlan, sampleOperation, smallFacts } from './store-samples.js';

const h1 = hostId('h1');
const macs = ['0c:42:a1:00:00:01', '0c:42:a1:00:00:02'] as const;

/** Cards at these buses, the first with the first MAC address, with two virtual functions each. */
const facts = (...buses: readonly string[]): HostFacts => ({
  ...smallFacts,
  pciFunctions: buses.flatMap((bus, card): readonly PciFunction[] => {
    const common = { vendorId: '8086', deviceId: '10c9', physicalNetwork: 'n', trustCapable: true, rateCapable: true };
    const address = `0000:${bus}:00.0`;
    const vf = (vfIndex: number): PciFunction => ({
      ...{ ...common, address: `0000:${bus}:10.${String(vfIndex)}`, kind: 'vf', parent: address, vfIndex },
    });
    return [{ ...common, address, kind: 'pf', mac: macs[card]!, linkMbps: 1000 }, vf(0), vf(1)];
  }),
});

const before = facts('01', '02');
const swapped = facts('02', '01');

const placed = (first: string, second: string): Vnfc => {
  const bandwidth = (address: string) => ({ bandwidth: { card: `${address.slice(0, 8)}00.0`, mbps: 10 } });
  const usual = vnfc({ id: vnfcId('vnfc-of-op1'), hostId: h1 });
  const pciFunctions = [
    { cpdId: 'west_vdu_cp', address: first, ...bandwidth(first) },
    { cpdId: 'east_vdu_cp', address: second, ...bandwidth(second) },
  ];
  const allocations = { place: allocationId('vnfc-of-op1'), addresses: allocationId('addresses') };
  return { ...usual, allocations, placement: { ...usual.placement, pciFunctions } };
};
const vnf = (one: Vnfc): InstantiatedVnf => instantiated({ vnfcs: [one] });
const planOf = (one: Vnfc): LcmPlan => ({ ...samplePlan, vnfcs: [{ after: one }], after: vnf(one) });

const pci = (key: string) => cpuClaim('op1', 0, { kind: 'pci', key });
const link = (key: string) => cpuClaim('op1', 0, { kind: 'bandwidth', key, exclusive: false, amount: 10 });

export function storeRenumberingContract(use: UseStore): void {
  const held = async () => (await everyClaim(use())).map(({ kind, key }) => `${kind} ${key}`).sort();
  const record = async () => (await use().instance(vnfInstanceId('instance-of-op1')))?.instantiated?.vnfcs[0];
  const move = (read: HostFacts, isSameBoot = false) => use().moveFunctions(h1, read, isSameBoot);

  describe('PCI functions whose buses were renumbered', () => {
    const [here, there] = [placed('0000:01:10.0', '0000:02:10.1'), placed('0000:02:10.0', '0000:01:10.1')];

    beforeEach(async () => {
      await begun(use(), 'op1');
      await use().ensureHost(h1, 'z');
      await use().saveHostFacts(h1, before);
      const claims = [pci('0000:01:10.0'), pci('0000:02:10.1'), link('0000:01:00.0'), link('0000:02:00.0')];
      const cell = claims.map(({ cell: _cell, ...claim }) => claim);
      const committed = await use().commitPlan({ ...planCommit('op1', cell), plan: planOf(here) });
      expect(committed).toEqual({ committed: true });
    });

    it('that change places take claims, records and facts along, once', async () => {
      const end = { opOccId: opOccId('op1'), token: 1, state: 'COMPLETED', nowMs: 5 } as const;
      await use().endOperation({ ...end, instance: { instantiated: vnf(here) } });
      const revision = (await use().instance(vnfInstanceId('instance-of-op1')))!.revision;
      const moved = await move(swapped);
      expect(moved?.host.generation).toBe(3);
      expect(moved?.moves.get('0000:01:10.0')).toBe('0000:02:10.0');
      const wanted = ['bandwidth 0000:01:00.0', 'bandwidth 0000:02:00.0', 'pci 0000:01:10.1', 'pci 0000:02:10.0'];
      expect(await held()).toEqual(wanted);
      expect(await record()).toEqual(there);
      expect((await use().instance(vnfInstanceId('instance-of-op1')))!.revision).toBe(revision + 1);
      const stored = (await use().host(h1))!;
      expect(stored.generation).toBe(3);
      const byAddress = (all: HostFacts) => all.pciFunctions.toSorted((a, b) => (a.address < b.address ? -1 : 1));
      expect(byAddress(stored.facts!)).toEqual(byAddress(swapped));
      // Another replica, which saw it a moment later.
      expect((await move(swapped))?.moves.size).toBe(0);
      expect(await held()).toEqual(wanted);
      await move(before);
      expect(await record()).toEqual(here);
    });

    it('are those of the plan under way, which goes on from the database', async () => {
      await move(swapped);
      expect((await use().opOcc(opOccId('op1')))?.plan).toEqual(planOf(there));
      const entry = { opOccId: opOccId('op1'), seq: 1, stepId: 'x', phase: 'started', atMs: 1 } as const;
      await expect(use().appendJournal([entry], 1)).rejects.toThrow('op1');
      expect((await use().leaseOperation(freeOnly('other')))?.work.plan).toEqual(planOf(there));
    });

    it('of a card that is away keep nobody from what has their addresses now', async () => {
      await move({ ...swapped, pciFunctions: swapped.pciFunctions.slice(3) });
      expect(await held()).toEqual(
        [`bandwidth ${macs[0]}`, 'bandwidth 0000:01:00.0', 'pci 0000:01:10.1', `pci ${macs[0]}/vf0`].sort(),
      );
      await move(facts('07', '01'));
      expect(await held()).toContain('pci 0000:07:10.0');
    });

    it('are not claimed by a plan that was made with the addresses of before', async () => {
      await begun(use(), 'op2');
      await move(swapped);
      const claim = cpuClaim('op2', 0, { kind: 'pci', key: '0000:01:10.0' });
      const { cell: _none, ...bare } = claim;
      const late = { ...planCommit('op2', [bare]), generations: [{ hostId: h1, generation: 3 }] };
      const cards = (mac: string) => [{ hostId: h1, generation: 3, cards: { '0000:01:10.0': mac } }];
      expect(await use().commitPlan({ ...late, generations: cards(macs[0]) })).toEqual({
        committed: false,
        lost: 'PCI function 0000:01:10.0 of host h1 is of another card since the plan was made',
      });
      expect(await use().commitPlan({ ...late, generations: cards(macs[1]) })).toEqual({ committed: true });
    });

    it('stay while the host is in reach and only MAC addresses change', async () => {
      const others = before.pciFunctions.map((one) => (one.mac === undefined ? one : { ...one, mac: macs[0] }));
      expect((await move({ ...before, pciFunctions: others }, true))?.moves.size).toBe(0);
      expect(await use().moveFunctions(hostId('x'), swapped, false)).toBeUndefined();
    });

    it('do not keep other operations on the instance from beginning', async () => {
      const end = { opOccId: opOccId('op1'), token: 1, state: 'COMPLETED', nowMs: 5 } as const;
      await use().endOperation({ ...end, instance: { instantiated: vnf(here) } });
      await move(swapped);
      const next = { ...sampleOperation('op3', 'instance-of-op1'), operation: 'OPERATE' as const };
      expect((await use().beginOperation(next, 'INSTANTIATED')).ok).toBe(true);
    });
  });
}
