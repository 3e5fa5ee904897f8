/** Contract of hosts that are added by API: kept with their settings, one id for a hypervisor, removed when nobody uses them. */
import { describe, expect, it } from '@jest/globals';
import { hostId, type HostId } from '../../src/shared/ids.js';
import type { HostChange, NewHost } from '../../src/store/host-directory.js';
import { ofType, refusalOf, valueOf, type StoreBench, type UseStore } from './store-contract.js';
import { begun, cpuClaim, planCommit, smallFacts } from './store-samples.js';

const h1 = hostId('h1');
const h2 = hostId('h2');

const added = (id: HostId, change: Partial<NewHost> = {}): NewHost => ({
  ...{ id, zone: 'west', hypervisor: `qemu://${id}/system`, entry: { id, uri: `qemu+tls://${id}/system` } },
  ...change,
});

const changed = (id: HostId, change: Partial<HostChange> = {}): HostChange => ({
  ...added(id),
  obstacle: () => undefined,
  ...change,
});

export function storeHostDirectoryContract(use: UseStore, bench: StoreBench): void {
  const detailOf = (outcome: Parameters<typeof refusalOf>[0]) => refusalOf(outcome).detail;

  describe('hosts that are added', () => {
    it('are kept with their settings, each change with a revision of its own', async () => {
      const before = await use().hostChanges();
      const first = valueOf(await use().addHost(added(h1)));
      expect(first).toMatchObject({ id: h1, zone: 'west', adminState: 'active', generation: 1 });
      const entry = { id: h1, uri: 'qemu+ssh://h1/system', zone: 'east' };
      const second = valueOf(await use().changeHost(changed(h1, { zone: 'east', entry, ifRevision: first.revision })));
      expect(second).toMatchObject({ zone: 'east', generation: 2 });
      expect(second.revision).toBeGreaterThan(first.revision);
      expect(await use().hostChanges()).toBe(before + 2);
      const again = await bench.afterCrash();
      expect(await again.addedHosts()).toEqual([{ id: h1, entry, revision: second.revision }]);
      expect(await again.host(h1)).toEqual(second);
    });

    it('do not include those of a configuration, which cannot be changed', async () => {
      await use().ensureHosts([
        { id: h1, zone: 'z' },
        { id: h2, zone: 'z', origin: 'fleet-file' },
      ]);
      expect(await use().addedHosts()).toEqual([]);
      expect(refusalOf(await use().changeHost(changed(h1)))).toEqual(ofType('configured-host'));
      expect(refusalOf(await use().changeHost(changed(hostId('x'))))).toEqual(ofType('not-found'));
    });

    it('are of the configuration once that names them, and taken over from one that no longer does', async () => {
      valueOf(await use().addHost(added(h1)));
      await use().ensureHosts([{ id: h1, zone: 'z' }]);
      expect(await use().addedHosts()).toEqual([]);
      const { generation } = valueOf(await use().addHost(added(h1)));
      expect(generation).toBe(2);
      expect(await use().addedHosts()).toHaveLength(1);
    });

    it('are not taken over to another hypervisor with what stands on them', async () => {
      await use().ensureHosts([{ id: h1, zone: 'z', hypervisor: 'qemu://old/system' }]);
      await begun(use(), 'op1');
      const claim = cpuClaim('op1', 1);
      await use().commitPlan(planCommit('op1', [claim]));
      const refused = await use().addHost(added(h1));
      expect(refusalOf(refused)).toEqual(ofType('host-in-use'));
      expect(detailOf(refused)).toContain('qemu://old/system');
      expect(detailOf(refused)).toContain(claim.vnfcId);
      expect(await use().addedHosts()).toEqual([]);
      valueOf(await use().addHost(added(h1, { hypervisor: 'qemu://old/system' })));
    });

    it('are refused under an id, or with a hypervisor, that is there', async () => {
      await use().ensureHosts([{ id: h2, zone: 'z', hypervisor: 'qemu://two/system' }]);
      valueOf(await use().addHost(added(h1)));
      expect(detailOf(await use().addHost(added(h1)))).toContain('Host h1 was added');
      const twin = await use().addHost(added(hostId('h3'), { hypervisor: 'qemu://two/system' }));
      expect(refusalOf(twin)).toEqual(ofType('host-known'));
      expect(detailOf(twin)).toContain('is host h2 already');
      const change = await use().changeHost(changed(h1, { hypervisor: 'qemu://two/system' }));
      expect(refusalOf(change)).toEqual(ofType('host-known'));
      expect(valueOf(await use().changeHost(changed(h1))).id).toBe(h1);
    });

    it('are refused above the most there may be', async () => {
      valueOf(await use().addHost(added(h1), 1));
      expect(refusalOf(await use().addHost(added(h2), 1))).toEqual(ofType('too-many-hosts'));
    });

    it('of one hypervisor come once, however many ask at the same moment', async () => {
      const ids = ['a', 'b', 'c', 'd'].map(hostId);
      const all = await Promise.all(ids.map((id) => use().addHost(added(id, { hypervisor: 'qemu://one/system' }))));
      expect(all.filter(({ ok }) => ok)).toHaveLength(1);
    });

    it('are not changed on an old revision, nor against what stands on them', async () => {
      const { revision } = valueOf(await use().addHost(added(h1)));
      await begun(use(), 'op1');
      const claim = cpuClaim('op1', 1);
      await use().commitPlan(planCommit('op1', [claim]));
      const old = await use().changeHost(changed(h1, { ifRevision: revision + 1 }));
      expect(refusalOf(old)).toEqual(ofType('precondition-failed'));
      const refused = await use().changeHost(
        changed(h1, { obstacle: (claims) => ({ what: 'The pool fast', vnfcIds: claims.map((each) => each.vnfcId) }) }),
      );
      expect(refusalOf(refused)).toEqual(ofType('host-in-use'));
      expect(detailOf(refused)).toMatch(
        new RegExp(`^The pool fast of host h1 is in use by VNF "name of .*" \\(.*\\) with VNFC ${claim.vnfcId}\\.$`),
      );
    });
  });

  describe('removing a host', () => {
    it('forgets all of it', async () => {
      const { revision } = valueOf(await use().addHost(added(h1)));
      await use().saveHostFacts(h1, smallFacts);
      expect(refusalOf(await use().removeHost(h1, revision + 1))).toEqual(ofType('precondition-failed'));
      valueOf(await use().removeHost(h1, revision));
      expect([await use().host(h1), await use().addedHosts()]).toEqual([undefined, []]);
      expect(refusalOf(await use().removeHost(h1))).toEqual(ofType('not-found'));
    });

    it('is refused while VNFCs or leftovers hold anything of it', async () => {
      valueOf(await use().addHost(added(h1)));
      await begun(use(), 'op1');
      const claim = cpuClaim('op1', 1);
      await use().commitPlan(planCommit('op1', [claim]));
      const refused = await use().removeHost(h1);
      expect(refusalOf(refused)).toEqual(ofType('host-in-use'));
      expect(detailOf(refused)).toContain(`with VNFC ${claim.vnfcId}`);
      await use().releaseAllocations([claim.allocationId]);
      const left = {
        ...{ vnfcId: claim.vnfcId, hostId: h1, pool: 'pool', name: 'disk', bases: [] },
        reason: 'away',
        sinceMs: 1,
      };
      await use().keepLeftovers([left]);
      expect(detailOf(await use().removeHost(h1))).toContain('pool/disk');
      await use().settleLeftovers([left]);
      valueOf(await use().removeHost(h1));
    });

    it('makes a plan on it lose, also when it was added again meanwhile', async () => {
      valueOf(await use().addHost(added(h1)));
      await begun(use(), 'op1', 'op2');
      valueOf(await use().removeHost(h1));
      const commit = planCommit('op1', [cpuClaim('op1', 1)]);
      expect(await use().commitPlan(commit)).toEqual({ committed: false, lost: expect.stringContaining('h1') });
      const { generation } = valueOf(await use().addHost(added(h1)));
      expect(generation).toBeGreaterThan(1);
      expect(await use().commitPlan(commit)).toEqual({ committed: false, lost: expect.stringContaining('h1') });
    });

    it('and placing on it at the same moment end with one of the two', async () => {
      valueOf(await use().addHost(added(h1)));
      await begun(use(), 'op1');
      const [removed, placed] = await Promise.all([
        use().removeHost(h1),
        use().commitPlan(planCommit('op1', [cpuClaim('op1', 1)])),
      ]);
      expect(removed.ok).toBe(!placed.committed);
      expect(await use().claimsOn([h1])).toHaveLength(placed.committed ? 1 : 0);
    });
  });
}
